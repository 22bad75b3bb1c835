"""`seatkeeper conformance`: what it refuses before it writes anything, and what it tells."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from seatkeeper.cli.main import seatkeeper
from seatkeeper.conformance.table import behaviours
from seatkeeper.errors import SeatkeeperError
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.forges.simulator.world import World
from tests.config.files import changed
from tests.conformance.place import SCRATCH, scratch_world

pytestmark = pytest.mark.slow

FEW = ("--subject", "identities")


class Room(NamedTuple):
    """A configuration on disk that names the scratch accounts, and the world it leads to."""

    world: World
    config: Path
    environ: dict[str, str]

    def run(self, *words: str, command: str = "conformance") -> Result:
        """The command, as somebody would type it."""
        return CliRunner().invoke(seatkeeper, [command, "-c", str(self.config), *words], env=self.environ)

    def told(self, *words: str) -> dict[str, Any]:
        """What it tells a machine."""
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        told: dict[str, Any] = json.loads(result.output)
        return told

    def refused(self, *words: str) -> SeatkeeperError:
        """Its refusal, when nothing was written."""
        result = self.run(*words)
        assert isinstance(result.exception, SeatkeeperError), result.output
        assert self.world.log.writes() == []
        return result.exception


@contextmanager
def room(folder: Path, world: World, *, accounts: tuple[str, ...] = SCRATCH) -> Iterator[Room]:
    """The world served, and a configuration for it."""
    with Simulator(world) as served:
        names = ", ".join(f'{{login: {login}, token: "${{TOKEN_{n}}}"}}' for n, login in enumerate(accounts))
        text = changed(
            (
                "api: https://api.github.com",
                f"api: {served.url}\n    clock: simulator\n    scratch: [{names}]",
            ),
            ("organization: acme", "organization: scratch-org"),
            ("credential_owner: ops@acme.example", "credential_owner: olga"),
        )
        config = folder / "seatkeeper.yaml"
        config.write_text(text, encoding="utf-8")
        environ = {f"TOKEN_{n}": f"token-of-{login}" for n, login in enumerate(accounts)}
        environ |= {"GH_READ": served.read_token, "GH_WRITE": served.write_token}
        yield Room(world, config, environ | {"HR_DATABASE_URL": "sqlite:///people.db"})


def test_it_tells_a_person_and_a_machine_the_same(tmp_path: Path) -> None:
    """A table by subject with counts, and that the organization is as it was before."""
    with room(tmp_path, scratch_world()) as here:
        facts, shown = here.told(*FEW), here.run(*FEW)

    assert facts["counts"]["not shown"] == 0
    assert len(facts["judged"]) == len(behaviours(("identities",)))
    assert facts["left"] == []
    assert shown.exit_code == 0
    assert "The organization was read again and is as it was before." in shown.output
    assert f"{facts['counts']['shown']} shown, 0 not shown" in shown.output


def test_a_subject_that_is_none_is_refused_with_those_that_are(tmp_path: Path) -> None:
    """Before anything is asked."""
    with room(tmp_path, scratch_world()) as here:
        assert "asking in" in here.refused("--subject", "nothing").remedy


def test_the_list_needs_no_organization() -> None:
    """What a connector must show can be read without a configuration."""
    shown = CliRunner().invoke(seatkeeper, ["conformance", "--list", "--json"])

    assert len(json.loads(shown.output)["behaviours"]) == len(behaviours())


def test_an_organization_with_other_people_is_refused_until_it_is_named_again(tmp_path: Path) -> None:
    """And then nobody of theirs loses or gains anything."""
    world = scratch_world()
    team, repository = world.team("real"), world.repository("product")
    for login in ("real1", "real2"):
        account = world.member(world.account(login))
        world.place(account, team)
        world.direct(account, repository, "write")
    before = world.grants()
    with room(tmp_path, world) as here:
        told = here.refused()
        here.refused("--organization", "another-org")
        shown = here.told("--organization", "scratch-org", *FEW)

    assert "such as real1" in told.arithmetic
    assert told.remedy.endswith("seatkeeper conformance --organization scratch-org")
    assert shown["left"] == []
    assert world.grants() == before


@pytest.mark.parametrize("how", ["member", "outside", "invited"])
def test_a_scratch_account_that_holds_something_is_somebody_s_real_one(tmp_path: Path, how: str) -> None:
    """Whoever names one of their people by mistake has it refused, with their name, whatever is repeated."""
    world = scratch_world()
    ann = world.by_login("ann-scratch")
    assert ann is not None
    if how == "member":
        world.member(ann.id)
    elif how == "outside":
        world.direct(ann.id, world.repository("product"), "read")
    else:
        world.invite(ann.id)
    with room(tmp_path, world) as here:
        told = here.refused("--organization", "scratch-org")

    assert told.what.startswith("ann-scratch: ")


@pytest.mark.parametrize("login", ["olga", "nobody-at-all"])
def test_our_own_account_and_nobody_s_are_no_scratch_accounts(tmp_path: Path, login: str) -> None:
    """Nobody plans themselves away."""
    with room(tmp_path, scratch_world(), accounts=(login,)) as here:
        assert login in here.refused().what


def test_a_token_that_is_somebody_else_s_is_refused(tmp_path: Path) -> None:
    """An account accepts for itself only."""
    with room(tmp_path, scratch_world()) as here:
        here.environ["TOKEN_0"] = here.environ["TOKEN_1"]

        assert "somebody else" in here.refused().what
