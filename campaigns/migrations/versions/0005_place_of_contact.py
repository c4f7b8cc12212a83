"""The place of each contact in its claim, so that a run is taken up again in the order in which it was claimed.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the place; contacts of earlier versions keep the order in which SQLite wrote them."""
    op.add_column("contact", sa.Column("place", sa.BigInteger(), nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE contact SET place = rowid")


def downgrade() -> None:
    """Drop the place."""
    op.drop_column("contact", "place")
