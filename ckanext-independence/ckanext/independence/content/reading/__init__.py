"""The pure reader: a file and a reading in, typed rows and a report out."""

from __future__ import annotations

from .grid import Limits, Site
from .model import Outcome, Reading
from .whole import read

__all__ = ["Limits", "Outcome", "Reading", "Site", "read"]
