"""Where a table adds up: rows that are the total of others, and columns that are.

Owns what is taken for a total. A row is one by a word such as Total or Citywide in a column of
groups, or by an empty cell there; a column is one where its number is that of columns beside it.
What the complete groups contradict is no total, however it is called; where an empty cell is all
that says so, at least one complete group has to agree.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["Cell", "Sum", "is_total", "sums"]

Cell = tuple[int, str]
"""A cell of a count: number of the row, name of the column."""
Sum = tuple[Cell, list[Cell]]
"""A total, and the cells that add up to it."""
Counts = Mapping[str, Sequence[int | None]]

_TOTAL = re.compile(
    r"((grand|overall|city|county|state)[ -]?)?totals?( .*)?|all( (?!other).*)?|overall|everyone"
    r"|(city|county|state|nation|system)[ -]?wide( .*)?|both( sexes| genders)?|.* (total|combined)"
)
# What is written to the left of counts; more columns than these are no groups.
_MOST_GROUPS = 12
_LONGEST_RUN = 40


def is_total(label: str) -> bool:
    """Say whether a label, or the name of a column, is that of a total."""
    return bool(_TOTAL.fullmatch(" ".join(label[:200].lower().replace("_", " ").split())))


def sums(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]], counts: Counts
) -> list[Sum]:
    """Return each total of a table with what it is the total of.

    Args:
        rows: as dicts by column name
        columns: in order, dicts with ``name``, ``type``, ``role`` and ``unit``
        counts: by column, the count of each row, None where it is suppressed
    """
    return [*_row_totals(rows, columns, counts), *_column_totals(columns, counts)]


# ---- Rows -----------------------------------------------------------------------------------


def _row_totals(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]], counts: Counts
) -> Iterator[Sum]:
    groups = {
        name: [_label(row.get(name)) for row in rows]
        for name in (str(column.get("name")) for column in columns if _is_group(column, counts))
    }
    if not rows or not 0 < len(groups) <= _MOST_GROUPS:
        return
    needed = _needed(groups)
    for name, labels in groups.items():
        words = {label for label in labels if _TOTAL.fullmatch(label)}
        others = [groups[other] for other in needed if other != name]
        for totals, sure in ((words, True), ({""} - words, False)):
            if any(label in totals for label in labels):
                yield from _of_groups(labels, totals, others, counts, sure)


def _is_group(column: Mapping[str, Any], counts: Counts) -> bool:
    if str(column.get("name")) in counts or column.get("type") in ("numeric", "geometry"):
        return False
    whole = column.get("type") == "integer"
    return not (whole and (column.get("unit") or column.get("role") in ("measure", "longitude")))


def _label(value: Any) -> str:
    return "" if value is None else " ".join(str(value)[:200].lower().split())


def _needed(groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns that it takes to tell the rows apart; codes and notes are left out."""
    height = len(next(iter(groups.values())))

    def tell_apart(names: Sequence[str]) -> bool:
        return len(set(zip(*(groups[name] for name in names), strict=True))) == height

    def dispensable(name: str) -> tuple[bool, bool, int]:
        labels = groups[name]
        has_total = any(label == "" or _TOTAL.fullmatch(label) for label in set(labels))
        return has_total, len(set(labels)) < height, -list(groups).index(name)

    kept = list(groups)
    if tell_apart(kept):
        for name in sorted(groups, key=dispensable):
            rest = [other for other in kept if other != name]
            if rest and tell_apart(rest):
                kept = rest
    return kept


def _of_groups(
    labels: Sequence[str],
    totals: set[str],
    others: Sequence[Sequence[str]],
    counts: Counts,
    sure: bool,
) -> Iterator[Sum]:
    """Yield the sums in which rows of these labels are the totals of those beside them."""
    of_total = [row for row, label in enumerate(labels) if label in totals]
    members = [row for row, label in enumerate(labels) if label not in totals]
    # A code or a place that changes along with this column is no group of its own.
    keys = [
        other for other in others
        if {other[row] for row in of_total} <= {other[row] for row in members}
    ]  # fmt: skip
    parts: dict[Hashable, list[int]] = {}
    for row in members:
        parts.setdefault(tuple(key[row] for key in keys), []).append(row)
    of_key: dict[Hashable, list[int]] = {}
    for row in of_total:
        of_key.setdefault(tuple(key[row] for key in keys), []).append(row)
    for name, cells in counts.items():
        found: list[Sum] = [
            ((whole[0], name), [(row, name) for row in parts[key]])
            for key, whole in of_key.items()
            if len(whole) == 1 and len(parts.get(key, ())) > 1
        ]
        agree = [_agrees(cells, one) for one in found]
        if False not in agree and (sure or True in agree):
            yield from found


def _agrees(cells: Sequence[int | None], one: Sum) -> bool | None:
    """Say whether a total is that of its parts; None where cells are missing."""
    (row, _name), parts = one
    whole = cells[row]
    told = [cells[part] for part, _ in parts]
    known = sum(count for count in told if count is not None)
    if whole is None:
        return None
    if None in told:
        return None if known <= whole else False
    return known == whole


# ---- Columns --------------------------------------------------------------------------------


def _column_totals(columns: Sequence[Mapping[str, Any]], counts: Counts) -> Iterator[Sum]:
    """Yield the sums in which a column is the total of those right before or right after it."""
    names = [str(column.get("name")) for column in columns if str(column.get("name")) in counts]
    names = [*dict.fromkeys(names)]
    for place, name in enumerate(names):
        before, after = names[:place][::-1][:_LONGEST_RUN], names[place + 1 :][:_LONGEST_RUN]
        for run in (before, after):
            length = _longest_run(counts, name, run)
            if length:
                for row in range(len(counts[name])):
                    yield (row, name), [(row, part) for part in run[:length]]
                break


def _longest_run(counts: Counts, name: str, run: Sequence[str]) -> int:
    """Return how many columns add up to one in all rows that are complete; 0 where none do."""
    whole = counts[name]
    candidates = [*range(len(run), 1, -1)]
    for length in candidates:
        parts = [counts[part] for part in run[:length]]
        seen = 0
        for row, total in enumerate(whole):
            told = [part[row] for part in parts]
            if total is None or None in told:
                continue
            if sum(count for count in told if count is not None) != total:
                seen = 0
                break
            # Rows without anybody add up to anything.
            seen += total > 0
        if seen >= 2:
            return length
    return 0
