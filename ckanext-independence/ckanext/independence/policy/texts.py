"""The texts of a data set in which somebody may have written what no text may hold.

Owns which they are and what they are called. Refuses addresses and chosen values, in which there
is nothing to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["of_columns", "of_values"]

# Of the data set, as the form has them.
FIELDS = (
    "title", "notes", "steward_name", "access_rationale", "access_legal_basis", "withheld_reason",
    "privacy_reviewer", "withdrawal_note", "collection_method", "known_limits", "source_system",
    "citation", "series",
)  # fmt: skip
COLUMN_WORDS = ("label", "description", "unit", "codes")


def of_values(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a data set, as ``reader.read`` gives it, by field.

    Those of files are ``file_name`` and ``file_description``, all in one.
    """
    told = {name: str(values[name]) for name in FIELDS if values.get(name)}
    if values.get("tags"):
        told["tag_string"] = "\n".join(map(str, values["tags"]))
    for name in ("name", "description"):
        words = [str(one[name]) for one in values.get("resources") or () if one.get(name)]
        if words:
            told[f"file_{name}"] = "\n".join(words)
    return told


def of_columns(columns: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what is said of columns, as one text under ``columns_explained``."""
    words = [_text(column[name]) for column in columns for name in COLUMN_WORDS if column.get(name)]
    return {"columns_explained": "\n".join(words)} if words else {}


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{code} {meaning}" for code, meaning in value.items())
    return str(value)
