r"""The formats of strings that data.gov's schemas name, exactly as its validator applies them.

Owns which strings pass as a URI, an IRI, a date, a date-time or a mailto address, in the reading of
the `jsonschema` library with its format extra: an end of line behind the last character passes
where that library lets it pass. Every check takes time in proportion to the string, whatever is in
it. Refuses values that are no strings.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

# RFC 3986 and RFC 3987, section 2.2 each.
_ALNUM = "a-zA-Z0-9"
_UNRESERVED = rf"{_ALNUM}._~\-"
_SUB_DELIMS = "!$&'()*+,;="
_UCSCHAR = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_IPRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"


def _run(characters: str) -> str:
    """Any number of these characters and of percent-encoded bytes, without a way back."""
    return rf"[{characters}]*+(?:%[0-9A-Fa-f]{{2}}[{characters}]*+)*+"


def _identifier(ucschar: str, iprivate: str) -> re.Pattern[str]:
    name = _UNRESERVED + _SUB_DELIMS + ucschar
    pchar = name + ":@"
    return re.compile(
        rf"[a-zA-Z][{_ALNUM}+.\-]*+:"
        rf"(?://(?:{_run(name + ':')}@)?(?:\[(?P<literal>[^\]]*+)\]|{_run(name)})(?::[0-9]*+)?"
        rf"(?:/{_run(pchar + '/')})?"
        rf"|(?!//){_run(pchar + '/')})"
        rf"(?:\?{_run(pchar + '/?' + iprivate)})?"
        rf"(?:\#{_run(pchar + '/?')})?$"
    )


_URI = _identifier("", "")
_IRI = _identifier(_UCSCHAR, _IPRIVATE)
_FUTURE_LITERAL = re.compile(rf"v[0-9A-Fa-f]+\.[{_UNRESERVED}{_SUB_DELIMS}:]+")
_GROUP = re.compile("[0-9A-Fa-f]{1,4}")
_OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
_FOUR_OCTETS = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})"
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
)
# The first point that leaves a character before it decides; without that, a long host of points
# would be tried at each of them.
_MAILTO = re.compile(r"mailto:[\w~!$&'()*+,;=:.\-]++@(?>[\w.\-]+?\.)[\w.\-]+$")


def is_uri(text: str) -> bool:
    """Say whether `text` is an absolute URI, with or without a fragment (RFC 3986)."""
    return _is_identifier(_URI, text)


def is_iri(text: str) -> bool:
    """Say whether `text` is an absolute IRI, with or without a fragment (RFC 3987)."""
    return _is_identifier(_IRI, text)


def is_date(text: str) -> bool:
    """Say whether `text` is a day of the calendar, as 2026-01-31 (RFC 3339, full-date)."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """Say whether `text` is a moment with its offset, as 2026-01-31T08:30:00-06:00 (RFC 3339).

    A leap second, the year 0 and a moment without offset are none.
    """
    found = _DATE_TIME.match(text)
    if not found:
        return False
    year, month, day = map(int, found.groups())
    return year > 0 and 1 <= day <= calendar.monthrange(year, month)[1]


def is_mailto(text: str) -> bool:
    """Say whether `text` is one address behind `mailto:`, as both of data.gov's schemas want it."""
    return _MAILTO.match(text) is not None


def _is_identifier(pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.match(text)
    if not found:
        return False
    literal = found["literal"]
    return literal is None or _is_address(literal) or bool(_FUTURE_LITERAL.fullmatch(literal))


def _is_address(literal: str) -> bool:
    """Say whether `literal` is an IPv6 address (RFC 3986, IPv6address)."""
    head, gap, tail = literal.partition("::")
    before, after = _groups(head, last=not gap), _groups(tail, last=True)
    if before is None or after is None:
        return False
    return before + after <= 7 if gap else before == 8


def _groups(text: str, last: bool) -> int | None:
    """How many groups of 16 bits these are; four octets count as two and may only come last."""
    if not text:
        return 0
    *most, end = text.split(":")
    if not all(_GROUP.fullmatch(group) for group in most):
        return None
    if _GROUP.fullmatch(end):
        return len(most) + 1
    return len(most) + 2 if last and _FOUR_OCTETS.fullmatch(end) else None
