"""Who had what when: spans open when a grant is seen, and close only where its absence is proved."""

from collections.abc import Iterable

import pytest

from seatkeeper.errors import JournalError, NotCovered
from seatkeeper.journal.store import SqlStore
from seatkeeper.model.grants import Grant, Resource, direct, membership, team_grant, team_place
from seatkeeper.model.ids import AccountId, RepositoryId, TeamId
from seatkeeper.model.snapshot import Coverage, Reading
from tests.journal.builders import ACME, at, coverage, digest_of, snapshot

ANA, BEN = AccountId("7"), AccountId("8")
CORE, DOCS = TeamId("5"), TeamId("6")
SITE = RepositoryId("9")

MEMBER = membership(ANA, ACME)
PLACE = team_place(ANA, CORE)
DIRECT = direct(ANA, SITE, "write")
OF_TEAM = team_grant(CORE, SITE, "admin")
EVERYTHING = frozenset({MEMBER, PLACE, DIRECT, OF_TEAM})

CORE_UNREAD = Resource("team", CORE)
SITE_UNREAD = Resource("repository", SITE)


def observe(store: SqlStore, hours: float, grants: Iterable[Grant], covered: Coverage | None = None) -> int:
    return store.observe(snapshot(hours, grants, covered=covered), digest_of(int(hours)))


def test_grants_hold_from_the_observation_that_showed_them_until_the_one_that_did_not(
    store: SqlStore,
) -> None:
    """Since is inclusive, until exclusive, and between two observations the earlier one stands."""
    observe(store, 1, EVERYTHING)
    observe(store, 3, {MEMBER})
    observe(store, 5, {MEMBER, PLACE})
    expected: dict[float, frozenset[Grant]] = {
        0.9: frozenset(),
        1: EVERYTHING,
        2.9: EVERYTHING,
        3: frozenset({MEMBER}),
        5: frozenset({MEMBER, PLACE}),
        999: frozenset({MEMBER, PLACE}),
    }
    assert {hours: store.grants_at(ACME, at(hours)) for hours in expected} == expected


def test_history_tells_each_grants_times_in_order(store: SqlStore) -> None:
    """A grant that came back has two spans; `since` leaves out what was over by then."""
    observe(store, 1, {MEMBER, PLACE})
    observe(store, 2, {MEMBER, OF_TEAM})
    observe(store, 3, {MEMBER, OF_TEAM, PLACE, membership(BEN, ACME)})
    spans = [(span.grant, span.since, span.until) for span in store.history(ACME, ANA)]
    assert sorted(spans[:2]) == sorted([(MEMBER, at(1), None), (PLACE, at(1), at(2))])
    assert spans[2:] == [(PLACE, at(3), None)]
    assert len(list(store.history(ACME))) == 5
    assert {span.grant for span in store.history(ACME, since=at(2))} == {
        MEMBER, OF_TEAM, PLACE, membership(BEN, ACME)
    }  # fmt: skip
    assert [span.since for span in store.history(ACME, ANA, since=at(2))] == [at(1), at(3)]
    assert list(store.history("2")) == []


def test_history_of_many_comes_in_pages(store: SqlStore) -> None:
    """Each span once, however many there are."""
    grants = {direct(AccountId(str(n)), SITE, "read") for n in range(6_000)}
    observe(store, 1, grants)
    spans = list(store.history(ACME))
    assert len(spans) == 6_000
    assert {span.grant for span in spans} == grants


def test_the_question_can_be_about_some_accounts(store: SqlStore) -> None:
    """Only their grants come back, however many accounts are asked about."""
    observe(store, 1, {*EVERYTHING, membership(BEN, ACME)})
    assert store.grants_at(ACME, at(1), [BEN]) == {membership(BEN, ACME)}
    assert store.grants_at(ACME, at(1), [ANA, ANA]) == EVERYTHING - {OF_TEAM}
    assert store.grants_at(ACME, at(1), []) == frozenset()
    many = [AccountId(str(n)) for n in range(1_200)]
    assert store.grants_at(ACME, at(1), many) == {*EVERYTHING, membership(BEN, ACME)} - {OF_TEAM}


@pytest.mark.parametrize(
    ("covered", "still_there"),
    [
        (coverage(), set()),
        (coverage(["members"]), {MEMBER}),
        (coverage(["teams"]), {PLACE, OF_TEAM}),
        (coverage(["repositories"]), {DIRECT, OF_TEAM}),
        (coverage(["outside", "invitations"]), set()),
        (coverage(unreadable=[CORE_UNREAD]), {PLACE, OF_TEAM}),
        (coverage(unreadable=[SITE_UNREAD]), {DIRECT, OF_TEAM}),
        (Coverage(), EVERYTHING),
        (Coverage((*coverage().readings, Reading("team:5", False, 3, 4))), {PLACE, OF_TEAM}),
        (Coverage((*coverage().readings, Reading("repository:9", False, 3, 4))), {DIRECT, OF_TEAM}),
        (Coverage((*coverage().readings, Reading("team:6", False, 3, 4))), set()),
    ],
)
def test_a_read_closes_only_what_it_read_whole(
    store: SqlStore, covered: Coverage, still_there: set[Grant]
) -> None:
    """What was not read is not gone; what was read whole, is."""
    observe(store, 1, EVERYTHING)
    seq = observe(store, 2, set(), covered)
    assert store.grants_at(ACME, at(2)) == still_there
    (entry,) = store.entries(kinds=["observation"], after_seq=seq - 1)
    assert entry.payload is not None
    counts = entry.payload["counts"]
    assert isinstance(counts, dict)
    assert (counts["closed"], counts["unproved"]) == (4 - len(still_there), len(still_there))


def test_an_incomplete_read_may_open_spans(store: SqlStore) -> None:
    """What it saw is there; and a role it saw changed has both roles until a whole read settles it."""
    observe(store, 1, {MEMBER})
    owner = membership(ANA, ACME, "owner")
    observe(store, 2, {owner, PLACE}, coverage(["members", "teams"]))
    assert store.grants_at(ACME, at(2)) == {MEMBER, owner, PLACE}
    observe(store, 3, {owner, PLACE})
    assert store.grants_at(ACME, at(3)) == {owner, PLACE}


def test_what_is_seen_again_stays_one_span(store: SqlStore) -> None:
    """A second look at the same thing is not a second fact."""
    observe(store, 1, EVERYTHING)
    observe(store, 2, EVERYTHING)
    assert len(list(store.history(ACME))) == 4


@pytest.mark.parametrize("hours", [2, 1])
def test_an_old_snapshot_is_refused(store: SqlStore, hours: float) -> None:
    """As old as the last or older it would rewrite what is known; another organization's is its own."""
    observe(store, 2, EVERYTHING)
    with pytest.raises(NotCovered, match="not newer") as refusal:
        observe(store, hours, set())
    assert refusal.value.exit_code == 5
    assert store.grants_at(ACME, at(9)) == EVERYTHING
    store.observe(snapshot(hours, {membership(ANA, ACME)}, organization="2"), digest_of(0))
    assert store.grants_at(ACME, at(9)) == EVERYTHING
    assert len(store.grants_at("2", at(9))) == 1


def test_an_observation_is_journaled_without_names(store: SqlStore) -> None:
    """Digest, counts and what was not read whole; nobody's login."""
    covered = coverage(["teams"], [SITE_UNREAD])
    seq = store.observe(snapshot(1, EVERYTHING, covered=covered, logins={ANA: "ana"}), digest_of(1))
    (entry,) = store.entries()
    assert (entry.seq, entry.kind, entry.organization, entry.at) == (seq, "observation", ACME, at(1))
    assert entry.payload is not None
    assert entry.payload["digest"] == digest_of(1)
    assert entry.payload["problems"] == {"teams": "page 3 failed"}
    assert entry.payload["unreadable"] == [["repository", "9"]]
    assert "ana" not in str(entry.payload)
    assert store.verify().verifies


def test_an_observation_that_fails_leaves_nothing(store: SqlStore) -> None:
    """Spans, names and the journal's entry are one transaction."""
    grant = Grant(MEMBER.subject, MEMBER.resource, "owner")
    observe(store, 1, {MEMBER})
    broken = snapshot(2, {grant}, logins={ANA: object()})  # type: ignore[dict-item]  # what no reader hands over
    with pytest.raises(JournalError, match="refused"):
        store.observe(broken, digest_of(2))
    assert store.grants_at(ACME, at(2)) == {MEMBER}
    assert store.head()[0] == 1
    observe(store, 2, {grant})
    assert store.grants_at(ACME, at(2)) == {grant}


def test_names_and_logins_are_remembered_over_time(store: SqlStore) -> None:
    """A rename is seen; a thing not seen any more keeps the last name it was known by."""
    core, site = Resource("team", CORE), Resource("repository", SITE)
    store.observe(
        snapshot(
            1, {MEMBER}, logins={ANA: "ana", BEN: "ben"}, teams={CORE: "core"}, repositories={SITE: "site"}
        ),
        digest_of(1),
    )
    store.observe(snapshot(2, {MEMBER}, logins={ANA: "ana-m"}, teams={CORE: "kernel"}), digest_of(2))
    store.observe(snapshot(3, {MEMBER}, logins={BEN: "ana"}, teams={DOCS: "core"}), digest_of(3))
    organization = {Resource("organization", ACME): "acme"}
    assert store.names(ACME, at(0)) == {}
    assert store.names(ACME, at(1.5)) == {**organization, core: "core", site: "site"}
    assert store.names(ACME, at(2)) == {**organization, core: "kernel", site: "site"}
    assert store.names(ACME) == {**organization, core: "kernel", site: "site", Resource("team", DOCS): "core"}
    assert store.logins(ACME) == {ANA: "ana-m", BEN: "ana"}
    assert store.names("2") == {}
    assert store.logins("2") == {}
