"""An index of payloads by the account they are about, so that one account's entries are found in any journal.

Erasing a payload erases its line in the index as well.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A body that is no JSON any more is for the chain to report, and has no account here.
_SQLITE = """
CREATE INDEX payloads_by_account ON payloads
((CASE WHEN json_valid(CAST(body AS TEXT)) THEN json_extract(CAST(body AS TEXT), '$.account') END))
"""
_POSTGRESQL = (
    """
CREATE FUNCTION seatkeeper_account(body bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RETURN convert_from(body, 'UTF8')::json ->> 'account'; EXCEPTION WHEN others THEN RETURN NULL; END $$
""",
    "CREATE INDEX payloads_by_account ON payloads (seatkeeper_account(body))",
)


def upgrade() -> None:
    """Create the index, and on PostgreSQL the function that it is made with."""
    dialect = op.get_bind().dialect.name
    for statement in (_SQLITE,) if dialect == "sqlite" else _POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
