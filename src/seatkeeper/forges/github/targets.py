"""A few accounts read again, just before or after a change, many lookups to a call.

A login is never trusted: it must still be the account's, by number, in the
very answer that tells what it holds. If it is not, the account is found again
by its number. A name that means another team or repository now says nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from seatkeeper.errors import Refused, Unintelligible
from seatkeeper.forges.github import invitations, queries
from seatkeeper.forges.github.looking import Looking
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.graphql import GraphAnswer, query
from seatkeeper.forges.http.links import Listing, listing
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Resource, membership
from seatkeeper.model.ids import AccountId, OrganizationId
from seatkeeper.model.snapshot import AccountState, Invitation, Target


@dataclass(slots=True)
class _Batch:
    """One call in the making. `taking` are the lookups it makes, in order, with whom they are about."""

    suspensions: bool = False
    outer: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    people: list[Looking] = field(default_factory=list)
    places: list[tuple[int, Looking]] = field(default_factory=list)
    repositories: list[tuple[Looking, Resource]] = field(default_factory=list)
    teams: list[tuple[str, list[tuple[Looking, Resource]]]] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return len(self.outer) + len(self.inner)

    def person(self, looking: Looking) -> int:
        """Ask whose the login is; every call that asks about a person asks that too."""
        if self.people and self.people[-1] is looking:
            return len(self.people) - 1
        n = len(self.people)
        self.people.append(looking)
        self.outer.append(queries.user(n, suspensions=self.suspensions))
        self.variables[f"login{n}"] = looking.login
        return n

    def places_of(self, looking: Looking) -> None:
        n = self.person(looking)
        self.places.append((n, looking))
        self.inner.append(queries.places(n))

    def repository(self, looking: Looking, place: Resource) -> None:
        person, n = self.person(looking), len(self.repositories)
        self.repositories.append((looking, place))
        self.inner.append(queries.repository(n, person))
        self.variables[f"name{n}"] = looking.target.resources[place]

    def team(self, slug: str, askers: list[tuple[Looking, Resource]]) -> None:
        n = len(self.teams)
        self.teams.append((slug, askers))
        self.inner.append(queries.team(n))
        self.variables[f"slug{n}"] = slug

    def ask(self, http: Http, organization: str) -> str:
        """Make the call and hand each lookup what it found; the organization's number."""
        text = queries.accounts(self.outer, self.inner, list(self.variables))
        answer = query(http, text, {"organization": organization, **self.variables})
        home = answer.at("organization")
        if home is None or home.get("databaseId") is None or not all(e.path for e in answer.errors):
            raise Unintelligible(f"the forge does not tell of organization {organization}: {_why(answer)}")
        try:
            self._take(answer)
        except (KeyError, TypeError, AttributeError):
            shaped = False
        else:
            shaped = True
        if not shaped:
            raise Unintelligible("accounts came back in a shape that is not the API's")
        return str(home["databaseId"])

    def _take(self, answer: GraphAnswer) -> None:
        for n, looking in enumerate(self.people):
            looking.take_user(answer.at(f"user{n}"), told=_told(answer, (f"user{n}",)))
        for n, looking in self.places:
            path = ("organization", f"places{n}")
            looking.take_places(answer.at(*path), told=_told(answer, path))
        for n, (looking, place) in enumerate(self.repositories):
            path = ("organization", f"repository{n}")
            looking.take_repository(place, answer.at(*path), told=_told(answer, path))
        for n, (_, askers) in enumerate(self.teams):
            for looking, place in askers:
                looking.take_team(place, answer.at("organization", f"team{n}"))


def _told(answer: GraphAnswer, path: tuple[str, ...]) -> bool:
    """True when no error is about this lookup or anything in it."""
    return not any(error.path[: len(path)] == path for error in answer.errors)


def _why(answer: GraphAnswer) -> str:
    return "; ".join(error.message for error in answer.errors) or "no reason is given"


def read_targets(
    http: Http, organization: str, targets: Sequence[Target], regime: Capabilities
) -> dict[AccountId, AccountState]:
    """One state for each target, by today's logins and names."""
    if not targets:
        return {}
    everyone = [Looking(target, target.login) for target in targets]
    suspensions = regime.suspends_without_loss
    number = _ask(http, organization, everyone, suspensions=suspensions)
    moved = [found for looking in everyone if not looking.mine and (found := _found_again(http, looking))]
    if moved:
        number = _ask(http, organization, moved, suspensions=suspensions)
    _ask_slugs(http, organization, everyone)
    owners = listing(http, f"/orgs/{organization}/members", {"role": "admin"})
    pending = invitations.pending(http, organization, regime)
    return {
        one.account: _state(http, one, OrganizationId(number), organization, owners, pending)
        for one in everyone
    }


def _ask(http: Http, organization: str, people: Sequence[Looking], *, suspensions: bool) -> str:
    number = ""
    for batch in _batches(people, suspensions=suspensions):
        number = batch.ask(http, organization)
    for looking in people:
        if not looking.mine:
            looking.lost()
    return number


def _batches(people: Sequence[Looking], *, suspensions: bool) -> Iterator[_Batch]:
    batch = _Batch(suspensions)
    for looking in people:
        batch.person(looking)
        batch.places_of(looking)
        for place in looking.of("repository"):
            if batch.weight >= queries.LOOKUPS_PER_CALL:
                yield batch
                batch = _Batch(suspensions)
            batch.repository(looking, place)
        if batch.weight >= queries.LOOKUPS_PER_CALL:
            yield batch
            batch = _Batch(suspensions)
    if batch.weight:
        yield batch


def _found_again(http: Http, looking: Looking) -> Looking | None:
    """The account by its number, under the login it has now; None when there is nothing more to ask."""
    try:
        body = http.get(f"/user/{looking.account}").body
    except Refused as error:
        if error.code != "not_found":
            raise
        looking.exists = False
        looking.unread = set()
        return None
    if not isinstance(body, dict) or str(body.get("id")) != looking.account or not body.get("login"):
        raise Unintelligible(f"GET /user/{looking.account} answered with another account")
    if body["login"].casefold() == looking.login.casefold():
        return None
    looking.login, looking.mine, looking.unread = str(body["login"]), True, set()
    return looking


def _ask_slugs(http: Http, organization: str, people: Sequence[Looking]) -> None:
    """What the slugs of teams mean in which somebody was not found; each slug once."""
    askers: dict[str, list[tuple[Looking, Resource]]] = {}
    for looking in people:
        for place in sorted(looking.absent):
            askers.setdefault(looking.target.resources[place], []).append((looking, place))
    slugs = sorted(askers)
    for start in range(0, len(slugs), queries.LOGINS_PER_CALL):
        batch = _Batch()
        for slug in slugs[start : start + queries.LOGINS_PER_CALL]:
            batch.team(slug, askers[slug])
        batch.ask(http, organization)


def _state(
    http: Http, one: Looking, number: OrganizationId, login: str, owners: Listing, pending: Listing
) -> AccountState:
    home = Resource("organization", number)
    owns = any(str(row.get("id")) == one.account for row in owners.rows)
    if one.exists and one.mine and (one.member or owns):
        one.grants.add(membership(one.account, number, "owner" if owns else "member"))
    unsure = (one.member and not owns and owners.problem) or pending.problem or not one.mine
    if one.exists and unsure:
        one.unread.add(home)
    return AccountState(
        account=one.account,
        login=one.login,
        exists=one.exists,
        grants=frozenset(grant for grant in one.grants if grant.resource not in one.unread),
        invitation=_invitation(http, login, one, pending) if one.exists and one.mine else None,
        names={home: login, **{r: one.target.resources[r] for r in one.of("server")}, **one.names},
        unread=frozenset(one.unread),
    )


def _invitation(http: Http, organization: str, one: Looking, pending: Listing) -> Invitation | None:
    for row in pending.rows:
        if (row.get("login") or "").casefold() == one.login.casefold():
            teams = invitations.teams_of_one(http, organization, row)
            return invitations.invitation(row, one.account, teams)
    return None
