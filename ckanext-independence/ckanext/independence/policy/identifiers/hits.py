"""What a scan says it found: of which kind, where and how often, and never what it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["CERTAIN", "POSSIBLE", "Hit"]

CERTAIN, POSSIBLE = "certain", "possible"


@dataclass(frozen=True, slots=True)
class Hit:
    """One kind of protected information in one place.

    Attributes:
        kind: the recogniser's id, such as ``social-security``.
        certainty: ``certain`` where the form, its check digits or its column leave no doubt,
            ``possible`` where a person has to look.
        count: cells (or places in a text) that match.
        looked_at: cells that were looked at; 0 where it is no table.
        shape: what the matches look like with every letter and digit replaced, as 999-99-9999.
        column: name of the column; "" outside a table.
        place: where outside a column, in words: a sheet, "page 3", "author of the file", a
            member of an archive; "" where the column says it.
        sampled: whether only a sample of the rows was looked at.
    """

    kind: str
    certainty: str
    count: int
    looked_at: int = 0
    shape: str = ""
    column: str = ""
    place: str = ""
    sampled: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Hit:
        """Return it from what ``as_json`` gave."""
        return cls(**stored)
