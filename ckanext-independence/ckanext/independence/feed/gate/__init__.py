"""Whether data.gov takes a record, and what a steward must mend where it does not.

Owns the checks of a record in either language. Refuses to mend a record, and to judge a catalog as
a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from . import dcat_us_1_1, dcat_us_3_0, storable, warnings
from .dcat_us_3_0 import Kind
from .problem import Problem

__all__ = ["Kind", "Language", "Problem", "check", "is_valid"]

Language = Literal["1.1", "3.0"]


def check(record: Mapping[str, Any], language: Language, kind: Kind = "dataset") -> list[Problem]:
    """Check one record.

    Args:
        record: as it would be served, of values that JSON has
        language: in which DCAT-US it speaks
        kind: what it is a record of; in 1.1 every record is one of a data set

    Returns:
        what data.gov would refuse (errors) or only remark (warnings); the record is valid where
        there is no error
    """
    unstorable = storable.check(record)
    if any(problem.rule == storable.TOO_DEEP for problem in unstorable):
        return unstorable
    if language == "3.0":
        return [*dcat_us_3_0.check(record, kind), *warnings.check(record, kind), *unstorable]
    return [*dcat_us_1_1.check(record), *unstorable]


def is_valid(problems: list[Problem]) -> bool:
    """Say whether a record with these problems is one that data.gov takes."""
    return all(problem.severity != "error" for problem in problems)
