"""The step to public: what stands in its way, what has to wait for it, and who takes it then.

Owns both moments: the save in which it is asked for, and the job that takes it once the files are
judged. Acts on becoming public, and on a save that newly takes away what a blocker asks for; never
on what is public and fails already.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.scheming.helpers import scheming_get_dataset_schema
from rq.timeouts import JobTimeoutException

from ..catalog import owed, versions
from ..catalog.interfaces import Publication, facts_changed, looked_into
from ..catalog.model import Version
from ..content import links
from . import counts, gather, held, linked, rescans
from .book import rulebook, today
from .findings import live_waivers
from .model import Waiver
from .rulebook import BLOCKER, ENFORCE, Rule, Rulebook
from .rules.judging import judge
from .rules.registry import CONTENT, DATASET_SIGHTS, METADATA, RESOURCES
from .rules.subjects import Subject
from .rules.verdicts import Verdict
from .versions_judged import blocking, clauses, waived

__all__ = ["PUBLISH", "REQUESTED", "after_save", "before_publication", "publish"]

log = logging.getLogger(__name__)

PUBLISH = "policy-publish"
"""The kind of work that is owed when a data set that waits may have become free to be public; its
key is its id."""
REQUESTED = "publish_requested"

Failing = list[tuple[Rule, Verdict]]


def before_publication(dataset: Mapping[str, Any], package: Any) -> Publication:
    """Say what stands against a save of a data set that is to be public; see the interface."""
    book = _stopping(rulebook())
    if not book.rules:
        return Publication()
    waivers = live_waivers([package.id], today()).get(package.id, []) if package else []
    if package and not package.private and package.state == model.State.ACTIVE:
        subject = gather.asked(dataset, contents=False)
        return _refusal(_taken_away(book, subject, package, waivers))
    subject = gather.asked(dataset)
    failing = _failing(book, subject, waivers, DATASET_SIGHTS)
    reads = any(rule.check.sees == CONTENT for rule in book.rules)
    waits = _owe_looks(dataset["resources"]) if reads else False
    if counts.lacking(book, subject):
        rescans.owe_counts(subject)
        waits = True
    if not dataset["resources"]:
        # A form makes the record first: it is public as soon as its first file is judged.
        wanting = [pair for pair in failing if pair[1].field == "resources"]
        waits = waits or bool(wanting)
        failing = [pair for pair in failing if pair not in wanting]
    if package:
        failing += _held(book, dataset["resources"], waivers)
    return Publication(_refusal(failing).objections, waits)


def _stopping(book: Rulebook) -> Rulebook:
    """Return a rulebook with those rules only that can stop the step."""
    stopping = [
        rule
        for rule in book.rules
        if rule.mode == ENFORCE and BLOCKER in (rule.severity, *rule.stricter.values())
    ]
    return replace(book, rules=tuple(stopping))


def _failing(
    book: Rulebook, subject: Subject, waivers: Sequence[Waiver], sees: Sequence[str]
) -> Failing:
    judged = list(judge(book, subject, sees=sees))
    for one in judged:
        if one.error:
            log.error("The check of %s failed on a save: %s", one.rule.id, one.error)
    return [pair for pair in blocking(judged) if not waived(*pair, waivers)]


def _taken_away(
    book: Rulebook, subject: Subject, package: Any, waivers: Sequence[Waiver]
) -> Failing:
    """Return what fails after a save of public data and did not before it.

    Its files are judged when they are served; of its contents only the texts are judged here.
    """
    failing = _of_record(book, subject, waivers)
    if not failing:
        return []
    before = gather.record(package.id)
    known = _of_record(book, before, waivers) if before else []
    counts = {(rule.id, v.field, v.kind, v.resource): v.count or 0 for rule, v in known}
    return [
        (rule, v)
        for rule, v in failing
        if (v.count or 0) > counts.get((rule.id, v.field, v.kind, v.resource), -1)
    ]


def _of_record(book: Rulebook, subject: Subject, waivers: Sequence[Waiver]) -> Failing:
    said = _failing(book, subject, waivers, (METADATA, RESOURCES, CONTENT))
    return [(r, v) for r, v in said if r.check.sees != CONTENT or not v.resource]


def _held(
    book: Rulebook, resources: Iterable[Mapping[str, Any]], waivers: Sequence[Waiver]
) -> Failing:
    """Return what stands against files of which nothing is served, and no newer one has come."""
    ids = [one["id"] for one in resources if one.get("id") and not one.get("coming")]
    served = set(
        model.Session.scalars(
            sa.select(Version.resource_id).where(Version.resource_id.in_(ids), Version.served)
        )
    )
    rules = {rule.id: rule for rule in book.rules if rule.mode == ENFORCE}
    return [
        (rules[rule], verdict)
        for id_, (_, said) in held.said(ids).items()
        if id_ not in served
        for rule, verdict in said
        if rule in rules and not waived(rules[rule], verdict, waivers)
    ]


def _refusal(failing: Failing) -> Publication:
    """Say what fails at the field where it is mended, with the clause that asks for it."""
    said: dict[str, list[str]] = {}
    for rule, verdict in failing:
        name = {"tags": "tag_string"}.get(verdict.field, verdict.field)
        if verdict.resource or name not in {*_fields(), "resources"}:
            # What is mended in a file has no field in the data set's form.
            name = "private"
        asks = f"({clauses(rule)})" if rule.clauses else ""
        said.setdefault(name, []).append(
            " ".join(filter(None, (verdict.evidence, verdict.fix or rule.fix, asks)))
        )
    return Publication(said)


def _fields() -> set[str]:
    schema = scheming_get_dataset_schema("dataset")
    return {field["field_name"] for field in schema["dataset_fields"]}


# ---- What is not known yet ------------------------------------------------------------------


def _owe_looks(resources: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a file was not looked through yet, and owe what nobody else does."""
    return any([_waits(one) for one in resources])


def _waits(resource: Mapping[str, Any]) -> bool:
    if resource.get("coming"):
        return True
    if resource.get("url_type") == "upload":
        return looked_into() and _version_waits(str(resource["id"]), "")
    url = str(resource.get("url") or "")
    if not url.lower().startswith(("http://", "https://")):
        return False
    if looked_into() and resource.get(links.FIELD) == "yes":
        return _table_waits(resource, url)
    behind = linked.known([url]).get(url)
    if behind is not None and behind.scanned is not None:
        return False
    linked.owe(url)
    return True


def _table_waits(resource: Mapping[str, Any], url: str) -> bool:
    """Say it of a link of which a table is made, which the content slice fetches."""
    if not resource.get("id"):
        return True
    if versions.newest(str(resource["id"]), url) is not None:
        return _version_waits(str(resource["id"]), url)
    told = links.fetched(str(resource["id"])) or {}
    return not (told.get("url") == url and told.get("error"))


def _version_waits(resource_id: str, source: str) -> bool:
    newest = versions.newest(resource_id, source)
    if newest is not None and newest.state in (versions.RECEIVED, versions.JUDGED):
        return True
    chosen = sa.select(Version).where(
        Version.resource_id == resource_id, Version.state == versions.SERVED
    )
    waits = False
    for version in model.Session.scalars(chosen):
        # Those that were served before stay at their addresses.
        if not rescans.is_scanned(version):
            rescans.owe(version.id)
            waits = True
    return waits


# ---- Afterwards -----------------------------------------------------------------------------


def after_save(package_id: str) -> None:
    """Owe the step of a data set that waits: what it waits for may be over already."""
    if _is_waiting(model.Package.get(package_id)):
        owed.owe(PUBLISH, package_id)


@facts_changed.connect
def _after_facts(package_id: str, **_: Any) -> None:
    after_save(package_id)


def _is_waiting(package: Any) -> bool:
    return (
        package is not None
        and package.private
        and package.state == model.State.ACTIVE
        and bool(package.extras.get(REQUESTED))
        and not package.extras.get("withdrawal_reason")
    )


@owed.handler(PUBLISH)
def publish(package_id: str, payload: dict[str, Any] | None) -> None:
    """Publish the data set with this id if it waits for that, and nothing stands in the way."""
    if not _is_waiting(model.Package.get(package_id)):
        return
    context = {"user": _portal(), "ignore_auth": True}
    try:
        tk.get_action("package_patch")(context, {"id": package_id, "private": False})
    except JobTimeoutException:
        raise
    except tk.ValidationError as error:
        # The findings say why; a save, a file or a waiver brings it here again.
        model.Session.rollback()
        log.info("Data set %s stays private: %s", package_id, ", ".join(error.error_dict))


def _portal() -> str:
    return str(tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"])
