"""Whether a file, or rows that a program sends, may take their place among what is served.

Owns the question that the load asks before it serves a version. Whatever a blocker that is in
force finds in it keeps it back: of data that is public, in whatever way it fails; of a draft, where
it holds what the law protects, so that this is not even built into a table. Records of data that
is withheld keep their files: they are private, and stay so. Refuses to fail because a rule does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ckan import model

from ..catalog import files
from ..catalog.interfaces import Candidate, Objection
from . import counts, gather, held, scans, texts
from .book import rulebook, today
from .findings import covers, live_waivers
from .model import Waiver
from .rulebook import BLOCKER, ENFORCE, Rule, Rulebook
from .rules.judging import Judged, judge
from .rules.registry import CONTENT
from .rules.subjects import File, Subject
from .rules.verdicts import FAILS, Verdict

__all__ = ["blocking", "clauses", "judge_version", "waived"]

log = logging.getLogger(__name__)


def judge_version(candidate: Candidate) -> list[Objection]:
    """Scan a version, put the rules about contents to it, and return what stands against it."""
    scanned = _scan(candidate)
    package = model.Package.get(candidate.package_id)
    found = next(gather.subjects([candidate.package_id]), None)
    if package is None or found is None:
        return []
    subject, book = found[1], rulebook()
    subject = replace(
        subject,
        files=[
            _described(one, candidate, scanned) if one.id == candidate.resource_id else one
            for one in subject.files
        ],
    )
    subject = _with_cells(book, subject, candidate)
    judged = list(judge(book, subject, sees=(CONTENT,)))
    for one in judged:
        if one.error:
            log.error(
                "The check of %s failed on file %s: %s",
                one.rule.id, candidate.resource_id, one.error,
            )  # fmt: skip
    waivers = live_waivers([package.id], today()).get(package.id, [])
    mine = [
        (rule, verdict)
        for rule, verdict in blocking(judged)
        if verdict.resource == candidate.resource_id and not waived(rule, verdict, waivers)
    ]
    if package.private:
        mine = [] if subject.is_entry else [pair for pair in mine if pair[1].kind]
    if candidate.version_id and mine:
        held.remember(
            candidate.resource_id, candidate.version_id, [(rule.id, v) for rule, v in mine]
        )
    elif candidate.version_id:
        held.forget(candidate.resource_id)
    return [
        Objection(verdict.evidence, clauses(rule), verdict.fix or rule.fix)
        for rule, verdict in mine
    ]


def _scan(candidate: Candidate) -> scans.Scanned:
    if candidate.path is not None:
        path = Path(candidate.path)
        return scans.scan(candidate.sha256, path, candidate.filename, candidate.columns)
    if candidate.version_id and (file := files.stored_version(candidate.version_id)) is not None:
        with scans.local(file) as path:
            return scans.scan(file.sha256, path, file.name, candidate.columns)
    if candidate.table is not None:
        return scans.scan("", Path(candidate.table), "rows.parquet", candidate.columns)
    return scans.Scanned(None, "There is no file to be looked through.", False)


def _described(file: File, candidate: Candidate, scanned: scans.Scanned) -> File:
    hits = scanned.hits
    # What a manifest says of columns comes with the file and is read beside it.
    told = [
        replace(hit, column="", place="what is said of its columns")
        for hit in scans.in_texts(texts.of_columns(candidate.columns))
    ]
    if told:
        hits = [*(hits or ()), *told]
    return replace(
        file,
        sha256=candidate.sha256 or None,
        status=candidate.status or file.status,
        message=candidate.message,
        rows=candidate.rows,
        set_aside=candidate.set_aside,
        asides=candidate.asides,
        columns=candidate.columns,
        profile=candidate.profile,
        hits=hits,
        scan_note=scanned.note,
        has_table=candidate.table is not None,
    )


def _with_cells(book: Rulebook, subject: Subject, candidate: Candidate) -> Subject:
    """Look at counts of persons where a rule asks for it."""
    what = counts.asked(book, subject).get(candidate.resource_id)
    if what is None or candidate.table is None:
        return subject
    table = Path(candidate.table)
    cells = counts.look(candidate.sha256, table, candidate.columns, what)
    mine = [
        replace(one, cells=cells) if one.id == candidate.resource_id else one
        for one in subject.files
    ]
    return replace(subject, files=mine)


# ---- What blocks ----------------------------------------------------------------------------


def blocking(judged: Sequence[Judged]) -> Iterator[tuple[Rule, Verdict]]:
    """Yield each place where a blocker that is enforced fails."""
    for one in judged:
        if one.rule.mode != ENFORCE:
            continue
        for verdict in one.verdicts:
            if verdict.state == FAILS and one.severity_of(verdict) == BLOCKER:
                yield one.rule, verdict


def waived(rule: Rule, verdict: Verdict, waivers: Sequence[Waiver]) -> bool:
    """Say whether somebody gave leave for this place, at most as often as it was seen."""
    at: dict[str, Any] = {
        "kind": verdict.kind,
        "resource_id": verdict.resource,
        "column": verdict.column,
        "field": verdict.field,
        "count": verdict.count,
    }
    return any(covers(waiver, rule.id, **at) for waiver in waivers)


def clauses(rule: Rule) -> str:
    """Return the codes of the clauses that ask for a rule, as a sentence names them."""
    return ", ".join(clause.code for clause in rule.clauses)
