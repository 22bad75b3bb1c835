"""The first schema: the journal, leases, spans, names and extracts.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from seatkeeper.journal.migrations import v0001_laws as laws

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# On SQLite only INTEGER PRIMARY KEY is the row's own number.
Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create every table, then the triggers that hold its laws."""
    _journal()
    _leases()
    _spans()
    _extracts()
    dialect = op.get_bind().dialect.name
    for statement in laws.SQLITE if dialect == "sqlite" else laws.POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Number, nullable=nullable)


def _journal() -> None:
    op.create_table(
        "entries",
        sa.Column("seq", Number, primary_key=True, autoincrement=False),
        _text("at"),
        _text("kind"),
        _text("organization"),
        _text("run"),
        _text("change"),
        _text("step"),
        _number("epoch"),
        _text("payload_digest"),
        _text("previous"),
        _text("hash"),
    )
    op.create_index("entries_by_time", "entries", ["at"])
    op.create_index("entries_by_kind", "entries", ["kind", "organization", "seq"])
    for column in ("run", "change"):
        named = sa.text(f"{column} <> ''")
        op.create_index(
            f"entries_by_{column}", "entries", [column, "seq"], sqlite_where=named, postgresql_where=named
        )
    op.create_table(
        "payloads",
        sa.Column("seq", Number, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("seq", Number, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
        sa.Column("erasure", Number, sa.ForeignKey("entries.seq"), nullable=False),
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("organization", sa.Text, primary_key=True),
        _text("holder"),
        _number("epoch"),
        _text("until"),
    )


def _spans() -> None:
    # A big set names its subjects, resources and roles by small numbers.
    op.create_table(
        "terms",
        sa.Column("id", Number, primary_key=True, autoincrement=False),
        _text("kind"),
        _text("word"),
        sa.UniqueConstraint("kind", "word"),
    )
    op.create_table(
        "observations",
        sa.Column("seq", Number, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
        _number("organization"),
        _text("read_at"),
        _text("digest"),
    )
    op.create_index("observations_by_time", "observations", ["organization", "read_at"], unique=True)
    # Since and until are the seqs of observations.
    op.create_table(
        "spans",
        sa.Column("id", Number, primary_key=True),
        *(_number(name) for name in ("organization", "subject", "resource", "role", "since")),
        _number("until", nullable=True),
    )
    still = sa.text("until IS NULL")
    op.create_index(
        "spans_open",
        "spans",
        ["organization", "subject", "resource", "role"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    op.create_index("spans_by_subject", "spans", ["organization", "subject", "since"])
    op.create_index("spans_by_time", "spans", ["organization", "since"])
    op.create_table(
        "names",
        sa.Column("id", Number, primary_key=True),
        _number("organization"),
        _number("thing"),
        _text("name"),
        _number("since"),
        _number("until", nullable=True),
    )
    op.create_index(
        "names_open",
        "names",
        ["organization", "thing"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )


def _extracts() -> None:
    op.create_table(
        "extracts",
        sa.Column("id", Number, primary_key=True),
        _text("source"),
        _text("read_at"),
        _text("digest"),
        _text("facts"),
        sa.Column("people", sa.LargeBinary, nullable=False),
    )
    op.create_index("extracts_by_time", "extracts", ["source", "read_at", "digest"], unique=True)
