"""Looking at the rows of a table for counts of persons that are small, shown or suppressed.

Owns what is a count and what is a suppressed one: a cell without a whole number of persons. In
which groups rows add up is told by ``groups``, what follows from that by ``deducing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...content.reading.database import connect, literal
from ...content.reading.grid import Limits
from .deducing import deduced
from .groups import is_total, sums
from .shape import Cells, Counted

__all__ = ["MOST_ROWS", "look", "look_at_file"]

# A table of totals is short; of a longer one the first rows are looked at.
MOST_ROWS = 20_000
LIMITS = Limits(memory_mb=256, threads=1)
_LARGEST = 10**12


def look(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Mapping[str, Any]],
    counts: Sequence[str],
    below: int,
) -> Cells:
    """Count the small counts of a table, and those suppressed that its totals give away.

    Args:
        rows: of the table, as dicts by column name
        columns: dicts with ``name``, ``type``, ``role`` and ``unit``
        counts: names of the columns that count persons
        below: counts from 1 to less than this are small

    Returns:
        how many, by column; ``note`` says where only the first ``MOST_ROWS`` rows were looked at.
    """
    note = ""
    if len(rows) > MOST_ROWS:
        note = f"Only its first {MOST_ROWS:,} rows were looked at."
        rows = rows[:MOST_ROWS]
    # A total of counts need not be declared as one itself.
    added = [name for name in map(_name, columns) if name not in counts and is_total(name)]
    values = {name: [_persons(row.get(name)) for row in rows] for name in (*counts, *added)}
    given_away = dict.fromkeys(values, 0)
    for (_row, name), count in deduced(values, sums(rows, columns, values)).items():
        given_away[name] += 0 < count < below
    found = {}
    for name in counts:
        told = [count for count in values[name] if count is not None]
        small = sum(0 < count < below for count in told)
        found[name] = Counted(len(told), small, given_away[name])
    return Cells(below, found, note)


def look_at_file(
    parquet: Path, columns: Sequence[Mapping[str, Any]], counts: Sequence[str], below: int
) -> Cells:
    """Look at the rows of a typed table; see ``look``.

    Args:
        parquet: as ``content.typing`` writes it
        columns: its columns, as in ``look``
        counts: as in ``look``; what is no column of the file is left out
        below: as in ``look``
    """
    with connect(parquet, limits=LIMITS) as db:
        found = db.execute(
            "SELECT * FROM read_parquet($1) LIMIT $2", [literal(parquet), MOST_ROWS + 1]
        )
        names = [str(one[0]) for one in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return look(rows, columns, [name for name in counts if name in names], below)


def _name(column: Mapping[str, Any]) -> str:
    return str(column.get("name"))


def _persons(value: Any) -> int | None:
    """Return a count of persons; None where there is none, as in a suppressed cell."""
    if isinstance(value, str):
        value = value.strip().replace(",", "")
        value = int(value) if value.isascii() and value.isdigit() and len(value) <= 12 else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        whole = int(value)
    except (OverflowError, ValueError):
        return None
    return whole if whole == value and 0 <= whole <= _LARGEST else None
