"""Which schema the store has, and how an older one is brought up to date."""

from pathlib import Path

from seatkeeper.errors import JournalError
from seatkeeper.journal.database import Database, Dialect, Session, Writing

VERSION = "0002"
"""The schema this code reads and writes."""

_KNOWN = ("0001", VERSION)

_IS_THERE: dict[Dialect, str] = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'seatkeeper_schema'",
    "postgresql": "SELECT to_regclass('seatkeeper_schema')",
}


def bring_up_to_date(database: Database) -> None:
    """Create or migrate the schema; a store written by a newer Seatkeeper is refused, untouched."""
    with database.read() as session:
        version = _version(session, database.label)
    if version == VERSION:
        return
    with database.write() as session:
        # Another process may have done it while this one waited for the lock.
        if _version(session, database.label) != VERSION:
            _upgrade(session)


def _version(session: Session, label: str) -> str | None:
    found = session.one(_IS_THERE[session.dialect])
    if found is None or found[0] is None:
        return None
    row = session.one("SELECT version_num FROM seatkeeper_schema")
    if row is not None and row[0] not in _KNOWN:
        raise JournalError(
            f"The store {label} was written by a newer Seatkeeper.",
            arithmetic=f"its schema is {row[0]}, and this one knows up to {VERSION}",
            remedy="Upgrade Seatkeeper, then type the same command again; the store was left as it is.",
        )
    return None if row is None else str(row[0])


def _upgrade(session: Writing) -> None:
    # Alembic takes longer to import than everything else here, and is needed once in a store's life.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = session.connection
    command.upgrade(config, VERSION)
