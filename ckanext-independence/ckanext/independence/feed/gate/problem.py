"""What is wrong with a record, at which place, and what would be right there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

# What of a text a message quotes, in characters, and of a whole number, in bits.
_QUOTED = 80
_BITS = 128


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that data.gov would object to.

    `path` leads from the record to the value: names of fields and, in lists, positions from 0; for
    a field that is missing, to where it would stand. An error makes the record invalid; a warning
    does not. `rule` names the kind of problem, so that problems of many records can be counted: it
    never holds a value of the record.
    """

    path: tuple[str | int, ...]
    message: str
    example: str = ""
    severity: Severity = "error"
    rule: str = ""

    @property
    def where(self) -> str:
        """The path as people write it, `distribution[0].mediaType`; empty for the whole record."""
        text = ""
        for part in self.path:
            if isinstance(part, int):
                text += f"[{part}]"
            else:
                text += f".{part}" if text else part
        return text

    def as_dict(self) -> dict[str, object]:
        """The problem as JSON holds it."""
        return {
            "path": list(self.path),
            "where": self.where,
            "message": self.message,
            "example": self.example,
            "severity": self.severity,
            "rule": self.rule,
        }


def shown(value: object) -> str:
    """A wrong value as a message quotes it: short, on one line, and storable whatever is in it."""
    match value:
        case None | bool():
            return json.dumps(value)
        case str():
            return repr(value if len(value) <= _QUOTED else f"{value[: _QUOTED - 1]}…")
        case int() if value.bit_length() > _BITS:
            return "a huge number"
        case int() | float():
            return repr(value)
        case list():
            return "a list" if value else "an empty list"
        case _:
            return "an object" if value else "an empty object"
