"""The columns of a table, explained: a steward's words beside what was found. Pure.

Owns the shape of an explanation, its CSV form both ways, what is proposed before anybody wrote a
word, and how words find their columns again after a reload. Words are kept by the column's name;
those whose column is gone are never thrown away here. Refuses what could not be written back
as it was read, and says in which row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = [
    "ROLES",
    "Entry",
    "Wrong",
    "codes_of",
    "codes_text",
    "commented",
    "from_csv",
    "merged",
    "parsed",
    "proposed",
    "to_csv",
    "updated",
]

# What a column can be to people, by its name in the data; "" is nothing in particular.
ROLES = {
    "": "None",
    "identifier": "Identifier",
    "count-of-persons": "Count of people",
    "personal-contact": "Personal contact",
    "public-record": "Public record",
    "longitude": "Longitude",
    "latitude": "Latitude",
    "measure": "Measure",
    "category": "Category",
}
LONGEST = {"label": 200, "description": 4000, "unit": 60}
MOST_CODES = 500
HEADER = ("column", "label", "description", "unit", "codes", "role", "type")
# What people call the columns of the CSV form when they write it themselves.
_HEADINGS = {
    "name": "column",
    "field": "column",
    "column name": "column",
    "field name": "column",
    "title": "label",
    "notes": "description",
    "definition": "description",
    "meaning": "description",
    "units": "unit",
    "values": "codes",
    "code": "codes",
}
# A cell that a spreadsheet would take for a formula is written behind an apostrophe.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Wrong(Exception):
    """An explanation cannot be taken. ``problems`` says where and why, a sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the sentences."""
        super().__init__(" ".join(problems))
        self.problems = list(problems)


@dataclass
class Entry:
    """One column, explained.

    Attributes:
        name: its name in the table.
        label: what people call it.
        description: what it means.
        unit: such as "%", "$" or "minutes".
        codes: each value that is a code, and what it means.
        role: one of ``ROLES``.
        type: one of ``reading.model.TYPES``; the reading decides it, and not the dictionary.
    """

    name: str
    label: str = ""
    description: str = ""
    unit: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    role: str = ""
    type: str = ""

    @property
    def has_words(self) -> bool:
        """Tell whether somebody explained it."""
        return bool(self.description or self.codes)

    def as_json(self) -> dict[str, Any]:
        """Return its JSON form."""
        return asdict(self)


WORDS = ("label", "description", "unit", "codes", "role")


# ---- Words and columns ----------------------------------------------------------------------


def merged(
    columns: Iterable[Mapping[str, Any]], words: Iterable[Mapping[str, Any]]
) -> tuple[list[Entry], list[Entry]]:
    """Lay a steward's words over the columns of a table.

    Args:
        columns: of the table, in order: ``name``, ``type`` and what the file itself says
            (``label``, ``unit``)
        words: what was written before, by ``name``; a key that is there counts, even if it is
            empty, save that a label is never less than the file's own

    Returns:
        an entry for each column, in order; and those whose column is not in the table.
    """
    known = {str(one.get("name")): one for one in words}
    entries = []
    for column in columns:
        name = str(column["name"])
        entry = _entry(column)
        own_label = entry.label
        for key in WORDS:
            if key in known.get(name, {}):
                setattr(entry, key, _copy(known[name][key]))
        entry.label = entry.label or own_label
        entries.append(entry)
    there = {entry.name for entry in entries}
    return entries, [_entry(one) for name, one in known.items() if name not in there]


def updated(
    words: Iterable[Mapping[str, Any]],
    given: Iterable[Mapping[str, Any]],
    *,
    forget: Iterable[str] = (),
    rename: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return a resource's words after a steward's change; columns that were not named stay.

    Args:
        words: as they are kept
        given: by ``name``; each key that is there replaces what was kept
        forget: names whose words are thrown away
        rename: from a name whose column is gone to the column that it is now: its words fill
            what is empty there
    """
    kept = {str(one["name"]): dict(one) for one in words}
    for one in given:
        mine = kept.setdefault(str(one["name"]), {"name": str(one["name"])})
        mine.update({key: _copy(one[key]) for key in (*WORDS, "type") if key in one})
    for old, new in (rename or {}).items():
        source = kept.pop(old, None)
        if source and new:
            target = kept.setdefault(new, {"name": new})
            for key in WORDS:
                # Its label is the file's new one; everything else comes along.
                if key != "label" and source.get(key) and not target.get(key):
                    target[key] = source[key]
    for name in forget:
        kept.pop(name, None)
    return list(kept.values())


def commented(entry: Entry) -> dict[str, Any]:
    """Return an entry as CKAN's DataStore keeps it in a column's comment (its ``_info``)."""
    info = {
        "label": entry.label,
        "notes": entry.description,
        "unit": entry.unit,
        "codes": entry.codes,
        "role": entry.role,
        "type": entry.type,
    }
    return {key: value for key, value in info.items() if value}


def _entry(given: Mapping[str, Any]) -> Entry:
    codes = given.get("codes")
    return Entry(
        name=str(given.get("name") or ""),
        label=str(given.get("label") or ""),
        description=str(given.get("description") or ""),
        unit=str(given.get("unit") or ""),
        codes={str(k): str(v) for k, v in codes.items()} if isinstance(codes, Mapping) else {},
        role=str(given.get("role") or ""),
        type=str(given.get("type") or ""),
    )


def _copy(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value or "")


# ---- What is proposed -----------------------------------------------------------------------

_IDENTIFIER = re.compile(r"(^|[_\W])(id|no|nbr|num|number|case|permit|parcel|apn|key|pin)([_\W]|$)")
_PERSONS = re.compile(
    r"(^|[_\W])(persons?|people|residents?|population|attend(ance|ees)|enrol+ment|participants?"
    r"|victims?|injur(ed|ies)|fatalit(y|ies)|killed|students|employees)([_\W]|$)"
)
_CONTACT = re.compile(r"(^|[_\W])(e-?mail|phone|telephone|cell|mobile|fax)([_\W]|$)")
_LONGITUDE = re.compile(r"^(longitude|lon|lng|long)$|(^|_)longitude$")
_LATITUDE = re.compile(r"^(latitude|lat)$|(^|_)latitude$")
# A column of more different values than this is no category.
_CATEGORIES = 60


def proposed(entry: Entry, profile: Mapping[str, Any]) -> str:
    """Return the role that name, label, type and profile suggest; "" where nothing does.

    Args:
        entry: the column
        profile: what ``profiles`` found in it (``filled`` 0 to 1, ``distinct``, ``nulls``,
            ``min``, ``max``, ``top``)
    """
    said = f"{entry.name} {entry.label}".lower()
    numbers = entry.type in ("integer", "numeric")
    if numbers and _LONGITUDE.search(entry.name.lower()) and _within(profile, 180):
        return "longitude"
    if numbers and _LATITUDE.search(entry.name.lower()) and _within(profile, 90):
        return "latitude"
    if entry.type in ("text", "integer") and _CONTACT.search(said):
        return "personal-contact"
    if entry.type == "integer" and _PERSONS.search(said):
        return "count-of-persons"
    if _IDENTIFIER.search(said) and entry.type in ("text", "integer") and _unique(profile):
        return "identifier"
    if entry.type == "numeric" or (entry.type == "integer" and entry.unit):
        return "measure"
    distinct = profile.get("distinct")
    repeated = any(count > 1 for _value, count in profile.get("top") or ())
    if entry.type in ("text", "boolean") and distinct and distinct <= _CATEGORIES and repeated:
        return "category"
    return ""


def _unique(profile: Mapping[str, Any]) -> bool:
    top = profile.get("top") or ()
    return bool(profile.get("distinct")) and all(count == 1 for _value, count in top)


def _within(profile: Mapping[str, Any], limit: float) -> bool:
    try:
        return -limit <= float(profile["min"]) and float(profile["max"]) <= limit
    except (KeyError, TypeError, ValueError):
        return False


# ---- Checked --------------------------------------------------------------------------------


def parsed(given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Check what a program or a form sent.

    Raises:
        Wrong: something is too long, no role, or no set of codes.
    """
    problems: list[str] = []
    found: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(given, 1):
        if not isinstance(one, Mapping) or not str(one.get("name") or "").strip():
            problems.append(f'Entry {number} names no column, such as {{"name": "case_number"}}.')
            continue
        name = str(one["name"])
        if name in found:
            problems.append(f"{name}: is explained twice.")
            continue
        entry: dict[str, Any] = {"name": name}
        for key, longest in LONGEST.items():
            if key in one:
                entry[key] = str(one[key] or "").strip()
                if len(entry[key]) > longest:
                    problems.append(
                        f"{name}: the {key} has {len(entry[key]):,} characters; at most "
                        f"{longest:,} are kept. Shorten it."
                    )
        if "role" in one:
            entry["role"] = str(one["role"] or "")
            if entry["role"] not in ROLES:
                known = ", ".join(filter(None, ROLES))
                problems.append(f"{name}: {entry['role']!r} is no role. Known: {known}.")
        if "codes" in one:
            try:
                entry["codes"] = _checked_codes(one["codes"])
            except ValueError as error:
                problems.append(f"{name}: {error}")
        found[name] = entry
    if problems:
        raise Wrong(problems)
    return list(found.values())


def _checked_codes(given: Any) -> dict[str, str]:
    codes = codes_of(given) if isinstance(given, str) else given or {}
    if not isinstance(codes, Mapping):
        raise ValueError('the codes must be values with meanings, such as {"A": "Active"}.')
    if len(codes) > MOST_CODES:
        raise ValueError(f"there are {len(codes):,} codes; at most {MOST_CODES} are kept.")
    found = {str(value).strip(): str(meaning).strip() for value, meaning in codes.items()}
    for value, meaning in found.items():
        if "=" in value or "\n" in value or "\n" in meaning or not meaning:
            raise ValueError(
                f"the code {value[:40]!r} cannot be written as a line “value = meaning”."
            )
    return found


def codes_of(text: str) -> dict[str, str]:
    """Read codes from lines "value = meaning".

    Raises:
        ValueError: a line is none, or a value has two meanings.
    """
    codes: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        value, equals, meaning = (part.strip() for part in line.partition("="))
        if not equals or not meaning:
            raise ValueError(
                f"the code {line[:60]!r} needs a meaning. Write one a line: A = Active."
            )
        if value in codes:
            raise ValueError(f"the code {value[:60]!r} has two meanings.")
        codes[value] = meaning
    return codes


def codes_text(codes: Mapping[str, str]) -> str:
    """Write codes as lines "value = meaning"."""
    return "\n".join(f"{value} = {meaning}" for value, meaning in codes.items())


# ---- As CSV ---------------------------------------------------------------------------------


def to_csv(entries: Iterable[Entry]) -> str:
    """Write entries as CSV, a row for each column; ``from_csv`` reads it back."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for one in entries:
        codes = codes_text(one.codes)
        row = [one.name, one.label, one.description, one.unit, codes, one.role, one.type]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()


def from_csv(content: bytes, columns: Iterable[str]) -> list[dict[str, Any]]:
    """Read a CSV file in which somebody explained columns.

    Its header names "column" and any of label, description, unit, codes and role, in any order;
    what else it has is not read. A column that the file leaves out keeps its words, and so do
    those that a heading leaves out.

    Args:
        content: the file's bytes
        columns: names of the columns that can be explained

    Returns:
        checked entries, as ``parsed`` gives them.

    Raises:
        Wrong: it is no such file, or a row cannot be taken; every such row is named.
    """
    rows = _rows(content)
    if not rows:
        raise Wrong(["The file is empty. Download the present words as CSV to begin with."])
    _number, header = rows[0]
    keys = [_HEADINGS.get(cell, cell) for cell in (cell.strip().lower() for cell in header)]
    if "column" not in keys:
        raise Wrong(
            [
                'Row 1 has no heading "column". Begin the file with a row such as: '
                + ",".join(HEADER[:-1])
            ]
        )
    doubled = sorted({key for key in keys if key in HEADER and keys.count(key) > 1})
    if doubled:
        raise Wrong([f"Row 1 names {' and '.join(doubled)} twice."])
    known = {name: name for name in columns}
    # A label for a name, or other capitals: what a person would take for the same.
    folded = {name.casefold(): name for name in known}
    problems: list[str] = []
    found: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for number, cells in rows[1:]:
        if len(cells) > len(keys) and any(cell.strip() for cell in cells[len(keys) :]):
            problems.append(
                f"Row {number} has {len(cells)} cells; the first row names {len(keys)}. Put cells "
                "that hold a comma in quotation marks."
            )
            continue
        row = {key: _unguarded(cell) for key, cell in zip(keys, cells, strict=False)}
        name = row.get("column", "").strip()
        name = known.get(name) or folded.get(name.casefold()) or name
        if not name:
            problems.append(f"Row {number} names no column.")
        elif name not in known:
            problems.append(f"Row {number}: the table has no column named {name[:80]!r}.")
        elif name in seen:
            problems.append(f"Row {number}: {name} was explained in row {seen[name]} already.")
        else:
            seen[name] = number
            one = {"name": name} | {key: row[key] for key in WORDS if key in row}
            try:
                found += parsed([one])
            except Wrong as error:
                problems += [f"Row {number}: {problem}" for problem in error.problems]
    if problems:
        raise Wrong(problems)
    return found


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    if b"\0" in content:
        raise Wrong(["This is no CSV file. Save the table as CSV (UTF-8) and choose it again."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel's plain "CSV" is on an American computer.
        text = content.decode("cp1252", errors="replace")
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = []
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
    except csv.Error as error:
        raise Wrong([f"Line {reader.line_num} is not CSV: {error}."]) from error
    return rows


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
