"""The policy's plugin: a table of contents of the slice, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click

from ..catalog import owed
from ..catalog.interfaces import (
    Candidate,
    ICommands,
    IFormAdvice,
    IPublicationJudge,
    IVersionJudge,
    Objection,
    Publication,
    facts_changed,
)

# Two of these are only imported to tell the workers what they do.
from . import (  # noqa: F401
    book,
    drafts,
    held,
    judged,
    links,
    notices,
    publishing,
    rejudged,
    reports,
    rescans,
    self_published,
    versions_judged,
    waivers,
)
from .cli import policy


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.config_declarations
@tk.blanket.helpers
class PolicyPlugin(p.SingletonPlugin):
    """What the ordinance asks."""

    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(ICommands, inherit=True)
    p.implements(IFormAdvice, inherit=True)
    p.implements(IPublicationJudge, inherit=True)
    p.implements(IVersionJudge, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IOrganizationController, inherit=True)

    # IConfigurer

    def update_config(self, config: Any) -> None:
        """Put the slice's templates before the catalog's."""
        tk.add_template_directory(config, "templates")

    # IConfigurable

    def configure(self, config: Any) -> None:
        """Read the rulebook, so that a wrong one stops the start; hear what changes in files."""
        book.read_again()
        book.rulebook()
        facts_changed.connect(judged.of_files)
        reports.shape()
        self_published.declared()

    # ICommands

    def independence_commands(self) -> list[click.Command]:
        """Offer the slice's commands."""
        return [policy]

    # IFormAdvice

    def form_advice(self, kind: str, id: str, dataset_id: str) -> Mapping[str, Sequence[str]]:
        """Say at each field what the policy asks of what is stored."""
        return drafts.of_form(kind, id, dataset_id)

    # IPublicationJudge

    def before_publication(self, dataset: Mapping[str, Any], package: Any) -> Publication:
        """Refuse the step to public, or let it wait."""
        return publishing.before_publication(dataset, package)

    # IVersionJudge

    def before_version_served(self, candidate: Candidate) -> list[Objection]:
        """Hold back what a blocker finds in a file."""
        return versions_judged.judge_version(candidate)

    def keeps_rows_back(self, version_id: int) -> bool:
        """Show no row of a file that is held for what is in it."""
        return held.hides(version_id)

    # IPackageController

    def after_dataset_create(self, context: Any, dataset: dict[str, Any]) -> None:
        """Judge the new data set, in the same transaction."""
        judged.saved([dataset["id"]])
        owed.owe(links.NOTICE, dataset["id"])
        publishing.after_save(dataset["id"])
        waivers.after_save(context, dataset)

    def after_dataset_update(self, context: Any, dataset: dict[str, Any]) -> None:
        """Judge the changed data set, in the same transaction."""
        judged.saved([dataset["id"]])
        owed.owe(links.NOTICE, dataset["id"])
        publishing.after_save(dataset["id"])
        waivers.after_save(context, dataset)

    def after_dataset_delete(self, context: Any, dataset: dict[str, Any]) -> None:
        """Forget what was said of a data set that is about to be deleted."""
        judged.removed(dataset["id"])

    # IOrganizationController

    def create(self, entity: Any) -> None:
        """Judge a new department."""
        rejudged.of_department(entity.id)

    def edit(self, entity: Any) -> None:
        """Judge a changed department, and what it holds."""
        rejudged.of_department(entity.id)
