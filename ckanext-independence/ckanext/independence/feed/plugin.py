"""The feed's plugin: a table of contents of the slice, and nothing else."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import click

from ..catalog.interfaces import ICommands
from .cli import feed


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
class FeedPlugin(p.SingletonPlugin):
    """Offer the catalog to harvesters in their own language."""

    p.implements(ICommands, inherit=True)

    # ICommands

    def independence_commands(self) -> list[click.Command]:
        """Offer the slice's commands."""
        return [feed]
