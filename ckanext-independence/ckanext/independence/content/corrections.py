"""A steward's corrections: a form of plain fields becomes a reading, and back. Pure.

Owns the names of the fields and what each may hold. What a reading does to a file is the
reader's; whether a correction fits, its outcome says. A label that a steward writes is no part of
a reading (by its own label a column is found again in the next file): it is handed back apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from .reading.model import TYPES, Choice, Column, Reading

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "MOST_COLUMNS",
    "Correction",
    "answer_text",
    "corrected",
    "does",
    "structure",
]

# More columns than this are read as they are; a form of all of them would be too large to send.
MOST_COLUMNS = 300
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows, western (cp1252)",
    "utf-16-le": "UTF-16 (“Unicode text”)",
    "utf-16-be": "UTF-16, big-endian",
    "cp437": "DOS (cp437)",
    "mac-roman": "old Macintosh",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe |"}
# What decides which columns there are: another one, and they are found anew.
STRUCTURE = ("encoding", "delimiter", "sheet", "range", "header_rows")

_NUMBERS = re.compile(r"(\d{1,9})(?:\s*[-\u2013]\s*(\d{1,9}))?")
_NONE = ("none", "no", "0", "-")
_LONGEST = 200


@dataclass
class Correction:
    """What a form asks for.

    Attributes:
        reading: how the file is to be read.
        labels: what a steward calls columns, by their names.
        problems: what cannot be understood, by field.
        anew: whether columns are found anew since something above them changed.
    """

    reading: Reading
    labels: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    anew: bool = False


def structure(reading: Reading) -> dict[str, str]:
    """Return the fields of what decides which columns there are, as a form shows them."""
    header = reading.header_rows
    return {
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "sheet": reading.sheet,
        "range": reading.range,
        "header_rows": "" if header is None else ", ".join(map(str, header)) or "none",
    }


def corrected(sent: Mapping[str, Sequence[str]], kind: str) -> Correction:
    """Return what a form asks for.

    Args:
        sent: the form's fields, each with all its values
        kind: of the file, as it was found

    The form's fields are those of ``structure`` (and again as ``was.…``, as the page showed them),
    ``date_order``, ``aside``, ``keep``, ``back`` (row numbers), ``unpivot.name``,
    ``unpivot.value``, ``unpivot.label`` (labels that are rows and stay so; ``was.unpivot`` are
    all that were), ``unpivot.off`` (no columns are to become rows), and for each column
    ``column.N.…``: ``source``, ``own`` (the file's label), ``name``, ``label``, ``type``,
    ``unit``, ``marks``, ``date_order``, ``drop``, ``fill_down``, ``rows``. ``answer.N`` is what
    a choice changes, as ``answer_text`` wrote it.
    """
    said = {name: str(values[-1]).strip(" ") for name, values in sent.items() if values}
    made = Correction(Reading(kind=kind))
    reading = made.reading
    reading.encoding = said.get("encoding", "")
    reading.delimiter = said.get("delimiter", "")
    reading.sheet = said.get("sheet", "")
    reading.range = said.get("range", "").upper().replace(" ", "")
    reading.date_order = said.get("date_order", "")
    reading.header_rows = _header(said.get("header_rows", ""), made)
    reading.aside = _rows(said.get("aside", ""), "aside", made)
    reading.keep = _rows(said.get("keep", ""), "keep", made)
    reading.keep += [row for row in sent.get("back", ()) if row not in reading.keep]
    if len(reading.delimiter) > 1:
        made.problems["delimiter"] = "The character between cells must be a single one."
    made.anew = any(
        f"was.{name}" in said and said[f"was.{name}"] != said.get(name, "") for name in STRUCTURE
    )
    _unpivot(sent, said, made)
    if not made.anew:
        reading.columns = _columns(said, made)
    for name, text in said.items():
        if name.startswith("answer.") and text:
            _answer(reading, _change(text))
    return made


def _header(text: str, made: Correction) -> list[int] | None:
    if not text:
        return None
    if text.lower() in _NONE:
        return []
    rows = _rows(text, "header_rows", made)
    numbers = [n for row in rows for n in _span(row)]
    if len(numbers) > 20:
        made.problems["header_rows"] = "A header has at most 20 rows. Write 1, or 5-6."
    return numbers


def _span(row: str) -> range:
    first, _dash, last = row.partition("-")
    return range(int(first), int(last or first) + 1)


def _rows(text: str, name: str, made: Correction) -> list[str]:
    rows: list[str] = []
    joined = re.sub(r"\s*[-\u2013]\s*", "-", text)
    for part in filter(None, re.split(r"[,;\s]+", joined)):
        found = _NUMBERS.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 0 < first <= last:
            made.problems[name] = f"“{text[:40]}”: write rows by their numbers, such as 1-4, 17."
            return rows
        rows.append(str(first) if first == last else f"{first}-{last}")
    return rows


def _unpivot(sent: Mapping[str, Sequence[str]], said: Mapping[str, str], made: Correction) -> None:
    """Take the columns that become rows: those that were so and stay, and those ticked now."""
    labels = [label for label in sent.get("unpivot.label", ()) if label]
    ticked = [
        said[f"column.{at}.own"]
        for at in _places(said)
        if f"column.{at}.rows" in said and said.get(f"column.{at}.own")
    ]
    before = [label for label in sent.get("was.unpivot", ()) if label]
    if labels + ticked != before:
        made.anew = True
    if not labels + ticked:
        # None would let the reader find out; that it was refused is kept.
        made.reading.unpivot = {} if before or "unpivot.off" in said else None
        return
    name, value = said.get("unpivot.name", ""), said.get("unpivot.value", "")
    if not name or not value or name == value:
        made.problems["unpivot.name"] = (
            "Columns become rows: say what their heads are, such as year, and what their cells "
            "are, such as amount."
        )
        return
    made.reading.unpivot = {"columns": labels + ticked, "name": name, "value": value}


def _places(said: Mapping[str, str]) -> list[int]:
    places = {name.split(".")[1] for name in said if name.startswith("column.")}
    return sorted(int(place) for place in places if place.isdecimal())[:MOST_COLUMNS]


def _columns(said: Mapping[str, str], made: Correction) -> list[Column]:
    columns: list[Column] = []
    names: set[str] = set()
    for at in _places(said):
        one = {
            name: said.get(f"column.{at}.{name}", "")
            for name in ("source", "own", "name", "label", "type", "unit", "marks", "date_order")
        }
        drop = f"column.{at}.drop" in said
        problem = _problem(one, set() if drop else names)
        if problem:
            made.problems[f"column.{at}.name"] = problem
            continue
        if not drop:
            names.add(one["name"].lower())
        columns.append(
            Column(
                source=int(one["source"]) if one["source"].isdecimal() else None,
                name=one["name"],
                label=one["own"],
                type=one["type"] if one["type"] in TYPES else "",
                drop=drop,
                fill_down=f"column.{at}.fill_down" in said,
                marks=dict.fromkeys(filter(None, map(str.strip, one["marks"].splitlines())), 0),
                unit=one["unit"],
                date_order=one["date_order"] if one["date_order"] in ("mdy", "dmy") else "",
            )
        )
        if one["label"] and one["label"] != one["own"] and not drop:
            made.labels[one["name"]] = one["label"][:_LONGEST]
    return columns


def _problem(one: Mapping[str, str], names: set[str]) -> str:
    name = one["name"]
    called = one["own"] or name
    if not name:
        return f"“{called}” needs a name in the data, such as case_number."
    if not re.fullmatch(r"[^\W_][\w ]*", name) or len(name.encode()) > 63:
        return (
            f"“{name[:70]}” cannot be a name in the data: letters, digits and _, beginning with a "
            "letter, at most 63."
        )
    if name.lower() in names:
        return f"Two columns are named “{name}”. Give each a name of its own."
    return ""


def answer_text(choice: Choice) -> str:
    """Write what an answer changes as the value of a form's field."""
    return json.dumps(choice.reading, ensure_ascii=False, separators=(",", ":"))


def _change(text: str) -> dict[str, Any]:
    try:
        change = json.loads(text)
        Reading.of(change)
    except (ValueError, TypeError, AttributeError):
        # No form of ours sends that.
        return {}
    return change if isinstance(change, dict) else {}


def _answer(reading: Reading, change: Mapping[str, Any]) -> None:
    """Lay an answer over a reading: rows are added to those that are there, all else replaced."""
    told = Reading.of(change)
    for one in fields(Reading):
        if one.name in change:
            value = getattr(told, one.name)
            if one.name in ("aside", "keep"):
                value = [*getattr(reading, one.name), *_told_rows(told, one.name)]
            setattr(reading, one.name, value)


def _told_rows(reading: Reading, name: str) -> list[str]:
    """Return rows of a reading as texts."""
    return [str(row) for row in getattr(reading, name)]


def does(choice: Choice) -> list[str]:
    """Say in sentences what an answer changes."""
    told, sentences = choice.reading, []
    reading = Reading.of(told)
    if "sheet" in told:
        sentences.append(f"Reads the sheet “{reading.sheet}”.")
    if "range" in told:
        sentences.append(f"Reads the cells {reading.range} and nothing else.")
    if "header_rows" in told:
        rows = reading.header_rows or []
        numbers = ", ".join(map(str, rows))
        sentences.append(
            f"Takes row {numbers} for the names of the columns."
            if rows
            else "Takes the first row for data, and names the columns by their place."
        )
    if "columns" in told:
        kept = [column.name or column.label for column in reading.columns if not column.drop]
        gone = [column.name or column.label for column in reading.columns if column.drop]
        if not reading.columns:
            sentences.append("Finds the columns anew.")
        if kept:
            sentences.append(f"Columns: {_some(kept)}.")
        if gone:
            sentences.append(f"Leaves out: {_some(gone)}.")
    for name, words in (("aside", "Sets aside"), ("keep", "Takes as data")):
        if name in told:
            rows_said = _told_rows(reading, name)
            kind = "row" if len(rows_said) == 1 else f"{len(rows_said):,} rows:"
            sentences.append(f"{words} {kind} {_some(rows_said)}.")
    if told.get("unpivot"):
        labels = told["unpivot"].get("columns") or []
        sentences.append(
            f"Turns {_some([str(one) for one in labels])} into rows, with columns "
            f"{told['unpivot'].get('name')} and {told['unpivot'].get('value')}."
        )
    if "date_order" in told:
        sentences.append(f"Reads 3/4 as {'March 4' if reading.date_order == 'mdy' else 'April 3'}.")
    return sentences


def _some(words: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(words[:most])
    return f"{shown} … ({len(words):,} in all)" if len(words) > most else shown
