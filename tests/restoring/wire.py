"""The real connector against the simulator's wire, with the verbs that tests use on a forge in memory."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from seatkeeper.config.secrets import Secret
from seatkeeper.forges.github.reader import GitHubReader
from seatkeeper.forges.github.writer import GitHubWriter
from seatkeeper.forges.simulator.clock import SimulatorClock
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId, ForgeName
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import (
    Account,
    AccountState,
    Credential,
    Intake,
    Organization,
    Place,
    Snapshot,
    Target,
)
from seatkeeper.ports import Clock, Progress


@dataclass
class WireForge:
    """GitHub's connector, reader and writer in one; what it sent is kept in `writes`."""

    world: World
    reader: GitHubReader
    writer: GitHubWriter
    clock: Clock
    capabilities: Capabilities
    writes: list[Step] = field(default_factory=list)

    def organization(self) -> Organization:
        return self.reader.organization()

    def whoami(self) -> Account:
        return self.reader.whoami()

    def credential(self) -> Credential:
        return self.reader.credential()

    def snapshot(self, progress: Progress, *, activity: bool = False) -> Snapshot:
        return self.reader.snapshot(progress, activity=activity)

    def accounts(self, targets: Sequence[Target]) -> Mapping[AccountId, AccountState]:
        return self.reader.accounts(targets)

    def intake(self) -> Intake:
        return self.reader.intake()

    def find(self, resources: Collection[Resource]) -> Mapping[Resource, Place]:
        return self.reader.find(resources)

    def managed(self) -> Mapping[Resource, str]:
        vars(self.reader).pop("_terrain", None)  # each command is a process of its own, and reads anew
        return self.reader.managed()

    def lookup(self, logins: Iterable[str]) -> Mapping[str, Account | None]:
        return self.reader.lookup(logins)

    def describe(self, step: Step, login: str, names: Mapping[Resource, str]) -> str:
        return self.reader.describe(step, login, names)

    def close(self) -> None:
        self.reader.close()
        self.writer.close()

    def send(self, step: Step, state: AccountState) -> None:
        self.writes.append(step)
        self.writer.send(step, state)


@contextmanager
def wired(world: World, *, site_admin: bool = False) -> Iterator[WireForge]:
    """The world behind real HTTP on loopback; `site_admin`: the credential that writes is one's."""
    with Simulator(world, site_admin=site_admin) as served:
        clock = SimulatorClock(served.url)

        def connection(token: str) -> dict[str, object]:
            return {
                "forge": ForgeName("acme"),
                "api": served.url,
                "organization": world.organization_login,
                "token": Secret(token),
                "clock": clock,
            }

        reader = GitHubReader(**connection(served.read_token), site_admin=site_admin)  # type: ignore[arg-type]  # as spelt above
        writer = GitHubWriter(**connection(served.write_token))  # type: ignore[arg-type]  # likewise
        forge = WireForge(world, reader, writer, clock, reader.capabilities)
        try:
            yield forge
        finally:
            forge.close()
