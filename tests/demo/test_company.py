"""The invented company is the same everywhere, plausible, and tells the truth about itself."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from seatkeeper.demo.company import CI_BOT, NOW, USER3, Company, invent
from seatkeeper.demo.mixture import PLAIN, Mixture
from seatkeeper.demo.people import Person, statuses
from seatkeeper.model.ids import TeamId
from seatkeeper.model.limits import DEFAULT_LIMITS


@pytest.fixture(scope="module")
def acme() -> Company:
    return invent()


def by_login(people: tuple[Person, ...]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in people:
        if person.github_login is not None:
            found.setdefault(person.github_login.casefold(), []).append(person)
    return found


def has_ended(person: Person, now: datetime) -> bool:
    """The last day is over where the person works."""
    if person.end_date is None or person.office is None:
        return False
    return person.end_date < now.astimezone(ZoneInfo(person.office)).date()


FINGERPRINT = (
    "import hashlib;from seatkeeper.demo.company import invent;"
    "c=invent(200,20,100,seed=7);"
    "print(hashlib.sha256(repr((c.records,c.accounts,c.grants,c.links,sorted(c.truth.held))).encode()).hexdigest())"
)


def test_a_seed_invents_the_same_company_whatever_the_hash_seed() -> None:
    """Two processes with different hash seeds invent the same people, grants and links."""
    seen = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_another_seed_invents_another_company() -> None:
    """The seed is what the company comes from."""
    digests = {
        hashlib.sha256(repr(invent(60, 8, 40, seed=seed).records).encode()).hexdigest() for seed in range(5)
    }
    assert len(digests) == 5


def test_the_size_is_the_one_asked_for(acme: Company) -> None:
    """3,500 seats in 300 teams and 5,000 repositories, 5 teams and 20 direct grants a member on average."""
    members = {account.id for account in acme.members()}
    assert (len(members), len(acme.teams), len(acme.repositories)) == (3500, 300, 5000)
    kinds = Counter(
        grant.resource.kind
        for grant in acme.grants
        if grant.subject.kind == "account" and grant.subject.id in members
    )
    assert kinds["team"] == 5 * 3500
    assert kinds["repository"] == pytest.approx(20 * 3500, rel=0.01)
    assert len(set(acme.grants)) == len(acme.grants)


def test_team_sizes_are_skewed(acme: Company) -> None:
    """A few teams are large, most are not, some have one or two people."""
    sizes = sorted(
        Counter(g.resource.id for g in acme.grants if g.resource.kind == "team").values(), reverse=True
    )
    assert sizes[0] > 1000
    assert sizes[-1] <= 2
    assert sizes[len(sizes) // 2] < 60


def test_the_truth_about_leavers_follows_from_the_rows_alone(acme: Company) -> None:
    """Whoever is inactive since yesterday at least, or active and past the last day, leaves; nobody else."""
    today, yesterday = by_login(acme.people), by_login(acme.earlier(1))
    leavers = set()
    for account in acme.members():
        rows = today.get(account.login.casefold(), [])
        if len(rows) != 1:
            continue
        before = yesterday[account.login.casefold()][0]
        inactive = rows[0].status == "inactive" and before.status == "inactive"
        if inactive or (rows[0].status == "active" and has_ended(rows[0], acme.now)):
            leavers.add(account.login)
    assert leavers == acme.truth.leavers
    assert len(leavers) == 22


def test_foreseen_leavers_stood_in_the_extract_of_a_week_ago(acme: Company) -> None:
    """Exactly the foreseen had today's end date already then."""
    today, before = by_login(acme.people), by_login(acme.earlier(7))
    foreseen = {
        login
        for login in acme.truth.leavers
        if today[login.casefold()][0].end_date is not None
        and before[login.casefold()][0].end_date == today[login.casefold()][0].end_date
    }
    assert foreseen == acme.truth.foreseen
    assert len(foreseen) == 14


@pytest.mark.parametrize("seats", [60, 100, 350, 1000, 3500, 6000])
def test_an_ordinary_day_passes_the_default_limits(seats: int) -> None:
    """Sudden leavers and foreseen ones both fit a run, and a team loses no more than a tenth or one."""
    company = invent(seats, teams=max(8, seats // 12), repositories=seats)
    sudden = company.truth.leavers - company.truth.foreseen
    assert 0 < len(sudden) <= DEFAULT_LIMITS.run.allows(seats)
    assert 0 < len(company.truth.foreseen) <= DEFAULT_LIMITS.foreseen_run.allows(seats)
    leaving = {account.id for account in company.accounts if account.login in company.truth.leavers}
    sizes: Counter[str] = Counter()
    losers: Counter[str] = Counter()
    for grant in company.grants:
        if grant.subject.kind == "account" and grant.resource.kind == "team":
            sizes[grant.resource.id] += 1
            losers[grant.resource.id] += grant.subject.id in leaving
    assert all(lost <= max(1, sizes[team] // 10) and lost < sizes[team] for team, lost in losers.items())


def test_joiners_have_started_and_have_no_seat_yet(acme: Company) -> None:
    """They come in order of start date; those who start later are not among them; every one finds a seat."""
    rows = by_login(acme.people)
    seated = {account.login for account in acme.members()}
    starts = []
    for login in acme.truth.joiners:
        person = rows[login.casefold()][0]
        assert person.office is not None
        assert person.start_date is not None
        assert person.start_date <= acme.now.astimezone(ZoneInfo(person.office)).date()
        assert (person.status, person.department in ("eng", "data")) == ("active", True)
        assert login not in seated
        starts.append(person.start_date)
    assert starts == sorted(starts)
    assert len(starts) == 9
    assert acme.truth.waiting == ()
    assert acme.seats_bought - 3500 - len(acme.invited) >= 9


def test_joiners_beyond_the_free_seats_wait_for_one() -> None:
    """With four seats free and nine joiners the five who start last wait."""
    company = invent(200, 20, 100, mixture=Mixture().scaled(200)._replace(joiner=9, free_seats=4))
    assert len(company.truth.joiners) == 9
    assert company.truth.waiting == company.truth.joiners[4:]


def test_user3_has_no_status_and_a_reason(acme: Company) -> None:
    """The person of the story is a member with access, and held by name."""
    (row,) = by_login(acme.people)[USER3]
    assert row.status is None
    assert acme.truth.held[USER3] == "missing-status"
    (account,) = (a for a in acme.members() if a.login == USER3)
    assert sum(g.subject.id == account.id for g in acme.grants) > 2


def test_every_reason_to_hold_has_somebody(acme: Company) -> None:
    """Each kind of odd record is there, and nobody held is also said to leave or join."""
    assert set(acme.truth.held.values()) == {
        "missing-status",
        "unforeseen-status",
        "table-contradicts",
        "ambiguous",
        "first-seen",
    }
    assert not set(acme.truth.held) & (acme.truth.leavers | set(acme.truth.joiners))
    rows = by_login(acme.people)
    held = {reason: login for login, reason in acme.truth.held.items() if login != USER3}
    assert rows[held["missing-status"].casefold()][0].status == "\u00a0"
    (shared,) = (a.email for a in acme.members() if a.login == held["ambiguous"])
    assert [person.github_login for person in acme.people if person.email == shared] == [None, None]
    assert by_login(acme.earlier(1))[held["first-seen"].casefold()][0].status == "active"


def test_owners_and_bots_are_who_they_should_be(acme: Company) -> None:
    """Five owners, all with an active record; every bot is listed with an accountable person."""
    rows = by_login(acme.people)
    owners = [account for account in acme.accounts if acme.roles.get(account.id) == "owner"]
    assert len(owners) == 5
    assert all(rows[owner.login.casefold()][0].status == "active" for owner in owners)
    bots = {line.login: line.person for line in acme.links if line.kind == "bot"}
    assert CI_BOT in bots
    assert not set(bots) & set(rows)
    assert set(bots.values()) <= {person.id for person in acme.people}


def test_the_world_holds_exactly_the_company_s_grants(acme: Company) -> None:
    """What the simulator calls the truth is the plain data, both ways, and its clock stands at now."""
    world = acme.world()
    assert world.grants() == frozenset(acme.grants)
    assert world.now() == acme.now
    assert {record.account for record in world.pending()} == set(acme.invited)
    bought, used = world.seats()
    assert (bought, used) == (acme.seats_bought, 3500)


def test_a_child_team_is_granted_only_what_its_parents_do_not_give(acme: Company) -> None:
    """Forges refuse the rest, or show it as the parents' own; then no reader could tell it."""
    order = ("read", "triage", "write", "maintain", "admin")
    parents = {team.id: team.parent for team in acme.teams}
    held = {(g.subject.id, g.resource.id): g.role for g in acme.grants if g.subject.kind == "team"}
    for (team, repository), role in held.items():
        above = parents[TeamId(team)]
        while above is not None:
            theirs = held.get((above, repository))
            assert theirs is None or order.index(role) > order.index(theirs)
            above = parents[above]


def test_nothing_is_real(acme: Company) -> None:
    """Every address ends in .example, and no two rows share a key."""
    addresses = [p.email for p in acme.people] + [p.manager_email for p in acme.people if p.manager_email]
    assert all(address.endswith("@acme.example") for address in addresses)
    keys = Counter(person.id for person in acme.people)
    assert max(keys.values()) == 1


def test_in_the_plain_mixture_only_user3_has_no_plain_record() -> None:
    """Every member has one row that is active or inactive, user3 aside."""
    company = invent(500, 40, 200, mixture=PLAIN)
    rows = by_login(company.people)
    odd = [
        account.login
        for account in company.members()
        if [row.status for row in rows.get(account.login.casefold(), [])] not in (["active"], ["inactive"])
    ]
    assert odd == [USER3]


def test_the_data_is_two_hours_old_and_yesterday_s_a_day_more(acme: Company) -> None:
    """Freshness and the second extract have something true to look at."""
    assert acme.loaded_at() == NOW - timedelta(hours=2)
    assert acme.loaded_at(1) == NOW - timedelta(hours=26)


def test_any_time_will_do() -> None:
    """The truth is told for the moment given, in every office's own date."""
    late = datetime(2027, 3, 28, 23, 30, tzinfo=UTC)
    company = invent(200, 20, 100, now=late)
    rows = by_login(company.people)
    last_days = [login for login, why in company.truth.kept.items() if why == "last-day"]
    assert last_days
    assert not any(has_ended(rows[login.casefold()][0], late) for login in last_days)


def test_too_few_seats_are_refused_with_the_number() -> None:
    """A company that has no room for every case is not invented by halves."""
    with pytest.raises(ValueError, match="at least 60 seats"):
        invent(59)


def test_statuses_are_by_login(acme: Company) -> None:
    """What the old script read: one status a login, none for people without a login."""
    read = statuses(acme.people)
    assert read[USER3] is None
    assert None not in read
