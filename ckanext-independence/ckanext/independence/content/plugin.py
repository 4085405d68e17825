"""The content slice's plugin: a table of contents, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click

from ..catalog.interfaces import Facts, ICommands, IResourceFacts
from . import decided, described, links, load, removal  # noqa: F401 -- the load tells the workers what it does
from .cli import content


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.config_declarations
@tk.blanket.helpers
class ContentPlugin(p.SingletonPlugin):
    """What is in the files."""

    p.implements(p.IConfigurer)
    p.implements(ICommands, inherit=True)
    p.implements(IResourceFacts, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IResourceController, inherit=True)

    # IConfigurer

    def update_config(self, config: Any) -> None:
        """Put the slice's templates before the catalog's."""
        tk.add_template_directory(config, "templates")

    # IPackageController

    def after_dataset_create(self, context: Any, dataset: dict[str, Any]) -> None:
        """Fetch links of which tables are to be made."""
        links.after_save(dataset["id"])

    def after_dataset_update(self, context: Any, dataset: dict[str, Any]) -> None:
        """Take away, or make again, what was made of the files of a data set that changed."""
        removal.after_change(dataset["id"])
        links.after_save(dataset["id"])

    def after_dataset_delete(self, context: Any, dataset: dict[str, Any]) -> None:
        """Take away what was made of the files of a data set that was deleted."""
        removal.after_change(dataset["id"], gone=True)

    # ICommands

    def independence_commands(self) -> list[click.Command]:
        """Offer the slice's commands."""
        return [content]

    # IResourceFacts

    def resource_facts(self, resource_ids: Sequence[str]) -> dict[str, Facts]:
        """Say what is known of these resources' files."""
        return described.facts(resource_ids)

    def resource_columns(self, resource_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Say which columns were declared for these resources."""
        return decided.declared(resource_ids)

    # IResourceController

    def after_resource_delete(self, context: Any, resources: Any) -> None:
        """Leave the table of a deleted file to the loader, which may be at it already."""
        removal.leave_to_loader(context["package"].id)
