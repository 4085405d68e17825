"""The catalog's plugin: a table of contents of the slice, and nothing else."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

# Two of these are only imported to tell the clock and the workers what they do.
from . import files, index, search, synonyms, withdrawal  # noqa: F401
from .site import city


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class CatalogPlugin(p.SingletonPlugin):
    """What a data set is: schema, departments, pages, files, and the way in."""

    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IUploader, inherit=True)

    # IConfigurer

    def update_config(self, config: Any) -> None:
        """Put the slice's templates before CKAN's."""
        tk.add_template_directory(config, "templates")

    # IConfigurable

    def configure(self, config: Any) -> None:
        """Read the city's file, so that a wrong one stops the start and not a page."""
        city()

    # IFacets

    def dataset_facets(self, facets: dict[str, str], package_type: str) -> dict[str, str]:
        """Offer the city's own ways of narrowing a search."""
        return OrderedDict(search.facets())

    def organization_facets(
        self, facets: dict[str, str], organization_type: str, package_type: str | None
    ) -> dict[str, str]:
        """Offer the same within a department, less the department."""
        return OrderedDict((k, v) for k, v in search.facets().items() if k != "organization")

    # IPackageController

    def after_dataset_create(self, context: Any, dataset: dict[str, Any]) -> None:
        """Keep the files that came with the data set, in the same transaction."""
        files.keep_coming(context, dataset)

    def before_dataset_index(self, dataset: dict[str, Any]) -> dict[str, Any]:
        """Add what search narrows and sorts by."""
        return index.fields(dataset)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Ask Solr so that a resident's words find the city's."""
        return search.parameters(search_params)

    # IUploader

    def get_resource_uploader(self, resource: dict[str, Any]) -> files.ResourceFile:
        """Keep each file once and never overwrite one."""
        return files.ResourceFile(resource)
