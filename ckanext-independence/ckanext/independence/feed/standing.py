"""The last valid record of a data set that is invalid now: what of it still stands.

Pure. Owns what is taken out of it: files that are gone, private or held back, and an access
level that is not the present one. It refuses to add or mend anything, so that what it returns
was published before, and is as valid as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["adjusted"]

LEVELS = ("public", "restricted public", "non-public")
RIGHTS = ("public", "restricted", "not public")


def adjusted(record: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record that was valid, less what its invalid successor no longer offers.

    Args:
        record: the last valid one
        present: the one that would take its place if it were valid

    Returns:
        a record as valid as the first, with keys in its order
    """
    offered = {_place(one) for one in present.get("distribution") or ()}
    before = record.get("distribution") or []
    kept = [one for one in before if _place(one) in offered]
    gone = [one for one in before if _place(one) not in offered]
    told = dict(record)
    if kept:
        told["distribution"] = kept
    else:
        told.pop("distribution", None)
    if told.get("describedBy") in [one["describedBy"] for one in gone if "describedBy" in one]:
        # 1.1 repeats the dictionary of an only file on its data set.
        del told["describedBy"]
        told.pop("describedByType", None)
    for name, words in (("accessLevel", LEVELS), ("accessRights", RIGHTS)):
        if name in told and present.get(name) in words:
            told[name] = present[name]
    return told


def _place(distribution: Mapping[str, Any]) -> str:
    """Return which file of which data set it is, wherever the site is found."""
    return str(distribution.get("@id", "")).rpartition("/dataset/")[2]
