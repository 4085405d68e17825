"""What is wrong with a record, at which place, and what would be right there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that data.gov would object to.

    `path` leads from the record to the value: names of fields and, in lists, positions from 0. An
    error makes the record invalid; a warning does not. `rule` names the kind of problem, so that
    problems of many records can be counted: it never holds a value of the record.
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
