"""What the slice's templates ask for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model

from . import fields, shown
from .model import Record

__all__ = ["independence_feed_form_address", "independence_feed_refused"]


def independence_feed_refused(data: dict[str, Any]) -> dict[str, Any]:
    """Return what data.gov would refuse of a data set's record: ``fields`` in words.

    ``served`` says whether harvesters get it as it last was right. Empty where all is well.
    """
    query = sa.select(Record.problems, Record.body.is_not(None)).where(
        Record.package_id == data["id"],
        Record.kind == "dataset",
        Record.standing == "listed",
        Record.valid.is_(False),
    )
    rows = model.Session.execute(query).all()
    found = {
        fields.label(problem["path"]): True
        for problems, _ in rows
        for problem in problems
        if problem["severity"] == "error"
    }
    return {"fields": list(found), "served": all(served for _, served in rows)} if found else {}


def independence_feed_form_address(data: dict[str, Any], row: fields.Row) -> str:
    """Return the address of the form's field behind a row of a record; "" for none."""
    return shown.form_address(data["name"], row.behind) if row.behind else ""
