"""Refusing: what can't be done is refused with a reason, and changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seatkeeper.conformance.behaviour import Scene, Subject, holds, same
from seatkeeper.conformance.ground import NO_INVITATION, Ground, nobody, of
from seatkeeper.errors import Refused
from seatkeeper.model.grants import Grant, Resource, team_grant
from seatkeeper.model.ids import InvitationId
from seatkeeper.model.plan import Step, StepAction
from seatkeeper.model.snapshot import AccountState, Place, Snapshot

SUBJECT = Subject("refusing")
NO_ROLE = "seatkeeper-no-such-role"
WRONG = (
    "about an account that is nobody's any more",
    "on a repository whose name is not known",
    "about two grants at once",
    "about a team's grant",
    "that gives a role which is none",
    "that withdraws nothing",
    "that withdraws an invitation which is none",
)


@dataclass(frozen=True)
class Wrong:
    """A member was sent every step that no connector may carry out, and was read after each."""

    ground: Ground
    before: AccountState
    refusals: Mapping[str, Refused | None]
    after: Mapping[str, AccountState]


def _send_wrong(ground: Ground) -> Wrong:
    person = ground.first
    place, role = ground.place(person, "plain"), ground.direct(person, "bare", "write")
    before = ground.settle(person, {ground.membership(person), place})
    known = ground.state(person)
    unnamed = {r: name for r, name in known.names.items() if r != role.resource}
    teams, repositories = ground.furniture.teams, ground.furniture.repositories
    refusals, after = {}, {}
    steps: dict[str, tuple[StepAction, tuple[Grant, ...], dict[str, object]]] = {
        WRONG[0]: ("give", (role,), {"state": nobody(known)}),
        WRONG[1]: ("give", (role,), {"state": replace(known, names=unnamed)}),
        WRONG[2]: ("give", (role, ground.place(person, "empty")), {}),
        WRONG[3]: ("take", (team_grant(teams["plain"], repositories["read"], "read"),), {}),
        WRONG[4]: ("give", (ground.direct(person, "bare", NO_ROLE),), {}),
        WRONG[5]: ("withdraw", (), {}),
        WRONG[6]: ("withdraw", (), {"invitation": NO_INVITATION}),
    }
    for what, (action, grants, how) in steps.items():
        refusals[what] = ground.refusal(action, person, *grants, **how)
        after[what] = ground.state(person)
    return Wrong(ground, before, refusals, after)


SENT_WRONG = Scene(_send_wrong, ("membership is ours", "acceptance", "low base role"))


@SUBJECT.shows_each("a step {} is refused", WRONG, SENT_WRONG)
def _refused(wrong: Wrong, what: str) -> None:
    holds(wrong.refusals[what] is not None, "a refusal", "a yes")


@SUBJECT.shows_each("a step {} changes nothing", WRONG, SENT_WRONG)
def _unchanged(wrong: Wrong, what: str) -> None:
    same((wrong.after[what].grants, wrong.after[what].invitation), (wrong.before.grants, None))


@SUBJECT.shows("every refusal says what was refused", SENT_WRONG)
def _said(wrong: Wrong) -> None:
    same({what for what, no in wrong.refusals.items() if no is not None and not no.what.strip()}, set())


@SUBJECT.shows("every refusal has a word for a program", SENT_WRONG)
def _coded(wrong: Wrong) -> None:
    same({what for what, no in wrong.refusals.items() if no is not None and not no.code}, set())


@dataclass(frozen=True)
class Described:
    """Steps were put into words, and nothing was sent."""

    ground: Ground
    before: AccountState
    after: AccountState
    told: Mapping[str, str]


def _describe(ground: Ground) -> Described:
    person = ground.first
    before = ground.settle(person, {ground.membership(person)})
    number = InvitationId("4711")
    steps = {
        "place": Step("give", (ground.place(person, "plain"),), ""),
        "role": Step("give", (ground.direct(person, "bare", "write"),), ""),
        "removal": Step("take", (ground.membership(person),), ""),
        "invitation": Step("invite", (ground.membership(person),), ""),
        "withdrawal": Step("withdraw", (), "", invitation=number),
    }
    names = ground.furniture.names
    told = {word: ground.reader.describe(step, person.login, names) for word, step in steps.items()}
    return Described(ground, before, ground.state(person), told)


DESCRIBED = Scene(_describe, ("membership is ours", "acceptance"))


@SUBJECT.shows("describing steps sends nothing", DESCRIBED)
def _sent_nothing(described: Described) -> None:
    same(described.after, described.before)


@SUBJECT.shows("steps that do different things are described differently", DESCRIBED)
def _different(described: Described) -> None:
    same(len(set(described.told.values())), len(described.told))


@SUBJECT.shows_each(
    "the description of giving or taking a {} names whom it is about", ("place", "role", "removal"), DESCRIBED
)
def _names_login(described: Described, word: str) -> None:
    holds(described.ground.first.login in described.told[word], "the login", described.told[word])


@SUBJECT.shows_each("the description of giving a {} names what it is on", ("place", "role"), DESCRIBED)
def _names_place(described: Described, word: str) -> None:
    on = {"place": described.ground.team("plain"), "role": described.ground.repository("bare")}[word]
    holds(described.ground.furniture.names[on] in described.told[word], "its name", described.told[word])


@dataclass(frozen=True)
class Shelved:
    """A member's repository was archived, and another was removed; both were tried on afterwards."""

    ground: Ground
    role: Grant
    gave: Refused | None
    took: Refused | None
    state: AccountState
    snapshot: Snapshot
    found: Place
    gone: Resource
    about_gone: AccountState
    found_gone: Place


def _shelve(ground: Ground) -> Shelved:
    person = ground.first
    role, archived = ground.direct(person, "archived", "write"), ground.repository("archived")
    ground.settle(person, {ground.membership(person), role})
    shelved = ground.hands.make("repository", "short-lived")
    ground.hands.archive(archived)
    target = ground.target(person)
    ground.hands.remove(shelved)
    shelf = Shelved(
        ground=ground,
        role=role,
        gave=ground.refusal("give", person, role._replace(role="admin")),
        took=ground.refusal("take", person, role),
        state=ground.state(person),
        snapshot=ground.snapshot(),
        found=ground.reader.find([archived])[archived],
        gone=shelved,
        about_gone=ground.reader.accounts([target])[person.account],
        found_gone=ground.reader.find([shelved])[shelved],
    )
    ground.hands.remove(archived)
    return shelf


SHELVED = Scene(_shelve, ("membership is ours", "acceptance", "low base role"))


@SUBJECT.shows("giving a role on an archived repository is refused", SHELVED)
def _archived_give(shelved: Shelved) -> None:
    holds(shelved.gave is not None, "a refusal", "a yes")


@SUBJECT.shows("taking a role on an archived repository is refused", SHELVED)
def _archived_take(shelved: Shelved) -> None:
    holds(shelved.took is not None, "a refusal", "a yes")


@SUBJECT.shows("a role on an archived repository is told as what it is", SHELVED)
def _archived_role(shelved: Shelved) -> None:
    same({g for g in shelved.state.grants if g.resource == shelved.role.resource}, {shelved.role})


@SUBJECT.shows("a role on an archived repository is told in a snapshot", SHELVED)
def _archived_told(shelved: Shelved) -> None:
    mine = of(shelved.ground.first, shelved.snapshot.grants)
    same({g for g in mine if g.resource == shelved.role.resource}, {shelved.role})


@SUBJECT.shows("an archived repository is read as archived", SHELVED)
def _archived_read(shelved: Shelved) -> None:
    same([r.archived for r in shelved.snapshot.repositories if r.id == shelved.role.resource.id], [True])


@SUBJECT.shows("an archived repository is found as archived", SHELVED)
def _archived_found(shelved: Shelved) -> None:
    holds(shelved.found.archived, "archived", shelved.found)


@SUBJECT.shows("a repository that was removed is not read, rather than told to be empty", SHELVED)
def _gone_unread(shelved: Shelved) -> None:
    holds(shelved.gone in shelved.about_gone.unread, "unread", shelved.about_gone.unread)


@SUBJECT.shows("a repository that was removed is found nowhere", SHELVED)
def _gone_found(shelved: Shelved) -> None:
    same(shelved.found_gone.name, None)


@SUBJECT.shows("a repository that was removed is in no snapshot", SHELVED)
def _gone_read(shelved: Shelved) -> None:
    told = {repository.id for repository in shelved.snapshot.repositories}
    same({shelved.gone.id} & told, set())
