"""The load itself: record by record through CKAN's actions, as anybody's save.

Owns the order of things: match, compare, save, report. Each record is a transaction of its
own, and what goes wrong with one is rolled back and reported. It deletes nothing, brings
nothing back that a person took away, and makes nothing public that lacks what being public
requires, unless a legacy catalog is taken over as it is.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import search

from .. import owed, public_minimum
from ..interfaces import CONTENT
from ..logic.validators.publication import REFUSED
from ..reading import Catalog, File, Record
from ..site import city
from . import resources
from .beside import Beside, NoFile, Nowhere
from .existing import MARK, Existing, Known, differences, whole
from .homes import Homes, NoHome
from .report import Outcome, Report

log = logging.getLogger(__name__)

# A record without these is none; the others can be left out when the schema refuses them.
_INDISPENSABLE = frozenset({"title", "name", "identifier", "owner_org", "private", "id"})
_FILE_DETAILS = frozenset({"name", "description", "format", "mimetype", "size"})
_PAST = ("data_modified", "last_reviewed", "privacy_review_date")
_WAITS_FOR_A_FILE = "It has no file yet, and is public as soon as it has one."
_FILES_OF_WITHHELD = (
    "Its data is not public, so its files cannot be. Take them away, or say that it is public."
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who loads decides.

    Attributes:
        source: what the file is called in the report and in the mark of what it brought.
        url: the address from which it came, if it came from one.
        dry_run: whether everything is only said.
        publishers: publisher to the name, code or title of a department.
        make_departments: whether a publisher that is no department becomes one.
        department: the department of records whose publisher is none.
        publish_as_is: whether what was public stays so though it lacks something.
    """

    source: str
    url: str | None = None
    dry_run: bool = False
    publishers: Mapping[str, str] = field(default_factory=dict)
    make_departments: bool = False
    department: str | None = None
    publish_as_is: bool = False


@contextmanager
def late_search_commits() -> Iterator[None]:
    """Let search find what was saved only at the end, which halves the time of a long load.

    Changes a setting of the whole process: for commands, not for the web.
    """
    before = tk.config["ckan.search.solr_commit"]
    tk.config["ckan.search.solr_commit"] = False
    try:
        yield
    finally:
        tk.config["ckan.search.solr_commit"] = before
        search.commit()


class Load:
    """One load of one catalog."""

    def __init__(
        self, catalog: Catalog, options: Options, user: Any, beside: Beside | None = None
    ) -> None:
        """Look at the site and plan.

        Args:
            catalog: what was read
            options: what the person decided
            user: the account in whose name it is saved, a sysadmin
            beside: where the files of a manifest are

        Raises:
            NoHome: a department that the options name does not exist
        """
        self.catalog = catalog
        self._options = options
        self._user = user
        self._beside: Beside = beside or Nowhere()
        self._today = city().today().isoformat()
        self._source = catalog.source or options.url
        self._key = self._source or _portal(catalog) or options.source
        self.report = Report(
            options.source, catalog.format, options.dry_run, problems=list(catalog.problems)
        )
        self._homes = Homes(make=options.make_departments, dry_run=options.dry_run)
        self._departments()  # of a manifest; the options may name one of them
        self._homes.follow(options.publishers, options.department)
        self._existing = Existing()
        self._matched = {
            id(record): known
            for record in catalog.records
            if not record.unusable and (known := self._existing.match(record))
        }
        self._whole = whole(known.id for known in self._matched.values())
        matched = {known.id for known in self._matched.values()}
        self._unmatched = [known for known in self._existing.all if known.id not in matched]

    def run(self) -> Iterator[Outcome]:
        """Take record after record, and complete the report.

        Yields:
            what became of each, in the order of the file
        """
        for record in self.catalog.records:
            outcome = self._record(record)
            self.report.outcomes.append(outcome)
            yield outcome
        paired = {pair["id"] for pair in self.report.pairs}
        self.report.gone = [
            {"title": known.title, "name": known.name, "identifier": known.identifier or ""}
            for known in self._unmatched
            if known.mark.get("source") == self._key
            and not known.is_away
            and known.id not in paired
        ]
        self.report.departments = list(self._homes.made)

    def _departments(self) -> None:
        for wanted in self.catalog.departments:
            try:
                self._homes.ensure(wanted)
            except tk.ValidationError as error:
                model.Session.rollback()
                self.report.refused.append(f"{wanted['title']}: {_said(error.error_dict)}")

    def _record(self, record: Record) -> Outcome:
        known = self._matched.get(id(record))
        if record.unusable:
            return Outcome.of(record, "failed", why=self._unusable(record))
        if known and known.is_away:
            return Outcome.of(
                record, "away", name=known.name, why="it was withdrawn or deleted here"
            )
        try:
            home = self._homes.find(record.department)
            if known is None:
                twin = self._twin(record, home)
                if twin:
                    return self._pair(record, twin)
                return self._add(record, home)
            return self._change(record, known, home)
        except (NoHome, NoFile) as error:
            model.Session.rollback()
            return Outcome.of(record, "failed", why=str(error))
        except tk.ValidationError as error:
            model.Session.rollback()
            return Outcome.of(record, "failed", why=_said(error.error_dict))
        except Exception as error:
            # One record must not stop the others, whatever happens to it.
            model.Session.rollback()
            log.exception("Loading %s failed", record.place)
            return Outcome.of(record, "failed", why=f"{type(error).__name__}: {error}")

    def _unusable(self, record: Record) -> str:
        """Say why; a record whose identifier is another's may have had one of its own here."""
        if record.identifier is None or not record.title:
            return record.unusable
        try:
            twin = self._twin(record, self._homes.find(record.department))
        except NoHome:
            return record.unusable
        if twin is None:
            return record.unusable
        self._note_pair(record, twin)
        return f"{record.unusable} Here is {twin.identifier} of the same title."

    def _twin(self, record: Record, home: str) -> Known | None:
        """Return a data set of the same title and department that the file does not name."""
        title = " ".join(record.title.split()).casefold()
        taken = {pair["id"] for pair in self.report.pairs}
        for known in self._unmatched:
            if (
                known.owner_org == home
                and known.id not in taken
                and not known.is_away
                and " ".join((known.title or "").split()).casefold() == title
            ):
                return known
        return None

    def _pair(self, record: Record, twin: Known) -> Outcome:
        self._note_pair(record, twin)
        return Outcome.of(
            record, "paired", name=twin.name, why=f"here it is {twin.identifier}; decide by hand"
        )

    def _note_pair(self, record: Record, twin: Known) -> None:
        self.report.pairs.append(
            {
                "id": twin.id,
                "title": record.title,
                "name": twin.name,
                "here": twin.identifier or "",
                "file": record.identifier or "",
            }
        )

    # --- what a record wants ----------------------------------------------------------------

    def _wanted(self, record: Record) -> dict[str, Any]:
        wanted = dict(record.fields)
        if record.identifier is not None:
            wanted["identifier"] = record.identifier
        if self._source and self.catalog.format != "manifest":
            wanted.setdefault("source_catalog", self._source)
        if record.tags:
            wanted["tags"] = record.tags
        for name in _PAST:
            if wanted.get(name, "") > self._today:
                record.problems.say(
                    name,
                    "future",
                    wanted.pop(name),
                    "is later than today. Left out.",
                    "Give the day on which it happened.",
                )
        return wanted

    def _draft(self, record: Record, wanted: Mapping[str, Any], home: str) -> dict[str, str]:
        """Say why a record cannot be public; empty where it can, or shall be as it is."""
        if not record.publish:
            return {}
        if self._options.publish_as_is:
            # An access level that cannot be read is no "public".
            wrong = any(p.field.startswith("access") for p in record.problems)
            if "access_level" not in wanted and wrong:
                return {"access_level": public_minimum.MINIMUM["access_level"]}
            return {}
        # The identifier is made with the save.
        judged = {"identifier": "to be made", **wanted, "owner_org": home}
        lacks = public_minimum.missing(judged)
        if wanted.get("access_level") in ("restricted public", "non-public") and record.files:
            lacks["access_level"] = _FILES_OF_WITHHELD
        return lacks

    def _context(self) -> dict[str, Any]:
        return {
            "user": self._user.name,
            "auth_user_obj": self._user,
            "ignore_auth": True,
            "independence_publish_as_is": self._options.publish_as_is,
            REFUSED: {},
        }

    def _mark(self, public: bool) -> dict[str, Any]:
        return {MARK: {"source": self._key, "public": public}}

    # --- a new one --------------------------------------------------------------------------

    def _add(self, record: Record, home: str) -> Outcome:
        wanted = self._wanted(record)
        name = self._existing.free_name(record)
        refused: dict[str, str] = {}
        # What being public lacks makes it a draft; what the schema refuses is left out.
        for attempt in range(3):
            draft = self._draft(record, wanted, home) | refused
            public = record.publish and not draft
            if self._options.dry_run:
                break
            context = self._context()
            with ExitStack() as files:
                added, columns = resources.new(record, self._beside, files)
                for resource_id, declared in columns.items():
                    owed.owe(CONTENT, resource_id, {"columns": declared})
                data = {
                    **_as_ckan(wanted),
                    "name": name,
                    "owner_org": home,
                    "private": not public,
                    "resources": added,
                    "plugin_data": self._mark(public),
                }
                try:
                    made = tk.get_action("package_create")(context, data)
                except tk.ValidationError as error:
                    model.Session.rollback()
                    if public and context.get(REFUSED):
                        refused = _reasons(context[REFUSED])
                    elif attempt == 2 or not _leave_out(
                        record, wanted, error.error_dict, list(record.files)
                    ):
                        raise
                else:
                    if public and made["private"] and not made["resources"]:
                        draft = {"resources": _WAITS_FOR_A_FILE}
                    break
        return Outcome.of(record, "added", name=name, draft=draft)

    # --- one that is here -------------------------------------------------------------------

    def _change(self, record: Record, known: Known, home: str) -> Outcome:
        here = self._whole[known.id]
        wanted = self._wanted(record)
        if record.department and home != known.owner_org:
            wanted["owner_org"] = home
        refused: dict[str, str] = {}
        for attempt in range(3):
            draft = self._draft(record, wanted, home) | refused
            changed = differences(wanted, here)
            # What a load left as a draft becomes public when it is whole; what a person
            # made private stays so.
            publish = known.private and known.mark.get("public") is False
            publish = publish and record.publish and not draft
            if publish:
                changed.append("private")
            if not known.private:
                draft = {}
                self._note_published(known)
            with ExitStack() as files:
                plan = resources.plan(record, here, self._beside, files)
                changed += plan.changed
                if self._options.dry_run or not changed:
                    break
                context = self._context()
                try:
                    self._save(context, known, wanted, changed, publish, plan)
                except tk.ValidationError as error:
                    model.Session.rollback()
                    if publish and context.get(REFUSED):
                        refused = _reasons(context[REFUSED])
                    elif attempt == 2 or not _leave_out(
                        record, wanted, error.error_dict, plan.sent
                    ):
                        raise
                else:
                    break
        status = "changed" if changed else "left"
        return Outcome.of(record, status, name=known.name, changed=changed, draft=draft)

    def _note_published(self, known: Known) -> None:
        """Remember that a person published what a load had left as a draft."""
        if known.mark.get("public") is False and not self._options.dry_run:
            model.Session.execute(
                sa.update(model.Package)
                .where(model.Package.id == known.id)
                .values(plugin_data=dict(known.plugin_data or {}) | self._mark(True))
            )
            model.Session.commit()

    def _save(
        self,
        context: dict[str, Any],
        known: Known,
        wanted: dict[str, Any],
        changed: list[str],
        publish: bool,
        plan: resources.Plan,
    ) -> None:
        for resource_id, declared in plan.columns.items():
            owed.owe(CONTENT, resource_id, {"columns": declared})
        if set(changed) == {"columns"}:
            model.Session.commit()
            return
        shown = tk.get_action("package_show")(self._context(), {"id": known.id})
        data = shown | _as_ckan({key: wanted[key] for key in changed if key in wanted})
        if publish:
            data["private"] = False
            data["plugin_data"] = dict(known.plugin_data or {}) | self._mark(True)
        if plan.resources:
            kept = [plan.updates.get(resource["id"], {}) for resource in shown["resources"]]
            data["resources"] = [
                resource | update for resource, update in zip(shown["resources"], kept, strict=True)
            ] + plan.added
        tk.get_action("package_update")(context, data)


def _reasons(refused: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: " ".join(sentences) for name, sentences in refused.items()}


def _portal(catalog: Catalog) -> str | None:
    """Return the host to which most identifiers or pages of a file lead, as its source.

    A saved file may have another name each month; the portal that wrote it stays the same.
    """
    hosts: Counter[str] = Counter()
    for record in catalog.records:
        for address in (record.identifier, record.fields.get("landing_page")):
            if address and re.match(r"https?://", address):
                hosts[re.split(r"[/?#]", address, maxsplit=3)[2].lower()] += 1
                break
    most = hosts.most_common(1)
    return most[0][0] if most and most[0][1] * 2 > len(catalog.records) else None


def _as_ckan(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Write keywords as CKAN wants them."""
    data = dict(wanted)
    if "tags" in data:
        data["tags"] = [{"name": word} for word in data["tags"]]
        data["tag_string"] = ""
    return data


def _leave_out(
    record: Record,
    wanted: dict[str, Any],
    errors: Mapping[str, Any],
    sent: Sequence[File | None],
) -> bool:
    """Take out of a record what the schema refused, and note it; tell whether that helps.

    ``sent`` are the record's files in the order of the resources that were to be saved, with
    None for each resource that the record does not have.
    """
    if _INDISPENSABLE & errors.keys():
        return False
    helped = False
    for name, said in errors.items():
        if name == "resources":
            helped |= _leave_out_files(record, said, sent)
            continue
        name = "tags" if name == "tag_string" else name
        if name in wanted:
            record.problems.say(
                name, "refused", wanted.pop(name), f"{_said(said)} Left out.", "Correct it."
            )
            helped = True
    return helped


def _leave_out_files(record: Record, errors: Any, sent: Sequence[File | None]) -> bool:
    helped = False
    for file, said in zip(sent, errors or (), strict=False):
        if not said or file is None:
            continue
        record.problems.say(
            f"file {file.fields.get('name') or file.fields.get('url')}",
            "refused",
            None,
            f"{_said(said)} Left out.",
            "Correct it.",
        )
        details = _FILE_DETAILS & set(said)
        if set(said) <= _FILE_DETAILS:
            for name in details:
                file.fields.pop(name, None)
        else:
            record.files.remove(file)
        helped = True
    return helped


def _said(errors: Any) -> str:
    """Return CKAN's errors as sentences."""
    if isinstance(errors, Mapping):
        return " ".join(_said(said) for key, said in errors.items() if key != "__type")
    if isinstance(errors, (list, tuple)):
        return " ".join(_said(said) for said in errors if said)
    return str(errors)
