"""HTML in texts, turned into Markdown.

Owns that one step. CKAN shows descriptions as Markdown and drops tags, so HTML is taken
over as what it says: paragraphs, lists, links, headings and emphasis. Styles, scripts,
images and everything else about looks is dropped. No tag survives: what remains of `<` is
escaped.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TAGS = (
    "a abbr address article aside b big blockquote body br button center code col dd del details "
    "div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header "
    "hr html i iframe img input ins label legend li link main meta nav object ol o:p p param pre "
    "q s section select small span strike strong style sub summary sup svg table tbody td tfoot "
    "th thead title tr tt u ul video script"
).split()
_HTML = re.compile(
    r"</?(?:" + "|".join(map(re.escape, _TAGS)) + r")(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});")
_BLOCKS = frozenset(
    "address article aside blockquote body center div dl dt dd figure footer form h1 h2 h3 h4 h5 "
    "h6 header main nav ol p pre section table ul fieldset details summary hr".split()
)
_SILENT = frozenset({"script", "style", "head", "title", "iframe", "object", "svg", "select"})


def has_html(text: str) -> bool:
    """Tell whether a text holds tags or entities of HTML."""
    return bool(_HTML.search(text) or _ENTITY.search(text))


def escape_tags(text: str) -> str:
    """Write ``&lt;`` where ``<`` would begin a tag; an address in angle brackets stays a link."""
    return re.sub(r"<(?=\s*/?\s*[a-zA-Z]|[!?])(?!(?:https?|ftp|mailto):)", "&lt;", text)


def from_html(text: str) -> str:
    """Return what a text with HTML in it says, as Markdown."""
    parser = _Writer()
    # Sources mix HTML with line breaks that they mean; outside of tags they stay.
    parser.feed(text)
    parser.close()
    return parser.result()


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._silent: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif self._silent:
            return
        elif tag == "br":
            self._out.append("\n")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._out)))
        elif tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
            self._out.append("\n\n")
        elif tag == "li":
            self._out.append("\n" + self._bullet())
        elif tag in ("tr", "td", "th"):
            self._out.append("\n" if tag == "tr" else " ")
        elif tag in _BLOCKS:
            heading = f"{'#' * int(tag[1])} " if re.fullmatch("h[1-6]", tag) else ""
            self._out.append("\n\n" + heading)
        elif tag not in _TAGS:
            self._out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
        elif tag == "a" and self._links:
            self._close_link()
        elif tag in ("ul", "ol"):
            if self._lists:
                self._lists.pop()
            self._out.append("\n\n")
        elif tag in _BLOCKS:
            self._out.append("\n\n")
        elif tag not in _TAGS:
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._out.append(data.replace("\xa0", " "))

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _close_link(self) -> None:
        href, start = self._links.pop()
        said = " ".join("".join(self._out[start:]).split())
        del self._out[start:]
        if not re.match(r"(?:https?|ftp|mailto):", href, re.IGNORECASE) or not said:
            self._out.append(said)
        elif said in (href, href.removeprefix("mailto:")):
            self._out.append(href.removeprefix("mailto:"))
        else:
            label = said.replace("[", r"\[").replace("]", r"\]")
            self._out.append(f"[{label}]({href.replace(' ', '%20').replace(')', '%29')})")

    def result(self) -> str:
        while self._links:
            self._close_link()
        text = "".join(self._out)
        text = re.sub(r"[ \t]+", " ", text)
        text = re.sub(r" ?\n ?", "\n", text)
        text = re.sub(r"\n{3,}", "\n\n", text)
        return escape_tags(text.strip())
