"""A real organization's roster on the simulated forge, invented people in a real PostgreSQL, one day."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from seatkeeper.bootstrap import Office, open_office, people_as_of
from seatkeeper.cli.progress import Silent
from seatkeeper.config.template import Starter
from seatkeeper.demo.people_db import write_database
from seatkeeper.demo.roster_people import RosterPeople, people_for_roster
from seatkeeper.demo.stage import CAST, Stage
from seatkeeper.forges.simulator.roster import world_from_roster
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import Computed, compute


def earlier_extracts(office: Office, url: str, people: RosterPeople) -> None:
    """The record as it was read a week ago and yesterday, then as it stands."""
    now = office.desk.clock.now()
    for days in (8, 1):
        write_database(url, people.earlier(days), now - timedelta(days=days, hours=2))
        office.desk.store.keep_extract(*people_as_of(office, now - timedelta(days=days)).read())
    write_database(url, people.people, now - timedelta(hours=2))


def planned(office: Office) -> Computed:
    """Observe and plan."""
    computed = compute(office.desk, observe(office.desk))
    computed.decisions.close()
    return computed


def signed(office: Office, stage: Stage, computed: Computed) -> Computed:
    """Proposed by one person and approved by another."""
    propose(office.desk, computed.plan, computed.digest, stage.key(CAST[0]))
    approve(office.desk, computed.plan, computed.digest, stage.key(CAST[1]))
    return computed


@pytest.mark.real
@pytest.mark.slow
def test_a_day_of_a_real_organization(rosters: Path, postgres_url: str, tmp_path: Path) -> None:
    """The true grants are seen, the leavers go and the joiners come, nobody else, and then nothing."""
    document = json.loads((rosters / "kubernetes-2023-12-01.json").read_text(encoding="utf-8"))
    world = world_from_roster(document, seed=1746)
    people = people_for_roster(document, now=world.now())
    joiners = {world.account(login) for login in people.joiners}
    leavers = {record.id for login in people.leavers if (record := world.by_login(login)) is not None}
    stage = Stage(tmp_path)
    stage.make_keys()
    with Simulator(world) as forge:
        config = stage.configure(
            "seatkeeper.yaml",
            Starter(
                organization="kubernetes",
                api=forge.url,
                source="${HR}",
                office="office",
                others=("department",),
                join="status = 'active' AND department IN ('eng', 'data')",
            ),
        )
        environ = {"GH_READ": forge.read_token, "GH_WRITE": forge.write_token, "HR": postgres_url}
        with open_office(config, environ, Silent()) as office:
            earlier_extracts(office, postgres_url, people)
            assert observe(office.desk).snapshot.grants == world.grants()
            signed(office, stage, planned(office))
            members = set(world.members)
            daily = signed(office, stage, planned(office))
            assert {verdict.ruling for verdict in daily.plan.verdicts} == {"passes"}
            apply(office.desk, office.writer, daily.plan, daily.digest, daily.file, holder="test")
            assert members - set(world.members) == leavers
            assert {record.account for record in world.pending()} == joiners
            assert not planned(office).plan.changes
            assert office.desk.store.verify().verifies
