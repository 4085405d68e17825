"""The content slice's plugin: a table of contents, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click

from ..catalog.interfaces import Facts, ICommands, IResourceFacts
from . import described
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

    # IConfigurer

    def update_config(self, config: Any) -> None:
        """Put the slice's templates before the catalog's."""
        tk.add_template_directory(config, "templates")

    # ICommands

    def independence_commands(self) -> list[click.Command]:
        """Offer the slice's commands."""
        return [content]

    # IResourceFacts

    def resource_facts(self, resource_ids: Sequence[str]) -> dict[str, Facts]:
        """Say what is known of these resources' files."""
        return described.facts(resource_ids)
