"""Protected information: recognisers of identifiers, and the scan of files and texts for them.

Refuses to keep, return or print a value that it matched: a hit holds a count and a redacted shape.
"""

from __future__ import annotations

from .hits import CERTAIN, POSSIBLE, Hit
from .kinds import EDITION, KINDS, Kind
from .scanning import Limits, Scan, scan_file, scan_rows, scan_texts

__all__ = [
    "CERTAIN",
    "EDITION",
    "KINDS",
    "POSSIBLE",
    "Hit",
    "Kind",
    "Limits",
    "Scan",
    "scan_file",
    "scan_rows",
    "scan_texts",
]
