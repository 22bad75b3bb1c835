"""Connectors that do one thing wrong, each around the real one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from seatkeeper.cli.progress import Silent
from seatkeeper.errors import Refused, Uncertain
from seatkeeper.model.grants import Grant, Resource, account_subject, membership
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.plan import Step
from seatkeeper.model.snapshot import Account, AccountState, Coverage, Intake, Place, Snapshot, Target
from seatkeeper.ports import Progress


class Through:
    """Whatever is not said otherwise is the real connector's."""

    def __init__(self, door: Any) -> None:
        self._door = door

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door, name)


class Snapshots(Through):
    """Changes what a whole reading tells."""

    def snapshot(self, progress: Progress, *, activity: bool = False) -> Snapshot:
        return self.change(self._door.snapshot(progress, activity=activity))

    def change(self, seen: Snapshot) -> Snapshot:
        raise NotImplementedError

    def _without(self, seen: Snapshot, *gone: Grant) -> Snapshot:
        return replace(seen, grants=seen.grants.difference(gone))


class DropsTheLastPage(Snapshots):
    """The last teams and repositories never come, and nobody is told."""

    def change(self, seen: Snapshot) -> Snapshot:
        return replace(seen, teams=seen.teams[:-1], repositories=seen.repositories[:-1])


class DropsAMember(Snapshots):
    """Whoever came last is not told, and the members were read whole all the same."""

    def change(self, seen: Snapshot) -> Snapshot:
        home = Resource("organization", seen.organization.id)
        last = max((g for g in seen.grants if g.resource == home), key=lambda g: int(g.subject.id))
        return self._without(seen, last)


class ReadsInPart(Snapshots):
    """The invitations were not read, and the coverage says nothing of them."""

    def change(self, seen: Snapshot) -> Snapshot:
        rest = tuple(r for r in seen.coverage.readings if r.collection != "invitations")
        return replace(seen, coverage=Coverage(rest, seen.coverage.unreadable))


class Repeats(Snapshots):
    """A page came twice."""

    def change(self, seen: Snapshot) -> Snapshot:
        return replace(seen, accounts=seen.accounts * 2, teams=seen.teams * 2)


class FlattensRoles(Snapshots):
    """Whoever maintains a team is told as its member."""

    def change(self, seen: Snapshot) -> Snapshot:
        flat = (g._replace(role="member") if g.role == "maintainer" else g for g in seen.grants)
        return replace(seen, grants=frozenset(flat))


class ReadsInTheEnd(Snapshots):
    """A role of somebody's own is told as what they can do in the end."""

    def change(self, seen: Snapshot) -> Snapshot:
        most = {g.resource: g.role for g in seen.grants if g.subject.kind == "team"}
        end = (
            g._replace(role=most.get(g.resource, g.role)) if g.subject.kind == "account" else g
            for g in seen.grants
        )
        return replace(seen, grants=frozenset(end))


class InheritsPlaces(Snapshots):
    """Whoever is in a nested team is told to be in the one above."""

    def change(self, seen: Snapshot) -> Snapshot:
        above = {t.id: t.parent for t in seen.teams if t.parent is not None}
        more = {
            g._replace(resource=Resource("team", parent))
            for g in seen.grants
            if g.resource.kind == "team" and (parent := above.get(g.resource.id))  # type: ignore[call-overload]  # an id is text
        }
        return replace(seen, grants=seen.grants | more)


class ReadsTheDefault(Snapshots):
    """What every member holds by default is told as their own."""

    def change(self, seen: Snapshot) -> Snapshot:
        home = Resource("organization", seen.organization.id)
        holders = {g.subject for g in seen.grants if g.resource == home}
        places = [Resource("repository", r.id) for r in seen.repositories if r.name.endswith("bare")]
        return replace(seen, grants=seen.grants | {Grant(h, p, "read") for h in holders for p in places})


class ReadsNoProgress(Through):
    """A long reading is silent."""

    def snapshot(self, progress: Progress, *, activity: bool = False) -> Snapshot:
        del progress
        seen: Snapshot = self._door.snapshot(Silent(), activity=activity)
        return seen


class States(Through):
    """Changes what reading accounts again tells."""

    def accounts(self, targets: Sequence[Target]) -> Mapping[AccountId, AccountState]:
        states = self._door.accounts(targets)
        return {t.account: self.change(states[t.account], t) for t in targets}

    def change(self, state: AccountState, target: Target) -> AccountState:
        raise NotImplementedError


class RemembersStates(States):
    """The first answer about an account is told for ever."""

    def __init__(self, door: Any) -> None:
        super().__init__(door)
        self._known: dict[AccountId, AccountState] = {}

    def change(self, state: AccountState, target: Target) -> AccountState:
        return self._known.setdefault(target.account, state)


class TakesUnreadForEmpty(States):
    """What could not be read is told as holding nothing."""

    def change(self, state: AccountState, target: Target) -> AccountState:
        del target
        return replace(state, unread=frozenset())


class TellsOnlyWhatWasAsked(States):
    """A place in a team that nobody asked about is left out."""

    def change(self, state: AccountState, target: Target) -> AccountState:
        kept = (g for g in state.grants if g.resource.kind != "team" or g.resource in target.resources)
        return replace(state, grants=frozenset(kept))


class CountsTheInvited(States):
    """Whoever was asked in is told to be a member."""

    def change(self, state: AccountState, target: Target) -> AccountState:
        if state.invitation is None:
            return state
        home = OrganizationId(self._door.organization().id)
        return replace(state, grants=state.grants | {membership(target.account, home)})


class EverybodyExists(States):
    """An id that is nobody's is told to be somebody's."""

    def change(self, state: AccountState, target: Target) -> AccountState:
        del target
        return replace(state, exists=True)


class KeepsInvitationsOpen(States):
    """An invitation is told without its end."""

    def change(self, state: AccountState, target: Target) -> AccountState:
        del target
        if state.invitation is None:
            return state
        return replace(state, invitation=state.invitation._replace(expires_at=None, teams=()))


class TrustsLogins(Through):
    """Whoever has the login now is told as the account, whatever its id."""

    def accounts(self, targets: Sequence[Target]) -> Mapping[AccountId, AccountState]:
        found = {}
        for target in targets:
            today = self._door.lookup([target.login])[target.login]
            whom = target.account if today is None else today.id
            state = self._door.accounts([replace(target, account=whom)])[whom]
            mine = (g._replace(subject=account_subject(target.account)) for g in state.grants)
            found[target.account] = replace(state, account=target.account, grants=frozenset(mine))
        return found


class MindsTheCase(Through):
    """A login in another case leads to nobody."""

    def lookup(self, logins: Iterable[str]) -> Mapping[str, Account | None]:
        found = self._door.lookup(logins)
        return {key: one if one is None or one.login == key else None for key, one in found.items()}


class IsSomebodyElse(Through):
    """The credential is told to be another account's."""

    def whoami(self) -> Account:
        return Account(AccountId("1"), "somebody-else")


class ForgetsInvitations(Through):
    """What comes in is told without the open invitations."""

    def intake(self) -> Intake:
        intake: Intake = self._door.intake()
        return intake._replace(invitations=())


class FindsAnything(Through):
    """What is gone is found under some name, and nothing is ever archived."""

    def find(self, resources: Collection[Resource]) -> Mapping[Resource, Place]:
        found = self._door.find(resources)
        return {
            r: place._replace(name=place.name or "something", archived=False) for r, place in found.items()
        }


class ClaimsAPause(Through):
    """It says that it waits half a minute between two writes, and does not."""

    @property
    def capabilities(self) -> Any:
        return replace(self._door.capabilities, write_seconds=30.0)


class SaysYes(Through):
    """Every step is answered with a yes, and none is carried out."""

    def send(self, step: Step, state: AccountState) -> None:
        del step, state


class Sends(Through):
    """Changes the steps on their way out."""

    def send(self, step: Step, state: AccountState) -> None:
        for one in self.change(step):
            self._door.send(one, state)

    def change(self, step: Step) -> list[Step]:
        raise NotImplementedError


class GivesTheLeast(Sends):
    """Every role on a repository is given as read, every place as a member's."""

    def change(self, step: Step) -> list[Step]:
        if step.action != "give":
            return [step]
        least = {"repository": "read", "team": "member"}
        grants = (g._replace(role=least.get(g.resource.kind, g.role)) for g in step.grants)
        return [step._replace(grants=tuple(grants))]


class TakesTheMembership(Sends):
    """Taking a place removes the member."""

    def change(self, step: Step) -> list[Step]:
        if step.action != "take" or step.grants[0].resource.kind != "team":
            return [step]
        who = AccountId(step.grants[0].subject.id)
        return [step._replace(grants=(membership(who, OrganizationId("9")),))]


class LeavesRoles(Sends):
    """A role of somebody's own is never taken."""

    def change(self, step: Step) -> list[Step]:
        takes = step.action == "take" and step.grants[0].resource.kind == "repository"
        return [] if takes else [step]


class NeverRemoves(Sends):
    """A membership is never taken."""

    def change(self, step: Step) -> list[Step]:
        takes = step.action == "take" and step.grants[0].resource.kind == "organization"
        return [] if takes else [step]


class NeverWithdraws(Sends):
    """An invitation stays open."""

    def change(self, step: Step) -> list[Step]:
        return [] if step.action == "withdraw" else [step]


class AsksInAlone(Sends):
    """An invitation brings no teams."""

    def change(self, step: Step) -> list[Step]:
        if not step.invites:
            return [step]
        return [step._replace(grants=tuple(g for g in step.grants if g.resource.kind == "organization"))]


class AsksOwnersIn(Sends):
    """Everybody is asked in as an owner."""

    def change(self, step: Step) -> list[Step]:
        if step.action != "invite":
            return [step]
        grants = (g._replace(role="owner") if g.resource.kind == "organization" else g for g in step.grants)
        return [step._replace(grants=tuple(grants))]


class SwallowsRefusals(Through):
    """A no is told as a yes."""

    def send(self, step: Step, state: AccountState) -> None:
        with suppress(Refused):
            self._door.send(step, state)


class LosesAnswers(Through):
    """The answer to every step is lost."""

    def send(self, step: Step, state: AccountState) -> None:
        self._door.send(step, state)
        raise Uncertain("the answer was lost")


class SuspendsByRemoving(Sends):
    """A suspension takes the membership."""

    def change(self, step: Step) -> list[Step]:
        if step.action != "take" or step.grants[0].resource.kind != "server":
            return [step]
        who = AccountId(step.grants[0].subject.id)
        return [step, step._replace(grants=(membership(who, OrganizationId("9")),))]
