"""Impact: whose decision another policy would change, on the last observation.

It reads the store, and the source only where it is told to; it writes
nothing anywhere and calls no forge. A policy outlives one reading, so what
protects people from today's reading alone (an extract that is not whole, a
first sighting) is left out on both sides, and told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import fields, replace

from seatkeeper.config.terms import Terms
from seatkeeper.errors import NotCovered, UsageError
from seatkeeper.model.capabilities import Capabilities
from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.ids import AccountId, TeamId
from seatkeeper.model.limits import Limits
from seatkeeper.model.people import Extract
from seatkeeper.model.plan import Change
from seatkeeper.model.policy import Policy
from seatkeeper.model.snapshot import Organization
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import Decisions, decide
from seatkeeper.rules.decisions import Whom
from seatkeeper.rules.facts import Facts
from seatkeeper.rules.impact import Hit, Impact, Side, Turn, compare, concerned, weighed
from seatkeeper.rules.tables import account_table
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.observe import Observation
from seatkeeper.workflow.plan import basis_of, case_of
from seatkeeper.workflow.recall import recall

FEW = 5_000
"""So many accounts' grants are asked for one by one; of more, everybody's are read."""
READ = "ask the source as the new configuration does: seatkeeper impact --read"


def impact(
    desk: Desk,
    organization: Organization,
    capabilities: Capabilities,
    terms: tuple[Terms, Terms],
    *,
    read: bool = False,
    group: str = "department",
) -> Impact:
    """Decide the last observation under the old terms and under the new ones, and compare.

    `read` asks the source anew, as the new configuration does, and keeps
    nothing of it. The limits are the old terms': those that are in force.

    Raises:
        NotCovered: Nothing was observed, or the last reading can't tell what the terms ask for.
        UsageError: A rule that the gate does not admit, or that does not fit the columns; of either side.
    """
    seen = recall(desk, organization, census=True)
    seen = _read_anew(desk, seen) if read else _as_told(desk, seen, terms)
    today = case_of(desk, seen)
    with ExitStack() as opened:
        case = replace(lasting(today), accounts=account_table(seen.snapshot.accounts, today.roles))
        old, new = (_decided(desk, seen, case, side, opened) for side in terms)
        whom = concerned(old, new) | _managed(desk, seen, old.case.policy, new.case.policy)
        lately = {event.account for event in desk.losses(organization)} | seen.snapshot.suspended
        grants = _held(desk, seen, lately.union(one.account for one in whom if one.account))
        for decisions in (old, new):
            decisions.learn(grants)
        known = seen.snapshot.grants | grants
        seen = replace(seen, snapshot=replace(seen.snapshot, grants=known))
        facts = _facts(desk, seen, capabilities, terms[0].limits, old)
        later = facts.under(policy=new.case.policy, decisions=new, pins=new.case.pins)
        turns, losing = compare(Side(old, facts), Side(new, later), whom)
        weighing = later.under(unseen=_unseen(desk, later, losing))
        verdicts = weighed(losing, old, weighing)
        counts = old.counts(), new.counts()
    grouped_by = group if group in seen.people.column_names else None
    return Impact(
        old=terms[0].name,
        new=terms[1].name,
        seen_at=seen.snapshot.read_at,
        read_at=seen.extract.read_at,
        seats=len(facts.seated),
        counts=counts,
        turns=turns,
        verdicts=verdicts,
        teams=_teams(turns, weighing),
        groups=_groups(turns, seen, grouped_by) if grouped_by else (),
        grouped_by=grouped_by,
        names=facts.names,
        notes=(*_supposed(today), *_differs(*terms)),
    )


def _managed(desk: Desk, seen: Observation, old: Policy, new: Policy) -> frozenset[Whom]:
    """Whoever has a place in a team that only one of the policies manages."""
    managed = old.manages ^ new.manages
    teams = [Resource("team", team.id) for team in seen.snapshot.teams if team.slug in managed]
    there = desk.store.held_on(seen.snapshot.organization.id, seen.snapshot.read_at, teams)
    return frozenset(Whom(account, None) for held in there.values() for account in held)


def _held(desk: Desk, seen: Observation, whose: set[AccountId]) -> frozenset[Grant]:
    """Every grant of these, if need be among everybody's: nobody may seem to hold less than they do."""
    few = whose if len(whose) <= FEW else None
    return desk.store.grants_at(seen.snapshot.organization.id, seen.snapshot.read_at, accounts=few)


def _unseen(desk: Desk, facts: Facts, losing: Sequence[Change]) -> Mapping[TeamId, int]:
    """How many more are in each team that would lose somebody: shares are shares of the whole team."""
    snapshot = facts.snapshot
    teams = {g.resource for change in losing for g in change.lost if g.resource.kind == "team"}
    known = Counter(team for _, team in {g[:2] for g in snapshot.grants if g.resource in teams})
    amounts = desk.store.placed(snapshot.organization.id, snapshot.read_at, teams)
    return {TeamId(team.id): amount - known[team] for team, amount in amounts.items()}


def _read_anew(desk: Desk, seen: Observation) -> Observation:
    extract, people = desk.source.read()
    return replace(seen, extract=extract, people=people)


def _as_told(desk: Desk, seen: Observation, terms: tuple[Terms, Terms]) -> Observation:
    """The observation with the last extract that was whole, if both terms can be decided on it."""
    whole = [e for e in desk.store.extracts(seen.extract.source) if e.whole]
    if whole and whole[-1] != seen.extract:
        last = whole[-1]
        people = desk.store.extract_table(last.source, last.digest, last.read_at)
        seen = replace(seen, extract=last, people=people)
    if terms[0].asked != terms[1].asked:
        raise NotCovered(
            "The source is asked something else, and the last reading does not tell what it would answer.",
            remedy=READ,
        )
    for side in terms:
        if problem := _lacks(seen.extract, side):
            raise NotCovered(
                f"The last reading does not tell what {side.name} asks for: {problem}.", remedy=READ
            )
    return seen


def _lacks(extract: Extract, terms: Terms) -> str | None:
    """What these terms name and the extract does not have."""
    if extract.key != terms.key:
        return f"its key is {extract.key}, not {terms.key}"
    types = {column.name: column.type for column in extract.columns}
    for column in terms.columns:
        if types.get(column.name) != column.type:
            return f"a column {column.name} of type {column.type}; it has {types.get(column.name, 'none')}"
    return None


def lasting(case: Case) -> Case:
    """The case without grants yet, and without what protects for a day: a policy lasts longer."""
    unprotected = replace(case, grants=frozenset(), problem=None, members_problem=None, shielded=frozenset())
    return unprotected if case.earlier else replace(unprotected, earlier=(case.people,))  # type: ignore[arg-type]  # a kept extract is a table


def _supposed(case: Case) -> Iterator[str]:
    """What is supposed here that is not so today."""
    if case.problem is not None:
        yield f"supposes that the people may be believed again; today: {case.problem}"
    if case.members_problem is not None:
        yield f"supposes that the members were read whole; today: {case.members_problem}"
    if case.shielded:
        yield f"supposes that everything could be read; today {len(case.shielded):,} accounts are shielded"
    if not case.earlier:
        yield "supposes that a second reading says the same; there is none yet, so today every leave waits"


def _differs(old: Terms, new: Terms) -> Iterator[str]:
    """What else of the terms differs that a reviewer must know."""
    limits = [f.name for f in fields(Limits) if getattr(old.limits, f.name) != getattr(new.limits, f.name)]
    if limits:
        yield f"limits differ ({', '.join(limits)}); those of {old.name} weigh here"
    for verb, people in (("added", new.approvers - old.approvers), ("gone", old.approvers - new.approvers)):
        if people:
            yield f"approvers {verb}: {', '.join(sorted(people))}"


def _decided(desk: Desk, seen: Observation, case: Case, terms: Terms, opened: ExitStack) -> Decisions:
    """The decisions of these terms; a refusal says whose rule it is."""
    own = replace(
        case,
        policy=terms.policy,
        columns=terms.columns,
        key=terms.key,
        lines=terms.lines,
        zone=terms.zone,
        pins=desk.under(terms.policy).pins(seen.snapshot.organization),
    )
    try:
        decisions = decide(own)
    except UsageError as error:
        what = f"{terms.name}: {error.what}"
        raise type(error)(what, arithmetic=error.arithmetic, remedy=error.remedy) from error
    opened.callback(decisions.close)
    return decisions


def _facts(
    desk: Desk, seen: Observation, capabilities: Capabilities, limits: Limits, decisions: Decisions
) -> Facts:
    case = decisions.case
    return Facts(
        snapshot=seen.snapshot,
        capabilities=capabilities,
        policy=case.policy,
        decisions=decisions,
        basis=basis_of(desk, seen),
        computed_at=case.as_of,
        describe=lambda _step, _login, _names: "",
        rows=seen.extract.rows,
        limits=limits,
        adopted=True,
        losses=desk.losses(seen.snapshot.organization),
        ends_seen=case.ends_seen,
        pins=case.pins,
    )


def _teams(turns: Sequence[Turn], facts: Facts) -> tuple[Hit, ...]:
    """The teams that would lose somebody."""
    losers = Counter(g.resource for turn in turns for g in turn.loses if g.resource.kind == "team")
    return _worst_first(
        Hit(facts.names.get(team, team.id), amount, facts.size(TeamId(team.id)))
        for team, amount in losers.items()
    )


def _groups(turns: Sequence[Turn], seen: Observation, column: str) -> tuple[Hit, ...]:
    """The groups of the record that would lose somebody, such as departments."""
    keys, values = (seen.people.column(name).to_pylist() for name in (seen.extract.key, column))
    group = {
        key: str(value) if value is not None else "none" for key, value in zip(keys, values, strict=True)
    }
    sizes, losers = (
        Counter(group.values()),
        Counter(group.get(turn.person or "", "none") for turn in turns if turn.loses),
    )
    return _worst_first(Hit(name, amount, sizes[name]) for name, amount in losers.items())


def _worst_first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (-hit.losing, hit.size, hit.name)))
