"""What only a person knows: the questions that a file raises, in words, with their answers.

Owns the signs of an ambiguous shape (no header, several tables, equal groups of columns, headings
of sections, rows that do not fit) and what each answer changes in the reading. A question whose
answer is in the reading already is not asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from .header import Row
from .model import Choice, Outcome, Question, Reading
from .names import names_of
from .refusals import Ask

if TYPE_CHECKING:
    from .layout import Layout

__all__ = ["about_shape", "about_types", "letters", "no_header", "which_sheet"]

_SHOWN = 5


def letters(place: int) -> str:
    """Return a column's letters as spreadsheets write them: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _row(cells: Sequence[str]) -> str:
    shown = [cell for cell in cells if cell][:_SHOWN]
    return " · ".join(shown) + (" · …" if sum(map(bool, cells)) > _SHOWN else "")


def no_header(head: Sequence[Row]) -> Ask:
    """Ask which row names the columns."""
    choices = [
        Choice("No row names the columns: call them column_1, column_2 …", {"header_rows": []})
    ]
    choices += [
        Choice(f"Row {row.index + 1} does: {_row(row.cells)}", {"header_rows": [row.index + 1]})
        for row in head[:8]
        if len(row.filled) > 1
    ]
    text = "No row could be recognised that names the columns. Which one does?"
    return Ask(text, [Question("header", text, choices)])


def which_sheet(names: Sequence[tuple[str, int, int]]) -> Ask:
    """Ask which of several sheets is the table; each with its rows and columns."""
    text = f"The workbook has {len(names)} sheets with data. Which one is the table?"
    choices = [
        Choice(f"{name} ({rows:,} rows, {columns:,} columns)", {"sheet": name})
        for name, rows, columns in names
    ]
    return Ask(text, [Question("sheet", text, choices)])


def about_shape(layout: Layout, given: Reading) -> None:
    """Raise what the shape of a table leaves open.

    Raises:
        Ask: with all of the questions.
    """
    asked: list[Question] = []
    if not given.range:
        asked += _several_tables(layout) or _side_by_side(layout)
    if not given.columns and not asked:
        asked += _equal_groups(layout) or _unnamed(layout) or _short(layout)
    sections = any(one.source is None and one.fill_down for one in given.columns)
    if not asked:
        asked += ([] if sections else _headings(layout)) + _misfits(layout, given)
    if asked:
        raise Ask(asked[0].text, asked)


def about_types(outcome: Outcome, given: Reading, odd: int) -> None:
    """Turn an outcome into a question where declared types no longer fit the cells.

    ``odd``: rows set aside because a cell is not of its column's type.
    """
    declared = {column.name: column.type for column in given.columns if column.type}
    (table,) = outcome.tables
    outcome.misfits += [
        f"“{column.label or column.name}” was {declared[column.name]}; most of its cells are no "
        f"longer, so it is {column.type}."
        for column in table.columns
        if declared.get(column.name, column.type) != column.type
    ]
    if not declared or odd <= max(20, 0.01 * (table.rows + odd)):
        return
    rows = [str(aside.row) for aside in table.set_aside if aside.kind == "bad"]
    text = (
        f"{odd:,} rows have cells that are not of the types known from before. "
        "Have the columns changed their meaning?"
    )
    anew = [{**asdict(column), "type": "", "unit": ""} for column in given.columns]
    choices = [Choice("Find the types out again", {"columns": anew})]
    if len(rows) == odd:
        choices.append(Choice("Set these rows aside", {"aside": [*given.aside, *rows]}))
    outcome.status, outcome.message = "ask", text
    outcome.questions = [Question("types", text, choices)]


def _several_tables(layout: Layout) -> list[Question]:
    again = [aside.row - 1 for aside in layout.asides.values() if aside.kind == "header"]
    titled = [row for row in layout.headings if row.index + 1 in again or row.index + 2 in again]
    others = [row.index for row in layout.headers]
    if len({row.cells[row.filled[0]] for row in titled}) > 1:
        others += again
    if not others:
        return []
    starts = [layout.header[0] if layout.header else layout.first, *sorted(others)]
    text = (
        f"There seem to be {len(starts)} tables below one another, with headers in rows "
        f"{', '.join(str(start + 1) for start in starts[:12])}. Which one is wanted?"
    )
    right = letters(layout.width - 1)
    choices = []
    for at, start in enumerate(starts[:20]):
        end = str(starts[at + 1]) if at + 1 < len(starts) else ""
        choices.append(Choice(f"From row {start + 1}", {"range": f"A{start + 1}:{right}{end}"}))
    return [Question("tables", text, choices)]


def _side_by_side(layout: Layout) -> list[Question]:
    """See blocks of columns, parted by empty ones, whose labels come again."""
    blocks: list[list[int]] = [[]]
    for place in range(layout.width):
        if layout.filled[place] or layout.labels[place]:
            blocks[-1].append(place)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if len(block) > 1]
    if len(blocks) < 2:
        return []
    first = {layout.labels[place].lower() for place in blocks[0]} - {""}
    alike = [
        block
        for block in blocks[1:]
        if 2 * len(first & {layout.labels[place].lower() for place in block}) >= len(first) > 0
    ]
    if not alike:
        return []
    text = f"There are {len(blocks)} tables beside one another. Which one is wanted?"
    choices = [
        Choice(
            f"Columns {letters(block[0])} to {letters(block[-1])}: "
            + _row([layout.labels[place] for place in block]),
            {"range": f"{letters(block[0])}:{letters(block[-1])}"},
        )
        for block in blocks[:20]
    ]
    return [Question("tables", text, choices)]


def _equal_groups(layout: Layout) -> list[Question]:
    counted = Counter(label.lower() for label in layout.labels if label)
    again = [label for label, count in counted.items() if count > 1]
    if len(again) < 2:
        return []
    sources = [p for p in range(layout.width) if layout.filled[p] or layout.labels[p]]
    names = names_of([layout.labels[place] for place in sources], sources)
    all_of_them = [
        {"source": place, "label": layout.labels[place], "name": name}
        for place, name in zip(sources, names, strict=True)
    ]
    seen: Counter[str] = Counter()
    only_first = []
    for column in all_of_them:
        label = str(column["label"]).lower()
        seen[label] += 1
        only_first.append(column | ({"drop": True} if label and seen[label] > 1 else {}))
    shown = ", ".join(f"“{label}”" for label in again[:_SHOWN])
    text = (
        f"Several groups of columns have the same names ({shown} each "
        f"{max(counted.values())} times). What does each group mean? "
        "Give every column a name of its own."
    )
    return [
        Question(
            "columns",
            text,
            [
                Choice("Take all of them and number the names", {"columns": all_of_them}),
                Choice("Take the first of each only", {"columns": only_first}),
            ],
        )
    ]


def _unnamed(layout: Layout) -> list[Question]:
    if not layout.header:
        return []
    filled = [place for place in range(layout.width) if layout.filled[place]]
    unnamed = [place for place in filled if not layout.labels[place]]
    if unnamed == [layout.width - 1] and layout.header_cells == layout.width - 1:
        return [_shifted(layout)]
    if len(unnamed) <= max(2, 0.25 * len(filled)):
        return []
    row = layout.header[-1] + 1
    text = (
        f"Row {row:,} names {len(filled) - len(unnamed)} of {len(filled)} columns; "
        f"{', '.join(map(letters, unnamed[:12]))} have values but no name. "
        "Which row is the header, and what are the columns called?"
    )
    names = names_of([layout.labels[place] for place in filled], filled)
    columns = [
        {"source": place, "label": layout.labels[place], "name": name}
        for place, name in zip(filled, names, strict=True)
    ]
    return [
        Question(
            "header",
            text,
            [
                Choice(
                    "Keep this header and call the others by their place",
                    {"header_rows": [index + 1 for index in layout.header], "columns": columns},
                ),
                Choice("No row names the columns", {"header_rows": []}),
            ],
        )
    ]


def _shifted(layout: Layout) -> Question:
    """Ask about a header that is one name short: some programs leave out that of the first."""
    labels = layout.labels[:-1]
    text = (
        f"Each row has {layout.width} cells, but the header only {layout.width - 1} names. "
        "Which column has no name?"
    )
    # The words of the header are given to the places; the header itself is set aside.
    rows = [str(index + 1) for index in layout.header]
    choices = []
    for words, moved in (("The first", ["", *labels]), ("The last", [*labels, ""])):
        columns = [
            {"source": place, "label": label, "name": name}
            for place, (label, name) in enumerate(
                zip(moved, names_of(moved, range(layout.width)), strict=True)
            )
        ]
        choices.append(
            Choice(f"{words} one", {"header_rows": [], "aside": rows, "columns": columns})
        )
    return Question("header", text, choices)


def _short(layout: Layout) -> list[Question]:
    """Ask where nearly all rows lack the same cell at their end."""
    if not layout.short:
        return []
    text = (
        f"The header names {layout.width} columns, but the rows have {layout.width - layout.short} "
        "cells. Which of the columns is not in the file?"
    )
    rows = [index + 1 for index in layout.header]
    columns = [
        {"source": place, "label": label} for place, label in enumerate(layout.labels) if label
    ]
    last = Choice("The last: it is empty", {"header_rows": rows, "columns": columns})
    return [Question("header", text, [last])]


def _headings(layout: Layout) -> list[Question]:
    rows = layout.headings
    near = [
        row
        for row in rows
        if row.index - 1 in layout.blank
        or row.index - 1 in layout.asides
        or row.index == layout.first
        or row.index - 1 < layout.first
    ]
    if len(rows) < 2 or 2 * len(near) < len(rows):
        if rows:
            numbers = ", ".join(f"{row.index + 1:,}" for row in rows[:_SHOWN])
            layout.notes.append(
                f"{len(rows):,} rows hold a value in the first column only (row {numbers}"
                f"{' …' if len(rows) > _SHOWN else ''}). They were taken as data."
            )
        return []
    shown = ", ".join(f"“{row.cells[row.filled[0]]}”" for row in rows[:_SHOWN])
    all_numbers = [str(row.index + 1) for row in rows]
    text = (
        f"{len(rows):,} rows look like headings of sections ({shown}). "
        "What is below one belongs to it. Are they data?"
    )
    return [
        Question(
            "rows",
            text,
            [
                Choice(
                    "Make a column of them, “section”, before the others",
                    {"columns": [{"name": "section", "label": "Section", "fill_down": True}]},
                ),
                Choice("Set the headings aside", {"aside": all_numbers}),
                Choice("Take them as rows of data", {"keep": all_numbers}),
            ],
        )
    ]


def _misfits(layout: Layout, given: Reading) -> list[Question]:
    """See broken rows that are more than a few, and rows of one width that is not the header's."""
    bad = [aside for aside in layout.asides.values() if aside.kind == "bad"]
    total = len(bad) + max(len(layout.sample), 1)
    if len(bad) <= 5 or len(bad) < 0.1 * total or given.aside:
        return []
    widths = Counter(len(aside.cells) for aside in bad)
    width, count = widths.most_common(1)[0]
    text = (
        f"{len(bad):,} rows have another number of cells than the header ({layout.width}), "
        f"{count:,} of them {width}. Which cells belong to which column is not known. "
        "Correct the file, or say which rows to set aside."
    )
    numbers = [str(aside.row) for aside in bad]
    return [Question("rows", text, [Choice("Set these rows aside", {"aside": numbers})])]
