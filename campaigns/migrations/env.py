"""What Alembic runs: the migrations on the connection, and in the transaction, that `campaigns.schema` opened."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)
context.run_migrations()
