"""What the portal publishes about itself: the scorecard of all days, and the public inventory.

Owns the making of these two data sets, by the fields of ``own-data.yaml``, and the keeping of their
files and dates, every night. Words that a person changed stay changed; a data set that a person
deleted or withdrew is not made anew. Nothing is published again that has not changed. Refuses to
tell of anything that is not public.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from werkzeug.datastructures import FileStorage

from ..catalog import clock, owed
from ..catalog.interfaces import CONTENT
from ..catalog.shown import root
from ..catalog.site import city
from . import book, holdings, inventory, own_data, scorecards, tally
from .model import State
from .own_data import INVENTORY, SCORECARD, OwnData

__all__ = ["OWN_DATA", "address", "declared", "publish_all"]

OWN_DATA = "policy-own-data"
clock.schedule(OWN_DATA, "20 4 * * *")


def declared() -> OwnData:
    """Return what is to be published, as the file beside the rulebook says.

    Raises:
        OwnDataError: it cannot be used
    """
    return _read(tk.config["ckanext.independence.policy.rulebook"])


@lru_cache(maxsize=4)
def _read(rulebook: str) -> OwnData:
    path = Path(rulebook).with_name("own-data.yaml")
    return own_data.read(path, [one.name for one in city().departments])


def address(which: str) -> str:
    """Return the address of the data set that holds it; "" where the public has none."""
    state = _state(which)
    if not state:
        return ""
    query = sa.select(model.Package.name).where(
        model.Package.id == state["package"],
        model.Package.state == model.State.ACTIVE,
        model.Package.private.is_(False),
    )
    name = model.Session.scalar(query)
    return f"{root()}/dataset/{name}" if name else ""


@owed.handler(OWN_DATA)
def publish_all(key: str = "", payload: dict[str, Any] | None = None) -> None:
    """Bring both data sets up to date."""
    own = declared()
    for which, fields in (own.fields or {}).items():
        _publish(which, own.department, fields, *_MADE[which]())


def _scorecard() -> tuple[bytes, Mapping[str, str], dict[str, str]]:
    """Return the file, its columns, and the dates that the data has."""
    rules = {rule.id: [one.code for one in rule.clauses] for rule in _rules()}
    days = tally.days_between(dt.date.min, book.today(), rules)
    titles = {one.name: one.title for one in city().departments}
    content = own_data.scorecard_csv(days, rules, titles)
    dates = {
        "data_modified": days[-1].day.isoformat(),
        "temporal_start": days[0].day.isoformat(),
        "temporal_end": days[-1].day.isoformat(),
    } if days else {}  # fmt: skip
    return content, own_data.SCORECARD_COLUMNS, dates


def _rules() -> list[Any]:
    return scorecards.shown_rules(book.today())


def _inventory() -> tuple[bytes, Mapping[str, str], dict[str, str]]:
    entries = inventory.ordered(holdings.entries(holdings.PUBLIC), "title")
    return holdings.as_csv(entries), inventory.COLUMNS, {"data_modified": book.today().isoformat()}


_MADE: Mapping[str, Callable[[], tuple[bytes, Mapping[str, str], dict[str, str]]]] = {
    SCORECARD: _scorecard,
    INVENTORY: _inventory,
}


def _publish(
    which: str,
    department: str,
    fields: Mapping[str, Any],
    content: bytes,
    columns: Mapping[str, str],
    dates: dict[str, str],
) -> None:
    digest, state = sha256(content).hexdigest(), _state(which)
    if not dates or (state and state["sha256"] == digest):
        return
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context = {"user": name, "ignore_auth": True}
    file = FileStorage(io.BytesIO(content), filename=f"{fields['name']}.csv")
    if state is None:
        made = tk.get_action("package_create")(
            context, {**fields, **dates, "owner_org": department, "private": False}
        )
        resource = tk.get_action("resource_create")(
            dict(context),
            {
                "package_id": made["id"], "name": fields["title"], "format": "CSV",
                "description": fields.get("notes", ""), "upload": file,
            },
        )  # fmt: skip
        state = {"package": made["id"], "resource": resource["id"]}
        words = [
            {"name": name, "label": name.replace("_", " ").capitalize(), "description": text}
            for name, text in columns.items()
        ]
        owed.owe(CONTENT, resource["id"], {"columns": words})
    elif _is_there(state):
        tk.get_action("package_patch")(context, {"id": state["package"], **dates})
        tk.get_action("resource_patch")(dict(context), {"id": state["resource"], "upload": file})
    else:
        return
    written = insert(State).values(name=_name(which), value=state | {"sha256": digest})
    model.Session.execute(
        written.on_conflict_do_update(
            index_elements=[State.name], set_={"value": written.excluded.value}
        )
    )


def _is_there(state: Mapping[str, str]) -> bool:
    """Say whether the data set and its file are still there and were not taken back."""
    query = sa.select(model.Package.id).join(
        model.Resource, model.Resource.package_id == model.Package.id
    ).where(
        model.Package.id == state["package"],
        model.Package.state == model.State.ACTIVE,
        model.Resource.id == state["resource"],
        model.Resource.state == model.State.ACTIVE,
        sa.func.coalesce(model.Package.extras["withdrawal_reason"].astext, "") == "",
    )  # fmt: skip
    return model.Session.scalar(query) is not None


def _name(which: str) -> str:
    return f"own-data/{which}"


def _state(which: str) -> dict[str, str] | None:
    row = model.Session.get(State, _name(which))
    return dict(row.value) if row else None
