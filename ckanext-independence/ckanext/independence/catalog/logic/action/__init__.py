"""The catalog's API actions."""

from .dataset import independence_catalog_dataset_withdraw

__all__ = ["independence_catalog_dataset_withdraw"]
