"""What the files themselves must be: readable, what they say they are, whole, steady, accessible.

Owns what follows from how far the portal came with a file. Refuses to pass on a value of the data
that a message quotes: it is shown as its form only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..registry import CONTENT, Declared, Parameter
from ..subjects import File, Subject
from ..values import counted
from ..verdicts import Verdict, fails, not_applicable, passes, unjudged
from .per_file import judged_files

__all__ = ["CHECKS", "redacted"]

CHECKS = Declared()

_ON_THE_WAY = ("waiting", "reading", "loading")
_SAID = 400
_WORD_WITH_AT = re.compile(r"\S*@\S*")


def redacted(message: str) -> str:
    """Return a message with the digits and the addresses of all that it quotes replaced.

    A cell may hold quotation marks itself, so everything from the first to the last is taken.
    """
    start, end = message.find("“"), message.rfind("”")
    if start < 0:
        return message
    end = len(message) if end < start else end
    quoted = _WORD_WITH_AT.sub("…@…", re.sub(r"\d", "9", message[start:end]))
    return message[:start] + quoted + message[end:]


@CHECKS.check("parses", CONTENT, most_bad=Parameter("float", 0.05, least=0, most=1))
def parses(subject: Subject, given: Mapping[str, Any]) -> Iterator[Verdict]:
    """Each file can be read: its encoding, its header, and as many fields in each row.

    ``most_bad`` is the share of a table's rows, 0 to 1, that may be set aside as broken.
    """
    yield from judged_files(subject, lambda file: _parses(file, float(given["most_bad"])))


def _parses(file: File, most_bad: float) -> Iterator[Verdict]:
    message = redacted(str(file.message or ""))[:_SAID]
    if file.status == "download":
        yield not_applicable()
    elif file.status == "refused":
        yield fails(
            f"“{file.title}” cannot be read. {message}".strip(),
            fix="Mend the file where the message says, and upload it again.",
            resource=file.id,
            field="url",
        )
    elif file.status == "asked":
        yield unjudged(
            f"“{file.title}” can be read in more than one way. Choose one on its page.",
            resource=file.id,
        )
    elif file.status == "loaded":
        yield from _bad_rows(file, most_bad)
    elif file.status is None and file.url:
        yield unjudged("The file is kept elsewhere and was not read.", resource=file.id)
    elif file.status is None or file.status in _ON_THE_WAY:
        yield unjudged("The file was not read yet.", resource=file.id)
    else:
        yield unjudged(message or "The file could not be looked into.", resource=file.id)


def _bad_rows(file: File, most_bad: float) -> Iterator[Verdict]:
    told = [aside for aside in file.asides if aside.get("kind") == "bad"]
    # Only the first are told; titles and notes stand around a table and are few.
    untold = max((file.set_aside or 0) - len(file.asides), 0)
    bad = len(told) + untold if told else 0
    if not bad:
        return
    all_rows = (file.rows or 0) + bad
    first = told[0]
    reason = redacted(str(first.get("reason") or ""))[:_SAID]
    said = (
        f"{counted(bad, 'row')} of {all_rows:,} in “{file.title}” cannot be taken, "
        f"first row {first.get('row')}: {reason}"
    ).strip()
    if bad > most_bad * all_rows:
        yield fails(
            said,
            fix=f"Mend row {first.get('row')} and the others, and upload the file again.",
            resource=file.id,
            field="url",
            count=bad,
        )
    else:
        yield passes(said)
