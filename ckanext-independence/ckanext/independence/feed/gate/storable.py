"""What a schema lets through and no catalog can store, or JSON cannot say.

Owns text that PostgreSQL refuses (U+0000, half of a surrogate pair: data.gov reports such a record
as added and as errored on every run and never keeps it) and values that are not JSON (NaN, keys
that are no text, numbers beyond 64 bits, values of other types, nesting without end). A record
without a problem here can be encoded. Knows nothing of what a record should hold.
"""

from __future__ import annotations

import math
from typing import Any

from .problem import Problem

__all__ = ["TOO_DEEP", "check"]

TOO_DEEP = "stored-depth"
DEEPEST = 100
_LEAST, _MOST = -(2**63), 2**64 - 1


def check(record: Any) -> list[Problem]:
    """Return a problem for each value, or key, that cannot be stored; its path leads to it."""
    found: list[Problem] = []
    _walk(record, (), found)
    return found


def _walk(value: Any, path: tuple[str | int, ...], found: list[Problem]) -> None:
    if isinstance(value, str):
        if wrong := _text(value):
            found.append(_problem(path, f"The text {wrong}.", "stored-text"))
    elif isinstance(value, dict):
        if len(path) >= DEEPEST:
            found.append(_too_deep(path))
            return
        for key, inner in value.items():
            if not isinstance(key, str):
                message = f"A name must be text; {key!r} is {type(key).__name__}."
                found.append(_problem((*path, str(key)), message, "stored-name"))
            elif wrong := _text(key):
                found.append(_problem((*path, key), f"The name {wrong}.", "stored-text"))
            if type(inner) is not str or not inner.isascii() or "\0" in inner:
                _walk(inner, (*path, str(key)), found)
    elif isinstance(value, list):
        if len(path) >= DEEPEST:
            found.append(_too_deep(path))
            return
        for number, inner in enumerate(value):
            _walk(inner, (*path, number), found)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if not _LEAST <= value <= _MOST:
            message = "The number is larger than 64 bits hold. Write it as text."
            found.append(_problem(path, message, "stored-number"))
    elif isinstance(value, float):
        if not math.isfinite(value):
            message = f"{value} is no number that JSON has. Leave the value out."
            found.append(_problem(path, message, "stored-number"))
    else:
        message = f"A value of type {type(value).__name__} is not JSON. Write it as text."
        found.append(_problem(path, message, "stored-type"))


def _text(text: str) -> str:
    """Say what in a text cannot be stored, or nothing."""
    if "\0" in text:
        return (
            "holds the character U+0000, which data.gov cannot store: the record would be "
            "reported as added and as errored on every run. Take it out"
        )
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            half = ord(text[error.start])
            return (
                f"holds half of a character (U+{half:04X}, a lone surrogate), which data.gov "
                "cannot store. Type the text anew"
            )
    return ""


def _too_deep(path: tuple[str | int, ...]) -> Problem:
    return _problem(path, f"Values are nested deeper than {DEEPEST} levels.", TOO_DEEP)


def _problem(path: tuple[str | int, ...], message: str, rule: str) -> Problem:
    return Problem(path, message, rule=rule)
