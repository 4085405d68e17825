"""How the judging itself stands: by which rulebook, how far, what waits, which checks fail.

Owns what administrators are told of it, as data and as sentences.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model

from ..catalog.model import Owed
from . import book, failing, rejudged
from .model import History, Judgement
from .remembered import recall

__all__ = ["sentences", "status"]


def status() -> dict[str, Any]:
    """Return how the judging stands.

    Returns:
        ``rulebook`` (title), ``rules`` (how many are in force today), ``edition`` (of all that
        decides), ``judged_by`` (the edition by which everything was judged last, None before),
        ``run`` (as ``rejudged.RUN`` has it, with numbers in the place of ``left``; None before the
        first), ``datasets`` (``all``, ``judged``, ``pending`` and ``other``: by another edition),
        ``owed`` (pieces of work by kind), ``failing`` (by rule, as ``failing.failing``) and
        ``history`` (the last day that has rows, ISO, or None)
    """
    rules, now = book.rulebook(), book.edition()
    run = recall(rejudged.RUN)
    counted = model.Session.execute(
        sa.select(
            sa.func.count().label("all"),
            sa.func.count(Judgement.subject).label("judged"),
            sa.func.count().filter(Judgement.pending).label("pending"),
            sa.func.count().filter(Judgement.edition != now).label("other"),
        )
        .select_from(model.Package)
        .outerjoin(Judgement, Judgement.subject == model.Package.id)
        .where(model.Package.type == "dataset", model.Package.state == model.State.ACTIVE)
    ).one()
    owed = model.Session.execute(
        sa.select(Owed.kind, sa.func.count().label("number"))
        .where(Owed.kind.startswith("policy-"))
        .group_by(Owed.kind)
        .order_by(Owed.kind)
    )
    last = model.Session.scalar(sa.select(sa.func.max(History.day)))
    return {
        "rulebook": rules.title,
        "rules": sum(rule.in_force(book.today()) for rule in rules.rules),
        "edition": now,
        "judged_by": recall(rejudged.EDITION),
        "run": None if run is None else run | {"left": len(run["left"])},
        "datasets": dict(counted._mapping),
        "owed": {row.kind: row.number for row in owed},
        "failing": failing.failing(),
        "history": last.isoformat() if last else None,
    }


def sentences(told: dict[str, Any]) -> list[str]:
    """Return the same for people."""
    of = told["datasets"]
    said = [f"{told['rulebook']}: {told['rules']} rules are in force today."]
    if told["judged_by"] == told["edition"]:
        said.append("Everything was judged by it.")
    elif told["judged_by"] is None:
        said.append("Nothing was judged as a whole yet; the clock sees to it.")
    else:
        said.append("What was judged last was judged by another one; the clock sees to it.")
    run = told["run"]
    if run and run["ended"]:
        said.append(
            f"Last run: {run['began']} to {run['ended']}, {run['judged']:,} data sets judged, "
            f"{run['changed']:,} with other findings than before."
        )
    elif run:
        said.append(
            f"A run is on its way since {run['began']}: {run['judged']:,} of {run['total']:,}."
        )
    said.append(
        f"Data sets: {of['all']:,}, of which {of['judged']:,} are judged, {of['pending']:,} wait "
        f"for some rules and {of['other']:,} were judged by another edition."
    )
    said += [f"Owed: {number:,} {kind}" for kind, number in told["owed"].items()]
    said += [
        f"The check of {rule} fails since {one['since']}: {one['error']}, first on {one['subject']}"
        for rule, one in told["failing"].items()
    ]
    said.append(f"Last row of the history: {told['history'] or 'none yet'}.")
    return said
