"""Whatever happened to a journal, its second place gives the same journal back, at every moment."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.copies.folder import FolderCopy
from seatkeeper.copies.sealed import SealedCopy
from seatkeeper.journal.copied import CopiedStore
from seatkeeper.journal.database import Database
from seatkeeper.journal.rebuild import rebuild
from seatkeeper.journal.store import open_store
from seatkeeper.model.grants import Grant, membership, team_grant, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.ports import Copy
from tests.journal.builders import ACME, COLLECTIONS, at, coverage, digest_of, held, note, snapshot, step
from tests.journal.test_copied import KEY

PEOPLE = [AccountId(str(n)) for n in range(1, 5)]
TEAM, REPOSITORY = TeamId("12"), RepositoryId("31")
POSSIBLE: list[Grant] = [
    *(membership(account, ACME, role) for account in PEOPLE for role in ("member", "owner")),
    *(team_place(account, TEAM) for account in PEOPLE),
    team_grant(TEAM, REPOSITORY, "write"),
]
LOGINS = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(["ana", "ben", "chloé", "dan"]))

EVENTS = st.one_of(
    st.tuples(st.just("note"), st.text(max_size=8)),
    st.tuples(st.just("run"), st.integers(1, 3)),
    st.tuples(
        st.just("observe"),
        st.tuples(st.frozensets(st.sampled_from(POSSIBLE)), LOGINS, st.sampled_from([*COLLECTIONS, ""])),
    ),
    st.tuples(st.just("erase"), st.integers(1, 12)),
    st.tuples(st.just("forget"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("reopen"), st.just(None)),
)


class Machine:
    """One store with its second place, and what may happen to them."""

    def __init__(self, folder: Path) -> None:
        (folder / "second").mkdir()
        self.url = f"sqlite:///{folder / 'store.db'}"
        self.copy: Copy = SealedCopy(FolderCopy(folder / "second"), KEY)
        open_store(self.url).close()
        self.store = CopiedStore(Database(self.url), self.copy)

    def happen(self, hours: int, kind: str, what: object) -> None:
        if kind == "note":
            self.store.append([note(said=what)], at(hours))
        elif kind == "run":
            lease = held(self.store, f"run-{hours}", hours)
            for number in range(int(str(what))):
                self.store.append([step("intent", number)], at(hours), lease)
                self.store.append([step("outcome", number)], at(hours), lease)
            self.store.release(lease)
        elif kind == "observe" and isinstance(what, tuple):
            grants, logins, unread = what
            covered = coverage([unread] if unread else [])
            seen = snapshot(hours, grants, covered=covered, logins=logins, teams={TEAM: f"team-{hours % 3}"})
            self.store.observe(seen, digest_of(hours))
        elif kind == "erase":
            self._erase(int(str(what)), hours)
        elif kind == "forget":
            self.store.erase_logins(ACME, [AccountId(str(what))], at(hours), "ana", "request")
        else:
            self.store.close()
            self.store = CopiedStore(Database(self.url), self.copy)

    def _erase(self, seq: int, hours: int) -> None:
        entries = {entry.seq: entry.kind for entry in self.store.entries()}
        if entries.get(seq, "erasure") != "erasure":
            self.store.erase([seq], at(hours), "ana", "request")


@settings(max_examples=25)
@given(events=st.lists(EVENTS, min_size=1, max_size=10))
def test_a_rebuilt_journal_is_the_journal(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, object]]
) -> None:
    """Lines, spans, names and logins, erasures included; and it verifies."""
    folder = tmp_path_factory.mktemp("machine")
    machine = Machine(folder)
    for hours, (kind, what) in enumerate(events, start=1):
        machine.happen(hours * 2, kind, what)
    machine.store.copy_what_is_missing()
    if machine.store.head()[0]:
        fresh = open_store(f"sqlite:///{folder / 'fresh.db'}")
        assert rebuild(machine.copy, fresh).verifies
        assert list(fresh.lines()) == list(machine.store.lines())
        assert sorted(fresh.history(ACME)) == sorted(machine.store.history(ACME))
        assert fresh.logins(ACME) == machine.store.logins(ACME)
        for hours in range(len(events) * 2 + 2):
            assert fresh.names(ACME, at(hours)) == machine.store.names(ACME, at(hours))
            assert fresh.grants_at(ACME, at(hours)) == machine.store.grants_at(ACME, at(hours))
        fresh.close()
    machine.store.close()
