"""Leases with epochs: who may write to an organization, decided by the database in one statement."""

from datetime import datetime, timedelta

from seatkeeper.errors import LeaseLost
from seatkeeper.journal.database import Session
from seatkeeper.journal.entry import time_text
from seatkeeper.model.run import Lease

_ACQUIRE = """
INSERT INTO leases (organization, holder, epoch, until) VALUES (?, ?, 1, ?)
ON CONFLICT (organization) DO UPDATE
SET holder = excluded.holder, epoch = leases.epoch + 1, until = excluded.until
WHERE leases.holder IN ('', excluded.holder) OR leases.until <= ?
RETURNING epoch
"""

_RENEW = """
UPDATE leases SET until = ? WHERE organization = ? AND holder = ? AND epoch = ? RETURNING epoch
"""

# The row stays, so that the next epoch is a greater one.
_RELEASE = """
UPDATE leases SET holder = '' WHERE organization = ? AND holder = ? AND epoch = ?
"""


def acquire(session: Session, organization: str, holder: str, now: datetime, ttl: timedelta) -> Lease:
    """Take the lease with the next epoch; `LeaseLost` while another holder's still runs."""
    until = now + ttl
    row = session.one(_ACQUIRE, organization, holder, time_text(until), time_text(now))
    if row is None:
        raise _held(session, organization)
    return Lease(organization, holder, int(row[0]), until)


def renew(session: Session, lease: Lease, now: datetime, ttl: timedelta) -> Lease:
    """Keep the lease until `now` + `ttl`; `LeaseLost` when its epoch is no longer the present one."""
    until = now + ttl
    if session.one(_RENEW, time_text(until), lease.organization, lease.holder, lease.epoch) is None:
        raise _held(session, lease.organization)
    return lease._replace(until=until)


def release(session: Session, lease: Lease) -> None:
    """Give the lease back, if it is still this one."""
    session.run(_RELEASE, lease.organization, lease.holder, lease.epoch)


def _held(session: Session, organization: str) -> LeaseLost:
    row = session.one("SELECT holder, epoch, until FROM leases WHERE organization = ?", organization)
    holder, epoch, until = row or ("", 0, "")
    return LeaseLost(
        f"Organization {organization} is held by {holder or 'nobody any more'}.",
        holder=holder,
        arithmetic=f"epoch {epoch}, until {until}",
        remedy="Type `seatkeeper status` to see what it does, or `seatkeeper stop` to stop it.",
    )
