"""On a server of one's own a leave suspends: one write takes nothing away, and one gives it back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from seatkeeper.model.grants import Grant, signing_in
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.plan import Change
from seatkeeper.workflow.accounting import account
from seatkeeper.workflow.brake import taken_again
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import compute
from seatkeeper.workflow.runs import ChangeState, RunState
from tests.workflow.place import Workplace, workplace

pytestmark = pytest.mark.slow


class Server(NamedTuple):
    """A company on a server of its own, adopted; `leaver` is the only one who has left."""

    place: Workplace
    leaver: AccountId

    @property
    def active(self) -> Grant:
        """What lets the leaver in."""
        return signing_in(self.leaver, OrganizationId(self.place.forge.world.organization_id))

    def hire_again(self) -> None:
        """The record says that the leaver works in engineering."""
        self.place.believe_them([self.leaver])
        login = self.place.forge.world.accounts[self.leaver].login.casefold()
        with closing(sqlite3.connect(self.place.stage.database)) as people, people:
            people.execute("UPDATE people SET department = 'eng' WHERE lower(github_login) = ?", (login,))

    def leave(self) -> RunState:
        """The day's plan, approved and carried out."""
        return self.place.apply(self.place.sign(self.place.plan()))

    def change(self, state: RunState) -> ChangeState:
        """What became of the leaver."""
        return next(c for c in state.changes if c.change.account == self.leaver)

    def writes(self) -> list[str]:
        """Every request about the leaver that could have changed something."""
        login = self.place.forge.world.accounts[self.leaver].login
        return [f"{w.method} {w.path}" for w in self.place.forge.world.log.writes() if login in w.path]

    def suspended(self) -> bool:
        """What is true on the server."""
        return self.leaver in self.place.forge.world.suspended

    def planned(self) -> list[Change]:
        """What today's plan would do about the leaver."""
        return [change for change in self.place.plan().plan.changes if change.account == self.leaver]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Adopted, with one leaver."""
    with workplace(tmp_path, seats=60, server=True) as place:
        place.only_one_has_left()
        place.adopt()
        (login,) = place.logins(place.plan().plan, "leave")
        record = place.forge.world.by_login(login)
        assert record
        yield Server(place, record.id)


def test_a_leave_and_its_restore_are_one_request_each_and_lose_nothing(server: Server) -> None:
    """Shut out, read back, left alone, let in again: every grant as it was all the while."""
    place, before = server.place, server.place.held([server.leaver])
    state = server.leave()
    told = server.change(state)

    assert (told.progressed, told.change.lost) == ("confirmed", frozenset({server.active}))
    assert (server.suspended(), place.held([server.leaver])) == (True, before)

    computed = compute(place.office.desk, observe(place.office.desk))
    decision = computed.decisions.account(server.leaver)
    computed.decisions.close()
    assert decision
    assert (decision.verb, decision.reason) == ("keep", "suspended")
    assert "it keeps what it holds and can use none of it" in decision.because
    assert server.leaver not in {change.account for change in computed.plan.changes}
    again = taken_again(place.office.desk, place.office.known_organization())
    assert (again.unread, told.change.login in again.logins) == (None, False)

    place.believe_them([server.leaver])
    restoration = place.restore(runs=(state.id,))
    assert restoration.plan.estimate
    assert (restoration.plan.estimate.most_writes, restoration.plan.estimate.invitations) == (1, 0)
    run = place.apply(place.sign(restoration))

    assert account(run).amounts() == {"confirmed": 1, "pending": 0, "residue": 0, "total": 1}
    assert (server.suspended(), place.held([server.leaver])) == (False, before)
    assert [w.partition("/users/")[0] for w in server.writes()] == ["PUT ", "DELETE "]
    assert server.planned() == []


def test_whoever_is_hired_again_is_let_in_when_an_approver_says_so(server: Server) -> None:
    """The schedule leaves them waiting, since only a person knows why they were shut out."""
    place = server.place
    server.leave()
    server.hire_again()

    (change,) = server.planned()
    assert (change.kind, change.gained, change.reason) == ("join", frozenset({server.active}), "returns")
    assert "this person's account is suspended" in change.because

    place.commit()
    with place.reopened() as later:
        later.stand("join")
        later.scheduled("join")
        assert server.suspended()

    state = server.leave()

    assert server.change(state).progressed == "confirmed"
    assert not server.suspended()
    assert [w.partition("/users/")[0] for w in server.writes()] == ["PUT ", "DELETE "]


def test_without_a_site_administrators_credential_a_leave_is_a_removal(tmp_path: Path) -> None:
    """The file does not say that it is one, so the membership goes and the account stays."""
    with workplace(tmp_path, seats=60, server=True) as place:
        text = place.config.read_text("utf-8").replace(", site_admin: true", "")
        place.config.write_text(text, "utf-8")
        with place.reopened() as plain:
            plain.only_one_has_left()
            plain.adopt()
            state = plain.apply(plain.sign(plain.plan()))
            gone = [c.change for c in state.changes if c.change.kind == "leave"]

    assert [change.after for change in gone] == [frozenset()]
    assert place.forge.world.suspended == set()
    assert gone[0].account not in place.forge.world.members
