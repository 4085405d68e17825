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
from .staging import Stage, literal, quoted

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
    marked = [plan for plan in plans if plan.marked or plan.flag]
    if marked:
        cells.append(f"{_marks(marked)} AS _marks")
    kept = "WHERE _row NOT IN (FROM odd)" if any(plan.odd for plan in plans) else ""
    rows = int(
        stage.ask(
            f"COPY (SELECT {', '.join(cells)}, _row FROM {stage.table} {kept})"
            f" TO {literal(str(path))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {stage.group})"
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
    _check(stage, plans, table, kept)
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


def _check(stage: Stage, plans: Sequence[Plan], table: str, kept: str) -> None:
    """See that each cell that was read is a value in the table, or a mark."""
    values = stage.ask(
        f"SELECT {', '.join(f'count({quoted(p.column.name)})' for p in plans)} FROM {table}"
    )[0]
    cells = stage.ask(
        f"SELECT {', '.join(f'count({p.cell})' for p in plans)} FROM {stage.table} {kept}"
    )[0]
    for plan, value, cell in zip(plans, values, cells, strict=True):
        marks = sum(plan.column.marks.values())
        if plan.flag and marks:
            test = f"({plan.flag}) IS NOT NULL AND ({plan.value}) IS NOT NULL"
            marks -= stage.ask(f"SELECT count(*) FILTER ({test}) FROM {stage.table} {kept}")[0][0]
        if value + marks != cell:
            raise RuntimeError(
                f"{plan.column.name}: {cell} cells were read, but {value} values and {marks}"
                " marks were written."
            )


def _marks(plans: Sequence[Plan]) -> str:
    entries = []
    for plan in plans:
        name = literal(json.dumps(plan.column.name, ensure_ascii=False) + ": ")
        marks = [f"WHEN {plan.mark} THEN {name} || to_json({plan.cell})"] if plan.mark else []
        if plan.flag:
            there = f"({plan.value}) IS NOT NULL"
            marks.append(f"WHEN {there} THEN {name} || to_json({plan.flag})")
        entries.append(f"CASE {' '.join(marks)} END")
    return f"nullif('{{' || concat_ws(', ', {', '.join(entries)}) || '}}', '{{}}')"
