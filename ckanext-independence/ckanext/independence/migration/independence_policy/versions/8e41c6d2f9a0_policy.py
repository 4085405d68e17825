"""Judgements, findings, scans, waivers, history, links, reports, notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "8e41c6d2f9a0"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLES = (
    "judgement", "finding", "scan", "count", "waiver", "history", "link", "report", "notice",
    "mute", "state",
)  # fmt: skip


def _text(name: str, default: str = "", **more: bool) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default, **more)


def _key(name: str, kind: type[sa.types.TypeEngine[object]] = sa.Text) -> sa.Column[object]:
    return sa.Column(name, kind, primary_key=True)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=False, server_default=sa.func.now())


def _json(name: str, default: str) -> sa.Column[object]:
    return sa.Column(name, JSONB, nullable=False, server_default=sa.text(f"'{default}'"))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("false"))


def upgrade() -> None:
    """Make the slice's tables."""
    op.create_table(
        "independence_policy_judgement",
        _key("subject"),
        _text("department"),
        _text("edition"),
        _text("hash"),
        _json("states", "{}"),
        _flag("pending"),
        _now("judged"),
    )
    op.create_table(
        "independence_policy_finding",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        _text("department"),
        sa.Column("rule", sa.Text, nullable=False),
        _number("rule_version"),
        _text("resource_id"),
        _text("column_name"),
        _text("field"),
        _text("kind"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        _text("evidence"),
        _text("fix"),
        sa.Column("count", sa.BigInteger),
        _text("hash"),
        _now("since"),
        sa.Column("until", sa.Date),
        _text("afterwards"),
    )
    op.create_index(
        "independence_policy_finding_place",
        "independence_policy_finding",
        ["subject", "rule", "resource_id", "column_name", "field", "kind"],
        unique=True,
    )
    op.create_index(
        "independence_policy_finding_rule", "independence_policy_finding", ["rule", "state"]
    )
    op.create_table(
        "independence_policy_scan",
        _key("sha256"),
        _key("edition", sa.Integer),
        _text("words", primary_key=True),
        _json("hits", "[]"),
        _json("notes", "[]"),
        sa.Column("complete", sa.Boolean, nullable=False),
        _now("scanned"),
    )
    op.create_table(
        "independence_policy_count",
        _key("sha256"),
        _key("asked"),
        sa.Column("cells", JSONB, nullable=False),
        _now("looked"),
    )
    op.create_table(
        "independence_policy_waiver",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        _text("kind"),
        _text("resource_id"),
        _text("column_name"),
        _text("field"),
        sa.Column("most", sa.BigInteger),
        sa.Column("grounds", sa.Text, nullable=False),
        _text("citation"),
        _text("reason"),
        _flag("is_public"),
        _text("asked_by"),
        _now("asked"),
        _text("decision"),
        _text("decided_by"),
        _text("approver"),
        sa.Column("decided", TIME),
        sa.Column("expires", sa.Date),
        sa.Column("ended", TIME),
        _text("ended_by"),
    )
    op.create_index(
        "independence_policy_waiver_package", "independence_policy_waiver", ["package_id"]
    )
    op.create_table(
        "independence_policy_history",
        _key("day", sa.Date),
        _key("rule"),
        _key("department"),
        _number("rule_version"),
        _number("passing"),
        _number("failing"),
        _number("waived"),
        _number("unjudged"),
    )
    op.create_table(
        "independence_policy_link",
        _key("url"),
        _text("state", "unchecked"),
        sa.Column("status", sa.Integer),
        sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("first_failed", TIME),
        sa.Column("checked", TIME),
        _now("next_check"),
        _text("etag"),
        _text("last_modified"),
        sa.Column("hops", sa.Integer, nullable=False, server_default=sa.text("0")),
        _text("final_url"),
        _text("said"),
    )
    op.create_index("independence_policy_link_due", "independence_policy_link", ["next_check"])
    op.create_table(
        "independence_policy_report",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        _json("words", "{}"),
        sa.Column("content", JSONB),
        sa.Column("pdf", sa.LargeBinary),
        sa.Column("given", sa.Date),
        _text("given_by"),
        _now("changed"),
    )
    op.create_table(
        "independence_policy_notice",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        _text("subject"),
        _json("about", "[]"),
        _text("name"),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _now("created"),
        _now("due"),
        sa.Column("sent", TIME),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        _text("error"),
    )
    op.create_index(
        "independence_policy_notice_due",
        "independence_policy_notice",
        ["due"],
        postgresql_where=sa.text("sent IS NULL"),
    )
    op.create_index(
        "independence_policy_notice_subject", "independence_policy_notice", ["subject", "kind"]
    )
    op.create_table("independence_policy_mute", _key("email"), _key("kind"), _now("since"))
    op.create_table(
        "independence_policy_state",
        _key("name"),
        sa.Column("value", JSONB, nullable=False),
    )


def downgrade() -> None:
    """Remove them."""
    for table in reversed(TABLES):
        op.drop_table(f"independence_policy_{table}")
