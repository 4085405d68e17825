"""The checks that a rulebook can name, and the parameters that each takes.

Owns how a check is declared and how parameters are read. Checks of other plugins are declared in
the same way and handed over by ``IPolicyChecks``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .verdicts import Verdict

__all__ = ["CONTENT", "DATASET_SIGHTS", "FRESHNESS", "HOLDINGS_SIGHTS", "LINKS", "METADATA",
           "RESOURCES", "Check", "Declared", "Parameter", "WrongParameter"]  # fmt: skip

# What a check looks at, which decides when it runs: the first two in the save, freshness in the
# save and by the day, content before a version is served, links as they are checked, holdings
# each night.
METADATA, RESOURCES, CONTENT, FRESHNESS, LINKS = (
    "metadata", "resources", "content", "freshness", "links",
)  # fmt: skip
DEPARTMENT, CITY = "department", "city"
DATASET_SIGHTS = (METADATA, RESOURCES, CONTENT, FRESHNESS, LINKS)
HOLDINGS_SIGHTS = (DEPARTMENT, CITY)

Function = Callable[[Any, Mapping[str, Any]], Iterable[Verdict]]


class WrongParameter(ValueError):
    """A parameter of a rule that its check does not take, or not so."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a check: its value where the rulebook gives none, and what it may be.

    ``kind`` is ``int``, ``float``, ``bool``, ``str``, ``list`` (of texts), ``map`` (text
    to number) or ``date``. Numbers lie between ``least`` and ``most``; texts, and the names of a
    map, are among ``choices``, if given.
    """

    kind: str
    default: Any
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def read(self, name: str, value: Any) -> Any:
        """Return a value as the check takes it.

        Raises:
            WrongParameter: it is none
        """
        kinds: dict[str, tuple[type, ...]] = {
            "int": (int,), "float": (int, float), "bool": (bool,), "str": (str,),
            "list": (list,), "map": (dict,), "date": (dt.date,),
        }  # fmt: skip
        wrong_bool = type(value) in (bool, dt.datetime) and self.kind != "bool"
        fits: bool = isinstance(value, kinds[self.kind]) and not wrong_bool
        if not fits:
            raise WrongParameter(f"{name}: must be {_WORDS[self.kind]}, not {value!r}.")
        numbers: list[Any] = []
        if self.kind in ("int", "float"):
            numbers = [value]
        elif self.kind == "map":
            if not all(isinstance(key, str) for key in value):
                raise WrongParameter(f"{name}: its names must be texts.")
            numbers = list(value.values())
        elif self.kind == "list" and not all(isinstance(one, str) for one in value):
            raise WrongParameter(f"{name}: must be a list of texts.")
        for number in numbers:
            if not isinstance(number, (int, float)) or isinstance(number, bool):
                raise WrongParameter(f"{name}: {number!r} is no number.")
            if not -_GREATEST <= number <= _GREATEST:
                raise WrongParameter(f"{name}: a number that great cannot be meant.")
            if self.least is not None and number < self.least:
                raise WrongParameter(f"{name}: must be {self.least:g} or more, not {number:g}.")
            if self.most is not None and number > self.most:
                raise WrongParameter(f"{name}: must be {self.most:g} or less, not {number:g}.")
        texts = list(value) if self.kind in ("list", "map") else [value]
        for text in texts if self.choices else ():
            if text not in self.choices:
                raise WrongParameter(
                    f"{name}: {text!r} is none of {', '.join(sorted(self.choices))}."
                )
        return value


_GREATEST = 1e15
_WORDS = {
    "int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text",
    "list": "a list of texts", "map": "a list of names with numbers", "date": "a day",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """A check: ``function`` takes a ``Subject`` or ``Holdings`` and the parameters.

    ``version`` goes up whenever it may answer otherwise about the same subject.
    """

    name: str
    sees: str
    function: Function
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    version: int = 1

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all parameters, those that the rulebook gives before the defaults.

        Raises:
            WrongParameter: one that it does not take, or a value that it cannot take
        """
        unknown = sorted(given.keys() - self.parameters.keys())
        if unknown:
            takes = ", ".join(sorted(self.parameters)) or "none"
            raise WrongParameter(f"{unknown[0]}: {self.name} does not take it; it takes {takes}.")
        return {
            name: parameter.read(name, given[name]) if name in given else parameter.default
            for name, parameter in self.parameters.items()
        }


class Declared(dict[str, Check]):
    """Checks by name, to which a module adds its own with a decorator."""

    def check(
        self, name: str, sees: str, *, version: int = 1, **parameters: Parameter
    ) -> Callable[[Function], Function]:
        """Declare a function as the check of this name."""

        def declare(function: Function) -> Function:
            if name in self:
                raise ValueError(f"There are two checks of the name {name}.")
            self[name] = Check(name, sees, function, parameters, version)
            return function

        return declare

    def include(self, others: Mapping[str, Check]) -> None:
        """Add the checks that somebody else declared.

        Raises:
            ValueError: one has the name of another
        """
        for name, check in others.items():
            if name in self:
                raise ValueError(f"There are two checks of the name {name}.")
            self[name] = check
