"""Actions that write what the public reads of a file, closed to what no text may hold.

Owns the refusal: what columns mean, what is said of a version, what a chart is called. Texts of the
data set itself pass its own last validator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk

from ... import book, protected
from ...rulebook import ENFORCE

__all__ = [
    "independence_content_chart_update",
    "independence_content_dictionary_update",
    "independence_content_map_update",
    "independence_content_stream_declare",
    "independence_content_version_note",
]

Context = dict[str, Any]
Data = dict[str, Any]
Next = Callable[[Context, Data], Any]
REFUSAL = (
    "It seems to hold a number that identifies a person, such as a Social Security number. Say it "
    "without one."
)


def _check(data_dict: Data, name: str) -> None:
    """Refuse what is sent under a name if it holds a protected number.

    Raises:
        ValidationError: it does
    """
    rules = [one for one in book.rulebook().rules if one.check.name == "no-direct-identifiers"]
    if not any(rule.mode == ENFORCE and rule.in_force(book.today()) for rule in rules):
        return
    if protected.holds("\n".join(_texts(data_dict.get(name)))):
        asks = ", ".join(clause.code for clause in rules[0].clauses)
        raise tk.ValidationError({name: [f"{REFUSAL} ({asks})" if asks else REFUSAL]})


def _texts(value: Any, depth: int = 0) -> list[str]:
    if isinstance(value, str):
        return [value]
    if depth > 5:
        return []
    if isinstance(value, dict):
        # A code and its meaning stand in one line, as a reader sees them.
        told = [_texts(one, depth + 1) for one in value.values()]
        return [f"{key} {text}" for key, texts in zip(value, told, strict=True) for text in texts]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one, depth + 1)]
    return []


@tk.chained_action
def independence_content_dictionary_update(
    next_action: Next, context: Context, data_dict: Data
) -> Any:
    """Explain columns, in words that hold no protected number."""
    _check(data_dict, "columns")
    return next_action(context, data_dict)


@tk.chained_action
def independence_content_stream_declare(
    next_action: Next, context: Context, data_dict: Data
) -> Any:
    """Declare a table that takes rows, in words that hold no protected number."""
    _check(data_dict, "fields")
    return next_action(context, data_dict)


@tk.chained_action
def independence_content_version_note(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Say something of a version, in words that hold no protected number."""
    _check(data_dict, "note")
    return next_action(context, data_dict)


@tk.chained_action
def independence_content_chart_update(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Choose a file's chart, with a title that holds no protected number."""
    _check(data_dict, "chart")
    return next_action(context, data_dict)


@tk.chained_action
def independence_content_map_update(next_action: Next, context: Context, data_dict: Data) -> Any:
    """Choose a file's map, with a title that holds no protected number."""
    _check(data_dict, "map")
    return next_action(context, data_dict)
