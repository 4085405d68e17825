"""How a file says no: the three ways in which reading ends without rows.

Owns the exceptions that readers of every kind raise. The message is for a person: what is
wrong, where, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Sequence

from .model import Question

__all__ = ["Ask", "NotATable", "Refused"]


class Refused(Exception):
    """The file is broken, empty, too big or not what it says: nothing can be read."""

    def __init__(self, message: str) -> None:
        """Keep the sentence that a person reads."""
        super().__init__(message)
        self.message = message


class NotATable(Refused):
    """The file is whole but holds no table (a PDF, a picture): it stays a download."""


class Ask(Exception):
    """The file can be read in more than one way, and only a person knows which."""

    def __init__(self, message: str, questions: Sequence[Question] = ()) -> None:
        """Keep what is told and what is asked; ``misfits`` as in ``Outcome``."""
        super().__init__(message)
        self.message = message
        self.questions = list(questions)
        self.misfits: list[str] = []
