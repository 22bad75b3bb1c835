"""A policy's examples decided as everybody is, and what of the policy no example exercises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from seatkeeper.model.grants import Grant, Resource, account_subject, team_place
from seatkeeper.model.ids import AccountId, PersonKey, TeamId
from seatkeeper.model.snapshot import Account, AccountKind
from seatkeeper.rules.case import Case
from seatkeeper.rules.decide import decide
from seatkeeper.rules.predicate import Predicate, admit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import pyarrow as pa

    from seatkeeper.model.decision import Atom, Decision
    from seatkeeper.model.example import Example
    from seatkeeper.model.people import Column
    from seatkeeper.model.policy import Policy
    from seatkeeper.rules.decisions import Decisions

HOME = Resource("organization", "0")
Typed = Callable[["Sequence[Mapping[str, str | None]]"], "pa.Table"]
"""Records as text, read as the source itself would be: every declared column, in the order given."""


class Ground(NamedTuple):
    """What examples are decided on: a policy, the columns a record has, and how a record is read."""

    policy: Policy
    columns: tuple[Column, ...]
    key: str
    zone: str
    typed: Typed

    def noon(self, day: date) -> datetime:
        """The middle of that day, as a moment."""
        return datetime.combine(day, time(12), ZoneInfo(self.zone)).astimezone(UTC)


class Outcome(NamedTuple):
    """What was decided of one example; `given` is what the access rules give."""

    example: Example
    decision: Decision
    given: frozenset[str]

    @property
    def as_expected(self) -> bool:
        """True when the example's decision, and its reason and gifts where told, are what came out."""
        asked = self.example
        return (
            self.decision.verb == asked.expect
            and asked.reason in {None, self.decision.reason}
            and asked.gives in {None, self.given}
        )


class Exercise(NamedTuple):
    """A clause, and for how many examples it was true, false and unknown.

    `lacking` names the truths that no example brought about and one should.
    """

    clause: str
    true: int
    false: int
    unknown: int
    lacking: tuple[str, ...]


class Tried(NamedTuple):
    """Every example's outcome, in order, and every clause of the policy."""

    outcomes: tuple[Outcome, ...]
    coverage: tuple[Exercise, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The outcomes that are not as expected."""
        return tuple(outcome for outcome in self.outcomes if not outcome.as_expected)


def try_examples(examples: Sequence[Example], ground: Ground) -> Tried:
    """Decide every example on its day, each of them as if nobody else were there.

    Raises `PredicateRefused` and `ConfigurationError` as `decide` does.
    """
    outcomes: dict[int, Outcome] = {}
    touched: Counter[tuple[int, bool]] = Counter()
    for numbers in _apart(examples, ground.policy):
        rows = {n: _row(examples[n], n, ground) for n in numbers}
        case = _case({n: examples[n] for n in numbers}, rows, ground)
        decisions = decide(case)
        found = {d.person: d for d in decisions.of("join", "move", "leave", "keep", "hold")}
        for n in numbers:
            person = PersonKey(str(rows[n][ground.key]))
            given = {e.name for e in decisions.entitled(person) if e.truth and e.name}
            outcomes[n] = Outcome(examples[n], found[person], frozenset(given))
        touched.update(_touched(decisions, len(numbers)))
        decisions.close()
    told = tuple(outcomes[n] for n in sorted(outcomes))
    return Tried(told, tuple(_coverage(told, ground, touched)))


def _apart(examples: Sequence[Example], policy: Policy) -> list[list[int]]:
    """The examples by day, so that no two that are decided together could be taken for one person."""
    rounds: list[tuple[object, set[str], list[int]]] = []
    for n, example in enumerate(examples):
        told = (example.person.get(by.column) for by in policy.links)
        keys = {value.strip().casefold() for value in told if value}
        free = next((r for r in rounds if r[0] == example.day and not r[1] & keys), None)
        if free is None:
            free = (example.day, set(), [])
            rounds.append(free)
        free[1].update(keys)
        free[2].append(n)
    return [numbers for _, _, numbers in rounds]


def _row(example: Example, number: int, ground: Ground) -> dict[str, str | None]:
    """The record, with a key and with what links it to its account, where the example says nothing else."""
    one = f"case-{number + 1}"
    named = {by.column: f"{one}@cases.example" if by.match == "email" else one for by in ground.policy.links}
    return {**{c.name: None for c in ground.columns}, ground.key: one, **named, **example.person}


def _case(
    examples: Mapping[int, Example], rows: Mapping[int, Mapping[str, str | None]], ground: Ground
) -> Case:
    policy = ground.policy
    there = {n: e for n, e in examples.items() if e.account != "none"}
    accounts = {n: _account(rows[n], n, e, policy) for n, e in there.items()}
    role = {"member": "member", "owner": "admin", "outside": "outside", "bot": "member"}
    roles = {accounts[n].id: role[e.account] for n, e in there.items()}
    inside = {one: told for one, told in roles.items() if told != "outside"}
    grants = {Grant(account_subject(one), HOME, told) for one, told in inside.items()}
    grants |= {team_place(accounts[n].id, TeamId(t), "member") for n, e in there.items() for t in e.teams}
    people = ground.typed(list(rows.values()))
    before = ground.typed([rows[n] for n, e in examples.items() if e.seen_before])
    day = next(iter(examples.values())).day
    return Case(
        people=people,
        columns=ground.columns,
        key=ground.key,
        policy=policy,
        accounts=tuple(accounts.values()),
        roles=roles,
        grants=frozenset(grants),
        names={HOME: "cases", **known_names(policy, people, [t for e in there.values() for t in e.teams])},
        pins=policy.pins,
        as_of=ground.noon(day),
        zone=ground.zone,
        earlier=(before,),
    )


def _account(row: Mapping[str, str | None], number: int, example: Example, policy: Policy) -> Account:
    def told(match: str) -> str | None:
        return next((row[by.column] for by in policy.links if by.match == match and row[by.column]), None)

    login = (told("login") or f"case-{number + 1}").strip()
    kind: AccountKind = "bot" if example.account == "bot" else "person"
    return Account(AccountId(f"#{number + 1}"), login, kind, email=told("email"))


def known_names(policy: Policy, people: pa.Table, teams: Collection[str]) -> dict[Resource, str]:
    """Every team and repository that the policy, a record or `teams` names, under its own name."""
    slugs = {*teams, *policy.manages, *(slug for rule in policy.access for slug in rule.teams)}
    for rule in policy.access:
        if rule.teams_from is not None:
            listed = people.column(rule.teams_from).to_pylist()
            slugs.update(slug.strip() for told in listed if told for slug in told if slug)
    names = {Resource("team", slug): slug for slug in sorted(slugs) if slug}
    repositories = sorted({name for rule in policy.access for name in rule.repositories})
    return names | {Resource("repository", name): name for name in repositories}


def _touched(decisions: Decisions, examples: int) -> dict[tuple[int, bool], int]:
    """How often each access rule may give something, and how often it certainly gives nothing."""
    found: dict[tuple[int, bool], int] = {}
    for at, rule in enumerate(decisions.case.policy.access):
        giving = len(decisions.touched([rule]))
        found |= {(at, True): giving, (at, False): examples - giving}
    return found


def _coverage(
    outcomes: Sequence[Outcome], ground: Ground, touched: Mapping[tuple[int, bool], int]
) -> Iterator[Exercise]:
    policy = ground.policy
    yield from _status(outcomes, policy)
    if (leave := policy.leave) is not None:
        rule = admit(leave.when, ground.columns, use="leave", missing_ok=leave.missing_ok)
        yield from _rule(outcomes, "leave", rule)
    if policy.join is not None:
        yield from _rule(outcomes, "join", admit(policy.join, ground.columns, use="join"))
    for at, pin in enumerate(policy.pins):
        if pin.when is not None:
            yield from _rule(outcomes, f"pins[{at}]", admit(pin.when, ground.columns, use="pin"))
    for value in sorted(policy.leave.over) if policy.leave else ():
        seen = [o for o in outcomes if o.decision.reason == "rule-leave" and _told(o, policy) == value]
        yield _once(f"policy.leave.over: {value}", len(seen))
    for at, giving in enumerate(policy.access):
        yes, no = (touched.get((at, truth), 0) for truth in (True, False))
        if giving.when is None:
            yield _once(f"policy.access[{at}]: everybody", yes)
        else:
            yield _exercise(f"policy.access[{at}]: {giving.when}", yes, no, 0)


def _status(outcomes: Sequence[Outcome], policy: Policy) -> Iterator[Exercise]:
    table = policy.status
    if table is None:
        return
    seen = Counter(_told(outcome, policy) for outcome in outcomes)
    for value, means in table.values.items():
        yield _once(f"policy.status: {value} = {means}", seen[value])
    unnamed = sum(amount for value, amount in seen.items() if value and value not in table.values)
    yield _once("policy.status: a value it does not name", unnamed)
    yield _once("policy.status: no value", seen[None])


def _told(outcome: Outcome, policy: Policy) -> str | None:
    column = policy.status.column if policy.status else None
    return next((atom.value for atom in outcome.decision.atoms if atom.column == column), None)


def _rule(outcomes: Sequence[Outcome], use: str, rule: Predicate) -> Iterator[Exercise]:
    for text in dict.fromkeys(atom.text for atom in rule.atoms):
        truths = Counter(_truth(outcome.decision.atoms, text) for outcome in outcomes)
        yield _exercise(f"policy.{use}: {text}", truths[True], truths[False], truths[None])


def _truth(atoms: Sequence[Atom], text: str) -> bool | None:
    return next((atom.truth for atom in atoms if atom.text == text), None)


def _exercise(clause: str, true: int, false: int, unknown: int) -> Exercise:
    lacking = [word for word, amount in (("true", true), ("false", false)) if not amount]
    return Exercise(clause, true, false, unknown, tuple(lacking))


def _once(clause: str, amount: int) -> Exercise:
    return Exercise(clause, amount, 0, 0, () if amount else ("any case",))
