"""A configuration that has been read, as the values the rest of Seatkeeper takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from seatkeeper.config.checkout import Checkout, checkout, committed
from seatkeeper.config.columns import columns_of
from seatkeeper.config.consistent import check_address, check_endpoint
from seatkeeper.config.document import read_document
from seatkeeper.config.links import read_links
from seatkeeper.config.lookup import Lookup
from seatkeeper.config.outgoing import Outgoing
from seatkeeper.config.policy import policy_of
from seatkeeper.config.schema import SqlSource, Window
from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.errors import ConfigurationError, UsageError
from seatkeeper.model.ids import ForgeName
from seatkeeper.model.incident import IncidentRules
from seatkeeper.model.limits import DEFAULT_LIMITS, Limits, Loss
from seatkeeper.model.schedule import Switch, Switched, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta
    from pathlib import Path

    from seatkeeper.config import document
    from seatkeeper.config.schema import Configuration, Fresh, Schedule
    from seatkeeper.model.people import Column
    from seatkeeper.model.policy import LinkLine, Policy

_SWITCHES: tuple[Switch, ...] = ("off", "propose", "apply")
_LOWERED_BY = {
    what: ("SEATKEEPER_APPLY", f"SEATKEEPER_APPLY_{what.upper()}") for what in ("leave", "join", "notices")
}


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What an identity source is built from. `url` and `query` are for sql, `path` for csv and parquet."""

    name: str
    kind: Literal["sql", "csv", "parquet"]
    key: str
    columns: tuple[Column, ...]
    fresh_query: str | None
    fresh_within: timedelta | None
    url: Secret | None = None
    query: str | None = None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class ForgeSettings:
    """What a forge's connector is built from, credentials aside."""

    name: ForgeName
    kind: Literal["github"]
    api: str
    organization: str
    credential_owner: str | None
    ca_file: Path | None
    workers: int
    activity: bool
    clock: Literal["system", "simulator"]
    site_admin: bool = False


@dataclass(frozen=True, slots=True)
class SecondPlaceSettings:
    """What the second place is built from: a folder, or a bucket and what reaches it."""

    key: Secret
    folder: Path | None = None
    bucket: str | None = None
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key: Secret | None = None
    secret_key: Secret | None = None


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """Whose checkpoints are believed, and how to get at the key that signs them."""

    public_keys: tuple[str, ...]
    key: Callable[[], Secret]


@dataclass(frozen=True, slots=True)
class Switches:
    """What the schedule may do by itself, after the environment has lowered it."""

    leave: Switch
    join: Switch
    notices: Switch
    from_branch: str | None


@dataclass(frozen=True)
class Settings:
    """One configuration. Whatever names an environment variable is looked up when it is asked for."""

    path: Path
    configuration: Configuration
    document: document.Document = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)

    @cached_property
    def lookup(self) -> Lookup:
        """What the fields name outside of the file."""
        return Lookup(self.document, self.environ, self.path.parent)

    @property
    def store_url(self) -> Secret:
        """Where the journal is; a relative SQLite file is relative to the configuration."""
        return self.lookup.database(self.configuration.store, "store")

    def second_place(self) -> SecondPlaceSettings | None:
        """Where the journal is kept as well; None where the file names no such place."""
        told = self.configuration.second_place
        if told is None:
            return None

        def resolved(name: str) -> str | None:
            value = getattr(told, name)
            return self.lookup.text(value, "second_place", name) if value is not None else None

        def secret(name: str) -> Secret | None:
            value = getattr(told, name)
            return self.lookup.secret(value, "second_place", name) if value is not None else None

        folder, endpoint = resolved("folder"), resolved("endpoint")
        if endpoint is not None:
            check_endpoint(self.document, endpoint)
        return SecondPlaceSettings(
            key=self.lookup.secret(told.key, "second_place", "key"),
            folder=self.lookup.folder / folder if folder is not None else None,
            bucket=resolved("bucket"),
            prefix=resolved("prefix") or "",
            endpoint=endpoint,
            region=told.region,
            access_key=secret("access_key"),
            secret_key=secret("secret_key"),
        )

    def checkpoints(self) -> CheckpointSettings | None:
        """Who signs checkpoints; None where the file names no keys."""
        told = self.configuration.checkpoints
        if told is None:
            return None
        key = told.key
        return CheckpointSettings(
            public_keys=tuple(
                self.lookup.text(text, "checkpoints", "public_keys", n)
                for n, text in enumerate(told.public_keys)
            ),
            key=lambda: self.lookup.secret(key, "checkpoints", "key"),
        )

    @property
    def incidents(self) -> IncidentRules:
        """What makes an incident, and what its report may tell."""
        return IncidentRules(**self.configuration.incidents.model_dump())

    @property
    def outgoing(self) -> Outgoing:
        """Who is told what, and by which ways."""
        switch = self.switches().notices
        told = self.configuration.notices
        nag = self.configuration.pins.nag
        return Outgoing(told, switch, nag, self.lookup)

    @property
    def forges(self) -> tuple[ForgeName, ...]:
        """The names of the forges, in the order of the file."""
        return tuple(ForgeName(name) for name in self.configuration.forges)

    @property
    def schedule(self) -> Schedule:
        """When the daily work is due; its zone also stands in for people whose own is not known."""
        return self.configuration.schedule

    def source(self) -> SourceSettings:
        """The company's record of people."""
        ((name, source),) = self.configuration.sources.items()
        fresh: Fresh | None = source.fresh
        settings = SourceSettings(
            name=name,
            kind=source.kind,
            key=source.key,
            columns=self.columns(),
            fresh_query=fresh.query if fresh else None,
            fresh_within=fresh.within if fresh else None,
        )
        if isinstance(source, SqlSource):
            url = self.lookup.database(source.url, "sources", name, "url")
            return replace(settings, url=url, query=source.query)
        return replace(settings, path=self.lookup.file(source.path, "sources", name, "path"))

    def columns(self) -> tuple[Column, ...]:
        """The columns of the company's record of people; no credential is needed to know them."""
        return columns_of(self.configuration, self.document)

    def named_files(self) -> tuple[str, ...]:
        """The files beside the configuration that it names and that say who is who and who may approve."""
        links, people = self.configuration.links.file, self.configuration.people
        named = ((links, "links", "file"), (people.approvers if people else None, "people", "approvers"))
        return tuple(self.lookup.text(name, *at) for name, *at in named if name is not None)

    def forge(self, name: str | None = None) -> ForgeSettings:
        """The forge of this name; without one, the only forge there is."""
        known = self._name(name)
        forge, at = self.configuration.forges[known], ("forges", known)
        api = self.lookup.text(forge.api, *at, "api").rstrip("/")
        check_address(self.document, at, api, forge.clock)
        owner = forge.credential_owner
        return ForgeSettings(
            name=ForgeName(known),
            kind=forge.kind,
            api=api,
            organization=self.lookup.text(forge.organization, *at, "organization"),
            credential_owner=self.lookup.text(owner, *at, "credential_owner") if owner else None,
            ca_file=self.lookup.file(forge.ca_file, *at, "ca_file") if forge.ca_file else None,
            workers=forge.workers,
            activity=forge.activity,
            clock=forge.clock,
            site_admin=forge.write is not None and forge.write.site_admin,
        )

    def read_credential(self, name: str | None = None) -> Secret | AppKey:
        """The credential that reads."""
        known = self._name(name)
        return self.lookup.credential(self.configuration.forges[known].read, "forges", known, "read")

    def write_credential(self, name: str | None = None) -> Secret | AppKey:
        """The credential that writes. Only commands that carry out approved changes ask for it."""
        known = self._name(name)
        write = self.configuration.forges[known].write
        if write is None:
            raise self.document.refusal(
                ("forges", known), "has no `write`, so nothing can be carried out there"
            )
        return self.lookup.credential(write, "forges", known, "write")

    def scratch(self, name: str | None = None) -> dict[str, Secret | None]:
        """The scratch accounts by login, each with its own token where it has one."""
        known = self._name(name)
        told = self.configuration.forges[known].scratch
        return {
            one.login: self.lookup.token(one.token, "forges", known, "scratch", n, "token")
            if one.token is not None
            else None
            for n, one in enumerate(told)
        }

    def policy(self) -> Policy:
        """Everything that decides, with its digest and, in a clean checkout, its commit."""
        here = self.checkout
        return policy_of(self.configuration, here.told if here else None)

    def limits(self) -> Limits:
        """The limits: the defaults, with what the configuration says instead."""
        told = self.configuration.limits
        said: dict[str, object] = {}
        for name in type(told).model_fields:
            value = getattr(told, name)
            if value is not None:
                default = getattr(DEFAULT_LIMITS, name)
                said[name] = _loss(value, default) if isinstance(value, Window) else value
        return replace(DEFAULT_LIMITS, **said)  # type: ignore[arg-type]  # the schema mirrors the dataclass

    def link_lines(self) -> tuple[LinkLine, ...]:
        """The lines of the links file; none when there is no such field."""
        name = self.configuration.links.file
        return read_links(self.lookup.file(name, "links", "file"), self.document) if name else ()

    def links_file(self) -> Path:
        """The file of links, which need not be there yet; refused where the configuration names none."""
        name = self.configuration.links.file
        if name is None:
            raise self.document.refusal(("links",), "names no `file`, so no link can be said by hand")
        return self.lookup.file(name, "links", "file")

    def approvers(self) -> Path:
        """The file of allowed signers."""
        people = self.configuration.people
        if people is None:
            raise self.document.refusal(("people",), "is missing, so nobody can propose or approve")
        return self.lookup.file(people.approvers, "people", "approvers")

    def switches(self) -> Switches:
        """What the schedule may do by itself. The environment may lower it, never raise it."""
        told = self.configuration.apply
        leave, join, notices = (
            _SWITCHES[min(_SWITCHES.index(getattr(told, what)), *(self._most(name) for name in names))]
            for what, names in _LOWERED_BY.items()
        )
        return Switches(leave, join, notices, told.from_branch)

    def due_times(self) -> dict[Work, str]:
        """When each work is due that is not switched off, as cron writes it."""
        told, allowed = self.schedule, self.switches()
        times: tuple[tuple[Work, str | None, Switch], ...] = (
            ("leave", told.leave, allowed.leave),
            ("join", told.join, allowed.join),
        )
        return {work: cron for work, cron, switch in times if cron is not None and switch != "off"}

    def _most(self, variable: str) -> int:
        said = self.environ.get(variable) or "apply"
        if said not in _SWITCHES:
            raise ConfigurationError(
                f"{variable} is set to something else than propose or off",
                remedy=f"unset {variable}, or set it to propose or off",
            )
        return _SWITCHES.index(said)

    def switched(self, work: Work) -> Switched:
        """What the schedule may do of this work here and now, and why it is no more.

        It applies only what lies in a clean checkout of the named branch: the
        configuration as it was read, the file of links and the approvers.
        """
        written: Switch = getattr(self.configuration.apply, work)
        allowed: Switch = getattr(self.switches(), work)
        why = [] if written == "apply" else [f"apply.{work} is {written}"]
        if allowed != written:
            why.append(f"the environment lowers apply.{work} to {allowed}")
        if allowed == "apply":
            why += self._not_as_committed()
        return Switched(work, "propose" if allowed == "apply" and why else allowed, tuple(why))

    def _not_as_committed(self) -> list[str]:
        """Why what was read is not what the named branch holds now, one reason at most."""
        here = checkout(self.path)
        if here is None:
            return ["the configuration lies in no git checkout"]
        if (why := here.why_not(self.configuration.apply.from_branch)) is not None:
            return [why]
        text = committed(self.path, self.path)
        if text is None or read_document(text, self.path.name).values != self.document.values:
            return ["the configuration that was read is not the one in the commit"]
        files = [self.approvers()] if self.configuration.people else []
        if name := self.configuration.links.file:
            files.append(self.lookup.file(name, "links", "file"))
        strange = [file.name for file in files if not _as_committed(self.path, file)]
        return [f"{strange[0]} is not as it is in the commit"] if strange else []

    @cached_property
    def checkout(self) -> Checkout | None:
        """The git checkout around the configuration, if it lies in one."""
        return checkout(self.path)

    def _name(self, name: str | None) -> str:
        names = self.configuration.forges
        if name is None and len(names) == 1:
            return next(iter(names))
        if name in names:
            return str(name)
        problem = "several forges are configured" if name is None else f"no forge is named {name}"
        raise UsageError(
            f"{problem}: {', '.join(names)}",
            remedy=f"name one of them: seatkeeper check --forge {next(iter(names))}",
        )


def _as_committed(config: Path, file: Path) -> bool:
    text = committed(config, file)
    try:
        return text is not None and text.splitlines() == file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False


def _loss(window: Window, default: Loss) -> Loss:
    said = {name: value for name, value in window.model_dump().items() if value is not None}
    return replace(default, **said)
