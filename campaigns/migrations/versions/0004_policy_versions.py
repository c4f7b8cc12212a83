"""Versions of the policies with their files, proposals, which was in force when, and decisions over changes.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of policy versions."""
    op.create_table("policy_file", _text("digest", primary_key=True), _text("body"))
    op.create_table("policy_version", _text("content", primary_key=True), _text("hash"), _text("body"))
    op.create_table(
        "policy_proposal",
        sa.Column("number", sa.Integer(), nullable=False, primary_key=True),
        _text("change_id"),
        _text("content"),
        _text("hash"),
        _text("body"),
        sa.UniqueConstraint("change_id"),
    )
    op.create_table(
        "policy_in_force",
        sa.Column("number", sa.Integer(), nullable=False, primary_key=True),
        _text("content"),
        _text("hash"),
        _text("body"),
    )
    op.create_table(
        "change_decision",
        sa.Column("number", sa.Integer(), nullable=False, primary_key=True),
        _text("change_id"),
        _text("by"),
        _text("decision"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("note"),
        sa.UniqueConstraint("change_id", "by", "decision"),
    )


def downgrade() -> None:
    """Drop the tables of policy versions."""
    for name in ("change_decision", "policy_in_force", "policy_proposal", "policy_version", "policy_file"):
        op.drop_table(name)


def _text(name: str, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, primary_key=primary_key)
