"""Plan: decide on an observation and lay down what would be done, in a file that can be reviewed."""

import statistics
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from seatkeeper.errors import UsageError
from seatkeeper.journal import fold
from seatkeeper.model.ids import AccountId, Digest, PersonKey
from seatkeeper.model.people import Extract
from seatkeeper.model.plan import Basis, Plan, Task
from seatkeeper.model.run import Draft, Taking
from seatkeeper.model.schedule import Work
from seatkeeper.model.snapshot import Snapshot
from seatkeeper.rules import planfile
from seatkeeper.rules.baseline import baseline
from seatkeeper.rules.bots import bots
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import Decisions, decide
from seatkeeper.rules.effects import takes
from seatkeeper.rules.facts import Facts, Problems, Trailing
from seatkeeper.rules.health import health
from seatkeeper.rules.pins import pin_id
from seatkeeper.rules.planner import make_plan
from seatkeeper.rules.tasks import bot_tasks, offers
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation
from seatkeeper.workflow.takings import told as told_of
from seatkeeper.workflow.vanished import TRAILING_DAYS, vanished

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Computed:
    """A plan, the bytes of its file, and the decisions it rests on."""

    plan: Plan
    file: bytes
    digest: Digest
    decisions: Decisions


def compute(
    desk: Desk,
    seen: Observation,
    *,
    named: Collection[str] = (),
    work: Work | None = None,
    clears: bool = False,
) -> Computed:
    """Decide on the observation and plan; journals what the decision looked like, writes no forge.

    `named` are logins a person asked for: what would be set aside for an
    approver, or held until a person decides, is put to one instead. With `work`
    it is the schedule that plans, only its own work, and nobody is there to be
    asked. With `clears` it is the one plan of the backlog that was met at
    adoption, each of it named.
    """
    trailing = _trailing(desk, seen.extract)
    case = replace(case_of(desk, seen), named=frozenset(named))
    decisions = decide(case)
    facts = replace(_facts(desk, seen, case, decisions, trailing, named), work=work, clears=clears)
    if clears:
        facts = replace(facts, named=facts.named | facts.backlog)
    plan = make_plan(facts)
    plan = replace(plan, tasks=_tasks(desk, plan, facts, decisions))
    if plan.kind == "adoption":
        plan = replace(plan, baseline=baseline(facts, decisions.orphans()))
    file = planfile.encode(plan)
    digest = planfile.digest(file)
    drafts = [_what_was_decided(seen, decisions), planned(plan, digest, work)]
    desk.store.append(drafts, desk.clock.now())
    return Computed(plan, file, digest, decisions)


def _tasks(desk: Desk, plan: Plan, facts: Facts, decisions: Decisions) -> tuple[Task, ...]:
    """What a person is asked to look at beside this plan."""
    joining = [change.account for change in plan.changes if change.kind == "join"]
    told = told_of(desk, plan.organization, accounts=joining) if joining else ()
    taken: dict[AccountId, list[Taking]] = {}
    for taking in fold.takings(told):
        taken.setdefault(taking.account, []).append(taking)
    return (*bot_tasks(bots(decisions, facts.roles.keys(), desk.lines)), *offers(plan.changes, taken))


def planned(plan: Plan, digest: Digest, work: Work | None = None) -> Draft:
    """The journal's word that this very file was computed here; no other file may be carried out."""
    payload: dict[str, object] = {
        "plan": digest,
        "kind": plan.kind,
        "changes": len(plan.changes),
        "kinds": dict(Counter(change.kind for change in plan.changes)),
        "losing": sum(map(takes, plan.changes)),
        "held": len(plan.holds),
    }
    if work is not None:
        payload["work"] = work
    return Draft("planned", plan.organization.id, payload)


def was_planned(desk: Desk, plan: Plan, digest: Digest, work: Work | None = None) -> bool:
    """True when this very file was computed with this journal, by the schedule where `work` says so."""
    computed = desk.store.entries(kinds={"planned"}, organization=plan.organization.id)
    told = [entry.payload for entry in computed if entry.payload and entry.payload["plan"] == digest]
    return any(work in {None, payload.get("work")} for payload in told)


def decide_on(desk: Desk, seen: Observation) -> Decisions:
    """The decisions on an observation; writes nothing anywhere."""
    return decide(case_of(desk, seen))


def case_of(desk: Desk, seen: Observation) -> Case:
    """Everything the decisions on an observation look at."""
    snapshot = seen.snapshot
    earlier = _earlier(desk, seen.extract)
    coverage = snapshot.coverage
    problem = people_problem(desk, seen.extract)
    gone, long_gone = vanished(desk, seen) if desk.policy.absent_after else (None, frozenset())
    return Case(
        people=seen.people,
        columns=seen.extract.columns,
        key=seen.extract.key,
        policy=desk.policy,
        accounts=snapshot.accounts,
        roles=_roles(snapshot),
        grants=snapshot.grants,
        names=snapshot.names(),
        invitations=snapshot.invitations,
        identities=snapshot.identities,
        lines=desk.lines,
        pins=desk.pins(snapshot.organization),
        as_of=desk.clock.now(),
        zone=desk.zone,
        problem=problem,
        members_problem=None if coverage.whole("members") else coverage.problem("members"),
        shielded=_shielded(desk, snapshot),
        earlier=tuple(table for _, table in earlier),
        gone=gone,
        long_gone=long_gone if problem is None else frozenset(),
        ends_seen=_ends_seen(desk, seen),
    )


def _roles(snapshot: Snapshot) -> Mapping[AccountId, str]:
    """Each account's role in the organization; ``outside`` without one, ``suspended`` if it is of no use."""
    found = {**snapshot.roles, **dict.fromkeys(snapshot.suspended, "suspended")}
    return {a.id: found.get(a.id, "outside") for a in snapshot.accounts}


def people_problem(desk: Desk, extract: Extract) -> str | None:
    """Law 2: why nobody may be taken away on the word of this extract."""
    if not extract.whole:
        return extract.problem or "the extract is not whole"
    earlier = [e.rows for e in _recent_extracts(desk, extract) if e.whole]
    return health(extract.rows, earlier, desk.limits).problem


def _recent_extracts(desk: Desk, extract: Extract) -> list[Extract]:
    since = extract.read_at - timedelta(days=TRAILING_DAYS)
    return [e for e in desk.store.extracts(extract.source, since) if e.read_at < extract.read_at]


def _earlier(desk: Desk, extract: Extract) -> list[tuple[Extract, "pa.Table"]]:
    """The latest whole extract of the same columns that is old enough to be a second opinion."""
    latest = extract.read_at - timedelta(hours=desk.limits.second_extract_hours)
    fit = [
        e
        for e in _recent_extracts(desk, extract)
        if e.whole and e.columns == extract.columns and e.key == extract.key and e.read_at <= latest
    ]
    return [(e, desk.store.extract_table(e.source, e.digest, e.read_at)) for e in fit[-1:]]


def _ends_seen(desk: Desk, seen: Observation) -> Mapping[PersonKey, date]:
    """Whose present end date already stood in a whole extract a week ago, and on which day that was."""
    extract = seen.extract
    column = next((c.name for c in extract.columns if c.role == "end"), None)
    latest = extract.read_at - timedelta(days=desk.limits.foreseen_days)
    fit = [
        e
        for e in _recent_extracts(desk, extract)
        if e.whole and e.columns == extract.columns and e.read_at <= latest
    ]
    if column is None or not fit:
        return {}
    before = desk.store.extract_table(fit[-1].source, fit[-1].digest, fit[-1].read_at)
    told = _ends(before, extract, column) & _ends(seen.people, extract, column)
    return {PersonKey(key): fit[-1].read_at.date() for key, _ in told}


def _ends(people: "pa.Table", extract: Extract, column: str) -> set[tuple[str, date]]:
    """Keys and end dates of those whose end has come by the day of the extract."""
    keys, ends = people.column(extract.key).to_pylist(), people.column(column).to_pylist()
    today = extract.read_at.date()
    return {(str(key), end) for key, end in zip(keys, ends, strict=True) if end is not None and end <= today}


def _shielded(desk: Desk, snapshot: Snapshot) -> frozenset[AccountId]:
    """Law 2: who may hold something where reading failed.

    Whoever was ever seen to hold something there; everybody where nobody
    ever saw it whole.
    """
    unreadable = snapshot.coverage.unreadable
    if not unreadable:
        return frozenset()
    known = desk.store.grants_at(snapshot.organization.id, snapshot.read_at)
    seen = {g.resource for g in known if g.subject.kind == "account"}
    if unreadable - seen:
        return frozenset(a.id for a in snapshot.accounts)
    return frozenset(
        AccountId(g.subject.id) for g in known if g.resource in unreadable and g.subject.kind == "account"
    )


def _facts(
    desk: Desk,
    seen: Observation,
    case: Case,
    decisions: Decisions,
    trailing: Trailing,
    named: Collection[str],
) -> Facts:
    snapshot = seen.snapshot
    joiners = [d.login for d in decisions.of("join") if d.login]
    return Facts(
        snapshot=snapshot,
        capabilities=desk.reader.capabilities,
        policy=desk.policy,
        decisions=decisions,
        basis=basis_of(desk, seen),
        computed_at=desk.clock.now(),
        describe=desk.reader.describe,
        rows=seen.extract.rows,
        limits=desk.limits,
        adopted=desk.adopted(snapshot.organization),
        found=desk.reader.lookup(joiners) if joiners else {},
        losses=desk.losses(snapshot.organization),
        protected=protected(desk, snapshot),
        trailing=trailing,
        problems=Problems(people=case.problem, snapshot=case.members_problem),
        ends_seen=case.ends_seen,
        shielded=case.shielded,
        pins=case.pins,
        named=_named(snapshot, decisions, named),
        backlog=desk.backlog(snapshot.organization),
        invited_today=_invited_today(desk, snapshot),
    )


def _named(snapshot: Snapshot, decisions: Decisions, logins: Collection[str]) -> frozenset[AccountId]:
    """The accounts that were asked for by name; a name that is nobody's is an error, not nobody."""
    known = {account.login.casefold(): account.id for account in snapshot.accounts}
    asked = {login.casefold() for login in logins}
    for login in sorted(asked - known.keys()):
        if all((d.login or "").casefold() != login for d in decisions.find(login)):
            raise UsageError(
                f"Neither an account of {snapshot.organization.login} nor a joiner has the login {login}.",
                remedy="See who is there: seatkeeper history",
            )
    return frozenset(known[login] for login in asked & known.keys())


def _invited_today(desk: Desk, snapshot: Snapshot) -> int:
    """Invitations that the last day has paid for: those still open, and ours that were answered."""
    day = snapshot.read_at - timedelta(days=1)
    still_open = {i.id for i in snapshot.invitations if i.may_count_since(day)}
    outcomes = desk.store.entries(kinds={"outcome"}, organization=snapshot.organization.id, since=day)
    ours = {str(e.payload["invitation"]) for e in outcomes if e.payload and "invitation" in e.payload}
    return len(still_open | ours)


def protected(desk: Desk, snapshot: Snapshot) -> frozenset[AccountId]:
    """The account behind the credential and its owner's, so that nobody plans themselves away."""
    owner = (desk.credential_owner or "").casefold()
    owned = {
        a.id for a in snapshot.accounts if owner and owner in {a.login.casefold(), (a.email or "").casefold()}
    }
    return frozenset({desk.reader.whoami().id} | owned)


def basis_of(desk: Desk, seen: Observation) -> Basis:
    """What a plan on this observation is computed from."""
    return Basis(
        journal_seq=desk.store.last_outcome(seen.snapshot.organization.id),
        snapshot_digest=seen.snapshot_digest,
        snapshot_at=seen.snapshot.read_at,
        extract_digest=seen.extract.digest,
        extract_at=seen.extract.read_at,
        policy_digest=desk.policy.digest,
        policy_commit=desk.policy.commit,
    )


def _trailing(desk: Desk, extract: Extract) -> Trailing:
    """The medians of the last 30 days, one voice for each different extract.

    An extract that was decided on more than once speaks with its strictest
    figures: trying a bad policy out must not make a limit forgetful.
    """
    since = extract.read_at - timedelta(days=TRAILING_DAYS)
    voices: dict[str, Trailing] = {}
    for entry in desk.store.entries(kinds={"extract"}, since=since):
        said = entry.payload
        if said is None or said["source"] != extract.source or not said["whole"]:
            continue
        rows, held, linked = (float(str(said[name])) for name in ("rows", "hold_share", "link_share"))
        before = voices.get(str(said["digest"]), Trailing(rows, held, linked))
        voices[str(said["digest"])] = Trailing(
            rows, min(held, before.hold_share or 0.0), max(linked, before.link_share or 0.0)
        )
    if not voices:
        return Trailing(None, None, None)
    return Trailing(*(statistics.median(figures) for figures in zip(*voices.values(), strict=True)))


def _what_was_decided(seen: Observation, decisions: Decisions) -> Draft:
    """The shares that later decisions are compared with, and how many each pin has decided.

    Of the policy's pins also those that decided nobody: so the journal knows since when there are any.
    """
    linked, accounts = decisions.linked()
    counts = decisions.counts()
    payload: dict[str, object] = {
        "source": seen.extract.source,
        "digest": seen.extract.digest,
        "rows": seen.extract.rows,
        "whole": seen.extract.whole,
        "hold_share": str(counts.get("hold", 0) / max(1, sum(counts.values()))),
        "link_share": str(linked / max(1, accounts)),
    }
    known = decisions.case.policy.pins
    used = {pin_id(p): len(u.decides) for p, u in decisions.uses().items() if u.decides or p in known}
    if used:
        payload["pins"] = used
    return Draft("extract", seen.snapshot.organization.id, payload)
