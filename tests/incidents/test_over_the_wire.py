"""What went wrong elsewhere between a client and its forge, over real HTTP against a simulated one."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from seatkeeper.errors import ApprovalError, Braked, GuardTripped, PlanRefused, SeatkeeperError
from seatkeeper.model.ids import OrganizationId
from seatkeeper.model.run import Draft
from seatkeeper.model.snapshot import Organization
from seatkeeper.workflow.approve import approve
from seatkeeper.workflow.brake import stop
from seatkeeper.workflow.observe import observe
from tests.workflow.place import ANA, CHLOE, Workplace, workplace

MEMBERS = "membersWithRole"
"""The word by which the query for members is known; 120 members are two pages."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A company of 120 seats, adopted, with true leavers and joiners, which nobody changes."""
    with workplace(tmp_path_factory.mktemp("shared")) as place:
        place.adopt()
        yield place


@pytest.fixture
def calm(shared: Workplace) -> Iterator[Workplace]:
    """The shared company; what goes wrong with its forge is over when the test is."""
    yield shared
    shared.forge.world.faults.clear()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A company of one's own, to change."""
    with workplace(tmp_path) as place:
        place.adopt()
        yield place


def leaving(place: Workplace) -> set[str]:
    """Whom a plan made now would take something from."""
    return {change.login for change in place.plan().plan.changes if change.lost}


def mails(place: Workplace) -> int:
    """How many invitations the forge has sent."""
    return place.forge.world.log.counts().get("invitation", 0)


def test_ssosync_278_a_single_503_deletes_nobody(calm: Workplace) -> None:
    """A page that fails once is asked for again, and the plan is what it would have been."""
    fault = calm.forge.world.faults.add("status", path="/graphql", contains=MEMBERS, nth=2, status=503)
    assert leaving(calm) == calm.company.truth.leavers
    assert fault.fired == 1


@pytest.mark.parametrize("kind", ["status", "empty-page", "truncated", "html"])
def test_ssosync_236_a_list_cut_on_its_second_page_deletes_nobody(calm: Workplace, kind: str) -> None:
    """Whether the page fails for good, is empty, cut or somebody's login form: no loss rests on it."""
    fault = calm.forge.world.faults.add(kind, path="/graphql", contains=MEMBERS, nth=2, times=0)  # type: ignore[arg-type]  # the kinds are words
    with suppress(SeatkeeperError):  # refusing to plan is as good as planning no loss
        assert leaving(calm) == set()
    assert fault.fired


def test_safe_settings_339_planning_never_calls_a_writing_endpoint(calm: Workplace) -> None:
    """There is no dry run that could call delete: observing and planning send nothing but reads."""
    log = calm.forge.world.log
    requests, effects = len(log.requests), len(log.effects)
    assert calm.plan().plan.changes
    assert len(log.requests) > requests
    assert not log.writes()
    assert len(log.effects) == effects


def test_safe_settings_339_what_nobody_approved_is_not_applied(calm: Workplace) -> None:
    """A plan from an unmerged change is a plan without an approval, and stays on paper."""
    before = calm.forge.world.grants()
    with pytest.raises(ApprovalError):
        calm.apply(calm.plan())
    assert calm.forge.world.grants() == before


def test_gitlabform_200_each_run_mails_nobody_again(place: Workplace) -> None:
    """Joiners are invited once, however often the day's plan is made and applied."""
    before = mails(place)
    place.apply(place.sign(place.plan()))
    assert mails(place) - before == len(place.company.truth.joiners) > 0
    assert not place.plan().plan.changes
    place.follow()
    assert mails(place) - before == len(place.company.truth.joiners)


def test_kubernetes_test_infra_22723_one_refused_person_does_not_stop_the_run(place: Workplace) -> None:
    """The forge refuses one invitation with a 403 "blocked": that change is refused, the others are done."""
    place.forge.world.faults.add(
        "status",
        method="POST",
        path="/orgs/acme/invitations",
        status=403,
        body=json.dumps({"message": "Blocked"}),
    )
    state = place.apply(place.sign(place.plan()))
    results = {change.change.login: change.progressed for change in state.changes}
    assert sorted(results.values()).count("refused") == 1
    assert {results[login] for login in place.company.truth.leavers} == {"confirmed"}


def test_terraform_provider_github_307_who_left_meanwhile_is_not_let_in(place: Workplace) -> None:
    """Invited in the morning, gone by noon: the invitation is withdrawn, and accepting it is too late."""
    place.apply(place.sign(place.plan()))
    world = place.forge.world
    (login,) = place.company.truth.joiners
    record = world.by_login(login)
    assert record is not None
    assert world.pending(record.id)
    gone = [
        r._replace(today=replace(r.today, status="inactive"))
        if r.today is not None and (r.today.github_login or "").casefold() == login.casefold()
        else r
        for r in place.company.records
    ]
    place.stage.load(replace(place.company, records=tuple(gone)), 0)
    with place.reopened() as later:
        later.follow()
    assert not world.pending(record.id)
    assert record.id not in world.members


def test_terraform_provider_github_3392_a_renamed_leaver_is_found_by_id(place: Workplace) -> None:
    """Between plan and run the leaver renames: the account that goes is the one that was meant."""
    computed = place.sign(place.plan())
    change = next(c for c in computed.plan.changes if c.kind == "leave")
    world = place.forge.world
    world.rename(change.account, "renamed-since")
    bystander = world.member(world.account(change.login))
    state = place.apply(computed)
    (done,) = [c for c in state.changes if c.change.account == change.account]
    assert bystander in world.members
    assert (change.account in world.members) == (done.progressed != "confirmed")


def test_kubernetes_test_infra_30264_the_brake_is_kept(place: Workplace) -> None:
    """A stop outlives the process: another one, later, is stopped by it too."""
    computed = place.sign(place.plan())
    before = place.forge.world.grants()
    stop(place.office.desk, computed.plan.organization, "people stripped from teams", ANA)
    with place.reopened() as later, pytest.raises(Braked, match="people stripped from teams"):
        later.apply(computed)
    assert place.forge.world.grants() == before


def test_htsjdk_1673_and_nodeschool_248_there_is_a_record_of_who_was_in_the_teams(place: Workplace) -> None:
    """Every team is deleted by mistake: the journal shows each grant of that day, set for set."""
    world, store = place.forge.world, place.office.desk.store
    seen, before = world.now(), world.grants()
    places = {grant for grant in before if grant.resource.kind == "team"}
    for team in list(world.teams):
        world.delete_team(team)
    world.advance(3600)
    observe(place.office.desk)
    assert store.grants_at(world.organization_id, seen) == before
    assert not places & store.grants_at(world.organization_id, world.now())


def test_travis_7815_a_snapshot_does_not_cost_a_call_for_every_repository(calm: Workplace) -> None:
    """Calls grow with pages, not with things: far fewer calls than repositories, teams and people."""
    log, world = calm.forge.world.log, calm.forge.world
    before = len(log.requests)
    observe(calm.office.desk)
    assert 0 < len(log.requests) - before < len(world.repositories)


def test_qontract_5805_a_rate_limit_does_not_restart_the_paging(calm: Workplace) -> None:
    """After the limit the page that was refused is asked for again, and no other: one call more in all."""
    log = calm.forge.world.log
    start = len(log.requests)
    observe(calm.office.desk)
    usual = len(log.requests) - start
    fault = calm.forge.world.faults.add("secondary-limit", path="/graphql", contains=MEMBERS, nth=2)
    observe(calm.office.desk)
    assert fault.fired == 1
    assert len(log.requests) - start == 2 * usual + 1


def test_gitlab_2017_a_plan_for_another_organization_is_refused(calm: Workplace) -> None:
    """The right plan on the wrong host: ids are compared, not names."""
    computed = calm.plan()
    elsewhere = replace(computed.plan, organization=Organization(OrganizationId("9002"), "acme"))
    before = calm.forge.world.grants()
    with pytest.raises(PlanRefused, match="another organization"):
        calm.apply(replace(computed, plan=elsewhere))
    assert calm.forge.world.grants() == before


@pytest.mark.slow
def test_exchange_16402_a_waiver_does_not_outlive_its_plan(tmp_path: Path) -> None:
    """A waiver names one plan: the next one, just as large, trips again."""
    ours = 'leave: {when: "end_date < as_of", over: ["active"]}'
    wrong = 'leave: {when: "username <> \'user3\'", over: ["active"]}'
    with workplace(tmp_path, seats=60, edits=((ours, wrong),)) as place:
        desk = place.office.desk
        adopted = Draft("adopted", desk.reader.organization().id, {})  # while the policy was sound
        desk.store.append([adopted], desk.clock.now())
        first = place.sign(place.plan())
        guards = frozenset(verdict.guard for verdict in first.plan.tripped)
        assert guards
        approve(place.office.desk, first.plan, first.digest, place.stage.key(CHLOE), waive=guards)
        place.forge.world.advance(600)
        second = place.sign(place.plan())
        before = place.forge.world.grants()
        with pytest.raises(GuardTripped):
            place.apply(second)
        assert place.forge.world.grants() == before
