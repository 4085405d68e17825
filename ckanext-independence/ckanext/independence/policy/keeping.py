"""The keeping of what rules said: compared with what is kept, and written where it differs.

Owns the tables of judgements and findings, in CKAN's session and in bulk. What stays as it was is
not written, so that ``since`` tells since when it is so. Refuses to judge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from ckan import model

from .book import rulebook, today
from .model import Finding, Judgement
from .rules.judging import Judged
from .rules.verdicts import FAILS, PASSES, UNJUDGED, Verdict

__all__ = ["Said", "forget", "keep"]

_PLACE = ("subject", "rule", "resource_id", "column_name", "field", "kind")
_findings, _judgements = Finding.__table__, Judgement.__table__


@dataclass(frozen=True)
class Said:
    """What rules said of a subject.

    Attributes:
        subject: as in ``model``.
        department: name of the department that answers for it; "" for the city.
        hash: of what was judged.
        judged: what was said; rules left over by the budget keep what they said.
    """

    subject: str
    department: str
    hash: str
    judged: Sequence[Judged]


def keep(said: Sequence[Said], edition: str, sees: Collection[str]) -> set[str]:
    """Keep what rules said of subjects, in a few statements however many there are.

    Rules that were not asked keep what they said before; what stays as it was is not written, and
    keeps its ``since``. Whoever calls holds the row of each data set among the subjects.

    Args:
        said: of different subjects
        edition: of all that they were judged by
        sees: what was judged: a rule whose check sees one of these and that said nothing is
            not about the subject any more, and forgotten

    Returns:
        the subjects of which something else is kept now
    """
    if not said:
        return set()
    subjects = [one.subject for one in said]
    states = {
        row.subject: row
        for row in model.Session.execute(sa.select(_judgements).where(_on(_judgements, subjects)))
    }
    found: dict[str, dict[tuple[str, ...], Any]] = {subject: {} for subject in subjects}
    for row in model.Session.execute(sa.select(_findings).where(_on(_findings, subjects))):
        found[row.subject][_place_of(row._mapping)] = row
    silent = {rule.id for rule in rulebook().rules if rule.check.sees not in sees}
    changes = _Changes()
    for one in said:
        changes.compare(one, edition, states.get(one.subject), found[one.subject], silent)
    changes.write()
    return changes.subjects


def _on(table: sa.Table, subjects: Sequence[str]) -> Any:
    return table.c.subject.in_(subjects)


def _place_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in _PLACE)


class _Changes:
    """What is to be written, of several subjects."""

    def __init__(self) -> None:
        self.subjects: set[str] = set()
        self.gone: list[int] = []
        self.findings: list[dict[str, Any]] = []
        self.judgements: list[dict[str, Any]] = []
        self.day = today().isoformat()

    def compare(
        self,
        said: Said,
        edition: str,
        before: Any,
        there: Mapping[tuple[str, ...], Any],
        silent: Collection[str],
    ) -> None:
        """Note what differs from what is kept; ``silent`` are rules that were not to be asked."""
        done = [one for one in said.judged if not one.late]
        late = {one.rule.id for one in said.judged if one.late}
        stay = late | set(silent)
        old = before.states if before else {}
        states = {rule: told for rule, told in old.items() if rule in stay}
        wanted: dict[tuple[str, ...], dict[str, Any]] = {}
        for one in done:
            states[one.rule.id] = self._state(one, old.get(one.rule.id) or {})
            for verdict in one.verdicts:
                if _is_kept(verdict):
                    row = _row(said, one, verdict)
                    # Of two verdicts in one place the first is kept.
                    wanted.setdefault(_place_of(row), row)
        gone = [
            row.id for place, row in there.items() if place not in wanted and row.rule not in stay
        ]
        new = [row for place, row in wanted.items() if not _is_same(row, there.get(place))]
        judgement = {
            "subject": said.subject,
            "department": said.department,
            "edition": edition,
            "hash": said.hash,
            "states": states,
            "pending": bool(late),
        }
        is_new = before is None or not _is_same(judgement, before)
        if is_new:
            self.judgements.append(judgement)
        if gone or new or is_new:
            self.subjects.add(said.subject)
        self.gone += gone
        self.findings += new

    def _state(self, one: Judged, old: Mapping[str, Any]) -> dict[str, Any]:
        told = {
            "state": one.state,
            "severity": one.gravest,
            "version": one.rule.version,
            "since": old["since"] if old.get("state") == one.state else self.day,
        }
        until = min((v.until for v in one.verdicts if v.until), default=None)
        if one.state == PASSES and until:
            told["until"] = until.isoformat()
        return told

    def write(self) -> None:
        """Write it all, in a statement or two of each kind."""
        if self.gone:
            model.Session.execute(sa.delete(_findings).where(_findings.c.id.in_(self.gone)))
        if self.findings:
            model.Session.execute(
                _KEEP_FINDINGS, {"rows": _rows(sorted(self.findings, key=_place_of))}
            )
        if self.judgements:
            ordered = sorted(self.judgements, key=lambda one: str(one["subject"]))
            model.Session.execute(_KEEP_JUDGEMENTS, {"rows": _rows(ordered)})


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _upsert(table: sa.Table, key: Sequence[str], further: str) -> sa.TextClause:
    """Return a statement that takes any number of rows as one value: JSON."""
    own = ("id", "since", "judged")
    names = [column.name for column in table.columns if column.name not in own]
    taken = [f"{name} = excluded.{name}" for name in names if name not in key]
    return sa.text(
        f"INSERT INTO {table.name} AS kept ({', '.join(names)}) "  # noqa: S608 -- our own names
        f"SELECT {', '.join(names)} "
        f"FROM jsonb_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS jsonb)) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(taken)}, {further}"
    )


_KEEP_FINDINGS = _upsert(
    _findings,
    _PLACE,
    "since = CASE WHEN kept.state = excluded.state THEN kept.since ELSE now() END",
)
_KEEP_JUDGEMENTS = _upsert(_judgements, ("subject",), "judged = now()")


def forget(subjects: Sequence[str]) -> None:
    """Forget what was said of subjects."""
    for table in (_findings, _judgements):
        model.Session.execute(sa.delete(table).where(_on(table, subjects)))


def _is_kept(verdict: Verdict) -> bool:
    return verdict.state in (FAILS, UNJUDGED) or verdict.until is not None


def _is_same(wanted: Mapping[str, Any], there: Any) -> bool:
    return there is not None and all(
        there._mapping[name] == value for name, value in wanted.items()
    )


def _row(said: Said, one: Judged, verdict: Verdict) -> dict[str, Any]:
    return {
        "subject": said.subject,
        "department": said.department,
        "rule": one.rule.id,
        "rule_version": one.rule.version,
        "resource_id": verdict.resource,
        "column_name": verdict.column,
        "field": verdict.field,
        "kind": verdict.kind,
        "state": verdict.state,
        "severity": one.severity_of(verdict),
        "evidence": verdict.evidence,
        "fix": verdict.fix,
        "count": verdict.count,
        "hash": said.hash,
        "until": verdict.until,
        "afterwards": verdict.afterwards,
    }
