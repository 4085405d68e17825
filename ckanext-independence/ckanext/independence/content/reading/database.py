"""A DuckDB for one file: in memory, and shut towards everything that it was not given.

Owns the settings of every DuckDB that looks at what a department uploaded. Refuses, through
DuckDB itself, any other file, any address, any extension, and any change of these settings by a
query: nothing that stands in the data can make it read elsewhere.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from .grid import Limits

__all__ = ["connect", "literal"]


def connect(*files: Path, folder: Path | None = None, limits: Limits) -> duckdb.DuckDBPyConnection:
    """Open a database that may read these files, and read and write within one folder.

    Args:
        files: what it may read; queries name them as ``literal`` gives them.
        folder: where results and what does not fit into memory may be written.
        limits: ``memory_mb`` and ``threads`` are kept to.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "allow_community_extensions": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": f"{limits.memory_mb}MB",
            "threads": str(limits.threads),
            "temp_directory": str(folder / "spilled") if folder else "",
        },
    )
    named = [name for file in files for name in (str(file), literal(file))]
    connection.execute(f"SET allowed_paths = [{', '.join(map(_quoted, named))}]")
    if folder:
        connection.execute(f"SET allowed_directories = [{_quoted(f'{folder}/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def literal(path: Path) -> str:
    """Return the path as a name that DuckDB takes as it stands, not as a pattern for several."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _quoted(text: str) -> str:
    """Return an SQL string; settings take no bound values."""
    return "'" + text.replace("'", "''") + "'"
