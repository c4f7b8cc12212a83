"""Plans and their life, checks, rehearsals, approvals, the clock; the outbox of their campaigns.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first version."""
    _campaigns()
    _outbox()


def downgrade() -> None:
    """Drop every table of the first version."""
    for name in (
        "withdrawal", "account", "tick", "refusal", "outcome", "contact",
        "clock", "life", "approval", "rehearsal", "policy_check", "part", "plan",
    ):  # fmt: skip
        op.drop_table(name)


def _text(name: str, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, primary_key=primary_key)


def _small(name: str, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, primary_key=primary_key)


def _large(name: str, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, primary_key=primary_key)


def _campaigns() -> None:
    op.create_table(
        "plan",
        _text("plan_id", primary_key=True),
        _text("words"),
        _text("state"),
        _small("revision"),
        _text("plan_hash"),
        _text("body"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "part",
        _text("plan_id", primary_key=True),
        _small("revision", primary_key=True),
        _text("name", primary_key=True),
        _text("body"),
    )
    op.create_table(
        "policy_check",
        _text("plan_hash", primary_key=True),
        _text("policy_hash", primary_key=True),
        _text("body"),
    )
    op.create_table("rehearsal", _text("plan_hash", primary_key=True), _text("plan_id"), _text("body"))
    op.create_table(
        "approval",
        _small("id", primary_key=True),
        _text("plan_id"),
        _text("plan_hash"),
        _text("by"),
        _text("body"),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("plan_hash", "by"),
    )
    op.create_table(
        "life",
        _small("id", primary_key=True),
        _text("plan_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("state"),
        _text("by"),
        _text("note"),
    )
    op.create_index("ix_life_plan_id", "life", ["plan_id"])
    op.create_table(
        "clock", _small("id", primary_key=True), sa.Column("now", sa.DateTime(timezone=True), nullable=False)
    )


def _outbox() -> None:
    op.create_table(
        "contact",
        _large("key", primary_key=True),
        _text("plan_id"),
        _small("row"),
        _text("person_id"),
        _small("slot"),
        _large("at"),
        _text("channel"),
        _small("action"),
        _small("cell"),
        sa.Column("propensity", sa.Float(), nullable=False),
        _large("cost_micros"),
        _large("liability_micros"),
        _large("open_micros"),
        _text("state"),
        sa.UniqueConstraint("plan_id", "row", "slot"),
    )
    op.create_index("contact_by_instant", "contact", ["at"])
    op.create_index("contact_by_person", "contact", ["person_id", "at"])
    op.create_table(
        "outcome",
        _small("id", primary_key=True),
        _text("plan_id"),
        _text("kind"),
        _small("row"),
        _large("at"),
        _large("key"),
        _large("revenue_micros"),
        _large("margin_micros"),
        _large("cost_micros"),
    )
    op.create_index("outcome_by_plan", "outcome", ["plan_id", "kind"])
    op.create_table(
        "refusal", _small("id", primary_key=True), _text("plan_id"), _small("row"), _large("at"), _large("mask")
    )
    op.create_index("refusal_by_plan", "refusal", ["plan_id"])
    op.create_table(
        "tick", _text("plan_id", primary_key=True), _large("at", primary_key=True), _small("slot", primary_key=True)
    )
    op.create_table(
        "account",
        _text("plan_id", primary_key=True),
        _text("plan_hash"),
        _text("rules"),
        _large("budget_micros"),
        _large("spent_micros"),
        _large("reserved_micros"),
        _text("cell_used"),
        _large("started_at"),
        _large("seen_until"),
        _large("halted_at", nullable=True),
        _large("closed_at", nullable=True),
    )
    op.create_table(
        "withdrawal",
        _small("id", primary_key=True),
        _text("person_id"),
        _text("channel"),
        _large("at"),
        _text("kind"),
        _text("plan_id"),
    )
    op.create_index("withdrawal_by_person", "withdrawal", ["person_id"])
