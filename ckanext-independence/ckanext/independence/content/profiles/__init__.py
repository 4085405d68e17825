"""A profile of each column of a typed table, straight from its Parquet file.

Owns what is told of a column and how it is counted, in bounded memory: groups are counted by
value, texts by a 64-bit hash. Refuses to judge what may be told of a column with persons in it:
whoever publishes a profile does.
"""

# ruff: noqa: S608  (names are `quoted`, texts `literal`)

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..reading.database import connect
from ..reading.grid import Limits
from ..reading.model import Column
from ..typing.staging import literal, quoted
from .bins import Bins, bins_of_moments, bins_of_numbers, bins_of_times

__all__ = ["profile"]

Profile = dict[str, Any]

_TOP = 10
_LONGEST_TOP = 200
_PATTERN_SHARE = 0.95
_PATTERN_LENGTH = 40
_LONGITUDE = frozenset({"longitude", "lon", "lng", "long", "x"})
_LATITUDE = frozenset({"latitude", "lat", "y"})
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Profiler:
    def __init__(self, db: Any, parquet: Path) -> None:
        self._db = db
        self._table = f"read_parquet({literal(str(parquet))})"
        self.rows = int(self.ask("SELECT count(*) FROM {table}")[0])

    def ask(self, query: str) -> tuple[Any, ...]:
        """Return the first row of a query; {table} stands for the Parquet file."""
        found: tuple[Any, ...] = self._db.execute(query.replace("{table}", self._table)).fetchone()
        return found

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        rows: list[tuple[Any, ...]] = self._db.execute(
            query.replace("{table}", self._table)
        ).fetchall()
        return rows


def profile(
    parquet: Path,
    columns: Sequence[Column],
    *,
    limits: Limits = Limits(),  # noqa: B008
) -> dict[str, Profile]:
    """Return what there is to know of each column, as JSON values, by name.

    Args:
        parquet: as ``typing.type_grid`` writes it; its folder is used to spill into.
        columns: its columns.
        limits: memory and threads.

    Returns:
        Per column: ``type``, ``filled`` (share, 0 to 1), ``nulls``, ``distinct``, ``min``,
        ``max``, ``mean`` (numbers), ``top`` (up to ten of [value, count], the most frequent
        first; empty where no value occurs twice), ``histogram`` ({"edges", "counts"} or None),
        ``pattern`` (such as AA-9999, where 95 % of the texts have it), ``bbox`` (west, south,
        east, north, of shapes and of a pair of longitude and latitude), ``geometry`` (the kinds
        of shape, joined by |) and ``marks``.
    """
    with connect(folder=parquet.parent, limits=limits) as db:
        profiler = _Profiler(db, parquet)
        found = {column.name: _column(profiler, column) for column in columns}
        _add_place(profiler, columns, found)
    return found


def _column(profiler: _Profiler, column: Column) -> Profile:
    name = quoted(column.name)
    nulls = profiler.rows - int(profiler.ask(f"SELECT count({name}) FROM {{table}}")[0])
    found: Profile = {
        "type": column.type,
        "filled": round(1 - nulls / profiler.rows, 6) if profiler.rows else 0.0,
        "nulls": nulls,
        "distinct": 0,
        "min": None,
        "max": None,
        "mean": None,
        "top": [],
        "histogram": None,
        "pattern": None,
        "bbox": None,
        "geometry": None,
        "marks": dict(column.marks),
    }
    if nulls == profiler.rows:
        return found
    if column.type == "geometry":
        return found | _shapes(profiler, name)
    if column.type == "text":
        return found | _texts(profiler, name)
    return found | _values(profiler, name, column.type)


def _values(profiler: _Profiler, name: str, kind: str) -> Profile:
    mean = f", avg({name})" if kind in ("integer", "numeric") else ", NULL"
    least, greatest, average = profiler.ask(f"SELECT min({name}), max({name}){mean} FROM {{table}}")
    distinct, top = profiler.ask(
        "SELECT count(*), min({'n': -n, 'v': v}, " + str(_TOP) + ")"
        f" FROM (SELECT {name} AS v, count(*) AS n FROM {{table}}"
        f" WHERE {name} IS NOT NULL GROUP BY 1)"
    )
    bins = _bins(least, greatest, kind)
    return {
        "distinct": distinct,
        "min": _plain(least),
        "max": _plain(greatest),
        "mean": None if average is None else float(average),
        "top": _top([(each["v"], -each["n"]) for each in top]),
        "histogram": _histogram(profiler, name, bins) if bins else None,
    }


def _texts(profiler: _Profiler, name: str) -> Profile:
    distinct, top = profiler.ask(
        "SELECT count(*), min({'n': -n, 'h': h}, " + str(_TOP) + ")"
        f" FROM (SELECT hash({name}) AS h, count(*) AS n FROM {{table}}"
        f" WHERE {name} IS NOT NULL GROUP BY 1)"
    )
    least, greatest = profiler.ask(f"SELECT min({name}), max({name}) FROM {{table}}")
    hashes = ", ".join(str(each["h"]) for each in top if each["n"] < -1)
    values = profiler.all(
        f"SELECT min({name}), count(*) AS n FROM {{table}} WHERE hash({name}) IN ({hashes})"
        f" GROUP BY hash({name}) ORDER BY count(*) DESC, 1"
    ) if hashes else []  # fmt: skip
    return {
        "distinct": distinct,
        "min": least[:_LONGEST_TOP],
        "max": greatest[:_LONGEST_TOP],
        "top": _top([(value[:_LONGEST_TOP], count) for value, count in values]),
        "pattern": _pattern(profiler, name),
    }


def _top(values: list[tuple[Any, int]]) -> list[list[Any]]:
    return [[_plain(value), count] for value, count in values if count > 1 or len(values) < _TOP]


def _pattern(profiler: _Profiler, name: str) -> str | None:
    """Return the pattern that nearly all texts have; a few rows propose, all rows decide."""
    pattern = (
        f"translate({name}, '012345678{_UPPER[1:]}{_UPPER[1:].lower()}',"
        f" '{'9' * 9}{'A' * 25}{'a' * 25}')"
    )
    proposed = profiler.all(
        f"SELECT {pattern} AS p, count(*) AS n FROM (SELECT {name} FROM {{table}}"
        f" WHERE {name} IS NOT NULL LIMIT 1000) GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )[0][0]
    if len(proposed) > _PATTERN_LENGTH or "9" not in proposed or " " in proposed:
        return None
    kinds = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}
    regex = "".join(kinds.get(char) or re.escape(char) for char in proposed)
    share = profiler.ask(
        f"SELECT avg(regexp_full_match({name}, {literal(regex)})::INTEGER)"
        f" FROM {{table}} WHERE {name} IS NOT NULL"
    )[0]
    return str(proposed) if share >= _PATTERN_SHARE else None


def _shapes(profiler: _Profiler, name: str) -> Profile:
    number = r"(-?[0-9.eE+-]+)"
    first = rf"\[\s*{number}\s*,"
    second = rf"\[\s*-?[0-9.eE+-]+\s*,\s*{number}"
    numbers = "list_transform(regexp_extract_all({}, {}, 1), lambda n: CAST(n AS DOUBLE))"
    xs, ys = (numbers.format(name, literal(each)) for each in (first, second))
    box = profiler.ask(
        "SELECT min(list_min(x)), min(list_min(y)), max(list_max(x)), max(list_max(y))"
        f" FROM (SELECT {xs} AS x, {ys} AS y FROM {{table}})"
    )
    kind = rf"regexp_extract({name}, '\"type\"\s*:\s*\"([A-Za-z]+)\"', 1)"
    kinds = profiler.all(
        f"SELECT DISTINCT {kind} AS k FROM {{table}} WHERE {name} IS NOT NULL ORDER BY 1"
    )
    distinct = profiler.ask(
        f"SELECT count(DISTINCT hash({name})) FROM {{table}} WHERE {name} IS NOT NULL"
    )[0]
    return {
        "distinct": distinct,
        "bbox": None if box[0] is None else [round(side, 6) for side in box],
        "geometry": "|".join(each[0] for each in kinds),
    }


def _add_place(profiler: _Profiler, columns: Sequence[Column], found: dict[str, Profile]) -> None:
    """Give a pair of longitude and latitude the box of its places; 0, 0 is no place."""
    x = next((c.name for c in columns if _is_degree(c, _LONGITUDE, found, 180)), None)
    y = next((c.name for c in columns if _is_degree(c, _LATITUDE, found, 90)), None)
    if x is None or y is None:
        return
    lon, lat = quoted(x), quoted(y)
    box = profiler.ask(
        f"SELECT min({lon}), min({lat}), max({lon}), max({lat}) FROM {{table}}"
        f" WHERE {lon} IS NOT NULL AND {lat} IS NOT NULL AND NOT ({lon} = 0 AND {lat} = 0)"
    )
    if box[0] is not None:
        for name in (x, y):
            found[name] |= {"bbox": [round(float(side), 6) for side in box], "geometry": "Point"}


def _is_degree(column: Column, names: frozenset[str], found: dict[str, Profile], most: int) -> bool:
    if column.type not in ("integer", "numeric") or column.name.lower() not in names:
        return False
    least, greatest = found[column.name]["min"], found[column.name]["max"]
    return least is not None and -most <= least and greatest <= most


def _bins(least: Any, greatest: Any, kind: str) -> Bins | None:
    if kind in ("integer", "numeric"):
        return bins_of_numbers(float(least), float(greatest), whole=kind == "integer")
    if kind in ("date", "timestamp"):
        days = kind == "date"
        if days:
            least, greatest = (datetime.combine(day, time()) for day in (least, greatest))
        return bins_of_moments(least, greatest, days=days)
    if kind == "time":
        return bins_of_times(least, greatest)
    return None


def _histogram(profiler: _Profiler, name: str, bins: Bins) -> Profile:
    if bins.axis == "month":
        place = f"(year({name}) * 12 + month({name}) - 1)"
    elif bins.axis == "second":
        place = f"epoch({name})"
    else:
        place = f"CAST({name} AS DOUBLE)"
    last = len(bins.edges) - 2
    counts = dict(
        profiler.all(
            f"SELECT least({last}, greatest(0, CAST(floor(({place} - {bins.start!r}) /"
            f" {bins.step!r} + 1e-9) AS INTEGER))) AS bin, count(*) FROM {{table}}"
            f" WHERE {name} IS NOT NULL GROUP BY 1"
        )
    )
    return {"edges": bins.edges, "counts": [counts.get(i, 0) for i in range(last + 1)]}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
