"""What the key of a value within a text says that the value is.

Owns the spellings of a key beside its value: JSON, a query, a log's line, INI, YAML, the tags and
fields of XML and of web pages. Refuses prose, whose words ``finding`` looks for.
"""

from __future__ import annotations

import re2

from .meanings import Meaning, meaning_of

__all__ = ["said_by_key"]

_BEFORE = 160
_QUOTES = r"[\\\"']{0,4}"
_KEYS = tuple(
    re2.compile(pattern.encode())
    for pattern in (
        # {"name": "ssn", "value": …, <input name="ssn" value="…
        r"(?i)(?:name|id|key|field|label|code|type|kind)\\?[\"']?[ ]?[=:][ ]?\\?[\"']"
        rf"([^\"'<>\\]{{1,60}})\\?[\"'][^<>{{}}]{{0,60}}"
        rf"(?:value|number|no|num){_QUOTES}[ ]?[=:][ ]?{_QUOTES}$",
        # <ssn>…, <a:ssn type="text">…
        r"<(?:\w{1,30}:)?([A-Za-z_][\w.-]{0,60})(?:[ ][^<>]{0,80})?>[ ]?(?:<!\[CDATA\[)?$",
        # "Social Security": …
        rf"\"([^\"<>{{}}\\]{{1,60}})\\?\"[ ]?(?:=>|[:=])[ ]?{_QUOTES}$",
        # ssn=…, 'ssn': …, :ssn => …, ssn|…
        rf"([A-Za-z_][\w.-]{{0,60}}){_QUOTES}[ ]?(?:=>|:=|[:=|])[ ]?[(\[]?{_QUOTES}$",
    )
)
_NOTHING = Meaning()


def said_by_key(text: bytes, start: int) -> Meaning:
    """Return what the key of the value at this place says, nothing where it has none."""
    before = text[max(start - _BEFORE, 0) : start]
    for pattern in _KEYS:
        if match := pattern.search(before):
            return meaning_of(match.group(1).decode("ascii"))
    return _NOTHING
