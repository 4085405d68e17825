"""The annual report as an accessible PDF: tagged after PDF/UA-1, on Letter.

Owns the setting by Typst. Refuses to compute: it is given the report's content, whose texts are
never read as markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
import typst

__all__ = ["as_pdf"]

_TEMPLATE = Path(__file__).parents[1] / "templates/independence/policy/report.typ"


def as_pdf(content: Mapping[str, Any]) -> bytes:
    """Set a report; the same content gives the same bytes.

    PDF/UA-1 forbids a character that no font has, such as one of another script in a title. A
    report with one is tagged all the same, and only does not claim to keep the standard.

    Args:
        content: as ``reporting.content`` makes it
    """
    day = dt.datetime.fromisoformat(content["computed"]).replace(tzinfo=dt.UTC)

    def compiled(standard: Literal["ua-1"] | None) -> bytes:
        made: bytes = typst.compile(
            _TEMPLATE.read_bytes(),
            format="pdf",
            pdf_standards=standard,
            sys_inputs={"report": orjson.dumps(content).decode()},
            ignore_system_fonts=True,
            timestamp=int(day.timestamp()),
        )
        return made

    try:
        return compiled("ua-1")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return compiled(None)
