"""Columns of numbers: integers and exact decimals, also as money, percentages, in parentheses.

Owns when digits are a number, and the SQL that takes the number out of its dress. Nothing goes
through floating point unless the cells are written with exponents that no decimal holds.
"""

# ruff: noqa: S608  (names are the stage's own, texts go through `literal`)

from __future__ import annotations

from collections.abc import Mapping

from .plan import Found, Tally
from .shapes import MINUSES, Number, read_shape
from .staging import Stage, literal
from .words import FLAGS

__all__ = ["find_numbers"]

# The digits that PostgreSQL's bigint and DuckDB's decimals surely hold.
_BIGINT = 18
_DECIMAL = 38
# Digits so many, and in every cell as many, are a name: a block's, a meter's, a card's.
_NAMING = 12


def find_numbers(stage: Stage, tally: Tally, declared: str) -> Found:
    """Look for numbers in a column; ``declared`` is integer, numeric or empty."""
    numbers: dict[str, Number] = {}
    for shape in tally.shapes:
        meaning = read_shape(shape)
        if isinstance(meaning, Number) and not meaning.bare_exponent:
            numbers[shape] = meaning
    shapes = {shape: tally.shapes[shape] for shape in numbers}
    accepted = sum(shapes.values())
    if why := "" if declared else _against(numbers):
        return Found("", shapes, accepted, why=why)
    currencies = {n.currency for n in numbers.values() if n.currency}
    unit = "%" if any(n.percent for n in numbers.values()) else next(iter(currencies), "")
    kind, value = _value(stage, tally, numbers, declared or ("numeric" if unit else ""))
    if not kind:
        return Found("", shapes, accepted, why="Some numbers have too many digits.")
    if declared == "integer" or "DOUBLE" in value:
        count = tally.count(value, shapes)
        accepted = stage.ask(f"SELECT {count} FROM {stage.counted(tally.cell)}")[0][0]
    flagged = any(n.flagged for n in numbers.values())
    return Found(kind, shapes, accepted, value, unit, flag=_flag(tally.cell) if flagged else "")


def _value(
    stage: Stage, tally: Tally, numbers: Mapping[str, Number], wanted: str
) -> tuple[str, str]:
    """Return a type that holds all of these numbers, and SQL of them in it."""
    plain = _plain(tally.cell, numbers)
    digits = max((n.digits for n in numbers.values()), default=0)
    scale = max((n.scale for n in numbers.values()), default=0)
    whole = not any(n.point or n.exponent for n in numbers.values())
    if whole and digits <= _BIGINT and wanted != "numeric":
        return "integer", f"TRY_CAST({plain} AS BIGINT)"
    if any(n.exponent for n in numbers.values()):
        low, high = _exponents(stage, tally.cell)
        digits, scale = digits + max(high, 0), scale + max(-low, 0)
        if digits + scale > _DECIMAL:
            double = f"TRY_CAST({plain} AS DOUBLE)"
            return "numeric", f"CASE WHEN isfinite({double}) THEN {double} END"
    if digits + scale > _DECIMAL:
        return "", ""
    width = _BIGINT if digits + scale <= _BIGINT else _DECIMAL
    decimal = f"TRY_CAST({plain} AS DECIMAL({width}, {scale}))"
    if wanted == "integer":
        return "integer", (
            f"CASE WHEN {decimal} = trunc({decimal}) THEN TRY_CAST({decimal} AS BIGINT) END"
        )
    return "numeric", decimal


def _against(numbers: Mapping[str, Number]) -> str:
    """Return why these are no column of numbers, or nothing."""
    if any(n.zero_led for n in numbers.values()):
        return "Some cells begin with 0, so they name something and are no numbers."
    currencies = {n.currency for n in numbers.values() if n.currency}
    percent = [n.percent for n in numbers.values() if not n.zero]
    if len(currencies) > 1:
        return f"Amounts are in several currencies: {', '.join(sorted(currencies))}."
    if currencies and any(n.exponent for n in numbers.values()):
        return "Some cells are amounts of money and some have powers of ten."
    if currencies and any(percent):
        return "Some cells are amounts of money and some are percentages."
    if any(percent) and not all(percent):
        return "Some cells are percentages and some are bare numbers."
    dressed = [n.wrapped and not (n.currency or n.percent or n.grouped or n.point) for n in
               numbers.values()]  # fmt: skip
    if numbers and all(dressed):
        return "All numbers are in parentheses or before a dash, so they may be no numbers."
    if numbers and all(n.flagged for n in numbers.values()):
        return "All numbers carry a star or the like, so they may be no numbers."
    bare = not any(n.point or n.grouped or n.currency or n.percent for n in numbers.values())
    lengths = {n.digits for n in numbers.values()}
    if bare and len(lengths) == 1 and min(lengths) >= _NAMING:
        return "All cells have the same many digits, so they name something and are no numbers."
    return ""


def _exponents(stage: Stage, cell: str) -> tuple[int, int]:
    """Return the lowest and the highest power of ten that is written in a cell."""
    exponent = f"regexp_extract({cell}, '^[-+{MINUSES}0-9.]+[eE]([-+]?[0-9]{{1,3}})$', 1)"
    low, high = stage.ask(
        f"SELECT min(e), max(e) FROM (SELECT TRY_CAST({exponent} AS INTEGER) AS e"
        f" FROM {stage.counted(cell)})"
    )[0]
    return low or 0, high or 0


def _flag(cell: str) -> str:
    ends = literal(f"[{FLAGS}]+$")
    return f"nullif(regexp_extract({cell}, '^[?]') || regexp_extract({cell}, {ends}), '')"


def _plain(cell: str, numbers: Mapping[str, Number]) -> str:
    """Return SQL of the bare number: digits, a point, a minus."""
    kept = "0123456789.+-" + ("eE" if any(n.exponent for n in numbers.values()) else "")
    signs = "".join(sorted({char for shape in numbers for char in shape} - set(kept)))
    if not signs and not any(n.wrapped for n in numbers.values()):
        return cell
    minuses = "".join(char for char in signs if char in MINUSES)
    dress = "".join(char for char in signs if char not in MINUSES)
    # What has no counterpart in the second list is left out.
    bare = f"translate({cell}, '{minuses}{dress}', '{'-' * len(minuses)}')"
    if not any(n.wrapped for n in numbers.values()):
        return bare
    return (
        f"CASE WHEN {cell}[-1] = '-' OR contains({cell}, '(')"
        f" THEN '-' || replace({bare}, '-', '') ELSE {bare} END"
    )
