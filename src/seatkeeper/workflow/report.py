"""Report: the story of an incident from the journal, every figure with the entries it rests on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from seatkeeper.model.grants import Grant
from seatkeeper.model.ids import AccountId, RunId
from seatkeeper.model.incident import Incident
from seatkeeper.model.run import Entry, EntryKind, Taking
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.render import summary
from seatkeeper.rules.responses import NAMES, Columns, Response, column, columns
from seatkeeper.rules.words import number
from seatkeeper.workflow.accounting import account as accounting
from seatkeeper.workflow.answer import given
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.incident import taken
from seatkeeper.workflow.post import posted
from seatkeeper.workflow.runs import ChangeState, RunState, load_run, runs

DECIDED: Final[tuple[EntryKind, ...]] = ("planned", "proposal", "approval", "standing", "waiver", "refusal")
HAPPENED: Final[tuple[EntryKind, ...]] = ("run-started", "run-ended", "trip", "brake", "release")
STEERED = (*DECIDED, *HAPPENED)
"""What people and guards did. Steps, notices and answers are in the timeline where a figure needs them."""
STANDINGS = ("confirmed", "pending", "residue", "not asked for")
HOUR = 3_600.0


class Figure(NamedTuple):
    """One figure, and the first and the last entry of the journal that it rests on."""

    what: str
    value: str
    entries: tuple[int, ...]


class Moment(NamedTuple):
    """One line of the timeline: an entry, in words, with the beginning of its hash."""

    seq: int
    at: datetime
    what: str
    hash: str


class Affected(NamedTuple):
    """One person: who, what they lost, how much of it was read back, and the column of their answer."""

    login: str
    lost: Sequence[str]
    standing: Mapping[str, int]
    answered: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known of an incident by now. `people` is empty unless names may be told."""

    organization: str
    incident: Incident
    now: datetime
    figures: tuple[Figure, ...]
    causes: tuple[Figure, ...]
    messages: tuple[Figure, ...]
    grants: Mapping[str, int]
    responses: Columns
    people: tuple[Affected, ...]
    timeline: tuple[Moment, ...]


def report(desk: Desk, organization: Organization, incident: Incident) -> Report:
    """Collect the story from the journal alone; no forge and no source is read."""
    story = _Story(desk, organization, incident)
    answered = story.responses()
    figures = (*_losses(story), *_progress(story), *_cost(story))
    causes, messages = tuple(_causes(story)), tuple(_messages(story))
    needed = {seq for figure in (*figures, *causes, *messages) for seq in figure.entries}
    people = tuple(_people(story, answered)) if desk.incidents.names else ()
    return Report(
        organization.login,
        incident,
        desk.clock.now(),
        figures,
        causes,
        messages,
        story.standing(),
        columns(answered),
        people,
        tuple(_timeline(story, needed | {incident.seq})),
    )


class _Story:
    """What the report is told from: losses, and the restores that give them back."""

    def __init__(self, desk: Desk, organization: Organization, incident: Incident) -> None:
        self.desk, self.organization, self.incident = desk, organization, incident
        self.losses: list[tuple[int, Taking]] = taken(desk, organization, incident)
        self.lost: dict[AccountId, list[Taking]] = {}
        for _, taking in self.losses:
            self.lost.setdefault(taking.account, []).append(taking)
        self.began = min((taking.begun for _, taking in self.losses), default=incident.opened)
        self.took = [state for run in incident.runs if (state := load_run(desk.store, RunId(run)))]
        self.returns = list(self._returns())
        self.back: dict[AccountId, ChangeState] = {
            change.change.account: change for state in self.returns for change in state.changes
        }
        self.stands = self._stands()

    def _returns(self) -> Iterator[RunState]:
        for run in runs(self.desk.store, self.organization):
            state = load_run(self.desk.store, run)
            wanted = set(self.incident.runs)
            if state and state.plan.kind == "restore" and {o.run for o in state.plan.owed} & wanted:
                yield state

    def _stands(self) -> Mapping[tuple[AccountId, Grant], str]:
        """Law 8: how each lost grant stands, by the latest restore that owes it."""
        stands = {(taking.account, taking.grant): STANDINGS[-1] for _, taking in self.losses}
        for state in self.returns:
            for owed, line in zip(state.plan.owed, accounting(state).lines, strict=True):
                if (owed.account, owed.grant) in stands:
                    stands[owed.account, owed.grant] = line.standing
        return stands

    def standing(self, account: AccountId | None = None) -> dict[str, int]:
        """How many of the lost grants stand how, of everybody or of one account; they add up."""
        counted = Counter(how for (who, _), how in self.stands.items() if account in {None, who})
        return {name: counted[name] for name in STANDINGS}

    def whole(self, account: AccountId) -> datetime | None:
        """When the last thing that this account lost was read back; None while something is away."""
        standing = self.standing(account)
        if standing["confirmed"] < sum(standing.values()):
            return None
        steps = self.back[account].steps if account in self.back else ()
        return max((s.at for s in steps if s.at), default=self.returns[-1].started)

    def responses(self) -> list[Response]:
        """When each affected person was first asked in or told, and when they first answered in any way."""
        asked, answered = self._told(), self._said()
        for account, change in self.back.items():
            for step in change.steps:
                if step.result != "confirmed" or step.at is None:
                    continue
                if step.step.invites:
                    asked[account] = min(step.at, asked.get(account, step.at))
                elif step.step.after_acceptance:
                    answered[account] = min(step.at, answered.get(account, step.at))
        return [Response(a, asked.get(a, self.incident.opened), answered.get(a)) for a in sorted(self.lost)]

    def _told(self) -> dict[AccountId, datetime]:
        """When a server first took a notice to each person since they lost something."""
        found: dict[AccountId, datetime] = {}
        for one in posted(self.desk, self.organization):
            about = AccountId(str(one.notice.word.facts.get("account", "")))
            for telling in one.told.values():
                if about in self.lost and telling.state == "accepted" and telling.at >= self.began:
                    found[about] = min(telling.at, found.get(about, telling.at))
        return found

    def _said(self) -> dict[AccountId, datetime]:
        found: dict[AccountId, datetime] = {}
        for answer in given(self.desk, self.organization, since=self.began):
            if answer.at >= self.began:
                found[answer.account] = min(answer.at, found.get(answer.account, answer.at))
        return found

    def entries(self, *kinds: EntryKind, run: str | None = None) -> Iterator[Entry]:
        """The entries of these kinds, of one run or of the organization."""
        return self.desk.store.entries(kinds=set(kinds), organization=self.organization.id, run=run)


def _ends(seqs: Iterable[int]) -> tuple[int, ...]:
    found = sorted(set(seqs))
    return tuple(dict.fromkeys((*found[:1], *found[-1:])))


def _losses(story: _Story) -> Iterator[Figure]:
    seqs = _ends(seq for seq, _ in story.losses)
    yield Figure("people who lost something", number(len(story.lost)), seqs)
    yield Figure("grants lost", number(len(story.stands)), seqs)
    before = story.desk.store.grants_at(story.organization.id, story.began)
    members = {g.subject.id for g in before if g.resource.kind == "organization"}
    looks = [e.seq for e in story.entries("observation") if e.at <= story.began]
    untouched = number(len(members - story.lost.keys()))
    yield Figure("other members, who lost nothing by these runs", untouched, tuple(looks[-1:]))


def _progress(story: _Story) -> Iterator[Figure]:
    outcomes = [e.seq for state in story.returns for e in story.entries("outcome", run=state.id)]
    told = ("grants read back", "grants pending on a person", "grants that stay away", "grants not asked for")
    for what, amount in zip(told, story.standing().values(), strict=True):
        yield Figure(what, number(amount), _ends(outcomes))
    whole = sum(story.whole(account) is not None for account in story.lost)
    yield Figure("people with everything read back", number(whole), _ends(outcomes))
    answers = [e.seq for e in story.entries("answer") if e.at >= story.began]
    said = sum(one.answered is not None for one in story.responses())
    yield Figure("people who answered", number(said), _ends([*outcomes, *answers]))


def _cost(story: _Story) -> Iterator[Figure]:
    """People times hours without what they had, from the first loss until all was read back or until now."""
    now, rules = story.desk.clock.now(), story.desk.incidents
    away = sum(
        ((story.whole(account) or now) - min(t.at for t in taken_from)).total_seconds() / HOUR
        for account, taken_from in story.lost.items()
    )
    seqs = _ends(seq for seq, _ in story.losses)
    yield Figure("hours without what they had, all together", number(round(away, 1)), seqs)
    if rules.rate is not None:
        cost = f"{number(round(away * rules.rate, 2))} {rules.currency} at {number(rules.rate)} an hour"
        yield Figure("cost", cost, seqs)


def _causes(story: _Story) -> Iterator[Figure]:
    """Why the runs took, as they said themselves, the most frequent first."""
    for state in story.took:
        began = _ends(e.seq for e in story.entries("run-started", run=state.id))
        policy = state.plan.basis.policy_commit or state.plan.basis.policy_digest[:16]
        reasons = Counter(c.change.reason for c in state.changes if c.change.account in story.lost)
        for reason, amount in reasons.most_common(5):
            yield Figure(f"run {state.id}, policy {policy}: {reason}", number(amount), began)


def _messages(story: _Story) -> Iterator[Figure]:
    """What was told to whom it concerns, and what became of it."""
    seqs = {entry.change: entry.seq for entry in story.entries("notice")}
    found: dict[str, tuple[Counter[str], list[int]]] = {}
    for one in posted(story.desk, story.organization):
        word = one.notice.word
        ours = word.facts.get("account") in story.lost or word.facts.get("incident") == story.incident.seq
        if ours and one.notice.queued_at >= story.began:
            states, rests_on = found.setdefault(word.kind, (Counter(), []))
            states.update([telling.state for telling in one.told.values()] or ["due"])
            rests_on.append(seqs[one.notice.id])
    for kind, (states, rests_on) in found.items():
        told = ", ".join(f"{number(amount)} {state}" for state, amount in states.most_common())
        yield Figure(kind, told, _ends(rests_on))


def _people(story: _Story, answered: Iterable[Response]) -> Iterator[Affected]:
    logins, names = (
        story.desk.store.logins(story.organization.id),
        story.desk.store.names(story.organization.id),
    )
    for one in answered:
        lost = summary({taking.grant for taking in story.lost[one.who]}, names)
        yield Affected(logins.get(one.who, one.who), lost, story.standing(one.who), NAMES[column(one)])


def _timeline(story: _Story, needed: set[int]) -> Iterator[Moment]:
    """What people and guards did from the plan on until the release, and the entries figures rest on."""
    plans = {state.digest for state in story.took}
    about = {e.seq for e in story.entries(*STEERED) if e.payload and e.payload.get("plan") in plans}
    shown, until = needed | about, story.incident.closed_at or story.desk.clock.now()
    for entry in story.desk.store.entries(organization=story.organization.id, after_seq=min(shown) - 1):
        steered = entry.kind in STEERED and story.began <= entry.at <= until
        if steered or entry.seq in shown:
            yield Moment(entry.seq, entry.at, _words(entry), entry.hash[:12])


def _words(entry: Entry) -> str:
    """An entry without anybody affected by name: whoever steered is named, as the journal does."""
    said: Mapping[str, object] = entry.payload or {}
    who = str(said.get("person") or said.get("by") or "")
    why = str(said.get("reason") or said.get("what") or said.get("why") or "")
    how = str(said.get("result") or said.get("kind") or said.get("cause") or "")
    run = f"run {entry.run}" if entry.run else ""
    told = ", ".join(part for part in (run, how, why, f"by {who}" if who else "") if part)
    return f"{entry.kind}: {told}" if told else entry.kind
