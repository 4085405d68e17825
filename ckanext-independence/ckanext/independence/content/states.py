"""How it stands with a file's contents, in sentences: what is loaded, what waits, what went wrong.

Owns these sentences and their tone. What there is to tell to whom, the action says
(``independence_content_state_show``): to those who may change the file of its newest version,
to everybody else of what is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ..catalog import words
from ..catalog.model import Version
from .model import Found

__all__ = ["State", "state"]

RUNNING = ("waiting", "reading", "loading")


@dataclass(frozen=True)
class State:
    """What is said of a file's contents.

    Attributes:
        status: as the action has it.
        sentences: for everybody who may see what the action told.
        reason: why the newest file is not loaded; only to those who may change it.
        running: whether it is worth asking again soon.
        percent: how far the present stage is, 0 to 100; None where that is not known.
        needs: whether a steward has to do something.
    """

    status: str
    sentences: list[str] = field(default_factory=list)
    reason: str = ""
    running: bool = False
    percent: int | None = None
    needs: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return its JSON form, for the script that asks again."""
        return {
            "status": self.status,
            "sentences": self.sentences,
            "reason": self.reason,
            "running": self.running,
            "percent": self.percent,
        }


def state(context: dict[str, Any], resource_id: str) -> State:
    """Return how it stands with a file's contents, for whoever asks.

    Raises:
        NotAuthorized, ObjectNotFound: whoever asks may not see the file.
    """
    told = tk.get_action("independence_content_state_show")(context, {"id": resource_id})
    status = str(told["status"])
    served = _served(told)
    is_newer = told["version"] is not None and told["version"] != told["served_version"]
    sentences = [_loaded(served)] if served is not None else []
    waits = served is not None and not served.searchable
    if waits:
        sentences.append(tk._("Searching inside this table is being prepared."))
    if status in RUNNING:
        percent, sentence = _running(status, told.get("progress") or {})
        return State(status, [sentence, *sentences], running=True, percent=percent)
    if status == "loaded" or not told["message"]:
        return State(status, sentences, running=waits)
    return State(
        status,
        [_not_loaded(status, is_newer, told), *sentences],
        reason=str(told["message"]),
        running=waits,
        needs=status != "download",
    )


def _served(told: Mapping[str, Any]) -> Found | None:
    if told["served_version"] is None:
        return None
    found = model.Session.get(Found, told["served_version"])
    # While it is read anew its table stays, and so does what is told of it.
    return found if found is not None and found.rows is not None else None


def _loaded(found: Found) -> str:
    rows = words.counted(found.rows or 0, "row")
    if not found.set_aside:
        return tk._("{rows} loaded.").format(rows=rows)
    return tk._("{rows} loaded, {n} set aside.").format(rows=rows, n=words.number(found.set_aside))


def _running(status: str, progress: Mapping[str, Any]) -> tuple[int | None, str]:
    stage = str(progress.get("stage") or "")
    if status == "waiting" or not stage:
        return None, tk._("The file has come and waits to be read.")
    done, total = int(progress.get("done") or 0), int(progress.get("total") or 0)
    if total <= 0:
        return None, f"{stage}."
    percent = min(100 * done // total, 100)
    return percent, tk._("{stage}: {percent} %.").format(stage=stage, percent=percent)


def _not_loaded(status: str, is_newer: bool, told: Mapping[str, Any]) -> str:
    if is_newer and told["served_version"] is not None:
        day = model.Session.scalar(
            sa.select(Version.created).where(Version.id == told["served_version"])
        )
        return tk._("A newer file could not be loaded; the file of {day} is still shown.").format(
            day=words.day(day)
        )
    if status == "asked":
        return tk._("The file can be read in more than one way: choose one.")
    if status == "download":
        return tk._("The file is offered as a download, without a table.")
    if status == "held":
        return tk._("The file is held back; nobody else sees it.")
    return tk._("The file could not be loaded as a table; it is offered as a download.")
