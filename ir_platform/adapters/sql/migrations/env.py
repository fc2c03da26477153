"""Alembic runs this file; the connection and its transaction belong to `ir_platform.adapters.sql.migrate`."""

from alembic import context

from ir_platform.adapters.sql.tables.every import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
