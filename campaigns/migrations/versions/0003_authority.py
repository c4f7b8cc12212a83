"""Changes to what runs, the evidence of campaigns, and the autonomy that it earned.

Revision ID: 0003
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of authority."""
    op.create_table(
        "change",
        sa.Column("change_id", sa.String(), nullable=False, primary_key=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
    )
    op.create_table(
        "evidence",
        sa.Column("plan_id", sa.String(), nullable=False, primary_key=True),
        sa.Column("body", sa.String(), nullable=False),
    )
    op.create_table(
        "standing",
        sa.Column("action", sa.String(), nullable=False, primary_key=True),
        sa.Column("body", sa.String(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables of authority."""
    for name in ("standing", "evidence", "change"):
        op.drop_table(name)
