"""What an example is: a case of a rule, and what is said of it.

The cases stand in modules ``examples_of_….py``, each with a list ``EXAMPLES``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ckanext.independence.policy.rules.subjects import Holdings, Subject

__all__ = ["Example"]


@dataclass(frozen=True)
class Example:
    """A case of a rule.

    Attributes:
        rule: its id, as in the City's rulebook.
        case: what the case is, in words.
        subject: what is judged.
        state: what is said of it, as the gravest of its verdicts.
        words: a part of the evidence of one of them.
        field: where the form has it, of the verdict with these words.
        severity: how grave the rule is about this subject; "" where the example is not about it.
        on: the day on which the verdict is read, where it is another than that of the judging.
    """

    rule: str
    case: str
    subject: Subject | Holdings
    state: str
    words: str = ""
    field: str = ""
    severity: str = ""
    on: dt.date | None = None
