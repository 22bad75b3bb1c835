"""Which clause of a policy speaks in a decision: a field of the configuration, and what of it decided.

What it says stands in the policy itself: no value of anybody's record is in it,
so that it may be shown where everybody reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatkeeper.rules.reasons import JOIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seatkeeper.model.decision import Decision
    from seatkeeper.model.grants import Diff, Resource
    from seatkeeper.model.policy import Pin, Policy
    from seatkeeper.rules.predicate import Predicate

_BY_STATUS = frozenset({"status-leave", "missing-status", "unforeseen-status"})
_BY_LINK = frozenset(
    {
        "proposed-link",
        "ambiguous",
        "another-record",
        "orphan",
        "absent",
        "absent-long",
        "asked-absent",
        "no-login",
    }
)
_BY_RULE: dict[str, tuple[str, bool | None]] = {
    "rule-leave": ("leave", True),
    "table-contradicts": ("leave", True),
    "unknown-predicate": ("leave", None),
    **dict.fromkeys(JOIN, ("join", True)),
    "not-joining": ("join", False),
    "unknown-join": ("join", None),
}


def clause(
    decision: Decision, policy: Policy, rules: Mapping[str, Predicate | None], pins: Iterable[Pin]
) -> str:
    """The clause, such as ``policy.leave: end_date < as_of``; empty where nothing but the default speaks.

    `pins` are those that speak of whom the decision is about.
    """
    reason = decision.reason
    if reason in _BY_STATUS:
        return _status(decision, policy)
    if reason in _BY_RULE:
        use, truth = _BY_RULE[reason]
        return _rule(decision, use, rules[use], truth)
    if reason.startswith("pin") or reason == "asked-lapsed":
        return _pins(pins)
    return "links" if reason in _BY_LINK else ""


def access_clause(old: Policy, new: Policy, moved: Diff, names: Mapping[Resource, str]) -> str:
    """The rules for access, and the managed teams, by which one policy gives other grants than another."""
    lost, gained = ({(str(g.resource.kind), names.get(g.resource, "")) for g in side} for side in moved)
    managed = [slug for kind, slug in sorted(lost) if kind == "team" and slug in new.manages - old.manages]
    told = [f"no longer {rule}" for rule in _giving(old, lost)]
    told += [*_giving(new, gained), *(f"policy.manages: {slug}" for slug in managed)]
    return "; ".join(dict.fromkeys(told))


def _giving(policy: Policy, wanted: set[tuple[str, str]]) -> Iterator[str]:
    """The access rules of a policy that may give one of these."""
    for at, rule in enumerate(policy.access):
        given = {("team", slug) for slug in rule.teams} | {("repository", name) for name in rule.repositories}
        if given & wanted or (rule.teams_from is not None and any(kind == "team" for kind, _ in wanted)):
            yield f"policy.access[{at}]: {rule.when or 'everybody'}"


def _status(decision: Decision, policy: Policy) -> str:
    table = policy.status
    if table is None:
        return "policy.status"
    value = next((atom.value for atom in decision.atoms if atom.column == table.column), None)
    if value is None:
        return "policy.status: no value"
    means = table.values.get(value)
    return f"policy.status: {value} = {means}" if means else "policy.status: a value it does not name"


def _rule(decision: Decision, use: str, rule: Predicate | None, truth: bool | None) -> str:  # noqa: FBT001  # three-valued
    if rule is None:
        return f"policy.{use}: none"
    own = {atom.text for atom in rule.atoms}
    spoke = dict.fromkeys(a.text for a in decision.atoms if a.text in own and a.truth is truth)
    return f"policy.{use}: {', '.join(spoke) or rule.text}"


def _pins(pins: Iterable[Pin]) -> str:
    told = (
        f"{pin.kind}{f' where {pin.when}' if pin.when else ''} until {pin.until}, by {pin.owner}"
        for pin in pins
    )
    return f"policy.pins: {', '.join(dict.fromkeys(told)) or 'one that is not here'}"
