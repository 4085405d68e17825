"""What was said against files that are held back, which nothing else tells of any more.

Owns that memory: a held version has no table and no profile, so its findings cannot be made anew.
It is gone when a newer version passes, or somebody decides otherwise about this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ..catalog import versions
from ..catalog.model import Version
from .model import State
from .rules.judging import Judged
from .rules.verdicts import Verdict

__all__ = ["forget", "hide", "hides", "look_again", "remember", "said", "with_held"]

_NAME, _HIDDEN = "held/", "hidden/"
Said = list[tuple[str, Verdict]]


def remember(resource_id: str, version_id: int, verdicts: Iterable[tuple[str, Verdict]]) -> None:
    """Note in CKAN's session what rules said against a version; in place of an earlier one."""
    value = {
        "version": version_id,
        "said": [{"rule": rule, **_stored(verdict)} for rule, verdict in verdicts],
    }
    written = insert(State).values(name=_NAME + resource_id, value=value)
    model.Session.execute(
        written.on_conflict_do_update(
            index_elements=["name"], set_={"value": written.excluded.value}
        )
    )


def _stored(verdict: Verdict) -> dict[str, Any]:
    return {key: value for key, value in asdict(verdict).items() if value not in (None, "")}


def forget(resource_id: str) -> None:
    """Note in CKAN's session that nothing stands against a resource's newest file."""
    model.Session.execute(sa.delete(State).where(State.name == _NAME + resource_id))


def said(resource_ids: Sequence[str]) -> dict[str, tuple[int, Said]]:
    """Return what was said against the newest files of resources that are held back.

    Returns:
        by resource, the version and each rule's id with its verdict
    """
    names = [_NAME + one for one in resource_ids]
    newer = aliased(Version)
    query = (
        sa.select(State.name, State.value)
        .join(Version, Version.id == State.value["version"].as_integer())
        .where(
            State.name.in_(names),
            Version.state == versions.HELD,
            ~sa.exists().where(newer.resource_id == Version.resource_id, newer.id > Version.id),
        )
    )
    found = {}
    for row in model.Session.execute(query):
        verdicts = [_read(one) for one in row.value["said"]]
        found[row.name.removeprefix(_NAME)] = (int(row.value["version"]), verdicts)
    return found


def look_again() -> None:
    """Let all that is held be judged anew: the rules by which it is may be gone or milder."""
    names = model.Session.scalars(sa.select(State.name).where(State.name.startswith(_NAME))).all()
    for version_id, _ in said([name.removeprefix(_NAME) for name in names]).values():
        version = model.Session.get(Version, version_id)
        if version is not None:
            versions.look_again(version)


def _read(stored: Mapping[str, Any]) -> tuple[str, Verdict]:
    values = {key: value for key, value in stored.items() if key != "rule"}
    return str(stored["rule"]), Verdict(**values)


def hide(version_id: int) -> None:
    """Note in CKAN's session that no row of a version is shown, which a person took away."""
    written = insert(State).values(name=f"{_HIDDEN}{version_id}", value=True)
    model.Session.execute(written.on_conflict_do_nothing())


def hides(version_id: int) -> bool:
    """Say whether a version is held back for what is in it, so that no page shows its rows."""
    query = sa.select(Version.resource_id).where(
        Version.id == version_id, Version.state == versions.HELD
    )
    resource_id = model.Session.scalar(query)
    if resource_id is None:
        return False
    if model.Session.get(State, f"{_HIDDEN}{version_id}") is not None:
        return True
    version, verdicts = said([resource_id]).get(resource_id, (0, []))
    return version == version_id and any(verdict.kind for _, verdict in verdicts)


def with_held(judged: Sequence[Judged], stands: Iterable[tuple[int, Said]]) -> list[Judged]:
    """Add what stands against the held files of a data set to what its rules say of the others.

    Args:
        judged: of the data set
        stands: as ``said`` gives it, of its files
    """
    told: dict[str, list[Verdict]] = {}
    for _, verdicts in stands:
        for rule, verdict in verdicts:
            told.setdefault(rule, []).append(verdict)
    return [
        replace(one, verdicts=[*told[one.rule.id], *one.verdicts])
        if one.rule.id in told and not one.late
        else one
        for one in judged
    ]
