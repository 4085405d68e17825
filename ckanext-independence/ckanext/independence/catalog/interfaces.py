"""Where the other slices meet the catalog: what it asks them, and what it is told.

Owns five questions and one signal. *May this version be served?* is asked of every
plugin before a file and its table change hands. *May this data set be public?* is asked last of
all in a save that makes one public, or changes one that is. *What is known of these resources?* is
answered by whoever looked into the files. *What could be better in this form?* is asked when one
opens. *Which commands belong under ``ckan
independence``?* keeps one group for all slices. The signal says that what is derived
from a data set's files has changed. It refuses to know who answers: where nobody does,
everything may be served and nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins as p
import click
from ckan.lib import signals

__all__ = [
    "CONTENT", "Candidate", "Facts", "ICommands", "IFormAdvice", "IPublicationJudge",
    "IResourceFacts", "IVersionJudge", "Objection", "Publication", "declared_columns", "facts",
    "facts_changed", "form_advice", "looked_into", "objections", "publication", "rows_kept_back",
]  # fmt: skip

CONTENT = "content"
"""The kind of work that is owed when a resource's file is to be looked into; its key is the
resource's id."""

facts_changed = signals.ckanext.signal("independence:facts-changed")
"""Sent with a data set's id when rows, columns, checksum, dictionary or coverage changed, before
that is committed."""


@dataclass(frozen=True)
class Objection:
    """Why a version is not served. ``clause`` names the rule; ``fix`` says how to mend it."""

    reason: str
    clause: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Candidate:
    """A version that would be served next, as it can be judged.

    Attributes:
        version_id: 0 where rows are written by a program, which have no file.
        sha256: of the file; "" without one.
        filename: as it was uploaded.
        path: the file on this machine; None without one, or where nobody fetched it.
        status: how far its reading came, as the content slice has it: ``loaded``, ``download``,
            ``refused``, ``asked``; "" where nobody read it.
        message: what was said of the reading.
        columns: dicts with ``name``, ``label``, ``type``, ``role`` …
        profile: the profile of each column by its name.
        rows: of the table.
        set_aside: rows that the table could not take.
        asides: the first of them: dicts with ``row``, ``kind`` and ``reason``.
        table: a Parquet file on this machine that holds the typed rows; None where the file is no
            table.
    """

    version_id: int
    resource_id: str
    package_id: str
    sha256: str
    filename: str
    path: str | None = None
    status: str = ""
    message: str = ""
    columns: Sequence[Mapping[str, Any]] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    rows: int | None = None
    set_aside: int | None = None
    asides: Sequence[Mapping[str, Any]] = ()
    table: str | None = None


@dataclass(frozen=True)
class Publication:
    """What stands against a data set's being public.

    Attributes:
        objections: sentences by the form's field at which each is mended, ``private`` where there
            is none, ``resources`` for its files. The save is refused.
        waits: whether it is not known yet: it stays private until whoever says so publishes it.
    """

    objections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    waits: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a resource's served file.

    ``start`` and ``end`` are ISO dates, ``bbox`` west, south, east, north in degrees,
    ``dictionary`` the address of the columns explained (None where nobody explained any).
    """

    rows: int | None = None
    columns: Sequence[Mapping[str, Any]] = ()
    sha256: str | None = None
    dictionary: str | None = None
    start: str | None = None
    end: str | None = None
    bbox: Sequence[float] | None = None


class IVersionJudge(p.Interface):
    """For plugins that may refuse to have a version served."""

    def before_version_served(self, candidate: Candidate) -> list[Objection]:
        """Return what stands against serving this version; nothing lets it pass."""
        return []

    def keeps_rows_back(self, version_id: int) -> bool:
        """Say whether not even staff is to be shown rows of this version, which is held."""
        return False


class IPublicationJudge(p.Interface):
    """For plugins that may refuse to have a data set made public, or let it wait."""

    def before_publication(self, dataset: Mapping[str, Any], package: Any) -> Publication:
        """Say what stands against this save of a data set that is to be public.

        Args:
            dataset: as it would be stored, in the shape that ``reader.read`` gives; of its
                resources those that come with a file have ``coming`` true, and new ones no ``id``
            package: as CKAN's model has it before the save; None for a new one
        """
        return Publication()


class IResourceFacts(p.Interface):
    """For the plugin that knows what is in the files.

    It does the work of the kind ``CONTENT``: no file is served before that has let it be.
    """

    def resource_facts(self, resource_ids: Sequence[str]) -> dict[str, Facts]:
        """Return what is known, by resource; those of which nothing is known are left out."""
        return {}

    def resource_columns(self, resource_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Return the columns that were declared for these resources, as they were declared."""
        return {}


class IFormAdvice(p.Interface):
    """For plugins that have something to say at the fields of a steward's form."""

    def form_advice(self, kind: str, id: str, dataset_id: str) -> Mapping[str, Sequence[str]]:
        """Return sentences by field about what is stored; they refuse nothing.

        Args:
            kind: ``dataset`` or ``resource``
            id: of it
            dataset_id: of the data set, or of the one to which the file belongs
        """
        return {}


class ICommands(p.Interface):
    """For plugins with commands of their own under ``ckan independence``."""

    def independence_commands(self) -> list[click.Command]:
        """Return the commands."""
        return []


def objections(candidate: Candidate) -> list[Objection]:
    """Ask every plugin that may refuse; return all that was said."""
    judges = p.PluginImplementations(IVersionJudge)
    return [one for judge in judges for one in judge.before_version_served(candidate)]


def rows_kept_back(version_id: int) -> bool:
    """Ask whether rows of a version are shown to nobody."""
    judges = p.PluginImplementations(IVersionJudge)
    return any(judge.keeps_rows_back(version_id) for judge in judges)


def publication(dataset: Mapping[str, Any], package: Any) -> Publication:
    """Ask every plugin that may refuse, or let wait; return all that was said, as one."""
    said: dict[str, list[str]] = {}
    waits = False
    for judge in p.PluginImplementations(IPublicationJudge):
        one = judge.before_publication(dataset, package)
        waits = waits or one.waits
        for name, sentences in one.objections.items():
            said.setdefault(name, []).extend(sentences)
    return Publication(said, waits)


def looked_into() -> bool:
    """Say whether somebody looks into files before they are served."""
    return any(True for _ in p.PluginImplementations(IResourceFacts))


def form_advice(kind: str, id: str, dataset_id: str) -> dict[str, list[str]]:
    """Ask for advice at the fields of a form; return all that was said."""
    said: dict[str, list[str]] = {}
    for plugin in p.PluginImplementations(IFormAdvice):
        for name, sentences in plugin.form_advice(kind, id, dataset_id).items():
            said.setdefault(name, []).extend(sentences)
    return said


def declared_columns(resource_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Ask which columns were declared for these resources."""
    known: dict[str, list[dict[str, Any]]] = {}
    for plugin in p.PluginImplementations(IResourceFacts):
        known = plugin.resource_columns(resource_ids) | known
    return known


def facts(resource_ids: Sequence[str]) -> dict[str, Facts]:
    """Ask what is known of these resources; the first plugin that knows is believed."""
    known: dict[str, Facts] = {}
    for plugin in p.PluginImplementations(IResourceFacts):
        for resource_id, one in plugin.resource_facts(resource_ids).items():
            known.setdefault(resource_id, one)
    return known
