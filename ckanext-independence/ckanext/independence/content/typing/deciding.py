"""What type a column has, by all of its cells.

Owns the order in which types are tried and what is said where none holds. Refuses to see cells:
it works on the shapes that `shapes` counts, and asks `numbers` and `moments`.
"""

# ruff: noqa: S608  (names are the stage's own, texts go through `literal`)

from __future__ import annotations

from ..reading.grid import Limits
from ..reading.model import Column
from . import names
from .moments import find_days, find_moments, find_times
from .numbers import find_numbers
from .plan import Found, Plan, Tally, bears
from .shapes import shape_of
from .staging import Stage, literal
from .words import FALSE, LETTERS, NO_DAY, TRUE, is_mark

__all__ = ["decide"]

_WANTED = {
    "integer": "whole number",
    "numeric": "number",
    "date": "date",
    "timestamp": "date with a time",
    "time": "time",
    "boolean": "yes or no",
}
# A column of text of which so many cells have another type is told why it stays text.
_NEARLY = 0.9


def decide(stage: Stage, position: int, column: Column, site_order: str, limits: Limits) -> Plan:
    """Find out what a column is, and how it is written.

    A declared type is kept to while it fits at least half of the cells; marks that are declared
    mean "no value" whatever the type comes to be. The column is told type, unit, date order
    and notes.
    """
    if column.type == "geometry":
        return Plan(column, f"c{position}", f"c{position}")
    tally = _tally(stage, position, column)
    if not tally.filled:
        column.type = column.type or "text"
        return Plan(column, tally.cell, tally.cell)
    declared = "" if column.type == "text" else column.type
    if declared or not (column.type or names.says_identifier(column)):
        found = _found(stage, tally, column, declared, site_order)
        plan = _plan(tally, column, found)
        total = tally.filled - plan.marked
        if found.type and bears(found.accepted, total, bool(declared), limits):
            column.type = found.type
            column.unit = column.unit or found.unit
            column.date_order, column.proved = found.order, found.proved
            column.notes += found.notes
            return plan
        if declared:
            column.notes.append(f"Most cells are no {_WANTED[declared]}, so they stay text.")
        elif sum(found.shapes.values()) >= _NEARLY * total and (why := _why_text(found, total)):
            column.notes.append(why)
    column.type, column.date_order = "text", ""
    return _plan(tally, column, Found("text", tally.shapes, tally.filled, tally.cell))


def _tally(stage: Stage, position: int, column: Column) -> Tally:
    cell = f"c{position}"
    marks = list(column.marks)
    rows = stage.ask(
        f"SELECT {shape_of(cell, marks)} AS shape, sum(n)::BIGINT FROM {stage.counted(cell)}"
        f" WHERE {cell} IS NOT NULL GROUP BY 1"
    )
    return Tally(cell, dict(rows), marks)


def _found(stage: Stage, tally: Tally, column: Column, declared: str, site: str) -> Found:
    """Return what most cells are, of the declared type or of any."""
    day, moment = names.says_day(column), names.says_moment(column)
    found = []
    if declared in ("", "boolean"):
        found.append(_booleans(tally, bool(declared) or names.says_flag(column)))
    if declared in ("", "date", "timestamp"):
        # An order that an earlier file could not prove binds no later one.
        order = column.date_order if column.proved else ""
        found.append(find_moments(stage, tally, declared, order, site, named=day, timed=moment))
        found.append(find_days(stage, tally, declared, named=day))
    if declared in ("", "time"):
        found.append(find_times(stage, tally))
    if declared in ("", "integer", "numeric"):
        found.append(find_numbers(stage, tally, declared))
    # Of equals the first: digits that are days are numbers, too.
    return max(found, key=lambda each: each.accepted + each.no_day)


def _booleans(tally: Tally, named: bool) -> Found:
    words = {word: n for word, n in tally.words().items() if word in TRUE | FALSE}
    both = TRUE & words.keys() and FALSE & words.keys()
    if not named and LETTERS & words.keys() and not both:
        return Found("")
    if {"y", "n", "yes", "no"} & words.keys() and {"t", "f", "true", "false"} & words.keys():
        return Found("")
    cell = f"lower({tally.cell})"
    true, false = (", ".join(map(literal, sorted(each & words.keys()))) for each in (TRUE, FALSE))
    value = (
        "CASE "
        + (f"WHEN {cell} IN ({true}) THEN true " if true else "")
        + (f"WHEN {cell} IN ({false}) THEN false " if false else "")
        + "END"
    )
    shapes = {f"={word}": n for word, n in words.items()}
    return Found("boolean" if words else "", shapes, sum(words.values()), value)


def _plan(tally: Tally, column: Column, found: Found) -> Plan:
    """Return how the column is written, its marks taken out and odd cells kept off."""
    text = found.type == "text"
    words = {
        word: n
        for word, n in tally.words().items()
        if word in tally.declared
        or (is_mark(word, in_text=text) and (text or f"={word}" not in found.shapes))
    }
    declared = [word for word in words if word in tally.declared]
    known = [word for word in words if word not in tally.declared]
    tests = []
    if declared:
        tests.append(f"{tally.cell} IN ({', '.join(map(literal, declared))})")
    if known:
        tests.append(f"lower({tally.cell}) IN ({', '.join(map(literal, known))})")
    if found.no_day:
        tests.append(f"{tally.cell} IN ({', '.join(map(literal, sorted(NO_DAY)))})")
    mark = " OR ".join(tests)
    marked = sum(words.values()) + found.no_day
    # Cells of other shapes must not be read by a lenient cast.
    strange = 0 if text else tally.filled - marked - sum(found.shapes.values())
    value = found.value
    if mark or strange:
        kept = f"WHEN {tally.within(found.shapes)} " if strange else ""
        first = f"WHEN {mark} THEN NULL " if mark else ""
        value = f"CASE {first}{kept}THEN {value} END" if kept else f"CASE {first}ELSE {value} END"
    odd = 0 if text else tally.filled - marked - found.accepted
    wanted = _WANTED.get(found.type, "")
    return Plan(column, tally.cell, value, mark, marked, found.flag, odd, wanted)


def _why_text(found: Found, total: int) -> str:
    if found.why or not found.type:
        return found.why
    odd = total - found.accepted
    cells = "cell is" if odd == 1 else "cells are"
    return f"Text, because {odd:,} {cells} no {_WANTED[found.type]}."
