"""The catalog's API actions."""

from .dataset import independence_catalog_dataset_withdraw
from .load import independence_catalog_load

__all__ = ["independence_catalog_dataset_withdraw", "independence_catalog_load"]
