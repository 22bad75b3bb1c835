"""Grants that were removed before Seatkeeper came, from the forge's own log."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.request import Request, urlopen

import pytest

from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.forges.github.audit_log import read_audit_log
from seatkeeper.forges.simulator.audited import AuditedWorld
from seatkeeper.forges.simulator.serve import Simulator
from seatkeeper.journal import fold, past
from seatkeeper.model.grants import Grant, held_by
from seatkeeper.model.ids import AccountId
from seatkeeper.model.run import Taking
from seatkeeper.rules.answers import read_answers
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.history import Asked, history, reconstructed
from seatkeeper.workflow.reconstruct import Imported, custom_roles, take_in
from tests.perfect_reader import perfect_snapshot
from tests.workflow.past_place import desk_at, observe

pytestmark = pytest.mark.slow

HOUR = 3600.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty journal."""
    with desk_at(tmp_path) as desk:
        yield desk


class Past:
    """An organization in which people came, were given grants, and some were removed."""

    def __init__(self, *, tells_consequences: bool = False) -> None:
        self.world = world = AuditedWorld("acme", "900", seed=4)
        world.tells_consequences = tells_consequences
        world.auditor = world.member(world.account("root"), "owner")
        world.advance(HOUR)
        self.teams = [world.team(slug) for slug in ("core", "web", "data")]
        self.repositories = [world.repository(name) for name in ("app", "api", "site", "infra")]
        self.people = [world.member(world.account(f"person-{n}")) for n in range(6)]
        for number, person in enumerate(self.people):
            world.advance(60)
            world.place(person, self.teams[number % 3], "maintainer" if number == 0 else "member")
            world.place(person, self.teams[(number + 1) % 3])
            world.direct(person, self.repositories[number % 4], "read")
            world.direct(person, self.repositories[(number + 1) % 4], "read")
            world.advance(60)
            world.direct(person, self.repositories[number % 4], "admin")
        world.advance(HOUR)
        self.before = world.grants()

    def remove(self, *people: AccountId) -> frozenset[Grant]:
        """Remove people; what they had."""
        had = frozenset[Grant]().union(*(held_by(p, self.world.grants()) for p in people))
        for person in people:
            self.world.advance(60)
            self.world.remove_member(person)
        self.world.advance(HOUR)
        return had

    def export(self) -> bytes:
        """The log as its web page exports it."""
        return json.dumps(self.world.audit).encode()

    def take_in(self, desk: Desk, data: bytes, answers: str = "") -> Imported:
        """Import, as the command does."""
        organization = self.world.organization()
        log = read_audit_log(data, organization)
        rows = read_answers(answers, "answers.csv", custom_roles(desk, organization, log))
        return take_in(desk, organization, log, rows, "ana")


def by_api(forge: Simulator) -> bytes:
    """The log as the API gives it, page by page."""
    events: list[object] = []
    url: str | None = f"{forge.url}/orgs/acme/audit-log?per_page=30&include=all"
    while url:
        request = Request(url, headers={"Authorization": f"Bearer {forge.write_token}"})  # noqa: S310  # loopback
        with urlopen(request) as answer:  # noqa: S310  # likewise
            events += json.load(answer)
            links = answer.headers.get("Link", "")
        following = [part for part in links.split(", ") if 'rel="next"' in part]
        url = following[0].partition(">")[0].removeprefix("<") if following else None
    return json.dumps(events).encode()


def whole(imported: Imported) -> frozenset[Grant]:
    """The grants that can be given back."""
    return frozenset(lost.grant for lost in imported.lost if lost.grant)


def answered(had: frozenset[Grant], past: Past) -> str:
    """What somebody who remembers it all would write."""
    names = perfect_snapshot(past.world).names()
    rows = [
        f"{past.world.accounts[AccountId(g.subject.id)].login},{g.resource.kind} {names[g.resource]},{g.role}"
        for g in sorted(had)
    ]
    return "\n".join(["account,resource,role", *rows])


@pytest.mark.parametrize("tells_consequences", [False, True])
def test_what_was_there_is_there_again_once_the_questions_are_answered(
    desk: Desk, *, tells_consequences: bool
) -> None:
    """People removed before the first observation are known again, grant for grant, from log and answers."""
    past = Past(tells_consequences=tells_consequences)
    had = past.remove(*past.people[:4])
    observe(desk, past.world)
    with Simulator(past.world) as forge:
        log = by_api(forge)

    asked = past.take_in(desk, log)
    told = past.take_in(desk, log, answered(had, past))

    assert len(asked.lost) == len(had)
    assert whole(asked) < had
    assert {lost.role for lost in asked.lost if lost.kind == "team"} == {None}
    assert told.open == ()
    assert whole(told) == had
    assert {lost.answered_by for lost in told.lost} == {"", "ana"}
    assert whole(past.take_in(desk, log)) == had


def test_what_the_log_tells_is_not_asked_and_what_it_does_not_tell_is_not_guessed(desk: Desk) -> None:
    """A changed permission tells the level, a new collaborator does not; membership tells its role."""
    past = Past()
    past.remove(past.people[0])
    observe(desk, past.world)

    imported = past.take_in(desk, past.export())

    told = {(lost.kind, lost.name): lost.role for lost in imported.lost}
    assert told[("organization", "acme")] == "member"
    assert told[("repository", "app")] == "admin"
    assert told[("repository", "api")] is None
    assert told[("team", "core")] is None
    assert all(lost.grant is None for lost in imported.open)
    assert "tell no role" in imported.open[0].question


def test_importing_again_changes_nothing(desk: Desk) -> None:
    """The same events, in any form and order, leave the journal as it is."""
    past = Past()
    past.remove(*past.people[:2])
    observe(desk, past.world)
    first = past.take_in(desk, past.export())
    head = desk.store.head()

    shuffled = list(past.world.audit)
    Random(1).shuffle(shuffled)
    lines = "\n".join(json.dumps(event) for event in shuffled).encode()
    second = past.take_in(desk, lines)

    assert (first.new > 0, second.new, second.changed_accounts) == (True, 0, 0)
    assert desk.store.head() == head
    assert second.lost == first.lost


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_imports_does_not_matter(tmp_path: Path, seed: int) -> None:
    """A log in pieces, in any order, some of them twice, comes to what the whole log comes to."""
    past = Past(tells_consequences=seed % 2 == 0)
    past.remove(*past.people[:3])
    random = Random(seed)
    events = list(past.world.audit)
    random.shuffle(events)
    cuts = sorted(random.sample(range(1, len(events)), 3))
    pieces = [events[a:b] for a, b in zip([0, *cuts], [*cuts, len(events)], strict=True)]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    with desk_at(tmp_path / "a") as desk, desk_at(tmp_path / "b") as other:
        observe(desk, past.world)
        observe(other, past.world)
        for piece in [*pieces, pieces[0]]:
            last = past.take_in(desk, json.dumps(piece).encode())
        at_once = past.take_in(other, past.export())

    assert last.lost == at_once.lost


def test_who_came_back_has_lost_nothing(desk: Desk) -> None:
    """What was given again before the first observation is no loss, what was not is one."""
    past = Past()
    had = past.remove(past.people[1])
    past.world.member(past.people[1])
    past.world.place(past.people[1], past.teams[1])
    past.world.advance(HOUR)
    observe(desk, past.world)

    regained = held_by(past.people[1], past.world.grants())

    imported = past.take_in(desk, past.export(), answered(had - regained, past))

    assert len(regained) == 2
    assert whole(imported) == had - regained


def test_later_events_are_left_to_the_observations(desk: Desk) -> None:
    """What went after the first observation is in the spans, and not reconstructed."""
    past = Past()
    observe(desk, past.world)
    past.remove(past.people[0])

    imported = past.take_in(desk, past.export())

    assert imported.lost == ()
    assert imported.later == 1


def test_a_login_without_an_id_is_asked_after_and_not_taken_for_whoever_has_it_now(desk: Desk) -> None:
    """Somebody else came with a freed login: the log's name alone proves nothing."""
    past = Past()
    person, root = past.people[0], past.world.auditor
    past.remove(person)
    past.world.rename(person, "somebody-now-elsewhere")
    past.world.member(past.world.account("person-0"))
    observe(desk, past.world)
    bare = [{k: v for k, v in e.items() if k not in {"user_id", "actor_id"}} for e in past.world.audit]

    imported = past.take_in(desk, json.dumps(bare).encode())

    mine = [lost for lost in imported.lost if lost.login == "person-0"]
    assert mine
    assert {lost.account for lost in mine} == {None}
    assert all("stranger" in lost.question for lost in mine)
    assert root is not None

    table = f"account,resource,role,account_id\nperson-0,*,,{person}\n"
    with pytest.raises(UsageError):
        past.take_in(desk, json.dumps(bare).encode(), table)
    rows = "\n".join(f"person-0,{lost.kind} {lost.name},{lost.role or ''},{person}" for lost in mine)
    past.take_in(desk, json.dumps(bare).encode(), f"account,resource,role,account_id\n{rows}\n")
    known = [lost for lost in reconstructed(desk, past.world.organization()) if lost.login == "person-0"]
    assert {lost.account for lost in known} == {person}
    assert any(lost.grant for lost in known)


def test_a_team_that_was_deleted_and_made_anew_is_asked_after(desk: Desk) -> None:
    """The slug is the same, the team may be another."""
    past = Past()
    past.remove(past.people[0])
    event = {**past.world.audit[-1], "action": "team.create", "team": "acme/core", "_document_id": "t1"}
    event["@timestamp"] = int(past.world.now().timestamp() * 1000) - 1
    observe(desk, past.world)

    imported = past.take_in(desk, json.dumps([*past.world.audit, event]).encode())

    core = next(lost for lost in imported.lost if lost.name == "core")
    assert core.resource is None
    assert "team.create" in core.question


def test_one_row_may_answer_for_everybody_and_a_named_one_wins(desk: Desk) -> None:
    """Nobody wants to type five hundred rows that say member."""
    past = Past()
    had = past.remove(*past.people[:2])
    observe(desk, past.world)
    table = "account,resource,role\n*,team *,member\n*,repository *,read\nperson-0,team core,maintainer\n"

    assert whole(past.take_in(desk, past.export(), table)) == had


def test_an_answer_to_nothing_is_refused_and_nothing_is_written(desk: Desk) -> None:
    """A typing error must not pass for an answer."""
    past = Past()
    past.remove(past.people[0])
    observe(desk, past.world)
    head = desk.store.head()

    with pytest.raises(UsageError, match="nothing that was lost"):
        past.take_in(desk, past.export(), "account,resource,role\nperson-9,team core,member\n")

    assert desk.store.head() == head


def test_without_an_observation_no_name_means_anything(desk: Desk) -> None:
    """The import says what to do first."""
    past = Past()
    with pytest.raises(NotCovered, match="observed"):
        past.take_in(desk, past.export())


def test_history_shows_what_was_reconstructed_and_labels_it(desk: Desk) -> None:
    """An auditor sees which event a line rests on, beside what was observed."""
    story = Past()
    story.remove(story.people[0])
    observe(desk, story.world)
    story.take_in(desk, story.export())

    lines = history(desk, story.world.organization(), Asked(account="person-0"))

    assert {line.role for line in lines} == {"member", "admin"}
    assert all(line.note.startswith("reconstructed from org.remove_member") for line in lines)
    assert all(line.evidence and line.until and line.until < story.world.now() for line in lines)
    assert history(desk, story.world.organization(), Asked(account="person-1", since=story.world.now()))


def test_what_is_erased_is_told_no_more(desk: Desk) -> None:
    """Erasing an account's entries erases its events, answers and losses together."""
    story = Past()
    story.remove(*story.people[:2])
    observe(desk, story.world)
    story.take_in(desk, story.export())
    organization = story.world.organization()
    entries = list(desk.store.entries(kinds={"reconstructed"}, organization=organization.id))
    mine = [e.seq for e in entries if e.payload and e.payload["account"] == story.people[0]]

    desk.store.erase(mine, desk.clock.now(), "ana", "asked for it")

    left = past.reconstructed(desk.store.entries(kinds={"reconstructed"}, organization=organization.id))
    assert {lost.account for lost in left} == {story.people[1]}
    assert desk.store.verify().verifies


def test_a_restore_finds_them_as_takings_of_no_run(desk: Desk) -> None:
    """Whole ones only, each with the event it rests on; an open question is no loss to give back."""
    story = Past()
    had = story.remove(story.people[0])
    observe(desk, story.world)

    def takings() -> tuple[Taking, ...]:
        return fold.reconstructed(
            desk.store.entries(kinds={"reconstructed"}, organization=story.world.organization_id)
        )

    story.take_in(desk, story.export())
    asked = takings()
    story.take_in(desk, story.export(), answered(had, story))

    assert {taking.grant for taking in asked} < had
    assert {taking.grant for taking in takings()} == had
    assert {(t.run, t.kind, t.account, t.login) for t in takings()} == {
        ("", "reconstructed", story.people[0], "person-0")
    }
    assert all(t.rests_on and t.rests_on.startswith("org.remove_member") for t in takings())
