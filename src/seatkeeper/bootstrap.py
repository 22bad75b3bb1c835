"""Builds the adapters and puts them behind their doors. Nothing else in the source knows an adapter."""

from __future__ import annotations

import gc
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from seatkeeper.errors import ConfigurationError, NotCovered
from seatkeeper.journal import fold
from seatkeeper.model.ids import ForgeName, OrganizationId
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from seatkeeper.config.outgoing import Outgoing
    from seatkeeper.config.secrets import AppKey, Secret
    from seatkeeper.config.settings import ForgeSettings, SecondPlaceSettings, Settings, SourceSettings
    from seatkeeper.forges.simulator.serve import Simulator
    from seatkeeper.journal.store import SqlStore
    from seatkeeper.model.capabilities import Capabilities, Fact
    from seatkeeper.model.grants import Grant
    from seatkeeper.model.ids import Digest
    from seatkeeper.model.past import PastLog
    from seatkeeper.model.people import Column
    from seatkeeper.model.plan import Plan
    from seatkeeper.model.run import Brake
    from seatkeeper.ports import (
        Channel,
        Clock,
        Copy,
        ForgeReader,
        ForgeWriter,
        IdentitySource,
        Progress,
        Signatures,
        Store,
    )
    from seatkeeper.workflow.conform import Doors
    from seatkeeper.workflow.follow import Followed
    from seatkeeper.workflow.picture import Picture
    from seatkeeper.workflow.post import Post
    from seatkeeper.workflow.runs import RunState

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

    @property
    def capabilities(self) -> Capabilities:
        """What this kind of forge can do; nobody is asked, so no credential is needed."""
        from seatkeeper.forges.github.capabilities import GITHUB

        return GITHUB.knowing(_learnt(self.desk.store, self.forge)(GITHUB.regime))

    @cached_property
    def writer(self) -> ForgeWriter:
        """The one door to writing, with the credential that may write."""
        from seatkeeper.forges.github.writer import GitHubWriter

        token = self.settings.write_credential(self.forge.name)
        return GitHubWriter(**_connection(self.forge, token, self.desk.clock))

    @contextmanager
    def scratch(self) -> Iterator[tuple[Desk, Doors]]:
        """For an organization to be tried on: a desk that knows nothing learnt, and the doors to it."""
        from seatkeeper.forges.github.scratch import GitHubFurnisher, GitHubGuest
        from seatkeeper.workflow.conform import Doors

        clock, where = self.desk.clock, self.forge
        accounts = self.settings.scratch(where.name)
        furnisher = GitHubFurnisher(**_connection(where, self.settings.write_credential(where.name), clock))
        reader = _reader(self.settings, where, clock)
        guests = {
            login: None if token is None else GitHubGuest(**_connection(where, token, clock))
            for login, token in accounts.items()
        }
        with ExitStack() as opened:
            opened.callback(reader.close)
            opened.callback(furnisher.close)
            for guest in guests.values():
                if guest is not None:
                    opened.callback(guest.close)
            yield (
                replace(self.desk, build_reader=lambda: reader),
                Doors(self.writer, furnisher, guests, where.kind, where.api),
            )

    @cached_property
    def post(self) -> Post:
        """Every way out for notices that the configuration names, and what signs links to status pages."""
        return _post(self.settings.outgoing)

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
def open_look(text: str, environ: Mapping[str, str], progress: Progress) -> Iterator[Desk]:
    """A desk for a configuration that lies nowhere yet: it keeps nothing, and knows no writing credential."""
    from seatkeeper.config.load import settings_of
    from seatkeeper.stand_ins import NothingKept

    gc.set_threshold(*COLLECT_SELDOM)
    settings = settings_of(text, Path("seatkeeper.yaml").resolve(), environ)
    where = settings.forge()
    desk = _desk(settings, where, _clock(where), cast("Store", NothingKept()), progress)
    try:
        yield desk
    finally:
        if (reader := vars(desk).get("reader")) is not None:
            reader.close()


def columns_of_file(path: Path) -> tuple[str, ...]:
    """What the columns of a CSV or Parquet file are called; none where there is no such file."""
    from seatkeeper.sources.file import names_in

    return names_in(path)


@contextmanager
def open_office(
    config: Path,
    environ: Mapping[str, str],
    progress: Progress,
    forge: str | None = None,
    rebuilt_from: str | None = None,
    scratch: Path | None = None,
) -> Iterator[Office]:
    """Read the configuration and build everything a command may need; the forge is not called yet.

    `rebuilt_from` fills an empty store from a copy of the journal first; see `open_copy`. With a
    `scratch` folder the store is a copy in there, so that nothing reaches the real one nor its second place.
    """
    from seatkeeper.config.load import load

    gc.set_threshold(*COLLECT_SELDOM)
    settings = load(config, environ)
    where = settings.forge(forge)
    clock = _clock(where)
    if scratch is not None:
        store = _copied_to(scratch, settings)
    else:
        store = _store(settings) if rebuilt_from is None else open_copy(settings, rebuilt_from)
    try:
        desk = _desk(settings, where, clock, store, progress)
        office = Office(settings, where, desk)
        try:
            yield office
        finally:
            for built in (vars(desk).get("reader"), vars(office).get("writer")):
                if built is not None:
                    built.close()
    finally:
        store.close()


def _desk(settings: Settings, where: ForgeSettings, clock: Clock, store: Store, progress: Progress) -> Desk:
    return Desk(
        forge=where.name,
        build_reader=lambda: _reader(settings, where, clock, _learnt(store, where)),
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
        look_at_copy=getattr(store, "look_at_copy", None),
        notices=settings.outgoing.rules(),
        incidents=settings.incidents,
        invitation_page=_invitation_page(where),
        source_called=next(iter(settings.configuration.sources)),
        schedule=settings.due_times(),
    )


def today() -> date:
    """The day it is here, for what a person starts from."""
    from seatkeeper.clock import SystemClock

    return SystemClock().now().date()


def typed_people(columns: Sequence[Column], key: str, rows: Sequence[Mapping[str, str | None]]) -> pa.Table:
    """Records as text, read as a source's own are; raises `SourceShapeError`."""
    from seatkeeper.sources.typed import declared, typed_table

    told = declared(columns, key)
    return typed_table("cases", {c.name: [row[c.name] for row in rows] for c in told}, told)


def open_copy(settings: Settings, where: str) -> SqlStore:
    """The configured store, filled from a copy of its journal if it is empty; it goes on where the copy ends.

    `where` is a folder, or ``s3://BUCKET`` with a prefix or without; the key, the
    endpoint and the credential are those of the configured second place.
    Raises `CopyBroken` for a copy that is not whole, and `JournalError` for
    a store that holds another journal.
    """
    from seatkeeper.journal.rebuild import rebuild
    from seatkeeper.journal.store import open_store

    told = settings.second_place()
    if told is None:
        raise ConfigurationError(
            "The configuration names no second_place, so there is no key that could open a copy.",
            remedy="Write second_place with the key the copy was sealed with, then run the command again.",
        )
    store = open_store(settings.store_url.reveal())
    try:
        rebuild(_copy(_at(told, where)), store)
    finally:
        store.close()
    return _store(settings)


def _copied_to(folder: Path, settings: Settings) -> SqlStore:
    """The store as it is now, in a folder; only a file can be copied."""
    import sqlite3
    from contextlib import closing

    from seatkeeper.journal.store import open_store

    scheme, _, file = settings.store_url.reveal().partition(":///")
    if scheme != "sqlite" or not Path(file).is_file():
        raise ConfigurationError(
            "The configured store is no SQLite file that is there, so nothing can be tried on a copy of it.",
            remedy="Leave the plan out: seatkeeper review --only check,test,impact",
        )
    copy = folder / "seatkeeper.db"
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as real,
        closing(sqlite3.connect(copy)) as own,
    ):
        real.backup(own)
    return open_store(f"sqlite:///{copy}")


def _at(told: SecondPlaceSettings, where: str) -> SecondPlaceSettings:
    if not where.startswith("s3://"):
        return replace(told, folder=Path(where).absolute(), bucket=None)
    bucket, _, prefix = where.removeprefix("s3://").partition("/")
    return replace(told, folder=None, bucket=bucket, prefix=prefix.strip("/"))


def _store(settings: Settings) -> SqlStore:
    """The store, with the second place behind it and the keys of its checkpoints where there are any."""
    from seatkeeper.journal.checkpoints import CheckpointKeys
    from seatkeeper.journal.store import SqlStore, open_store

    told, signed = settings.second_place(), settings.checkpoints()
    keys = CheckpointKeys(signed.public_keys, lambda: signed.key().reveal()) if signed else None
    database = open_store(settings.store_url.reveal()).database
    if told is None:
        return SqlStore(database, keys)
    from seatkeeper.journal.copied import CopiedStore

    return CopiedStore(database, _copy(told), keys)


def _copy(told: SecondPlaceSettings) -> Copy:
    from seatkeeper.copies.sealed import SealedCopy

    if told.bucket is None:
        from seatkeeper.copies.folder import FolderCopy

        return SealedCopy(FolderCopy(told.folder or Path()), told.key)
    from seatkeeper.copies.bucket import BucketCopy

    return SealedCopy(
        BucketCopy(
            told.bucket,
            prefix=told.prefix,
            endpoint=told.endpoint,
            region=told.region,
            access_key=told.access_key,
            secret_key=told.secret_key,
        ),
        told.key,
    )


def _post(settings: Outgoing) -> Post:
    """The channels by name; mail is the one without."""
    from seatkeeper.channels.chat import ChatChannel
    from seatkeeper.channels.mail import FolderChannel, SmtpChannel
    from seatkeeper.workflow.post import MAIL, Post

    channels: dict[str, Channel] = {name: ChatChannel(name, url) for name, url in settings.channels().items()}
    mail = settings.mail()
    if mail is not None and mail.folder is not None:
        channels[MAIL] = FolderChannel(mail.folder, mail.sender)
    elif mail is not None and mail.host is not None:
        channels[MAIL] = SmtpChannel(mail.host, mail.port, mail.tls, mail.sender, mail.user, mail.password)
    key = settings.page_key()
    return Post(channels, None if key is None else key.reveal().encode())


def _invitation_page(where: ForgeSettings) -> str:
    from seatkeeper.forges.github.capabilities import invitation_page

    return invitation_page(where.api, where.organization)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A simulated organization and the desk on it: `workflow.rehearse.Model`."""

    desk: Desk
    writer: ForgeWriter
    simulator: Simulator

    def apply(self, plan: Plan, digest: Digest, file: bytes) -> RunState:
        """Carry a plan out there."""
        from seatkeeper.workflow.apply import apply

        return apply(self.desk, self.writer, plan, digest, file, holder="rehearsal")

    def follow(self) -> Sequence[Followed]:
        """Move on what waits there; nobody objects, because the model has no record of people."""
        from seatkeeper.workflow.follow import follow

        organization = self.simulator.world.organization()
        return follow(self.desk, self.writer, organization, holder="rehearsal", object_to=lambda _waiting: {})

    def everybody_accepts(self) -> int:
        """Whoever was invited accepts."""
        world = self.simulator.world
        with world.lock:
            waiting = [invitation.id for invitation in world.pending()]
            for invitation in waiting:
                world.accept(invitation)
        return len(waiting)

    def grants(self) -> frozenset[Grant]:
        """What is true there."""
        with self.simulator.world.lock:
            world = self.simulator.world
            return world.grants() | (world.signing_in() if world.regime == "ghes" else frozenset())

    def writes(self) -> int:
        """How many requests that change something arrived there."""
        return len(self.simulator.world.log.writes())


@contextmanager
def open_rehearsal(desk: Desk, seen: Picture) -> Iterator[Rehearsal]:
    """A simulated forge that holds what the picture shows, and a desk on it with a journal of its own.

    Of the real desk only policy, limits and zone are taken: no address, no
    credential, no store, no clock. Everything is gone on the way out. Where
    the forge's texts differ on what it reinstates, the model gives the least.
    """
    from tempfile import TemporaryDirectory

    from seatkeeper.config.secrets import Secret
    from seatkeeper.forges.github.reader import GitHubReader
    from seatkeeper.forges.github.writer import GitHubWriter
    from seatkeeper.forges.simulator.clock import SimulatorClock
    from seatkeeper.forges.simulator.replica import replica
    from seatkeeper.forges.simulator.serve import Simulator
    from seatkeeper.journal.store import open_store
    from seatkeeper.stand_ins import NoPeople, SaysSo
    from seatkeeper.workflow.observe import snapshot_digest

    snapshot = seen.snapshot
    world = replica(snapshot, seen.former)
    world.reinstates = "role"
    server = snapshot.coverage.whole("suspensions")
    with (
        TemporaryDirectory(prefix="seatkeeper-rehearsal-") as folder,
        Simulator(world, site_admin=server) as simulator,
    ):
        clock = SimulatorClock(simulator.url)

        def at(token: str) -> _Connection:
            return {
                "forge": snapshot.forge,
                "api": simulator.url,
                "organization": snapshot.organization.login,
                "token": Secret(token),
                "clock": clock,
                "ca_file": None,
                "workers": 4,
            }

        reader = GitHubReader(**at(simulator.read_token), site_admin=server)
        writer = GitHubWriter(**at(simulator.write_token))
        store = open_store(f"sqlite:///{folder}/rehearsal.db")
        try:
            store.observe(snapshot, snapshot_digest(snapshot))
            adopted = Draft("adopted", snapshot.organization.id, {"person": "rehearsal"})
            store.append([adopted], clock.now())
            clock.sleep(1)
            model = Desk(
                forge=snapshot.forge,
                build_reader=lambda: reader,
                build_source=NoPeople,
                build_signatures=SaysSo,
                store=store,
                clock=clock,
                progress=desk.progress,
                policy=desk.policy,
                limits=desk.limits,
                lines=(),
                zone=desk.zone,
            )
            yield Rehearsal(model, writer, simulator)
        finally:
            reader.close()
            writer.close()
            store.close()


class _Connection(TypedDict):
    forge: ForgeName
    api: str
    organization: str
    token: Secret | AppKey
    clock: Clock
    ca_file: str | None
    workers: int


def _connection(where: ForgeSettings, token: Secret | AppKey, clock: Clock) -> _Connection:
    return {
        "forge": where.name,
        "api": where.api,
        "organization": where.organization,
        "token": token,
        "clock": clock,
        "ca_file": str(where.ca_file) if where.ca_file else None,
        "workers": where.workers,
    }


def _reader(
    settings: Settings,
    where: ForgeSettings,
    clock: Clock,
    learnt: Callable[[str], Mapping[Fact, bool]] = lambda _regime: {},
) -> ForgeReader:
    from seatkeeper.forges.github.reader import GitHubReader

    connection = _connection(where, settings.read_credential(where.name), clock)
    return GitHubReader(**connection, site_admin=where.site_admin, learnt=learnt)


def _learnt(store: Store, where: ForgeSettings) -> Callable[[str], Mapping[Fact, bool]]:
    """What conformance found out last about this forge under a regime, as the journal keeps it."""
    return lambda regime: fold.learnt(store.entries(kinds={"learnt"}), where.kind, where.api, regime)


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


def people_as_of(office: Office, moment: datetime) -> IdentitySource:
    """The configured source, as if it were read at that moment; for demonstrations and drills."""
    from seatkeeper.stand_ins import StandsStill

    return _source(office.settings.source(), StandsStill(moment))


def _signatures(settings: Settings, clock: Clock) -> Signatures:
    from seatkeeper.signatures import SshSignatures

    return SshSignatures(settings.approvers(), clock)
