"""The typed table and the rows that are not in it.

Owns ``table.parquet`` (the columns by name, ``_row``, and ``_marks`` where there are any) and
``rejects.csv`` (row, kind, reason, then the cells as they stood). Checks every number: what was
staged is what is written and what is set aside, cell by cell.
"""

# ruff: noqa: S608  (every name and text goes through `quoted` and `literal`)

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from ..reading.model import Aside
from .plan import Plan
from .staging import ROW_GROUP, Stage, literal, quoted

__all__ = ["odd_rows", "write_rejects", "write_table"]


def odd_rows(stage: Stage, plans: Sequence[Plan]) -> list[Aside]:
    """Return the rows that hold a cell which its column cannot take, and leave them out after."""
    odd = [plan for plan in plans if plan.odd]
    if not odd:
        stage.db.execute("CREATE TEMP TABLE odd (_row BIGINT)")
        return []
    tests = " OR ".join(plan.is_odd for plan in odd)
    # All rows of the file's row: an unpivot makes several of one.
    stage.db.execute(
        f"CREATE TEMP TABLE odd AS SELECT DISTINCT _row FROM {stage.table} WHERE {tests}"
    )
    cells = ", ".join(f"c{i}" for i in range(stage.width))
    which = ", ".join(plan.is_odd for plan in odd)
    asides: dict[int, Aside] = {}
    for row, *values in stage.ask(
        f"SELECT _row, {which}, {cells} FROM {stage.table} WHERE {tests} ORDER BY _row"
    ):
        wrong, held = values[: len(odd)], values[len(odd) :]
        reasons = [
            f"{plan.column.label or plan.column.name}: “{held[int(plan.cell[1:])]}” "
            f"is no {plan.wanted}."
            for plan, is_odd in zip(odd, wrong, strict=True)
            if is_odd
        ]
        aside = asides.setdefault(row, Aside(row, "bad", "", [cell or "" for cell in held]))
        aside.reason = " ".join(filter(None, [aside.reason, *reasons]))
    return list(asides.values())


def write_table(stage: Stage, plans: Sequence[Plan], path: Path) -> int:
    """Write the typed rows, count the marks of each column, and return how many rows there are.

    Raises:
        RuntimeError: a cell got lost on the way.
    """
    cells = [f"{plan.value} AS {quoted(plan.column.name)}" for plan in plans]
    marked = [plan for plan in plans if plan.marked]
    if marked:
        cells.append(f"{_marks(marked)} AS _marks")
    kept = "WHERE _row NOT IN (FROM odd)" if any(plan.odd for plan in plans) else ""
    rows = int(
        stage.ask(
            f"COPY (SELECT {', '.join(cells)}, _row FROM {stage.table} {kept})"
            f" TO {literal(str(path))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )[0][0]
    )
    table = f"read_parquet({literal(str(path))})"
    for plan in plans:
        plan.column.marks = {}
    if marked:
        found = stage.ask(f"SELECT _marks, count(*) FROM {table} WHERE _marks > '' GROUP BY 1")
        columns = {plan.column.name: plan.column for plan in marked}
        for marks, count in found:
            for name, mark in json.loads(marks).items():
                known = columns[name].marks
                known[mark] = known.get(mark, 0) + count
    there = ", ".join(f"count({quoted(plan.column.name)})" for plan in plans)
    were = ", ".join(f"count({plan.cell})" for plan in plans)
    values = stage.ask(f"SELECT {there} FROM {table}")[0]
    texts = stage.ask(f"SELECT {were} FROM {stage.table} {kept}")[0]
    for plan, typed, filled in zip(plans, values, texts, strict=True):
        marks_of = sum(plan.column.marks.values())
        if typed + marks_of != filled:
            raise RuntimeError(
                f"{plan.column.name}: {filled} cells were read, but {typed} values and"
                f" {marks_of} marks were written."
            )
    return rows


def write_rejects(asides: Sequence[Aside], path: Path) -> None:
    """Write all rows that were set aside, in the order of the file."""
    width = max((len(aside.cells) for aside in asides), default=0)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "kind", "reason", *(f"cell {i + 1}" for i in range(width))])
        for aside in asides:
            cells = aside.cells + [""] * (width - len(aside.cells))
            writer.writerow([aside.row, aside.kind, aside.reason, *cells])


def _marks(plans: Sequence[Plan]) -> str:
    entries = ", ".join(
        f"CASE WHEN {plan.mark} THEN {literal(json.dumps(plan.column.name) + ': ')}"
        f" || to_json({plan.cell}) END"
        for plan in plans
    )
    return f"nullif('{{' || concat_ws(', ', {entries}) || '}}', '{{}}')"
