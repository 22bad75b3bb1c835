"""Builds the adapters and puts them behind their doors. Nothing else in the source knows an adapter."""

from __future__ import annotations

import gc
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

from seatkeeper.errors import ConfigurationError, NotCovered
from seatkeeper.journal import fold
from seatkeeper.model.ids import ForgeName, OrganizationId
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from seatkeeper.config.secrets import Secret
    from seatkeeper.config.settings import ForgeSettings, SecondPlaceSettings, Settings, SourceSettings
    from seatkeeper.journal.store import SqlStore
    from seatkeeper.model.past import PastLog
    from seatkeeper.model.run import Brake
    from seatkeeper.ports import Clock, ForgeReader, ForgeWriter, IdentitySource, Progress, Signatures

COLLECT_SELDOM = (200_000, 50, 100)
"""A reading makes a hundred thousand small tuples that all stay: looking them over for cycles every
few hundred is a third of its time, and finds none."""


@dataclass(frozen=True)
class Office:
    """A desk and the settings it was built from; the writer is built only when it is asked for."""

    settings: Settings
    forge: ForgeSettings
    desk: Desk

    @property
    def activity(self) -> bool:
        """Whether last activity is to be asked for."""
        return self.forge.activity

    @cached_property
    def writer(self) -> ForgeWriter:
        """The one door to writing, with the credential that may write."""
        from seatkeeper.forges.github.writer import GitHubWriter

        token = self.settings.write_token(self.forge.name)
        return GitHubWriter(**_connection(self.forge, token, self.desk.clock))

    def known_organization(self) -> Organization:
        """The organization as last observed, without a call to the forge."""
        entries = self.desk.store.entries(kinds={"observation"})
        seen = [e for e in entries if e.payload and e.payload.get("forge") == self.forge.name]
        if not seen:
            raise NotCovered(
                "Nothing has been observed yet.", remedy="Read people and forge: seatkeeper observe"
            )
        login = str((seen[-1].payload or {}).get("login", self.forge.organization))
        return Organization(OrganizationId(seen[-1].organization), login)

    def past_log(self, data: bytes, organization: Organization, file: str) -> PastLog:
        """A forge's own log, as it was exported, read as neutral events."""
        from seatkeeper.forges.github.audit_log import read_audit_log

        return read_audit_log(data, organization, file)

    def brake(self) -> Brake | None:
        """The brake that holds on any organization of the journal."""
        entries = self.desk.store.entries(kinds={"brake", "release"})
        return fold.brake(entries, self.desk.clock.now())


@contextmanager
def open_office(
    config: Path, environ: Mapping[str, str], progress: Progress, forge: str | None = None
) -> Iterator[Office]:
    """Read the configuration and build everything a command may need; the forge is not called yet."""
    from seatkeeper.config.load import load
    from seatkeeper.journal.store import open_store

    gc.set_threshold(*COLLECT_SELDOM)
    settings = load(config, environ)
    where = settings.forge(forge)
    clock = _clock(where)
    store = open_store(settings.store_url.reveal())
    try:
        desk = Desk(
            forge=where.name,
            build_reader=lambda: _reader(settings, where, clock),
            build_source=lambda: _source(settings.source(), clock),
            build_signatures=lambda: _signatures(settings, clock),
            store=store,
            clock=clock,
            progress=progress,
            policy=settings.policy(),
            limits=settings.limits(),
            lines=settings.link_lines(),
            zone=settings.schedule.zone,
            credential_owner=where.credential_owner,
        )
        office = Office(settings, where, desk)
        try:
            yield office
        finally:
            for built in (vars(desk).get("reader"), vars(office).get("writer")):
                if built is not None:
                    built.close()
    finally:
        store.close()


class _Connection(TypedDict):
    forge: ForgeName
    api: str
    organization: str
    token: Secret
    clock: Clock
    ca_file: str | None
    workers: int


def _connection(where: ForgeSettings, token: Secret, clock: Clock) -> _Connection:
    return {
        "forge": where.name,
        "api": where.api,
        "organization": where.organization,
        "token": token,
        "clock": clock,
        "ca_file": str(where.ca_file) if where.ca_file else None,
        "workers": where.workers,
    }


def _reader(settings: Settings, where: ForgeSettings, clock: Clock) -> ForgeReader:
    from seatkeeper.forges.github.reader import GitHubReader

    return GitHubReader(**_connection(where, settings.read_token(where.name), clock))


def _clock(where: ForgeSettings) -> Clock:
    """The machine's time, or the simulator's; the configuration admits the latter on loopback only."""
    if where.clock == "simulator":
        from seatkeeper.forges.simulator.clock import SimulatorClock

        return SimulatorClock(where.api)
    from seatkeeper.clock import SystemClock

    return SystemClock()


def _source(told: SourceSettings, clock: Clock) -> IdentitySource:
    from seatkeeper.sources.freshness import Freshness

    fresh = Freshness(told.fresh_within, query=told.fresh_query) if told.fresh_within else None
    if told.url is not None and told.query is not None:
        from seatkeeper.sources.sql import SqlSource

        return SqlSource(
            name=told.name,
            url=told.url,
            query=told.query,
            key=told.key,
            columns=told.columns,
            clock=clock,
            fresh=fresh,
        )
    from seatkeeper.sources.file import FileSource

    if told.path is None or told.kind == "sql":
        raise ConfigurationError(
            f"The source {told.name} has neither a database nor a file.", remedy="Run: seatkeeper check"
        )
    return FileSource(
        name=told.name,
        path=told.path,
        key=told.key,
        columns=told.columns,
        clock=clock,
        fresh=fresh,
        kind=told.kind,
    )


@dataclass(frozen=True, slots=True)
class _StandsStill:
    """A clock that stays at one moment."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        del seconds

    def worker(self) -> AbstractContextManager[None]:
        return nullcontext()


def people_as_of(office: Office, moment: datetime) -> IdentitySource:
    """The configured source, as if it were read at that moment; for demonstrations and drills."""
    return _source(office.settings.source(), _StandsStill(moment))


def _signatures(settings: Settings, clock: Clock) -> Signatures:
    from seatkeeper.signatures import SshSignatures

    return SshSignatures(settings.approvers(), clock)
