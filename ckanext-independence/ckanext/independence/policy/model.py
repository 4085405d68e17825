"""The policy's own tables: judgements, findings, scans, waivers, history, links, reports, notices.

Owns names, columns and keys; the migration under ``migration/independence_policy`` makes them.
None of them holds a value that a recogniser matched. A *subject* is the id of a data set,
``department/<name>`` or ``city``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = [
    "CITY", "Count", "Finding", "History", "Judgement", "Link", "Mute", "Notice", "Report", "Scan",
    "State", "Waiver", "of_department",
]  # fmt: skip

_TIME = sa.DateTime(timezone=True)
CITY = "city"


def of_department(name: str) -> str:
    """Return the subject that a department is."""
    return f"department/{name}"


def _text(default: str = "") -> Mapped[str]:
    return mapped_column(sa.Text, nullable=False, server_default=default)


def _now() -> Mapped[dt.datetime]:
    return mapped_column(_TIME, nullable=False, server_default=sa.func.now())


class Judgement(tk.BaseModel):
    """What all rules say of a subject.

    ``states`` is, by rule, a dict of ``state``, ``severity``, ``version``, ``since`` (ISO day)
    and, of a pass that time ends, ``until`` and ``afterwards``.
    ``pending`` tells that rules were left over for the job.
    """

    __tablename__ = "independence_policy_judgement"

    subject: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    department: Mapped[str] = _text()
    edition: Mapped[str] = _text()
    hash: Mapped[str] = _text()
    states: Mapped[dict[str, Any]] = mapped_column(
        JSONB, nullable=False, server_default=sa.text("'{}'")
    )
    pending: Mapped[bool] = mapped_column(
        sa.Boolean, nullable=False, server_default=sa.text("false")
    )
    judged: Mapped[dt.datetime] = _now()


class Finding(tk.BaseModel):
    """One place where a rule fails, cannot be judged, or passes until a day."""

    __tablename__ = "independence_policy_finding"
    __table_args__ = (
        sa.Index(
            "independence_policy_finding_place",
            "subject", "rule", "resource_id", "column_name", "field", "kind",
            unique=True,
        ),
        sa.Index("independence_policy_finding_rule", "rule", "state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    subject: Mapped[str] = mapped_column(sa.Text, nullable=False)
    department: Mapped[str] = _text()
    rule: Mapped[str] = mapped_column(sa.Text, nullable=False)
    rule_version: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    resource_id: Mapped[str] = _text()
    column_name: Mapped[str] = _text()
    field: Mapped[str] = _text()
    kind: Mapped[str] = _text()
    state: Mapped[str] = mapped_column(sa.Text, nullable=False)
    severity: Mapped[str] = mapped_column(sa.Text, nullable=False)
    evidence: Mapped[str] = _text()
    fix: Mapped[str] = _text()
    count: Mapped[int | None] = mapped_column(sa.BigInteger)
    # Of what was judged.
    hash: Mapped[str] = _text()
    since: Mapped[dt.datetime] = _now()
    until: Mapped[dt.date | None] = mapped_column(sa.Date)
    afterwards: Mapped[str] = _text()


class Scan(tk.BaseModel):
    """What the recognisers of an edition found in a file's bytes.

    ``words`` is the hash of what was known of its columns, which recognisers also read.
    """

    __tablename__ = "independence_policy_scan"

    sha256: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    edition: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    words: Mapped[str] = mapped_column(sa.Text, primary_key=True, server_default="")
    hits: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, nullable=False, server_default=sa.text("'[]'")
    )
    notes: Mapped[list[str]] = mapped_column(JSONB, nullable=False, server_default=sa.text("'[]'"))
    complete: Mapped[bool] = mapped_column(sa.Boolean, nullable=False)
    scanned: Mapped[dt.datetime] = _now()


class Count(tk.BaseModel):
    """What a look at a table's counts of persons found; see ``counts``.

    ``asked`` is below which a count is small, and the columns, a line each.
    """

    __tablename__ = "independence_policy_count"

    sha256: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    asked: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    cells: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
    looked: Mapped[dt.datetime] = _now()


class Waiver(tk.BaseModel):
    """Leave to pass a rule in one place: asked by one person and granted by another.

    ``most`` is the count that was seen when it was asked; more re-opens the finding. ``grounds``
    is ``false-alarm``, ``permitted-by-law`` or ``taken-over``; ``decision`` is empty while nobody
    has decided, then ``granted`` or ``refused``; ``ended`` takes a granted one back.
    """

    __tablename__ = "independence_policy_waiver"
    __table_args__ = (sa.Index("independence_policy_waiver_package", "package_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    package_id: Mapped[str] = mapped_column(sa.Text, nullable=False)
    rule: Mapped[str] = mapped_column(sa.Text, nullable=False)
    kind: Mapped[str] = _text()
    resource_id: Mapped[str] = _text()
    column_name: Mapped[str] = _text()
    field: Mapped[str] = _text()
    most: Mapped[int | None] = mapped_column(sa.BigInteger)
    grounds: Mapped[str] = mapped_column(sa.Text, nullable=False)
    citation: Mapped[str] = _text()
    reason: Mapped[str] = _text()
    is_public: Mapped[bool] = mapped_column(
        sa.Boolean, nullable=False, server_default=sa.text("false")
    )
    asked_by: Mapped[str] = _text()
    asked: Mapped[dt.datetime] = _now()
    decision: Mapped[str] = _text()
    decided_by: Mapped[str] = _text()
    # As the city's file named the approver on that day.
    approver: Mapped[str] = _text()
    decided: Mapped[dt.datetime | None] = mapped_column(_TIME)
    expires: Mapped[dt.date | None] = mapped_column(sa.Date)
    ended: Mapped[dt.datetime | None] = mapped_column(_TIME)
    ended_by: Mapped[str] = _text()


class History(tk.BaseModel):
    """How many data sets of a department kept a rule on a day."""

    __tablename__ = "independence_policy_history"

    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    rule: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    department: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    rule_version: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    passing: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    failing: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    waived: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    unjudged: Mapped[int] = mapped_column(sa.Integer, nullable=False)


class Link(tk.BaseModel):
    """An address outside the portal and what came of asking for it."""

    __tablename__ = "independence_policy_link"
    __table_args__ = (sa.Index("independence_policy_link_due", "next_check"),)

    url: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    state: Mapped[str] = _text("unchecked")
    status: Mapped[int | None] = mapped_column(sa.Integer)
    failures: Mapped[int] = mapped_column(sa.Integer, nullable=False, server_default=sa.text("0"))
    first_failed: Mapped[dt.datetime | None] = mapped_column(_TIME)
    checked: Mapped[dt.datetime | None] = mapped_column(_TIME)
    next_check: Mapped[dt.datetime] = _now()
    etag: Mapped[str] = _text()
    last_modified: Mapped[str] = _text()
    hops: Mapped[int] = mapped_column(sa.Integer, nullable=False, server_default=sa.text("0"))
    final_url: Mapped[str] = _text()
    said: Mapped[str] = _text()


class Report(tk.BaseModel):
    """The annual report of a year: what was computed, and what the coordinator wrote.

    Once it is given to the Council, the page and the PDF are kept as they were.
    """

    __tablename__ = "independence_policy_report"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    words: Mapped[dict[str, Any]] = mapped_column(
        JSONB, nullable=False, server_default=sa.text("'{}'")
    )
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    pdf: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    given: Mapped[dt.date | None] = mapped_column(sa.Date)
    given_by: Mapped[str] = _text()
    changed: Mapped[dt.datetime] = _now()


class Notice(tk.BaseModel):
    """A message that is to be sent, and whether it was.

    ``key`` keeps it from being made twice; ``about`` names the findings of which it tells.
    """

    __tablename__ = "independence_policy_notice"
    __table_args__ = (
        sa.Index("independence_policy_notice_due", "due", postgresql_where=sa.text("sent IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, nullable=False)
    key: Mapped[str] = mapped_column(sa.Text, nullable=False, unique=True)
    subject: Mapped[str] = _text()
    about: Mapped[list[str]] = mapped_column(JSONB, nullable=False, server_default=sa.text("'[]'"))
    name: Mapped[str] = _text()
    email: Mapped[str] = mapped_column(sa.Text, nullable=False)
    title: Mapped[str] = mapped_column(sa.Text, nullable=False)
    body: Mapped[str] = mapped_column(sa.Text, nullable=False)
    created: Mapped[dt.datetime] = _now()
    due: Mapped[dt.datetime] = _now()
    sent: Mapped[dt.datetime | None] = mapped_column(_TIME)
    attempts: Mapped[int] = mapped_column(sa.Integer, nullable=False, server_default=sa.text("0"))
    error: Mapped[str] = _text()


class Mute(tk.BaseModel):
    """A kind of message that an address does not want."""

    __tablename__ = "independence_policy_mute"

    email: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    since: Mapped[dt.datetime] = _now()


class State(tk.BaseModel):
    """What the slice remembers of itself, by name: the edition in force, how far a run has come."""

    __tablename__ = "independence_policy_state"

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB, nullable=False)
