"""What a load did, or would do, record by record.

Owns the words and the counts. Pure: it knows no site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from ..reading import Problem, Record

Status = Literal["added", "changed", "left", "paired", "away", "failed"]
STATUSES: tuple[Status, ...] = ("added", "changed", "left", "paired", "away", "failed")

MEANING = {
    "added": "added",
    "changed": "changed",
    "left": "left as they were",
    "paired": "not added: the same title is here under an identifier that the file lacks",
    "away": "withdrawn or deleted here, and not brought back",
    "failed": "not loaded",
}


@dataclass(slots=True)
class Outcome:
    """What became of one record.

    Attributes:
        status: one of ``STATUSES``.
        place: where in the file it stands.
        title: its title, as far as it has one.
        name: its address here.
        identifier: as in the file; None where it has none.
        changed: the fields that differ, where ``status`` is "changed".
        draft: why it is not public: by field, what is missing.
        problems: what did not come through.
        why: one sentence, where a status needs it.
    """

    status: Status
    place: str
    title: str
    name: str
    identifier: str | None
    changed: list[str] = field(default_factory=list)
    draft: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    why: str = ""

    @classmethod
    def of(cls, record: Record, status: Status, **facts: Any) -> Outcome:
        """Tell what became of a record."""
        return cls(
            status,
            record.place,
            record.title,
            facts.pop("name", record.name),
            record.identifier,
            problems=record.problems,
            **facts,
        )

    def line(self) -> str:
        """Say it in one line."""
        said = f"{self.status:8}{self.title or self.place}"
        if self.changed:
            said += f" ({', '.join(self.changed)})"
        if self.draft:
            said += f"; a draft, because it lacks {', '.join(self.draft)}"
        if self.why:
            said += f"; {self.why}"
        if self.problems:
            many = len(self.problems)
            said += f"; {many} {'value' if many == 1 else 'values'} to look at"
        return said

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "status": self.status,
            "place": self.place,
            "title": self.title,
            "name": self.name,
            "identifier": self.identifier,
            "changed": self.changed,
            "draft": self.draft,
            "why": self.why,
            "problems": [_problem(problem) for problem in self.problems],
        }


@dataclass(slots=True)
class Report:
    """What became of a whole file.

    ``gone`` are data sets that an earlier load of the same source brought and this file
    lacks: they stay as they are. Each of ``pairs`` has ``title``, ``here`` (the identifier
    that the site has) and ``file`` (the one that the file has): a person decides.
    """

    source: str
    format: str
    dry_run: bool
    outcomes: list[Outcome] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    gone: list[dict[str, str]] = field(default_factory=list)
    pairs: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many records came to each status."""
        found = Counter(outcome.status for outcome in self.outcomes)
        return {status: found[status] for status in STATUSES}

    def drafts(self) -> int:
        """Return how many records are, or would be, drafts for want of something."""
        return sum(bool(outcome.draft) for outcome in self.outcomes)

    def ok(self) -> bool:
        """Tell whether every record and department came through."""
        return not self.refused and not any(o.status == "failed" for o in self.outcomes)

    def kinds(self) -> dict[str, int]:
        """Return how often each kind of problem was met, the most frequent first."""
        return dict(_kinds(self.outcomes).most_common())

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "source": self.source,
            "format": self.format,
            "dry_run": self.dry_run,
            "counts": self.counts(),
            "drafts": self.drafts(),
            "problem_kinds": self.kinds(),
            "departments": self.departments,
            "refused": self.refused,
            "problems": [_problem(problem) for problem in self.problems],
            "gone": self.gone,
            "pairs": self.pairs,
            "records": [outcome.as_dict() for outcome in self.outcomes],
        }

    def lines(self) -> Iterable[str]:
        """Say it for people: records, then the file as a whole, then the counts."""
        for outcome in self.outcomes:
            if outcome.status != "left" or outcome.problems:
                yield outcome.line()
        for pair in self.pairs:
            yield f"pair    {pair['title']}: here {pair['here']}, in the file {pair['file']}"
        for entry in self.gone:
            yield f"gone    {entry['title']}: no longer in the file; left here as it is"
        yield from (f"note    {problem}" for problem in self.problems)
        yield from (f"refused {said}" for said in self.refused)
        yield from (f"made    department {said}" for said in self.departments)
        yield ""
        would = " (a dry run: nothing was changed)" if self.dry_run else ""
        yield f"{self.source}: {self.format}, {len(self.outcomes)} records{would}"
        for status, count in self.counts().items():
            if count or status in ("added", "changed", "left"):
                yield f"{count:7,}  {MEANING[status]}"
        if self.drafts():
            yield f"{self.drafts():7,}  of them drafts until what they lack is filled in"
        if self.gone:
            yield f"{len(self.gone):7,}  here from an earlier load and no longer in the file"
        for kind, count in self.kinds().items():
            yield f"{count:7,}  {kind}"


def _kinds(outcomes: Iterable[Outcome]) -> Counter[str]:
    return Counter(problem.kind for outcome in outcomes for problem in outcome.problems)


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "field": problem.field,
        "kind": problem.kind,
        "value": problem.value,
        "wrong": problem.wrong,
        "remedy": problem.remedy,
    }
