"""What the city holds, as whoever asks may see it.

Owns the one query behind the inventory's page, export, action and data set, and the annual
report: public records for everybody, drafts for their department. ``inventory`` lists them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model

from ..catalog import staff
from ..catalog.shown import full
from ..catalog.site import city
from . import book, inventory
from .inventory import Coverage, Entry

__all__ = ["PUBLIC", "as_csv", "as_dict", "coverage", "entries", "goal_titles"]

PUBLIC: dict[str, Any] = {"user": ""}
"""The context of somebody without an account."""

_FIELDS = (
    "access_level", "access_rationale", "access_legal_basis", "withheld_reason", "goals",
    "planned_release_date", "withdrawal_reason", "public_demand", "release_cost", "last_reviewed",
    "issued",
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r")


def entries(context: dict[str, Any]) -> list[Entry]:
    """Return everything that whoever asks may see, in no order."""
    package, group = model.Package, model.Group
    query = (
        sa.select(
            package.id, package.name, package.title, package.private, package.metadata_modified,
            package.metadata_created,
            group.name.label("department"), group.title.label("department_title"),
            *(package.extras[field].astext.label(field) for field in _FIELDS),
        )
        .outerjoin(group, group.id == package.owner_org)
        .where(package.type == "dataset", _visible(context))
    )  # fmt: skip
    today, goals = book.today(), _in_force(book.today())
    return [inventory.entry(_values(row), today, goals) for row in model.Session.execute(query)]


def _visible(context: dict[str, Any]) -> sa.ColumnElement[bool]:
    if staff.sees_everything(context):
        return model.Package.state == model.State.ACTIVE
    return staff.visible(context)


def _values(row: Any) -> dict[str, Any]:
    values = dict(row._mapping)
    here = ZoneInfo(city().timezone)
    for name in ("metadata_created", "metadata_modified"):
        # Stored in UTC, without saying so.
        values[name] = values[name].replace(tzinfo=dt.UTC).astimezone(here)
    values["department"] = {"name": row.department, "title": row.department_title}
    try:
        values["goals"] = json.loads(row.goals or "[]")
    except ValueError:
        values["goals"] = row.goals
    return values


def _in_force(day: dt.date) -> set[str]:
    return {goal.id for goal in city().goals if goal.in_force(day)}


def goal_titles() -> dict[str, str]:
    """Return what each goal is called, past ones too."""
    return {goal.id: goal.title for goal in city().goals}


def coverage(found: Iterable[Entry]) -> Coverage:
    """Say which of the present departments are in the inventory."""
    today = book.today()
    present = {one.name: one.title for one in city().departments if one.in_force(today)}
    return inventory.coverage(found, present, today)


def as_dict(one: Entry) -> dict[str, Any]:
    """Return an entry as the API has it."""
    return {
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "department": one.department or None,
        "department_title": one.department_title or None,
        "status": one.status,
        "reason": one.reason,
        "law": one.law,
        "planned_release": one.planned.isoformat() if one.planned else None,
        "overdue": one.overdue,
        "priority": one.priority,
        "goals": list(one.goals),
        "public_demand": one.demand or None,
        "release_cost": one.cost or None,
        "unknown": list(one.unknown),
    }


def as_csv(found: Iterable[Entry]) -> bytes:
    """Return entries as a CSV file with the columns of ``inventory.COLUMNS``."""
    text, goals = io.StringIO(), goal_titles()
    writer = csv.DictWriter(text, list(inventory.COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for one in found:
        told = inventory.row(one, full(f"/dataset/{one.name}"), goals)
        # What a spreadsheet would take for a formula (OWASP, "CSV injection").
        safe = {name: f"'{cell}" if cell[:1] in _FORMULA else cell for name, cell in told.items()}
        writer.writerow(safe)
    return text.getvalue().encode()
