"""One value of a source at a time: take it over, or leave it out and say why.

Owns what counts as a text, an address, an e-mail, a keyword, a licence or an access level.
It never guesses: a value that is wrong is left out with a problem. What is said another way
but means the same (HTML, a keyword's characters) is taken over and noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..addresses import check_public_url
from .markdown import escape_tags, from_html, has_html
from .records import Problems

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")
_PHONE = re.compile(r"[0-9+() .,xX/-]{7,40}(?:ext\.?\s*[0-9]+)?")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TEMPLATE = re.compile(r"\{\{[^{}]{0,200}\}\}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")

_FILL = "Fill it in at the source, or here after the load."
_ACCESS = {
    "public": "public",
    "restricted public": "restricted public",
    "restricted": "restricted public",
    "non-public": "non-public",
    "non_public": "non-public",
}
# Formats by media type, where the source names no format. Only types that mean one thing.
_FORMATS = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/geo+json": "GeoJSON",
    "application/vnd.geo+json": "GeoJSON",
    "application/zip": "ZIP",
    "application/xml": "XML",
    "text/xml": "XML",
    "application/rdf+xml": "RDF",
    "application/rss+xml": "RSS",
    "application/pdf": "PDF",
    "text/html": "HTML",
    "text/plain": "TXT",
    "application/vnd.google-earth.kml+xml": "KML",
    "application/vnd.google-earth.kmz": "KMZ",
    "application/vnd.ms-excel": "XLS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/msword": "DOC",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
}


def is_blank(value: Any) -> bool:
    """Tell whether a value says nothing."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def literal(value: Any) -> Any:
    """Unwrap what JSON-LD writes as ``{"@value": …}``, or a list of one."""
    for _ in range(4):
        if isinstance(value, dict) and "@value" in value:
            value = value["@value"]
        elif isinstance(value, list) and len(value) == 1:
            value = value[0]
        else:
            break
    return value


def items(value: Any) -> list[Any]:
    """Return a list whether the source wrote one value or many."""
    if is_blank(value):
        return []
    return value if isinstance(value, list) else [value]


def reference(value: Any, *keys: str) -> Any:
    """Return an address that stands as a text, or in an object under one of ``keys``."""
    value = literal(value)
    if isinstance(value, dict):
        for key in (*keys, "@id", "id"):
            if not is_blank(value.get(key)):
                return literal(value[key])
        return None
    return value


def text(
    source: Mapping[str, Any],
    key: str,
    problems: Problems,
    *,
    field: str | None = None,
    markdown: bool = False,
    longest: int = 100_000,
) -> str | None:
    """Take over a text.

    Args:
        source: the object that holds it
        key: under which name
        problems: where to note what is wrong
        field: how to call it there, where that is not ``key``
        markdown: whether it may have lines and paragraphs
        longest: the number of characters above which it is left out
    """
    if key not in source:
        return None
    return clean_text(source[key], field or key, problems, markdown=markdown, longest=longest)


def clean_text(
    value: Any, field: str, problems: Problems, *, markdown: bool = False, longest: int = 100_000
) -> str | None:
    """Take over a text that is in hand; see `text`."""
    value = literal(value)
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.", _FILL)
        return None
    if not isinstance(value, str):
        problems.say(field, "not-a-text", value, "is not a text. Left out.", _FILL)
        return None
    if not storable(value, field, problems) or is_template(value, field, problems):
        return None
    if len(value) > 10 * longest:  # markup and all; what is left of it may be much less
        _too_long(value, field, longest, problems)
        return None
    if has_html(value):
        problems.say(field, "html", value, "holds HTML. Taken over as plain text or Markdown.")
        value = from_html(value)
    elif markdown:
        value = escape_tags(value)
    value = value.strip() if markdown else " ".join(value.split())
    if not value:
        problems.say(field, "empty", None, "says nothing once its HTML is taken away.", _FILL)
        return None
    if len(value) > longest:
        _too_long(value, field, longest, problems)
        return None
    return value


def _too_long(value: str, field: str, longest: int, problems: Problems) -> None:
    problems.say(
        field,
        "too-long",
        value,
        f"has {len(value):,} characters; {longest:,} are the most. Left out.",
        "Shorten it at the source.",
    )


def storable(value: str, field: str, problems: Problems) -> bool:
    """Tell whether a text holds only characters that a database can store; note where not."""
    found = _UNSTORABLE.search(value)
    if found:
        problems.say(
            field,
            "characters",
            value,
            f"holds the character U+{ord(found.group()):04X}, which cannot be stored. Left out.",
            "Type it anew at the source.",
        )
    return found is None


def is_template(value: str, field: str, problems: Problems) -> bool:
    """Tell whether a text is the unfilled field of a template; note where it is."""
    if "{{" not in value or _TEMPLATE.sub("", value).strip(" .,;:-/\n"):
        return False
    problems.say(
        field, "template", value, "is left from a template that was never filled. Left out.", _FILL
    )
    return True


def url(value: Any, field: str, problems: Problems) -> str | None:
    """Take over a web address that the public can reach, character for character."""
    value = literal(value)
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.", _FILL)
        return None
    wrong = "is not a text." if not isinstance(value, str) else check_public_url(value)
    if wrong is None and len(value) > 2000:
        wrong = "is longer than 2,000 characters."
    if wrong:
        if isinstance(value, str) and is_template(value, field, problems):
            return None
        problems.say(field, "url", value, f"{wrong} Left out.", "Correct it at the source.")
        return None
    return value


def email(value: Any, field: str, problems: Problems) -> str | None:
    """Take over an e-mail address, with or without ``mailto:`` before it."""
    value = literal(value)
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.", _FILL)
        return None
    if isinstance(value, str):
        address = re.sub(r"^mailto:", "", value, flags=re.IGNORECASE)
        if len(address) <= 254 and _EMAIL.fullmatch(address):
            return address
        if is_template(address, field, problems):
            return None
    problems.say(
        field,
        "email",
        value,
        "is not an e-mail address. Left out.",
        "It must read as in mailto:data@example.gov, without blanks.",
    )
    return None


def phone(value: Any, field: str, problems: Problems) -> str | None:
    """Take over a telephone number that can be dialled."""
    value = literal(value)
    if is_blank(value):
        return None
    number = value.removeprefix("tel:").strip() if isinstance(value, str) else value
    if isinstance(number, str) and _PHONE.fullmatch(number):
        return number
    problems.say(
        field, "telephone", value, "is not a telephone number. Left out.", "Example: 816-555-0100."
    )
    return None


def keywords(value: Any, field: str, problems: Problems) -> list[str]:
    """Take over keywords: a list, or a text with commas between them.

    CKAN accepts 2 to 100 letters, digits, blanks, ``-``, ``_`` and ``.``; a keyword with
    other characters loses them and is noted.
    """
    value = literal(value)
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.", "A data set needs a keyword to be public.")
        return []
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        problems.say(field, "keyword", value, "is not a list of words. Left out.", _FILL)
        return []
    kept: dict[str, str] = {}
    for word in value:
        clean = _keyword(word, field, problems)
        if clean:
            kept.setdefault(clean.casefold(), clean)
    return list(kept.values())


def _keyword(word: Any, field: str, problems: Problems) -> str | None:
    if isinstance(word, dict):
        word = word.get("prefLabel") or word.get("name") or word.get("display_name")
    if isinstance(word, int) and not isinstance(word, bool):
        word = str(word)
    if not isinstance(word, str):
        problems.say(field, "keyword", word, "is not a word. Left out.", _FILL)
        return None
    if is_template(word, field, problems):
        return None
    short = word[:1000]  # far more than a keyword may have
    spread = re.sub(r"\s*&\s*", " and ", from_html(short) if has_html(short) else short)
    clean = " ".join(re.sub(r"[^\w .-]+", " ", spread).split())
    if not 2 <= len(clean) <= 100 or not re.search(r"\w", clean):
        if word.strip():
            problems.say(
                field,
                "keyword",
                word,
                "has fewer than 2 or more than 100 letters and digits. Left out.",
                "Give a word that people search for.",
            )
        return None
    if clean != " ".join(word.split()):
        problems.say(
            field,
            "keyword-changed",
            word,
            f"holds characters that a keyword cannot have. Taken over as {clean!r}.",
        )
    return clean


def choices(
    value: Any, field: str, known: Mapping[str, str], what: str, problems: Problems
) -> list[str]:
    """Take over those of several words that the site's own list knows, as their ids."""
    kept: dict[str, None] = {}
    unknown: list[str] = []
    for entry in items(literal(value)):
        entry = literal(entry)
        if isinstance(entry, dict):
            entry = entry.get("prefLabel") or entry.get("title") or entry.get("@id")
        if is_blank(entry):
            continue
        if not isinstance(entry, str):
            problems.say(field, f"{what}-unknown", entry, "is not a text. Left out.")
        elif not is_template(entry, field, problems):
            found = known.get(entry.strip().casefold())
            if found:
                kept[found] = None
            else:
                unknown.append(entry)
    for entry in unknown:
        problems.say(
            field,
            f"{what}-unknown",
            entry,
            f"is no {what} of this city. Left out.",
            f"Choose a {what} here, or add it to the city's file and load again.",
        )
    return list(kept)


def licence(value: Any, field: str, known: Mapping[str, str], problems: Problems) -> str | None:
    """Take over a licence: its address, or its id in CKAN, as an id of the site's list."""
    value = literal(value)
    if isinstance(value, dict):
        value = reference(value, "uri", "url", "path")
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.", "Choose a licence of the city's list.")
        return None
    remedy = "Choose a licence of the city's list; its address is what belongs here."
    if not isinstance(value, str):
        problems.say(field, "licence", value, "is not a text. Left out.", remedy)
        return None
    if is_template(value, field, problems):
        return None
    found = known.get(value.strip()) or known.get(licence_key(value))
    if found:
        return found
    if check_public_url(value.strip()) is None:
        problems.say(
            field, "licence-unknown", value, "is not in the city's list. Left out.", remedy
        )
    else:
        problems.say(field, "licence", value, "is not the address of a licence. Left out.", remedy)
    return None


def licence_key(address: str) -> str:
    """Reduce the spellings of a licence's address to one: no scheme, ``www.``, legal code."""
    try:
        parts = urlsplit(address.strip().lower())
    except ValueError:
        return address
    host = (parts.netloc or "").removeprefix("www.")
    path = re.sub(
        r"(?:/(?:legalcode|deed)(?:\.[a-z-]+)?|\.html?|\.txt)$", "", parts.path.rstrip("/")
    )
    fragment = f"#{parts.fragment.rstrip('/')}" if parts.fragment else ""
    return f"{host}{path.rstrip('/')}{fragment}"


def licence_table(entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Make the table that `licence` reads from the site's list.

    Args:
        entries: each with ``id`` and ``url``, and where wanted ``legacy_ids`` and ``also``
            (further addresses by which the same licence goes)
    """
    table: dict[str, str] = {}
    for entry in entries:
        for other in (entry["id"], *entry.get("legacy_ids", ())):
            table.setdefault(other, entry["id"])
        for address in (entry.get("url"), *entry.get("also", ())):
            if address:
                table.setdefault(licence_key(address), entry["id"])
    return table


def access_level(value: Any, field: str, problems: Problems) -> str | None:
    """Take over public, restricted public or non-public, however they are capitalised."""
    value = literal(value)
    if isinstance(value, dict):
        value = reference(value, "prefLabel")
    word = value.rstrip("/").rsplit("/", 1)[-1] if isinstance(value, str) else ""
    level = _ACCESS.get(word.strip().lower())
    if level is None:
        problems.say(
            field,
            "empty" if is_blank(value) else "access-level",
            value,
            "is not one of public, restricted public, non-public. Left out.",
            "Say which of the three holds.",
        )
    return level


def media_type(value: Any, field: str, problems: Problems) -> str | None:
    """Take over a media type that says what a file is."""
    value = literal(value)
    if is_blank(value):
        problems.say(field, "empty", None, "is empty.")
        return None
    word = value.strip().lower() if isinstance(value, str) else ""
    if "iana.org/assignments/media-types/" in word:
        word = word.split("/media-types/", 1)[1]
    if word in ("application/octet-stream", "application/http", "application/unknown"):
        problems.say(field, "media-type", value, "does not say what the file is. Left out.")
        return None
    if not _MEDIA_TYPE.fullmatch(word):
        problems.say(
            field, "media-type", value, "is not a media type. Left out.", "Example: text/csv."
        )
        return None
    return word


def format_of(media: str | None) -> str | None:
    """Return the format that a media type stands for, where it stands for one."""
    return _FORMATS.get(media or "")


def size(value: Any, field: str, problems: Problems) -> int | None:
    """Take over a number of bytes."""
    value = literal(value)
    if is_blank(value):
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return value
    problems.say(field, "size", value, "is not a number of bytes. Left out.")
    return None
