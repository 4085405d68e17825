"""Links to other sites: whether they still lead somewhere, for everybody, and safely.

Owns what follows from what the link checker keeps. Refuses to ask an address itself, and to quote
one: it is read where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..registry import LINKS, Declared, Parameter
from ..subjects import Link, Subject
from ..values import texts
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged

__all__ = ["CHECKS"]

CHECKS = Declared()

_FIELDS = ("landing_page", "dictionary_url", "references", "source_catalog")
_TOLD = 3
_NOT_ASKED = "Nobody asked this address yet."


@dataclass(frozen=True)
class _Place:
    """Where a link stands: at a file (``resource``), or in a field of the data set."""

    url: str
    called: str
    field: str
    resource: str
    link: Link | None

    @property
    def at(self) -> dict[str, Any]:
        return {"field": self.field, "resource": self.resource}


def _places(subject: Subject) -> Iterator[_Place]:
    for file in subject.files:
        if file.url:
            yield _Place(file.url, f"“{file.title}”", "url", file.id, file.link)
    by_url = {link.url: link for link in subject.links.values()}
    told: set[str] = set()
    for field in _FIELDS:
        for number, url in enumerate(texts(subject.values, field), 1):
            told.add(url)
            called = _WORDS[field].format(number=number)
            yield _Place(url, called, field, "", by_url.get(url))
    for field, link in subject.links.items():
        if link.url not in told:
            yield _Place(link.url, f"A link of its field {field}", field, "", link)


_WORDS = {
    "landing_page": "The web page about it",
    "dictionary_url": "The data dictionary",
    "references": "Address {number} under further reading",
    "source_catalog": "The catalog from which it was taken over",
}


def _judged(subject: Subject, judge: Callable[[_Place], Iterable[Verdict]]) -> Iterator[Verdict]:
    """Put a check to each link; what it says of several in one field is said together."""
    places = list(_places(subject))
    said: dict[tuple[str, str, str], list[Verdict]] = {}
    for place in places:
        for verdict in judge(place):
            said.setdefault((verdict.state, verdict.field, verdict.resource), []).append(verdict)
    for same in said.values():
        evidence = " ".join(dict.fromkeys(verdict.evidence for verdict in same[:_TOLD]))
        more = f" And {len(same) - _TOLD:,} more." if len(same) > _TOLD else ""
        yield replace(same[0], evidence=evidence + more, count=len(same))
    if not places:
        yield not_applicable("It has no link to another site.")
    elif not said:
        yield passes()


@CHECKS.check("link-alive", LINKS)
def link_alive(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """No link is dead: each that failed for long and often enough is."""

    def judge(place: _Place) -> Iterator[Verdict]:
        link, at = place.link, place.at
        if link is None:
            yield unjudged(_NOT_ASKED, **at)
        elif link.state == "dead":
            yield fails(
                f"{place.called} leads nowhere. {link.said}".strip(),
                fix="Give the address at which it is now, or take the link out.",
                **at,
            )
        elif link.state == "failing":
            yield unjudged(f"The last attempt failed and is repeated. {link.said}".strip(), **at)
        elif link.state != "alive":
            yield unjudged(link.said or "The site does not let a program ask.", **at)

    yield from _judged(subject, judge)


@CHECKS.check("https", LINKS, most_hops=Parameter("int", 1, least=0))
def https(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Links are encrypted, from the first address to the last, with few redirects between."""
    most = int(given["most_hops"])

    def judge(place: _Place) -> Iterator[Verdict]:
        link, at = place.link, place.at
        if place.url.lower().startswith("http:"):
            yield fails(
                f"{place.called} is linked without encryption.",
                fix="Write https in place of http, where the site offers it.",
                **at,
            )
        elif link is None:
            yield unjudged(_NOT_ASKED, **at)
        elif link.final_url.lower().startswith("http:"):
            yield fails(
                f"{place.called} leads to an address without encryption in the end.",
                fix="Ask whoever keeps it to offer it by https.",
                **at,
            )
        elif link.hops > most:
            yield fails(
                f"{place.called} is reached after {link.hops:,} redirects only.",
                fix="Give the address to which it leads in the end.",
                **at,
            )

    yield from _judged(subject, judge)


@CHECKS.check("no-login", LINKS)
def no_login(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Whoever asks without a name gets the file: judged once the data set is public.

    Source: guideline 10 of the Sunlight Foundation, no registration and no fee.
    """
    if subject.values.get("private") in (True, "true", "True"):
        yield not_applicable("It is asked once the data set is public.")
        return
    asked = told = False
    for file in subject.files:
        asked = True
        if file.link is None or file.link.anonymous is None:
            told = True
            said = file.link.said if file.link else ""
            yield unjudged(said or _NOT_ASKED, resource=file.id, field="url")
        elif not file.link.anonymous:
            told = True
            status = f" (answer {file.link.status})" if file.link.status else ""
            yield fails(
                f"“{file.title}” is not given to somebody without a login{status}.",
                fix="Give an address that asks for no login, or upload the file here.",
                field="url",
                resource=file.id,
            )
    if not asked:
        yield not_applicable("It has no file.")
    elif not told:
        yield passes()
