"""Who is who: the organization, the credential, logins and ids."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seatkeeper.conformance.behaviour import Scene, Subject, holds, same
from seatkeeper.conformance.ground import CLOCKS_APART, Ground, Person, held
from seatkeeper.model.grants import Resource
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Account, AccountState, Credential, Organization, Target

SUBJECT = Subject("identities")
NOBODY = "seatkeeper-conformance-nobody"
NO_ID = AccountId("999999999999")
"""An id that is nobody's."""


@dataclass(frozen=True)
class Met:
    """What the forge says of who is who, before anybody is asked in."""

    ground: Ground
    person: Person
    organizations: tuple[Organization, Organization]
    whoami: Account
    credential: Credential
    asked: tuple[str, ...]
    found: Mapping[str, Account | None]
    by_old_login: AccountState
    nobody: AccountState
    outside: AccountState


def _meet(ground: Ground) -> Met:
    ground.out(*ground.people)
    reader, person = ground.reader, ground.first
    swapped = person.login.swapcase()
    asked = (person.login, swapped, NOBODY)
    stale = replace(ground.target(person), login=NOBODY)
    gone = Target(NO_ID, NOBODY, {})
    return Met(
        ground=ground,
        person=person,
        organizations=(reader.organization(), reader.organization()),
        whoami=reader.whoami(),
        credential=reader.credential(),
        asked=asked,
        found=reader.lookup([*asked, person.login]),
        by_old_login=reader.accounts([stale])[person.account],
        nobody=reader.accounts([gone])[NO_ID],
        outside=ground.state(person),
    )


MET = Scene(_meet, ("membership is ours",))


@dataclass(frozen=True)
class Pair:
    """Two accounts, one of which is asked for by the other's login."""

    ground: Ground
    mistaken: AccountState
    both: Mapping[AccountId, AccountState]


def _pair(ground: Ground) -> Pair:
    ground.settle(ground.second, {ground.membership(ground.second), ground.place(ground.second, "plain")})
    first, second = ground.first, ground.second
    mistaken = replace(ground.target(first), login=second.login)
    return Pair(
        ground,
        ground.reader.accounts([mistaken])[first.account],
        ground.reader.accounts([ground.target(first), ground.target(second)]),
    )


PAIR = Scene(_pair, ("membership is ours", "acceptance", "second account"))


@SUBJECT.shows("the organization answers with the login it is configured by, in any case", MET)
def _configured(met: Met) -> None:
    same(met.organizations[0].login.casefold(), met.ground.organization.login.casefold())


@SUBJECT.shows("the organization has an id that is not its login", MET)
def _has_id(met: Met) -> None:
    holds(met.organizations[0].id not in {"", met.organizations[0].login}, "an id", met.organizations[0])


@SUBJECT.shows("the organization is the same when asked again", MET)
def _asked_again(met: Met) -> None:
    same(met.organizations[1], met.organizations[0])


@SUBJECT.shows("the credential tells whose it is, by id and login", MET)
def _whoami(met: Met) -> None:
    holds(met.whoami.id and met.whoami.login, "an id and a login", met.whoami)


@SUBJECT.shows("whoever the credential is told to be is whoever asks", MET)
def _credential(met: Met) -> None:
    same(met.credential.account.id, met.whoami.id)


@SUBJECT.shows("the credential that reads is no scratch account's", MET)
def _not_scratch(met: Met) -> None:
    holds(met.whoami.id not in {p.account for p in met.ground.people}, "somebody else", met.whoami.login)


@SUBJECT.shows("the credential that reads lacks nothing that reading needs", MET)
def _lacks(met: Met) -> None:
    same(met.credential.lacks, ())


@SUBJECT.shows("the forge's time, where it is told, is ours within ten minutes", MET)
def _time(met: Met) -> None:
    at = met.credential.at
    near = at is None or abs(at - met.ground.clock.now()) < CLOCKS_APART
    holds(near, f"about {met.ground.clock.now():%Y-%m-%d %H:%M}", at)


@SUBJECT.shows("a login leads to its account", MET)
def _found(met: Met) -> None:
    found = met.found.get(met.asked[0])
    same(found and found.id, met.person.account)


@SUBJECT.shows("a login in another case leads to the same account", MET)
def _found_in_any_case(met: Met) -> None:
    found = met.found.get(met.asked[1])
    same(found and found.id, met.person.account)


@SUBJECT.shows("a login that was looked up is spelt as the forge spells it", MET)
def _spelt(met: Met) -> None:
    found = met.found.get(met.asked[1])
    same(found and found.login, met.person.login)


@SUBJECT.shows("a login that is nobody's leads to nobody", MET)
def _nobody_found(met: Met) -> None:
    same(met.found.get(NOBODY, "no answer"), None)


@SUBJECT.shows("every login that was looked up has an answer under its own spelling, and no other", MET)
def _answered(met: Met) -> None:
    same(set(met.found), set(met.asked))


@SUBJECT.shows("looking nobody up finds nobody", MET)
def _no_lookup(met: Met) -> None:
    same(dict(met.ground.reader.lookup([])), {})


@SUBJECT.shows("reading no account again finds none", MET)
def _no_targets(met: Met) -> None:
    same(dict(met.ground.reader.accounts([])), {})


@SUBJECT.shows("an account whose last known login is nobody's now is found by its id", MET)
def _by_id(met: Met) -> None:
    same((met.by_old_login.exists, met.by_old_login.login), (True, met.person.login))


@SUBJECT.shows("an id that is nobody's does not exist", MET)
def _gone(met: Met) -> None:
    holds(not met.nobody.exists, "nobody", met.nobody)


@SUBJECT.shows("an id that is nobody's holds nothing", MET)
def _gone_holds_nothing(met: Met) -> None:
    same(met.nobody.grants, frozenset())


@SUBJECT.shows("somebody outside exists, under their login", MET)
def _outside(met: Met) -> None:
    same((met.outside.exists, met.outside.login), (True, met.person.login))


@SUBJECT.shows("somebody outside holds nothing here", MET)
def _outside_holds_nothing(met: Met) -> None:
    same(held(met.outside), frozenset())


@SUBJECT.shows("somebody outside has no invitation", MET)
def _outside_uninvited(met: Met) -> None:
    same(met.outside.invitation, None)


@SUBJECT.shows("a state says what the organization is called", MET)
def _named(met: Met) -> None:
    home = Resource("organization", met.ground.organization.id)
    same(met.outside.names.get(home), met.organizations[0].login)


@SUBJECT.shows("what was asked of somebody outside was all read", MET)
def _outside_read(met: Met) -> None:
    same({resource for resource in met.outside.unread if resource.kind != "server"}, set())


@SUBJECT.shows("an account asked for by another's login is never told what the other holds", PAIR)
def _not_mistaken(pair: Pair) -> None:
    same(held(pair.mistaken), frozenset())


@SUBJECT.shows("an account asked for by another's login is told under its own", PAIR)
def _own_login(pair: Pair) -> None:
    same((pair.mistaken.account, pair.mistaken.login), (pair.ground.first.account, pair.ground.first.login))


@SUBJECT.shows("two accounts read together have a state each", PAIR)
def _each(pair: Pair) -> None:
    same(set(pair.both), {pair.ground.first.account, pair.ground.second.account})


@SUBJECT.shows("of two accounts read together each is told its own grants only", PAIR)
def _apart(pair: Pair) -> None:
    for account, state in pair.both.items():
        same({grant.subject.id for grant in state.grants} - {account}, set())


@SUBJECT.shows("of two accounts read together the one that belongs is told to belong", PAIR)
def _belongs(pair: Pair) -> None:
    second = pair.ground.second
    holds(
        pair.ground.membership(second) in pair.both[second.account].grants,
        "a member",
        pair.both[second.account].grants,
    )
