"""Read ``own-data.yaml``: what the portal publishes about itself, and who answers for it. Pure.

Owns the file's shape and the columns of the scorecard's file. Refuses a department that there is
not; what the fields may hold the catalog's schema says when a data set is made.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .scores import Day

__all__ = ["INVENTORY", "SCORECARD", "SCORECARD_COLUMNS", "OwnData", "OwnDataError", "read",
           "scorecard_csv"]  # fmt: skip

SCORECARD, INVENTORY = "scorecard", "inventory"

SCORECARD_COLUMNS: Mapping[str, str] = {
    "day": "The day, in the night of which it was counted.",
    "department": "The department whose data sets were counted; empty for the City as a whole.",
    "rule": "The point of the policy, by its name in the portal.",
    "version": "The version of the point; it goes up when the point asks for something else.",
    "clauses": "The clauses of the policy that ask for it, separated by semicolons.",
    "passing": "How many keep it.",
    "failing": "How many do not keep it.",
    "waived": "How many were excused from it by somebody who is named for it.",
    "unjudged": "How many could not be judged.",
}
"""The columns of the scorecard's file, explained."""


class OwnDataError(ValueError):
    """The file cannot be used; the message says where and how to mend it."""


@dataclass(frozen=True)
class OwnData:
    """Which department answers for it, and the fields of each data set (none: nothing is made)."""

    department: str = ""
    fields: Mapping[str, Mapping[str, Any]] | None = None


def read(path: Path, departments: Collection[str]) -> OwnData:
    """Read the file; where there is none, nothing is published.

    Raises:
        OwnDataError: it is no YAML, or holds something that cannot be used
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return OwnData()
    except yaml.YAMLError as error:
        raise OwnDataError(f"{path} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise OwnDataError(f"{path} must hold names and values.")
    known = ("department", "common", SCORECARD, INVENTORY)
    unknown = sorted(str(key) for key in data if key not in known)
    if unknown:
        raise OwnDataError(f"{path}: {', '.join(unknown)} is none of {', '.join(known)}.")
    department = str(data.get("department"))
    if department not in departments:
        raise OwnDataError(f"{path}: department {department!r} is none of the city's file.")
    common = _fields(data, "common", path)
    fields = {}
    for which in (SCORECARD, INVENTORY):
        if which not in data:
            continue
        fields[which] = common | _fields(data, which, path)
        for name in ("name", "title"):
            if not isinstance(fields[which].get(name), str) or not fields[which][name].strip():
                raise OwnDataError(f"{path}: {which} needs a {name}.")
    return OwnData(department, fields)


def _fields(data: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    value = data.get(key) or {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise OwnDataError(f"{path}: {key} must hold names of fields and their values.")
    return dict(value)


def scorecard_csv(
    days: Iterable[Day], clauses: Mapping[str, Collection[str]], titles: Mapping[str, str]
) -> bytes:
    """Return the history as a CSV file.

    Args:
        days: in the order of the file
        clauses: codes of the clauses of each rule
        titles: of departments, by name
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(SCORECARD_COLUMNS)
    for one in days:
        it = one.tally
        writer.writerow(
            [
                one.day.isoformat(), titles.get(one.department, one.department), one.rule,
                one.version, "; ".join(clauses.get(one.rule, ())),
                it.passing, it.failing, it.waived, it.unjudged,
            ]
        )  # fmt: skip
    return text.getvalue().encode()
