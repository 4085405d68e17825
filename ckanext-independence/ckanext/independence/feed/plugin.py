"""The feed's plugin: a table of contents of the slice, and nothing else."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click

from ..catalog import files
from ..catalog.interfaces import ICommands
from . import publisher, records  # noqa: F401 -- the publisher tells clock and workers what it does
from .cli import feed


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.config_declarations
class FeedPlugin(p.SingletonPlugin):
    """Offer the catalog to harvesters in their own language."""

    p.implements(p.IConfigurer)
    p.implements(ICommands, inherit=True)
    p.implements(p.IPackageController, inherit=True)

    # IConfigurer

    def update_config(self, config: Any) -> None:
        """Put the slice's templates before the catalog's."""
        tk.add_template_directory(config, "templates")

    # ICommands

    def independence_commands(self) -> list[click.Command]:
        """Offer the slice's commands."""
        return [feed]

    # IPackageController

    def after_dataset_create(self, context: Any, dataset: dict[str, Any]) -> None:
        """Render the new data set's records, in the same transaction."""
        # The catalog's own hook comes later, and records tell of the files that it keeps.
        files.keep_coming(context, dataset)
        records.render([dataset["id"]])

    def after_dataset_update(self, context: Any, dataset: dict[str, Any]) -> None:
        """Render the changed data set's records, in the same transaction."""
        records.render([dataset["id"]])
