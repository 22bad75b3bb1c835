"""The laws that every policy has to keep, searched for a counter-example over given people.

Each law compares two decidings of the same case, of which the second knows
less, or has one more pin, or the same in another order: what either of them
takes is a set of grants, and whatever is in the second set and not in the
first is a counter-example, with the clause that speaks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from seatkeeper.model.grants import Diff, Grant, account_subject
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.policy import Pin
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.access import by_name, wanted
from seatkeeper.rules.case import Case
from seatkeeper.rules.clause import access_clause
from seatkeeper.rules.decide import decide as really_decide
from seatkeeper.rules.tables import quoted, quoted_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from seatkeeper.model.decision import Decision, Verb
    from seatkeeper.rules.decisions import Decisions

Law = Literal["keep-pin", "missing", "order", "joiner"]

LAWS: dict[Law, str] = {
    "keep-pin": "a keep pin only protects",
    "missing": "a missing value never takes anything from anybody",
    "order": "the order of pins does not matter",
    "joiner": "a joiner is never a leaver",
}

Decide = Callable[[Case], "Decisions"]
SOME, HALF = 10, 0.5
PLAIN = re.compile(r"[A-Za-z0-9_-]+")
"""A key that may stand in a condition as it is."""


class Broken(NamedTuple):
    """A law that somebody's case breaks: what was done to it, what is decided then, and by which clause."""

    law: Law
    login: str | None
    person: str | None
    told: str
    because: str
    clause: str


def broken(case: Case, people: pa.Table, decide: Decide = really_decide, seed: int = 1) -> Iterator[Broken]:
    """Every account that breaks a law, law by law; nothing where no counter-example was found.

    `people` is the case's own extract; the grants of the case are those of its accounts.
    """
    search = _Search(case, people, decide, Random(seed))  # noqa: S311  # for trying out, not for secrets
    yield from search.keeping()
    yield from search.missing()
    yield from search.ordering()
    yield from search.joining()


def decidings(case: Case) -> int:
    """About how many times a search decides."""
    return 5 + len(case.columns)


class _Taken:
    """What one deciding takes of whom, and how to tell it."""

    def __init__(self, case: Case, decide: Decide) -> None:
        self.case = case
        decisions = decide(case)
        held = _held(case.grants)
        ids = by_name(case.names)
        self.told = decisions.told()
        self.joins = decisions.of("join")
        self.by: dict[AccountId, tuple[Decision, frozenset[Grant]]] = {}
        for decision in decisions.of("leave", "move"):
            account = decision.account
            if account is None or not (mine := held.get(account, frozenset())):
                continue
            stays: frozenset[Grant] = frozenset()
            if decision.verb == "move" and decision.person is not None:
                stays = wanted(mine, decisions.entitled(decision.person), case.policy.manages, ids)
            if lost := mine - stays:
                self.by[account] = decision, lost
        self.clauses = {account: self._clause(decisions, *told) for account, told in self.by.items()}
        decisions.close()

    def _clause(self, decisions: Decisions, decision: Decision, lost: frozenset[Grant]) -> str:
        policy, names = self.case.policy, self.case.names
        if decision.verb == "leave":
            return decisions.clause(decision)
        return access_clause(policy, policy, Diff(lost, frozenset()), names) or "policy.manages"

    def beyond(
        self, before: _Taken, law: Law, told: str, verbs: Collection[Verb] = ("leave", "move")
    ) -> Iterator[Broken]:
        """Whoever loses something here and not before."""
        for account, (decision, lost) in sorted(self.by.items()):
            was = before.by.get(account)
            if decision.verb in verbs and (was is None or not lost <= was[1]):
                yield self.against(law, account, told)

    def against(self, law: Law, account: AccountId, told: str) -> Broken:
        """This account's loss as a counter-example."""
        decision, _ = self.by[account]
        return Broken(law, decision.login, decision.person, told, decision.because, self.clauses[account])


def _held(grants: frozenset[Grant]) -> Mapping[AccountId, frozenset[Grant]]:
    held: defaultdict[AccountId, set[Grant]] = defaultdict(set)
    for grant in grants:
        if grant.subject.kind == "account":
            held[AccountId(grant.subject.id)].add(grant)
    return {account: frozenset(mine) for account, mine in held.items()}


class _Search:
    """One case, what is taken in it as it is, and whom to try things on."""

    def __init__(self, case: Case, people: pa.Table, decide: Decide, chance: Random) -> None:
        self.case = case
        self.people = people
        self.decide = decide
        self.before = _Taken(case, decide)
        self.accounts = tuple(cast("Sequence[Account]", case.accounts))
        self.chance = chance

    def after(self, **told: Any) -> _Taken:  # noqa: ANN401  # fields of a case
        """The same case with that changed."""
        return _Taken(replace(self.case, **told), self.decide)

    def some(self) -> list[AccountId]:
        """A few accounts, whoever they are, and never all of them."""
        return self.chance.sample([a.id for a in self.accounts], min(SOME, len(self.accounts) // 2))

    def pins(self, accounts: Collection[AccountId]) -> list[Pin]:
        """A keep pin for a month on each of these: by account, by person and by a condition, in turns."""
        until = self.case.as_of.date() + timedelta(days=30)
        pin = Pin("keep", "the search", "to see whom it protects", until)
        whose = {account: person for account, person, _ in self.before.told if account}
        key = quoted(self.case.key)
        pins = []
        for n, account in enumerate(accounts):
            person = whose.get(account)
            if person is None or n % 3 == 0:
                pins.append(replace(pin, account_id=account))
            elif n % 3 == 1 or not PLAIN.fullmatch(f"{self.case.key}{person}"):
                pins.append(replace(pin, person=person))
            else:
                pins.append(replace(pin, when=f"{key} = {quoted_text(person)}"))
        return pins

    def keeping(self) -> Iterator[Broken]:
        """Keep every other one of those who lose something, and a few others."""
        chosen = dict.fromkeys([*sorted(self.before.by)[::2], *self.some()])
        pins = self.pins(chosen)
        after = self.after(pins=(*self.case.pins, *pins))
        kept = f"after keep pins on {len(pins):,} accounts"
        yield from after.beyond(self.before, "keep-pin", kept)
        for account in sorted(chosen.keys() & after.by.keys()):
            yield after.against("keep-pin", account, f"{kept}, this one among them")

    def missing(self) -> Iterator[Broken]:
        """Make each column missing, one after the other; what `missing_ok` names may count."""
        leave = self.case.policy.leave
        allowed = {self.case.key, *(leave.missing_ok if leave else ())}
        for column in (c for c in self.case.columns if c.name not in allowed):
            # Where NULL is a fact, such as "no end date", access may follow from it; a leave never does.
            verbs: tuple[Verb, ...] = ("leave",) if column.missing == "none" else ("leave", "move")
            # A record that tells no account any more is nobody's: here the extract before it still told.
            links = column.name in {by.column for by in self.case.policy.links}
            blank = [not links or self.chance.random() < HALF for _ in range(self.people.num_rows)]
            table = blanked(self.people, column.name, blank)
            earlier = self.case.earlier if links else tuple(map(nowhere(column.name), self.case.earlier))
            after = self.after(people=table, earlier=earlier)
            told = f"with no {column.name} in {sum(blank):,} of {len(blank):,} records"
            yield from after.beyond(self.before, "missing", told, verbs)

    def ordering(self) -> Iterator[Broken]:
        """The same pins, and more of both kinds on the same few accounts, in two orders."""
        more = self.pins(self.some())
        out = [replace(pin, kind="out") for pin in more if pin.when is None]
        pins = [*self.case.pins, *more, *out[::2]]
        first = self.after(pins=tuple(pins)).told
        self.chance.shuffle(pins)
        told = first ^ self.after(pins=tuple(pins)).told
        logins = {a.id: a.login for a in self.accounts}
        reasons: defaultdict[tuple[AccountId | None, PersonKey | None], set[str]] = defaultdict(set)
        for account, person, reason in told:
            reasons[account, person].add(reason)
        for (account, person), both in sorted(reasons.items(), key=str):
            because = f"{' or '.join(sorted(both))}, as the order says"
            login = logins.get(account) if account else None
            yield Broken(
                "order", login, person, f"with {len(pins):,} pins in another order", because, "policy.pins"
            )

    def joining(self) -> Iterator[Broken]:
        """Let everybody in who joins: nobody of them may be taken out again for the same record."""
        there = {a.login.casefold() for a in self.accounts}
        coming = [d.login for d in self.before.joins if d.login and d.login.casefold() not in there]
        new = [Account(AccountId(f"joins as {login}"), login) for login in coming]
        home = [place for place in self.case.names if place.kind == "organization"]
        after = self.after(
            accounts=(*self.accounts, *new),
            roles={**self.case.roles, **dict.fromkeys((a.id for a in new), "member")},
            grants=self.case.grants
            | {Grant(account_subject(a.id), at, "member") for a in new for at in home},
        )
        for account in sorted({a.id for a in new} & after.by.keys()):
            one = after.against("joiner", account, "once let in, as the join rule says")
            yield one._replace(clause=f"policy.join: {self.case.policy.join}; {one.clause}")


def nowhere(column: str) -> Callable[[pa.Table], pa.Table]:
    """An extract in which nobody has that column."""
    return lambda people: blanked(people, column, [True] * people.num_rows)


def blanked(people: pa.Table, column: str, where: list[bool]) -> pa.Table:
    """The people with that column missing where told."""
    import pyarrow as pa  # noqa: PLC0415  # heavy
    import pyarrow.compute as pc  # noqa: PLC0415  # likewise

    at = people.column_names.index(column)
    kept: Any = pc.if_else(
        pa.array(where, pa.bool_()), pa.nulls(people.num_rows, people.column(at).type), people.column(at)
    )
    return people.set_column(at, people.schema.field(at), kept)
