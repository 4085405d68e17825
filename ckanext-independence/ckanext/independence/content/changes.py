"""What changed between two versions of a table: rows, cells and columns. Pure.

Owns the comparison of two Parquet files of typed rows, by DuckDB, in bounded memory (what does
not fit is put on disk). Rows are told apart by a key where both versions have one, a column that
is filled and unique in both; without one, a row that is not there as it was is a row removed and
a row added. Columns that only one of them has are named and not compared. Refuses to know which
versions these are, and who may see them.
"""

# Names are quoted by `_quoted`, and no value stands in a statement.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .reading import database
from .reading.grid import Limits

__all__ = ["SHOWN", "compare"]

# Rows of each kind that are kept to be shown, cells of each, characters of each cell.
SHOWN = 100
SHOWN_CELLS = 60
SHOWN_TEXT = 300
# What can tell rows apart: a place or an amount that happens to be unique does not.
_KEYS = ("text", "integer")
_HIDDEN = ("_row", "_marks")


def compare(
    old: Path,
    new: Path,
    *,
    types: tuple[dict[str, str], dict[str, str]],
    identifiers: Iterable[str] = (),
    folder: Path,
    limits: Limits,
) -> dict[str, Any]:
    """Say what changed from one version's rows to another's.

    Args:
        old: Parquet file of the older version
        new: of the newer
        types: the columns of each by name, with their type (``reading.model.TYPES``)
        identifiers: names of columns that people call identifiers; tried first as the key
        folder: an existing folder for what does not fit into memory
        limits: ``memory_mb`` and ``threads`` are kept to

    Returns:
        ``key`` (a column's name or None); ``columns``: ``added``, ``removed`` (names) and
        ``retyped`` (``name``, ``old``, ``new``); ``rows``: ``old``, ``new``, ``added``,
        ``removed``, ``changed`` (None without a key), ``same``; ``added`` and ``removed``:
        ``columns`` (names) and ``rows`` (lists of texts, None for an empty cell) of the first
        hundred; ``changed``: ``key`` and ``cells`` (name, old and new text) of the first hundred.
    """
    before, after = types
    common = [name for name in after if name in before]
    with database.connect(old, new, folder=folder, limits=limits) as connection:

        def ask(query: str, *values: Any) -> list[Any]:
            return connection.execute(query, values).fetchall()

        for name, path in (("was", old), ("is_now", new)):
            # A view takes no bound values.
            text = database.literal(path).replace("'", "''")
            connection.execute(
                f"CREATE TEMP VIEW {name} AS"
                f" SELECT * FROM read_parquet('{text}', file_row_number = true)"
            )
        key = _key(ask, common, before, after, identifiers)
        _pair(ask, key, common, before, after)
        counts = dict(ask("SELECT kind, count(*) FROM pairs GROUP BY kind"))
        ((was, is_now),) = ask("SELECT (SELECT count(*) FROM was), (SELECT count(*) FROM is_now)")
        added, removed, changed = (counts.get(kind, 0) for kind in ("added", "removed", "changed"))
        return {
            "key": key,
            "columns": {
                "added": [name for name in after if name not in before],
                "removed": [name for name in before if name not in after],
                "retyped": [
                    {"name": name, "old": before[name], "new": after[name]}
                    for name in common
                    if before[name] != after[name]
                ],
            },
            "rows": {
                "old": was,
                "new": is_now,
                "added": added,
                "removed": removed,
                "changed": changed if key else None,
                "same": is_now - added - changed,
            },
            "added": _rows(ask, "is_now", "added", list(after)),
            "removed": _rows(ask, "was", "removed", list(before)),
            "changed": _cells(ask, key, common) if key and changed else [],
        }


def _key(
    ask: Any,
    common: Sequence[str],
    before: dict[str, str],
    after: dict[str, str],
    identifiers: Iterable[str],
) -> str | None:
    """Return the first column that tells every row of both apart; identifiers come first."""
    first = [name for name in identifiers if name in common]
    others = [n for n in common if before[n] in _KEYS and after[n] in _KEYS and n not in first]
    for name in (*first, *others):
        quoted = _quoted(name)
        # A cheap look before the dear one.
        for some in (" LIMIT 1000", ""):
            tells = all(
                ask(
                    f"SELECT count(*) = count({quoted}) AND count(*) = count(DISTINCT {quoted})"
                    f" FROM (SELECT {quoted} FROM {table}{some})"
                )[0][0]
                for table in ("was", "is_now")
            )
            if not tells:
                break
        else:
            return name
    return None


def _pair(
    ask: Any, key: str | None, common: Sequence[str], before: dict[str, str], after: dict[str, str]
) -> None:
    """Make the table ``pairs``: kind and the two row numbers of all rows that are not the same."""
    cells = ", ".join(
        _quoted(name) if before[name] == after[name] != "numeric" else _text(name)
        for name in common
    )
    for table in ("was", "is_now"):
        ask(
            f"CREATE TEMP TABLE {table}_hashed AS"
            f" SELECT {_text(key) if key else 'NULL'} AS k, hash({cells or 0}) AS h,"
            f" file_row_number AS r FROM {table}"
        )
    same = "w.k = i.k"
    if not key:
        # Equal rows are counted off against each other, where there are not as many of them.
        ask(
            "CREATE TEMP TABLE uneven AS SELECT h FROM"
            " (SELECT h, 1 AS n FROM is_now_hashed UNION ALL SELECT h, -1 FROM was_hashed)"
            " GROUP BY h HAVING sum(n) <> 0"
        )
        same = "w.h = i.h AND w.nth = i.nth"
    for table in ("was", "is_now"):
        few = "" if key else " WHERE h IN (FROM uneven)"
        nth = "0" if key else "row_number() OVER (PARTITION BY h ORDER BY r)"
        ask(
            f"CREATE TEMP VIEW {table}_rows AS"
            f" SELECT k, h, r, {nth} AS nth FROM {table}_hashed{few}"
        )
    ask(
        "CREATE TEMP TABLE pairs AS"
        " SELECT CASE WHEN w.r IS NULL THEN 'added' WHEN i.r IS NULL THEN 'removed'"
        " ELSE 'changed' END AS kind, w.r AS was, i.r AS is_now"
        f" FROM was_rows w FULL JOIN is_now_rows i ON {same}"
        " WHERE w.r IS NULL OR i.r IS NULL OR w.h <> i.h"
    )


def _rows(ask: Any, table: str, kind: str, names: list[str]) -> dict[str, Any]:
    names = [name for name in names if name not in _HIDDEN][:SHOWN_CELLS]
    cells = ", ".join(f"left({_text(name)}, {SHOWN_TEXT})" for name in names)
    found = ask(
        f"SELECT {cells or 'NULL'} FROM {table} WHERE file_row_number IN"
        f" (SELECT {table} FROM pairs WHERE kind = ? ORDER BY {table} LIMIT {SHOWN})"
        " ORDER BY file_row_number",
        kind,
    )
    return {"columns": names, "rows": [list(row) for row in found]}


def _cells(ask: Any, key: str, common: Sequence[str]) -> list[dict[str, Any]]:
    others = [name for name in common if name != key]
    sides = [
        ", ".join([_text(key, side), *(f"left({_text(n, side)}, {SHOWN_TEXT})" for n in others)])
        for side in ("w", "i")
    ]
    found = ask(
        f"SELECT {', '.join(sides)} FROM (SELECT * FROM pairs WHERE kind = 'changed'"
        f" ORDER BY is_now LIMIT {SHOWN}) p JOIN was w ON w.file_row_number = p.was"
        " JOIN is_now i ON i.file_row_number = p.is_now ORDER BY p.is_now"
    )
    width = len(others) + 1
    return [
        {
            "key": row[width],
            "cells": [
                [name, row[index], row[width + index]]
                for index, name in enumerate(others, 1)
                if row[index] != row[width + index]
            ][:SHOWN_CELLS],
        }
        for row in found
    ]


def _text(name: str, side: str = "") -> str:
    """Return a cell as text, the same whichever type of number holds it: 12.50 is 12.5."""
    value = f"{side + '.' if side else ''}{_quoted(name)}::VARCHAR"
    number = rf"regexp_matches({value}, '^-?[0-9]+\.[0-9]*0$')"
    return f"CASE WHEN {number} THEN rtrim(rtrim({value}, '0'), '.') ELSE {value} END"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
