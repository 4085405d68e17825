"""What follows from sums in which a cell is missing: where only one is, it is the rest.

Owns the arithmetic that any reader could do. A cell that was found helps to find others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from .groups import Cell, Sum

__all__ = ["deduced"]


def deduced(counts: Mapping[str, Sequence[int | None]], sums: Sequence[Sum]) -> dict[Cell, int]:
    """Return the missing cells that the others give away, with what they are.

    Args:
        counts: by column, the count of each row, None where it is missing
        sums: totals with the cells that add up to them
    """
    found: dict[Cell, int] = {}
    # By sum: the cells that are missing, and how much more the total is than the others.
    missing: list[set[Cell]] = []
    rest: list[int] = []
    where: dict[Cell, list[int]] = {}
    for number, (total, parts) in enumerate(sums):
        missing.append(set())
        rest.append(0)
        for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
            count = counts[cell[1]][cell[0]]
            if count is None:
                missing[number].add(cell)
                where.setdefault(cell, []).append(number)
            else:
                rest[number] += sign * count
    open_sums = deque(number for number, cells in enumerate(missing) if len(cells) == 1)
    while open_sums:
        number = open_sums.popleft()
        if len(missing[number]) != 1:
            continue
        (cell,) = missing[number]
        is_total = sums[number][0] == cell
        count = -rest[number] if is_total else rest[number]
        if count < 0:
            # The total is not that of these parts after all.
            missing[number].clear()
            continue
        found[cell] = count
        for other in where[cell]:
            if cell in missing[other]:
                missing[other].discard(cell)
                rest[other] += count if sums[other][0] == cell else -count
                if len(missing[other]) == 1:
                    open_sums.append(other)
    return found
