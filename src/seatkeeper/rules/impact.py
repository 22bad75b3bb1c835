"""Impact: the same people and accounts decided under two policies, and whose decision differs.

What a policy comes to for one account is the set of grants it would leave
there. The two sets are compared by `diff`, as everything else is; nothing here
decides, and the limits that weigh the losers are the guards' own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from seatkeeper.model.grants import Grant, diff
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.clause import access_clause
from seatkeeper.rules.decisions import Whom
from seatkeeper.rules.effects import loss
from seatkeeper.rules.facts import Facts, Trailing, hold_share, link_share
from seatkeeper.rules.guards import weigh
from seatkeeper.rules.planner import Aim, aim, make_change
from seatkeeper.rules.reasons import JOIN, MOVE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from seatkeeper.model.decision import Decision, Verb
    from seatkeeper.model.grants import Resource
    from seatkeeper.model.ids import PersonKey
    from seatkeeper.model.plan import Change, Verdict
    from seatkeeper.rules.decisions import Decisions

ACTING: tuple[Verb, ...] = ("join", "move", "leave")


class Side(NamedTuple):
    """One policy's decisions on the observation, and the facts its plan would be made from."""

    decisions: Decisions
    facts: Facts


class Word(NamedTuple):
    """What one policy says of somebody; `clause` names the part of the configuration that speaks."""

    verb: Verb
    reason: str
    because: str
    clause: str
    person: PersonKey | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody whose decision differs: what the old policy says and leaves, and what the new one does.

    `before` and `after` are what they would hold; `held` is what they hold now,
    and `loses` what of it the new policy alone would take. `old` or `new` is
    None where that policy takes this person for a part of another case.
    `access` names the rules for access that differ.
    """

    whom: Whom
    login: str | None
    person: PersonKey | None
    name: str | None
    old: Word | None
    new: Word | None
    held: frozenset[Grant]
    before: frozenset[Grant]
    after: frozenset[Grant]
    loses: frozenset[Grant]
    access: str

    @property
    def keeps(self) -> frozenset[Grant]:
        """What is held, and only the old policy would take."""
        return diff(self.before, self.after).gained & self.held

    @property
    def gains(self) -> frozenset[Grant]:
        """What only the new policy would give."""
        return diff(self.before, self.after).gained - self.held

    @property
    def misses(self) -> frozenset[Grant]:
        """What only the old policy would give."""
        return diff(self.before, self.after).lost - self.held

    @property
    def verbs(self) -> tuple[str, str]:
        """From what to what; a case that is not there is ``none``."""
        return self.old.verb if self.old else "none", self.new.verb if self.new else "none"

    @property
    def clause(self) -> str:
        """Because of which clause: the one that no longer speaks, and the one that does now."""
        was, now = (word.clause if word else "" for word in (self.old, self.new))
        ended = f"no longer {was}" if was and was != now else ""
        relinked = self.old and self.new and self.old.person != self.new.person
        told = (ended, now, self.access, "links: another person" if relinked else "")
        return "; ".join(part for part in told if part)


class Hit(NamedTuple):
    """A team, or a group of people, of whom some would lose something: `losing` of `size`."""

    name: str
    losing: int
    size: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What the new terms would change.

    `counts` are all decisions by verb, under the old terms and under the new.
    `groups` are by the column `grouped_by`, None where the record has none.
    `notes` say what was supposed, and what else of the terms differs.
    """

    old: str
    new: str
    seen_at: datetime
    read_at: datetime
    seats: int
    counts: tuple[Mapping[Verb, int], Mapping[Verb, int]]
    turns: tuple[Turn, ...]
    verdicts: tuple[Verdict, ...]
    teams: tuple[Hit, ...]
    groups: tuple[Hit, ...]
    grouped_by: str | None
    names: Mapping[Resource, str]
    notes: tuple[str, ...]

    @property
    def losing(self) -> tuple[Turn, ...]:
        """Whoever would lose something by the change."""
        return tuple(turn for turn in self.turns if turn.loses)


class Compared(NamedTuple):
    """Everybody whose decision differs, losers first, and the losers' changes, for guards to weigh."""

    turns: tuple[Turn, ...]
    losing: tuple[Change, ...]


def concerned(old: Decisions, new: Decisions) -> frozenset[Whom]:
    """Whoever has to be looked at to compare the two.

    Whoever is decided the same, and is given the same by the same rules, holds
    the same afterwards, whatever that is.
    """
    one, other = old.case.policy, new.case.policy
    common = [rule for rule in one.access if rule in other.access]
    same_order = common == [rule for rule in other.access if rule in one.access]
    if not same_order or (old.case.columns, old.case.zone) != (new.case.columns, new.case.zone):
        return frozenset(told.whom for told in old.told() | new.told())
    differing = new.apart_from(old) | old.told(*ACTING) | new.told(*ACTING)
    found = {told.whom for told in differing}
    for decisions, there in ((old, other), (new, one)):
        if rules := [rule for rule in decisions.case.policy.access if rule not in there.access]:
            found.update(Whom(account, None) for account in decisions.touched(rules))
    return frozenset(found)


def compare(old: Side, new: Side, whom: Collection[Whom]) -> Compared:
    """What differs, among these, between two sides that decided the same observation."""
    then, soon = _cases(old, whom), _cases(new, whom)
    turns, losing = [], []
    for one in whom:
        turn, change = _turn(one, then.get(one, NOBODY), soon.get(one, NOBODY), old, new)
        if turn.before != turn.after or _said(turn.old) != _said(turn.new):
            turns.append(turn)
        if change is not None:
            losing.append(change)
    ordered = sorted(losing, key=lambda change: change.account)
    return Compared(tuple(sorted(turns, key=_worst_first)), tuple(ordered))


def weighed(losing: Sequence[Change], old: Decisions, new: Facts) -> tuple[Verdict, ...]:
    """What the guards say of the losers; what is usual is what the old policy decides."""
    usual = Trailing(None, hold_share(old.counts()), link_share(*old.linked()))
    return weigh(losing, new.under(trailing=usual))


def _said(word: Word | None) -> tuple[str, PersonKey | None] | None:
    return None if word is None else (word.reason, word.person)


class _Case(NamedTuple):
    """What one policy decides of somebody, and what that comes to; no aim: everything stays as it is."""

    decision: Decision | None
    aimed: Aim | None


NOBODY = _Case(None, None)


def _cases(side: Side, whom: Collection[Whom]) -> dict[Whom, _Case]:
    """The decisions about these with their aims; of two aims at one account a plan takes neither."""
    decisions = side.decisions.about(whom)
    joiners = (d.login for d in decisions.values() if d.verb == "join" and d.account is None)
    facts = side.facts.under(found={login: _expected(login) for login in joiners if login})
    aims = {w: aim(d, facts) if d.verb in ACTING else None for w, d in decisions.items()}
    times = Counter(aimed.account.id for aimed in aims.values() if isinstance(aimed, Aim))
    return {
        w: _Case(decisions[w], aimed if isinstance(aimed, Aim) and times[aimed.account.id] == 1 else None)
        for w, aimed in aims.items()
    }


def _expected(login: str) -> Account:
    """The account a joiner would come with; nobody is asked for its id."""
    return Account(AccountId(f"joins as {login}"), login)


def _turn(whom: Whom, then: _Case, soon: _Case, old: Side, new: Side) -> tuple[Turn, Change | None]:
    """What differs for one, and the change by which they would lose something, if they would."""
    held = new.facts.held.get(whom.account, frozenset()) if whom.account else frozenset()
    before, after = (case.aimed.after if case.aimed else held for case in (then, soon))
    change = _losing(soon, held & before, after, new.facts)
    told = soon.decision or then.decision
    words = (_word(then, old), _word(soon, new))
    moved = diff(before, after)
    by_access = not moved.empty and any(w and w.reason in (*MOVE, *JOIN) for w in words)
    policies, names = (old.facts.policy, new.facts.policy), new.facts.names
    turn = Turn(
        whom,
        told.login if told else None,
        told.person if told else None,
        told.name if told else None,
        *words,
        held,
        before,
        after,
        loss(change) if change else frozenset(),
        access_clause(*policies, moved, names) if by_access else "",
    )
    return turn, change


def _losing(soon: _Case, before: frozenset[Grant], after: frozenset[Grant], facts: Facts) -> Change | None:
    """What the new policy alone would take of what is held, as a change that guards can weigh."""
    decision, aimed = soon
    if decision is None or aimed is None or before <= after:
        return None
    change = make_change(
        aimed.kind,
        aimed.account,
        facts,
        before=before,
        after=after,
        steps=(),
        reason=decision.reason,
        because=decision.because,
        person=decision.person,
        foreseen=aimed.kind == "leave" and facts.foreseen(decision.person, decision.end),
    )
    return change if loss(change) else None


def _word(case: _Case, side: Side) -> Word | None:
    decision = case.decision
    if decision is None:
        return None
    return Word(
        decision.verb, decision.reason, decision.because, side.decisions.clause(decision), decision.person
    )


def _worst_first(turn: Turn) -> tuple[bool, int, bool, str, str]:
    """Losers first, those of most before others; then whose verb differs; then by login."""
    old, new = turn.verbs
    return not turn.loses, -len(turn.loses), old == new, (turn.login or "").casefold(), turn.person or ""
