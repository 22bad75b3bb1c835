"""On a server of one's own a leave suspends: one write takes nothing away, and one gives it back."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from seatkeeper.model.grants import Grant, signing_in
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.plan import Change
from seatkeeper.workflow.accounting import account
from seatkeeper.workflow.observe import observe
from seatkeeper.workflow.plan import compute
from seatkeeper.workflow.runs import ChangeState, RunState
from tests.workflow.place import Workplace, workplace


class Server(NamedTuple):
    """A company on a server of its own, adopted; `leaver` is the only one who has left."""

    place: Workplace
    leaver: AccountId

    @property
    def active(self) -> Grant:
        """What lets the leaver in."""
        return signing_in(self.leaver, OrganizationId(self.place.forge.world.organization_id))

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


def test_a_leave_is_one_write_and_everything_is_kept(server: Server) -> None:
    """Shut out, read back, and every grant as it was."""
    before = server.place.held([server.leaver])

    told = server.change(server.leave())

    assert (told.progressed, told.change.lost) == ("confirmed", frozenset({server.active}))
    assert server.suspended()
    assert server.place.held([server.leaver]) == before
    assert [w.partition("/users/")[0] for w in server.writes()] == ["PUT "]


def test_nobody_who_is_suspended_is_taken_from_again(server: Server) -> None:
    """The next plan has nothing to do about them, and says why."""
    server.leave()

    computed = compute(server.place.office.desk, observe(server.place.office.desk))
    decision = computed.decisions.account(server.leaver)
    computed.decisions.close()

    assert decision
    assert (decision.verb, decision.reason) == ("keep", "suspended")
    assert "it keeps what it holds and can use none of it" in decision.because
    assert server.leaver not in {change.account for change in computed.plan.changes}


def test_a_restore_is_one_write_and_asks_nobody(server: Server) -> None:
    """The lift of the suspension, confirmed at once; access as it was, grant for grant."""
    before = server.place.held([server.leaver])
    state = server.leave()
    server.place.believe_them([server.leaver])
    taken = len(server.writes())

    restoration = server.place.restore(runs=(state.id,))
    assert restoration.plan.estimate
    assert (restoration.plan.estimate.most_writes, restoration.plan.estimate.invitations) == (1, 0)
    run = server.place.apply(server.place.sign(restoration))

    assert account(run).amounts() == {"confirmed": 1, "pending": 0, "residue": 0, "total": 1}
    assert not server.suspended()
    assert server.place.held([server.leaver]) == before
    assert [w.partition("/users/")[0] for w in server.writes()[taken:]] == ["DELETE "]
    assert server.planned() == []
