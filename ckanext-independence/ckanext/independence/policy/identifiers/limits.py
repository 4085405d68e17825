"""What one scan may cost."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """What the scan of one file may cost.

    Attributes:
        cells: cells of a table that are all looked at; of a larger one every n-th row is, from the
            first on, with the smallest n that keeps to this.
        seconds: wall clock for one file.
        unpacked_bytes: what an archive may unpack to, in all.
        members: files of an archive.
        depth: archives within archives.
        pages: of a document.
        memory_mb: what DuckDB may use.
        threads: how many DuckDB may use.
    """

    cells: int = 25_000_000
    seconds: float = 600.0
    unpacked_bytes: int = 2_000_000_000
    members: int = 1_000
    depth: int = 3
    pages: int = 3_000
    memory_mb: int = 150
    threads: int = 2
