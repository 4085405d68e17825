"""Old workbooks, XLS, tried before they are opened: a damaged one can ask for any memory.

Owns the trial in a process of its own with a limit on its memory. Refuses to say what is wrong with
a workbook that can be opened in vain at little cost: whoever opens it then meets that error.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .refusals import Refused

__all__ = ["see_to_memory"]

# Bytes of address space, the process's own included.
_MOST = 1 << 30
_SECONDS = 120.0
_TRY = f"""
import resource, sys
from python_calamine import CalamineError, CalamineWorkbook, ZipError
resource.setrlimit(resource.RLIMIT_AS, ({_MOST}, {_MOST}))
try:
    book = CalamineWorkbook.from_path(sys.argv[1])
except (CalamineError, ZipError, OSError, ValueError):
    pass
"""


def see_to_memory(path: Path, seconds: float = _SECONDS) -> None:
    """See that an old workbook opens, or fails to, with no more than a gigabyte.

    Args:
        path: the workbook.
        seconds: how long it may take.

    Raises:
        Refused: it takes more, or longer.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _TRY, str(path)],
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode:
        raise Refused(
            "The workbook is damaged, or too large to be opened. Open it in a spreadsheet program "
            "and save it again, as XLSX if you can."
        )
