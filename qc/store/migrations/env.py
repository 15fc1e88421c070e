"""Alembic's entry: migrations run on the connection that `qc.store.database` gives."""

from alembic import context

from qc.store.schema import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables, render_as_batch=True)
context.run_migrations()
