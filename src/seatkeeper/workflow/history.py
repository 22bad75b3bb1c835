"""History: who had what when, from the spans; by which decision, from the journal."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.journal import past as journal_past
from seatkeeper.model.grants import Grant, Resource, ResourceKind, Subject
from seatkeeper.model.ids import AccountId
from seatkeeper.model.past import Evidence, Lost, NamedKind
from seatkeeper.model.snapshot import Organization
from seatkeeper.ports import SpanRow
from seatkeeper.workflow.attribution import Attribution, Decided, attribution
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.named import Names

TWO_ROLES = "two roles at once: an incomplete reading could not prove which of them had ended"


class Line(NamedTuple):
    """One grant with its time, names as they were then beside the ids that never change.

    `given` and `taken` are our own decisions, None where somebody else did
    it. `evidence` is only there for a grant that was reconstructed from a
    forge's log; `since` is None where that log does not go back so far.
    """

    who: str
    subject: Subject
    what: str
    resource: Resource
    role: str
    since: datetime | None
    until: datetime | None
    given: Decided | None = None
    taken: Decided | None = None
    note: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def grant(self) -> Grant:
        """The grant itself."""
        return Grant(self.subject, self.resource, self.role)

    @property
    def why(self) -> str:
        """Our latest decision about it in a few words; empty where we did nothing."""
        decided = self.taken if self.until else self.given
        return f"{decided.reason} (run {decided.run})" if decided else ""


class Asked(NamedTuple):
    """What history is asked for; everything that is None is not a condition.

    `account`, `team` and `repository` are ids or any name these ever had. A
    team's history is of who is in it and of what it holds itself.
    """

    account: str | None = None
    team: str | None = None
    repository: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class _Wanted(NamedTuple):
    accounts: frozenset[str] | None
    teams: frozenset[str] | None
    repositories: frozenset[str] | None

    def includes(self, grant: Grant) -> bool:
        """Whether the grant meets every condition."""
        subject, resource = grant.subject, grant.resource
        if self.accounts is not None and not (subject.kind == "account" and subject.id in self.accounts):
            return False
        if self.teams is not None and not any(
            kind == "team" and thing in self.teams for kind, thing in (subject, resource)
        ):
            return False
        return self.repositories is None or (
            resource.kind == "repository" and resource.id in self.repositories
        )


def history(desk: Desk, organization: Organization, asked: Asked) -> list[Line]:
    """Every grant asked for that held between `since` and `until`, oldest first, by whose decision.

    Times are those of the observations that saw the change. What a forge's
    log told of the time before the first observation stands there, labelled.
    """
    names = Names(desk.store.names_in_time(organization.id))
    past = reconstructed(desk, organization)
    wanted = _wanted(names, asked, past)
    decisions = attribution(desk.store, organization)
    lines = [
        _line(row, names, decisions)
        for row in _rows(desk, organization, asked, wanted)
        if wanted.includes(row.grant) and (asked.until is None or row.since <= asked.until)
    ]
    return [*_past_lines(past, wanted, asked), *lines]


def holdings(desk: Desk, organization: Organization, at: datetime, asked: Asked) -> list[Line]:
    """Who had what at one moment, since when, and by which decision it came."""
    names = Names(desk.store.names_in_time(organization.id))
    wanted = _wanted(names, asked, ())
    decisions = attribution(desk.store, organization)
    rows = [
        row
        for row in _rows(desk, organization, asked._replace(since=at), wanted)
        if row.since <= at and (row.until is None or row.until > at) and wanted.includes(row.grant)
    ]
    held = Counter((row.grant.subject, row.grant.resource) for row in rows)
    lines = [_line(row, names, decisions, at) for row in rows]
    noted = [
        line._replace(note=TWO_ROLES) if held[line.subject, line.resource] > 1 else line for line in lines
    ]
    return sorted(noted, key=lambda line: line.grant)


def observed(desk: Desk, organization: Organization, at: datetime | None = None) -> tuple[datetime, datetime]:
    """When the organization was observed first, and last (by that time).

    Raises `NotCovered` when it had not been observed yet: of before, nothing is known.
    """
    moments = [e.at for e in desk.store.entries(kinds={"observation"}, organization=organization.id)]
    known = [moment for moment in moments if at is None or moment <= at]
    if not known:
        when = "yet" if at is None else f"by {at:%Y-%m-%d %H:%M} UTC"
        first = f"the first observation was at {moments[0]:%Y-%m-%d %H:%M} UTC" if moments else ""
        remedy = "seatkeeper history --at LATER" if moments else "Read people and forge: seatkeeper observe"
        told = f"Nothing of {organization.login} had been observed {when}."
        raise NotCovered(told, arithmetic=first, remedy=remedy)
    return known[0], known[-1]


def changed(lines: Iterable[Line], first: datetime, since: datetime | None) -> list[Line]:
    """Those that began or ended at `since` or later; what the first observation met did not begin with it."""
    after = first if since is None else max(first, since)
    return [line for line in lines if line.until is not None or (line.since and line.since > after)]


def reconstructed(desk: Desk, organization: Organization) -> tuple[Lost, ...]:
    """What imported logs tell of losses before the first observation; open questions are among them."""
    return journal_past.reconstructed(
        desk.store.entries(kinds={"reconstructed"}, organization=organization.id)
    )


def _rows(desk: Desk, organization: Organization, asked: Asked, wanted: _Wanted) -> Iterator[SpanRow]:
    if wanted.accounts is None:
        yield from desk.store.history(organization.id, None, asked.since)
        return
    for account in sorted(wanted.accounts):
        yield from desk.store.history(organization.id, AccountId(account), asked.since)


def _line(row: SpanRow, names: Names, decisions: Attribution, at: datetime | None = None) -> Line:
    subject, resource = row.grant.subject, row.grant.resource
    then = at or row.since
    who = names.called(subject.kind, subject.id, then)
    taken = decisions.taken(row.grant, row.until) if row.until else None
    left = taken.reinstated_until if taken and resource.kind == "organization" else None
    return Line(
        who if subject.kind == "account" else f"team {who}",
        subject,
        f"{resource.kind} {names.called(resource.kind, resource.id, then)}",
        resource,
        row.grant.role,
        row.since,
        row.until,
        decisions.given(row.grant, row.since),
        taken,
        f"the forge reinstates until {left:%Y-%m-%d %H:%M} UTC" if left else "",
    )


def _past_lines(past: Iterable[Lost], wanted: _Wanted, asked: Asked) -> Iterator[Line]:
    for lost in past:
        grant = lost.grant
        if grant is None or not wanted.includes(grant):
            continue
        if (asked.since and lost.at <= asked.since) or (
            asked.until and lost.since and lost.since > asked.until
        ):
            continue
        yield Line(
            lost.login,
            grant.subject,
            f"{lost.kind} {lost.name}",
            grant.resource,
            grant.role,
            lost.since,
            lost.at,
            note=f"reconstructed from {lost.rests_on}",
            evidence=lost.evidence,
        )


def _wanted(names: Names, asked: Asked, past: Iterable[Lost]) -> _Wanted:
    past = tuple(past)
    former = {lost.login.casefold(): str(lost.account) for lost in past if lost.account}
    return _Wanted(
        _ids(names, "account", asked.account, former),
        _ids(names, "team", asked.team, _past_names(past, "team")),
        _ids(names, "repository", asked.repository, _past_names(past, "repository")),
    )


def _past_names(past: Iterable[Lost], kind: ResourceKind) -> dict[str, str]:
    return {lost.name.casefold(): lost.resource for lost in past if lost.kind == kind and lost.resource}


def _ids(names: Names, kind: NamedKind, word: str | None, former: dict[str, str]) -> frozenset[str] | None:
    if word is None:
        return None
    found = names.meaning(kind, word)
    if word.casefold() in former:
        found |= {former[word.casefold()]}
    if not found:
        raise UsageError(f"No {kind} {word} was ever observed.", remedy="Read the forge: seatkeeper observe")
    return found
