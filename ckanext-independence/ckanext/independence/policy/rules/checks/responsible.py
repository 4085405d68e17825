"""Who is answerable for a data set, under which licence it is given, and why it is not public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..registry import METADATA, Declared, Parameter
from ..subjects import Subject
from ..values import listed, text
from ..verdicts import Verdict, fails, passes, unjudged

__all__ = ["CHECKS"]

CHECKS = Declared()


@CHECKS.check("licence-allowed", METADATA, licences=Parameter("list", []))
def licence_allowed(subject: Subject, wanted: Mapping[str, Any]) -> Iterator[Verdict]:
    """Ask for one of these licences, or else of those that the city's file names."""
    allowed = set(wanted["licences"]) or subject.city.public_domain
    licence = text(subject.values, "license_id")
    names = listed(sorted(allowed))
    if not allowed:
        yield unjudged("The City's file names no license that is allowed.")
    elif not licence:
        yield fails("It has no license.", fix=f"Choose one of {names}.", field="license_id")
    elif licence in allowed:
        yield passes(f"Its license is {licence}.")
    else:
        said = licence if licence in subject.city.licences else "another one"
        yield fails(
            f"Its license is {said}, which is not among {names}.",
            fix=f"Choose one of {names}.",
            field="license_id",
        )
