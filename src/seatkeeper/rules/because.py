"""One person's case in a sentence, with the values that led to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seatkeeper.rules.predicate import AS_OF
from seatkeeper.rules.reasons import ASKED, JOIN, LEAVE, MISSING, SENTENCES, VERB
from seatkeeper.rules.show import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatkeeper.model.decision import Atom
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.predicate import Predicate

BLANKS = "".join(chr(c) for c in (*range(33), 0x7F, 0xA0, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))

_RULE = {
    "unknown-predicate": "leave",
    "unknown-join": "join",
    "rule-leave": "leave",
    "pin-unknown": "pin",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one decision: reason, what the record says by itself, values, link."""

    case: Case
    rules: Mapping[str, Predicate | None]
    reason: str
    says: str | None
    values: Mapping[str, Any]
    via: int | None
    atoms: tuple[Atom, ...]

    def login(self) -> str | None:
        """A person's login by the links file, else by the first confirmed column that tells one."""
        key = self.values.get(self.case.key)
        for line in self.case.lines:
            if key is not None and line.person == key and line.kind == "person":
                return line.login.strip(BLANKS)
        for by in self.case.policy.links:
            if by.match == "login" and by.trust == "confirmed":
                told = (text_of(self.values.get(by.column)) or "").strip(BLANKS)
                if told:
                    return told
        return None


def because(facts: Facts) -> str:
    """The reason as a sentence; a leave that is held also says what would have made it one."""
    sentence = _sentence(facts, facts.reason)
    if facts.says in LEAVE and facts.says != facts.reason and VERB[facts.reason] in ("hold", "keep"):
        sentence = f"would leave, because {_sentence(facts, str(facts.says))}; but {sentence}"
    if facts.says in LEAVE and facts.reason in ASKED:
        sentence = f"{_sentence(facts, str(facts.says))}, and {sentence}"
    details = [_link(facts), *_rule_values(facts)]
    told = "; ".join(detail for detail in details if detail)
    return f"{sentence} ({told})." if told else f"{sentence}."


def telling_column(facts: Facts) -> str | None:
    """The column that a reader should look at first."""
    status = facts.case.policy.status
    if facts.reason in ("missing-status", "unforeseen-status", "table-contradicts", "status-leave"):
        return status.column if status else None
    return next(iter((*missing_columns(facts), *_asked(facts))), None)


def missing_columns(facts: Facts) -> tuple[str, ...]:
    """The columns whose missing values hold this person; where missing is a fact, it holds nobody."""
    case, table = facts.case, facts.case.policy.status
    if facts.reason == "missing-status" and table is not None:
        return (table.column,)
    if facts.reason not in MISSING:
        return ()
    names, start = _asked(facts), case.column("start")
    told = (
        {c.name for c in case.columns if c.missing == "none"} if facts.reason == "unknown-predicate" else ()
    )
    if start is not None and facts.reason == "unknown-join" and start.missing == "unknown":
        names.append(start.name)
    return tuple(n for n in dict.fromkeys(names) if facts.values.get(n) is None and n not in told)


def _asked(facts: Facts) -> list[str]:
    """The columns of the rules by which this reason was found."""
    use = _RULE.get(facts.reason)
    rules = (rule for word, rule in facts.rules.items() if word.split()[0] == use and rule is not None)
    return [name for rule in rules for name in rule.columns]


def _sentence(facts: Facts, reason: str) -> str:
    case = facts.case
    column = telling_column(replace(facts, reason=reason)) or "a column"
    if reason == "rule-leave" and case.policy.status is not None:
        column = case.policy.status.column
    start = case.column("start")
    return SENTENCES[reason].format(
        column=column,
        value=repr(text_of(facts.values.get(column))),
        problem=(case.problem if reason == "extract-problem" else case.members_problem) or "",
        start=facts.values.get(start.name) if start is not None else "",
    )


def _rule_values(facts: Facts) -> list[str]:
    """The values of the comparisons, for reasons that rest on them."""
    resting = ("rule-leave", "table-contradicts", "unknown-predicate", *JOIN, "unknown-join")
    if facts.reason not in resting and facts.says != "rule-leave":
        return []
    rule = facts.rules["join" if facts.reason in (*JOIN, "unknown-join") else "leave"]
    if rule is None:
        return []
    told = [f"{name} = {text_of(facts.values.get(name)) or 'missing'}" for name in rule.columns]
    return [*told, f"the day is {facts.values.get(AS_OF)}"] if AS_OF in rule.sql else told


def _link(facts: Facts) -> str | None:
    """By what person and account belong together."""
    if facts.via is None:
        return None
    if facts.via < 0:
        return "linked by the links file"
    by = facts.case.policy.links[facts.via]
    word = "linked" if by.trust == "confirmed" else "proposed"
    return f"{word} by {by.column} = {(text_of(facts.values.get(by.column)) or '').strip(BLANKS)}"
