"""Runs migrations inside the transaction that `schema.bring_up_to_date` opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="seatkeeper_schema",
    transactional_ddl=True,
)
context.run_migrations()
