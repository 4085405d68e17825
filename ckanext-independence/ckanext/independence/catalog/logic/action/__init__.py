"""The catalog's API actions."""

from . import privacy
from .dataset import dataset_purge, independence_catalog_dataset_withdraw
from .load import independence_catalog_load
from .privacy import *  # noqa: F403 -- CKAN finds actions by the names in this module
from .uploads import package_create, package_update

__all__ = [
    "dataset_purge",
    "independence_catalog_dataset_withdraw",
    "independence_catalog_load",
    "package_create",
    "package_update",
    *privacy.__all__,
]
