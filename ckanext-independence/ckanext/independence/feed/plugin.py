"""The feed's plugin: a table of contents of the slice, and nothing else."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click
from ckan import model

from ..catalog import files
from ..catalog.interfaces import ICommands, facts_changed
from . import hourly, publisher, records, stale  # noqa: F401 -- they tell clock and workers what they do
from .cli import feed
from .withdrawals import Word


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.config_declarations
@tk.blanket.helpers
class FeedPlugin(p.SingletonPlugin):
    """Offer the catalog to harvesters in their own language."""

    p.implements(p.IConfigurer)
    p.implements(ICommands, inherit=True)
    p.implements(p.IConfigurable)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IOrganizationController, inherit=True)

    # IConfigurer

    def update_config(self, config: Any) -> None:
        """Put the slice's templates before the catalog's."""
        tk.add_template_directory(config, "templates")

    # ICommands

    def independence_commands(self) -> list[click.Command]:
        """Offer the slice's commands."""
        return [feed]

    # IConfigurable

    def configure(self, config: Any) -> None:
        """Hear of what changes in files."""
        facts_changed.connect(stale.of_files)

    # IPackageController

    def after_dataset_create(self, context: Any, dataset: dict[str, Any]) -> None:
        """Render the new data set's records, in the same transaction."""
        # The catalog's own hook comes later, and records tell of the files that it keeps.
        files.keep_coming(context, dataset)
        records.saved([dataset["id"]], Word(who=context.get("user") or ""))

    def after_dataset_update(self, context: Any, dataset: dict[str, Any]) -> None:
        """Render the changed data set's records, in the same transaction."""
        records.saved([dataset["id"]], Word(who=context.get("user") or ""))

    def after_dataset_delete(self, context: Any, dataset: dict[str, Any]) -> None:
        """Withdraw the records of a data set that is about to be deleted."""
        package = model.Package.get(dataset["id"])
        if package is not None:
            records.saved([package.id], Word(who=context.get("user") or "", reason="deleted"))

    # IOrganizationController

    def edit(self, entity: Any) -> None:
        """Render anew what belongs to a department that was changed."""
        stale.of_department(entity.id)
