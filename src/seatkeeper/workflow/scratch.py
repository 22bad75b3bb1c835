"""Whether an organization is one to be tried on, and is as it was afterwards. Everything here reads."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from seatkeeper.conformance.ground import PAUSES, Person
from seatkeeper.errors import ConfigurationError, NotCovered, UsageError
from seatkeeper.model.grants import Grant, Resource, account_subject, diff
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Organization, Snapshot
from seatkeeper.ports import ForgeGuest
from seatkeeper.rules.words import count, listed
from seatkeeper.workflow.desk import Desk

EMPTY = "take it away: seatkeeper conformance --empty"


class Left(NamedTuple):
    """What an earlier run made and did not remove, and the accounts it had let in, as the journal tells."""

    made: Mapping[Resource, str]
    accounts: Collection[AccountId]


def left_earlier(desk: Desk, organization: Organization) -> Left:
    """What a run that was killed left; nothing after one that emptied the organization."""
    made: dict[Resource, str] = {}
    accounts: set[AccountId] = set()
    for entry in desk.store.entries(kinds={"scratch"}, organization=organization.id):
        told = entry.payload or {}
        if "accounts" in told:
            accounts = {AccountId(str(one)) for one in listing(told["accounts"])}
            continue
        kind = "team" if "team" in {told.get("made"), told.get("removed")} else "repository"
        resource = Resource("team" if kind == "team" else "repository", str(told["id"]))
        if "made" in told:
            made[resource] = str(told["name"])
        else:
            made.pop(resource, None)
    return Left(made, accounts)


def listing(told: object) -> list[object]:
    """A list as a payload holds it."""
    return list(told) if isinstance(told, list | tuple) else []


def scratch_people(desk: Desk, guests: Mapping[str, ForgeGuest | None]) -> tuple[Person, ...]:
    """The scratch accounts as they are today, each proved by its own credential where it has one."""
    if not guests:
        raise ConfigurationError(
            "The configuration names no scratch accounts, so nothing may be tried on this organization.",
            remedy="Make an organization for it, and write under its forge: scratch: [{login: …, token: …}]",
        )
    found = desk.reader.lookup(guests)
    operator = desk.reader.whoami()
    people = []
    for login, guest in guests.items():
        account = found[login]
        if account is None:
            raise ConfigurationError(f"The scratch account {login} is nobody's.")
        if account.id == operator.id or login.casefold() == (desk.credential_owner or "").casefold():
            raise ConfigurationError(f"{login} is behind our own credential, and no scratch account.")
        if guest is not None and guest.whoami().id != account.id:
            raise ConfigurationError(f"The token of the scratch account {login} is somebody else's.")
        people.append(Person(account.id, account.login, guest.accept if guest is not None else None))
    return tuple(people)


def strangers(desk: Desk, before: Snapshot, people: Sequence[Person]) -> tuple[str, ...]:
    """Whoever and whatever is in the organization beside the scratch accounts and our own credential."""
    known = {person.account for person in people} | {desk.reader.whoami().id}
    owner = (desk.credential_owner or "").casefold()
    others = [a.login for a in before.accounts if a.id not in known and a.login.casefold() != owner]
    asked = [i.login or i.email or i.id for i in before.invitations if i.failed is None]
    return (*others, *asked, *(team.slug for team in before.teams), *(r.name for r in before.repositories))


def refuse_unless_scratch(
    before: Snapshot,
    people: Sequence[Person],
    shut: Sequence[str],
    others: Sequence[str],
    named: str | None,
) -> None:
    """Refuse an organization or an account that is not one to be tried on.

    `shut` are the scratch accounts that are suspended. `named` is the organization's login once more,
    from somebody who knows that `others` are in it.
    """
    login = before.organization.login
    if not before.coverage.complete:
        problems = [r.problem or r.collection for r in before.coverage.readings if not r.whole]
        raise NotCovered(
            f"{login} was not read whole, so nobody knows what is there: {listed(problems)}.",
            remedy="See what stands in the way: seatkeeper check",
        )
    busy = [p.login for p in people if p.login in shut or _busy(before, p.account)]
    if busy:
        raise UsageError(
            f"{listed(busy)}: a scratch account holds nothing, may sign in and is asked in nowhere when "
            "conformance begins. Nothing was written.",
            remedy="Name accounts that were made for it, and nobody's real one.",
        )
    if others and (named or "").casefold() != login.casefold():
        raise UsageError(
            f"{login} is not plainly an organization to be tried on. Nothing was written.",
            arithmetic=f"beside the scratch accounts and our own credential: "
            f"{count(len(others), 'thing', 'things')}, such as {listed(others, most=5)}; allowed: 0",
            remedy="Make an organization for it; or, knowing that the scratch accounts become members "
            f"of this one for a while and see what they see: seatkeeper conformance --organization {login}",
        )


def _busy(before: Snapshot, account: AccountId) -> bool:
    subject = account_subject(account)
    holds = any(g.subject == subject and g.resource.kind != "server" for g in before.grants)
    asked = any(i.account == account and i.failed is None for i in before.invitations)
    return holds or asked


def changed(desk: Desk, before: Snapshot) -> tuple[str, ...]:
    """What is not as it was before; read until everything is, or a few times."""
    for pause in PAUSES:
        desk.clock.sleep(pause)
        after = desk.reader.snapshot(desk.progress)
        if not after.coverage.complete:
            told: tuple[str, ...] = ("the organization could not be read whole afterwards",)
            continue
        wrong = diff(before.grants, after.grants)
        names = after.names()
        told = (
            *(f"lost: {_words(grant)}" for grant in sorted(wrong.lost)),
            *(f"still there: {_words(grant)}" for grant in sorted(wrong.gained)),
            *(f"still open: invitation {one}" for one in sorted(_waiting(after) - _waiting(before))),
            *(f"still there: {r.kind} {names[r]}" for r in sorted(names.keys() - before.names().keys())),
        )
        if not told:
            break
    return told


def _waiting(snapshot: Snapshot) -> set[str]:
    return {invitation.id for invitation in snapshot.invitations if invitation.failed is None}


def _words(grant: Grant) -> str:
    (kind, one), (on, where), role = grant
    return f"{role} of {kind} {one} on {on} {where}"
