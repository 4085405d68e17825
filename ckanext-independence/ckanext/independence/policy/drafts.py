"""What the rules say of values that nobody has saved yet, and of those of a form that opens.

Owns the step from what a form sends to what rules look at, and the words at each field. Refuses
to write, and to look into files: those are judged when they come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ..catalog import reader
from . import findings, gather
from .book import rulebook, today
from .places import form_field, is_of_file
from .rulebook import DRY_RUN, Rule
from .rules.judging import judge
from .rules.registry import CONTENT, FRESHNESS, METADATA, RESOURCES
from .rules.verdicts import FAILS, Verdict
from .versions_judged import clauses, waived

__all__ = ["LONGEST", "check", "of_form"]

LONGEST = 20_000
"""How much of a value is looked at while somebody types, in characters."""

_SEES = (METADATA, RESOURCES, FRESHNESS, CONTENT)


def check(given: Mapping[str, Any], package_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return what fails of the values of a data set's form, by the field at which it is mended.

    Args:
        given: by name of the form's field a text, or a list of them; what is missing is as stored
        package_id: of the data set that is changed; "" for a new one

    Returns:
        by field a list of ``rule``, ``severity``, ``text`` and ``clauses`` (their codes)
    """
    stored = next(iter(reader.read([package_id])), {}) if package_id else {}
    day = today()
    subject = gather.asked(_values(given, stored))
    granted = findings.live_waivers([package_id], day).get(package_id, []) if package_id else []
    told: dict[str, list[dict[str, Any]]] = {}
    for one in judge(rulebook(), subject, sees=_SEES, seconds=1.0):
        if one.rule.mode == DRY_RUN:
            continue
        for verdict in one.verdicts:
            name = form_field(verdict.field)
            if verdict.state != FAILS or verdict.resource or not name:
                continue
            if waived(one.rule, verdict, granted):
                continue
            told.setdefault(name, []).append(_said(one.rule, verdict, one.severity_of(verdict)))
    return told


def _said(rule: Rule, verdict: Verdict, severity: str) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "severity": severity,
        "text": _words(verdict.evidence, verdict.fix or rule.fix, rule),
        "clauses": [clause.code for clause in rule.clauses],
    }


def _words(evidence: str, fix: str, rule: Rule) -> str:
    asks = f"({clauses(rule)})" if rule.clauses else ""
    return " ".join(filter(None, (evidence, fix, asks)))


def _values(given: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data set as it would be stored, in the shape of ``reader.read``."""
    values: dict[str, Any] = {"resources": [], "tags": [], "department": None} | dict(stored)
    schema = tk.h.scheming_get_dataset_schema("dataset")
    for row in schema["dataset_fields"]:
        name = row["field_name"]
        if name not in given or row.get("form_snippet", "") is None:
            continue
        texts = _texts(given[name])
        if name == "tag_string":
            words = {" ".join(word.split()) for text in texts for word in text.split(",")}
            values["tags"] = sorted(words - {""})
        elif name == "owner_org":
            home = model.Group.get(texts[0]) if texts else None
            values["owner_org"] = home.id if home else ""
            values["department"] = {"name": home.name, "title": home.title} if home else None
        elif name in reader.LIST_FIELDS:
            values[name] = [line for text in texts for line in text.splitlines() if line.strip()]
        elif name == "spatial_bbox":
            values[name] = ",".join(texts)
        else:
            values[name] = texts[0] if texts else ""
    return values


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    texts = (str(one)[:LONGEST].strip() for one in values if one is not None)
    return [text for text in texts if text]


def of_form(kind: str, id: str, package_id: str) -> dict[str, list[str]]:
    """Return what fails of a data set or a file as it is stored, by the field of its form.

    Args:
        kind: ``dataset`` or ``resource``
        id: of it; "" for a new one
        package_id: of the data set, or of the one to which the file belongs
    """
    if kind not in ("dataset", "resource") or not id:
        return {}
    told: dict[str, list[str]] = {}
    for one in findings.shown([package_id], today()).get(package_id, ()):
        of_file = is_of_file(one.field, one.resource_id)
        if one.state != FAILS or of_file != (kind == "resource"):
            continue
        if of_file and one.resource_id != id:
            continue
        name = (one.field or "url") if of_file else form_field(one.field)
        if name:
            told.setdefault(name, []).append(_words(one.evidence, one.fix, one.rule))
    return told
