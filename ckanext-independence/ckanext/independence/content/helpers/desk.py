"""What the pages say of a file's contents, in words: its columns, and how it stands with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk

from ...catalog import words
from .. import corrections, dictionary, explained, proposals, states

__all__ = [
    "independence_content_column_facts",
    "independence_content_columns",
    "independence_content_delimiter",
    "independence_content_encoding",
    "independence_content_kind",
    "independence_content_kinds",
    "independence_content_letters",
    "independence_content_proposals",
    "independence_content_roles",
    "independence_content_state",
]

KINDS = {
    "text": "text",
    "integer": "whole number",
    "numeric": "number",
    "date": "date",
    "timestamp": "date and time",
    "time": "time of day",
    "boolean": "yes or no",
    "geometry": "shape on a map",
}


@dataclass(frozen=True)
class ShownColumn:
    """A column as the file's page explains it."""

    name: str
    label: str
    kind: str
    unit: str
    description: str
    codes: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    filled: str = ""
    distinct: str = ""
    range: str = ""


@dataclass(frozen=True)
class ShownColumns:
    """All columns of a file's table."""

    columns: list[ShownColumn]
    has_words: bool
    has_facts: bool


def independence_content_columns(resource_id: str) -> ShownColumns | None:
    """Return the columns of a file's table, explained; None where it has none."""
    found = explained.explained(resource_id)
    if found is None:
        return None
    columns = []
    for entry in found.columns:
        profile = found.profile.get(entry.name) or {}
        columns.append(
            ShownColumn(
                name=entry.name,
                label=entry.label or entry.name,
                kind=KINDS.get(entry.type, entry.type),
                unit=entry.unit,
                description=entry.description,
                codes=entry.codes,
                role=dictionary.ROLES.get(entry.role, "") if entry.role else "",
                filled=_percent(profile.get("filled")),
                distinct=_count(profile.get("distinct")),
                range=_range(entry.type, profile),
            )
        )
    return ShownColumns(columns, found.has_words, any(one.filled for one in columns))


def independence_content_column_facts(kind: str, profile: Mapping[str, Any]) -> str:
    """Say in a line what was found in a column: "98 % filled, 31 different, 2019 to 2024"."""
    filled, distinct = _percent(profile.get("filled")), _count(profile.get("distinct"))
    parts = [
        tk._("{share} filled").format(share=filled) if filled else "",
        tk._("{n} different").format(n=distinct) if distinct else "",
        _range(kind, profile),
    ]
    return ", ".join(part for part in parts if part)


def independence_content_state(resource_id: str) -> states.State:
    """Return how it stands with a file's contents, for who looks at its page."""
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        return states.state(context, resource_id)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        # What is deleted has a page for its steward, and no contents.
        return states.State("none")


def independence_content_encoding(name: str) -> str:
    """Return what people call an encoding."""
    return corrections.ENCODINGS.get(name, name)


def independence_content_delimiter(character: str) -> str:
    """Return what people call a delimiter."""
    return corrections.DELIMITERS.get(character, character)


def independence_content_letters(place: int) -> str:
    """Return what a spreadsheet calls a column, by its place from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def independence_content_kinds() -> dict[str, str]:
    """Return the types of columns, and what people call them."""
    return KINDS


def independence_content_kind(type: str) -> str:
    """Return what people call a type."""
    return KINDS.get(type, type)


@dataclass(frozen=True)
class ShownProposal:
    """What the files of a data set suggest, in a sentence, and what a form sends to take it."""

    sentence: str
    key: str


def independence_content_proposals(data: dict[str, Any]) -> list[ShownProposal]:
    """Return what the files of a data set say that it does not say itself."""
    return [ShownProposal(_sentence(one), one.key) for one in proposals.proposals(data)]


def _sentence(one: proposals.Proposal) -> str:
    if one.about == "period":
        start, end = (words.day(one.values[name]) for name in ("temporal_start", "temporal_end"))
        if one.column:
            return tk._("The dates of “{column}” run from {start} to {end}.").format(
                column=one.column, start=start, end=end
            )
        return tk._("The dates in the files run from {start} to {end}.").format(
            start=start, end=end
        )
    if one.about == "area":
        west, south, east, north = one.values["spatial_bbox"].split(",")
        return tk._(
            "Its places lie from {west} to {east} degrees east and {south} to {north} north."
        ).format(west=west, south=south, east=east, north=north)
    return tk._("The newest file came on {day}.").format(day=words.day(one.values["data_modified"]))


def independence_content_roles() -> dict[str, str]:
    """Return the roles of columns, and what people call them."""
    return dictionary.ROLES


def _percent(share: Any) -> str:
    if not isinstance(share, int | float):
        return ""
    if 0.99 < share < 1:
        # Not all of it, however few are missing.
        return "99+ %"
    return "< 1 %" if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def _count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else ""


def _range(kind: str, profile: Mapping[str, Any]) -> str:
    low, high = profile.get("min"), profile.get("max")
    if low in (None, "") or high in (None, "") or kind in ("text", "boolean", "geometry"):
        return ""
    low, high = _value(kind, low), _value(kind, high)
    return low if low == high else tk._("{low} to {high}").format(low=low, high=high)


def _value(kind: str, value: Any) -> str:
    if kind in ("integer", "numeric"):
        try:
            number = float(value)
        except (TypeError, ValueError):
            return str(value)
        # Years and numbers of houses read wrong with a separator.
        whole = f"{number:,.0f}" if abs(number) >= 10_000 else f"{number:.0f}"
        return whole if number == int(number) else f"{number:,.4f}".rstrip("0")
    text = str(value)
    if kind == "timestamp":
        try:
            return dt.datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M")
        except ValueError:
            return text
    return text
