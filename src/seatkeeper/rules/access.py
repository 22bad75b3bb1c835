"""Access by rule: what the rules give a person, and what an account should therefore hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from seatkeeper.model.grants import Grant, Resource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from seatkeeper.model.policy import Access


class Entitlement(NamedTuple):
    """One thing a rule may give; `truth` is what its predicate came to, None for unknown.

    An entry with the empty name stands for a list column that is missing: it
    may give any team.
    """

    kind: Literal["team", "repository"]
    name: str
    role: str
    truth: bool | None


def entitlements(
    rules: Sequence[Access], truths: Sequence[bool | None], lists: Mapping[str, Sequence[str] | None]
) -> list[Entitlement]:
    """What the rules give one person.

    Args:
        rules: the policy's access rules.
        truths: what each rule's predicate came to, in the same order.
        lists: the person's list columns by name; None for a missing one.
    """
    given: list[Entitlement] = []
    for rule, truth in zip(rules, truths, strict=True):
        given += [Entitlement("team", slug, "member", truth) for slug in rule.teams]
        given += [Entitlement("repository", name, role, truth) for name, role in rule.repositories.items()]
        if rule.teams_from is not None:
            given += _listed(lists.get(rule.teams_from), truth)
    return given


def _listed(slugs: Sequence[str] | None, truth: bool | None) -> list[Entitlement]:  # noqa: FBT001  # three-valued
    if slugs is None:
        return [] if truth is False else [Entitlement("team", "", "member", None)]
    return [Entitlement("team", slug.strip(), "member", truth) for slug in slugs if slug and slug.strip()]


def wanted(
    held: AbstractSet[Grant],
    entitlements: Iterable[Entitlement],
    manages: Collection[str],
    ids: Mapping[tuple[str, str], Resource],
) -> frozenset[Grant]:
    """What an account should hold: what it holds, plus what rules give, minus what they no longer do.

    Only a place in a team of `manages` can be lost, and only when every rule
    that could give it is certainly false: an unknown predicate keeps. What is
    held keeps its role, so a maintainer stays one.

    Args:
        held: every grant of exactly one account, its membership at least.
        entitlements: what the rules give the person.
        manages: slugs of the teams in which a move may take something.
        ids: resources by kind and name; a name that is not there gives nothing.
    """
    subjects = {grant.subject for grant in held}
    if len(subjects) != 1:
        raise ValueError(f"the grants of one account are needed, these are of {len(subjects)}")
    (subject,) = subjects
    gives, forbids = wish(entitlements, manages, ids)
    holds = {grant.resource for grant in held}
    kept = {grant for grant in held if grant.resource not in forbids}
    gained = {Grant(subject, resource, role) for resource, role in gives.items() if resource not in holds}
    return frozenset(kept | gained)


class Wish(NamedTuple):
    """What rules want of anybody they give the same: a place on `gives`, none on `forbids`."""

    gives: Mapping[Resource, str]
    forbids: frozenset[Resource]

    def met_by(self, holds: AbstractSet[Resource]) -> bool:
        """True when whoever holds something on these resources need not move."""
        return self.gives.keys() <= holds and self.forbids.isdisjoint(holds)


def wish(
    entitlements: Iterable[Entitlement], manages: Collection[str], ids: Mapping[tuple[str, str], Resource]
) -> Wish:
    """What these entitlements come to, whoever has them; arguments as for `wanted`."""
    gives: dict[Resource, str] = {}
    possible: set[tuple[str, str]] = set()
    for given in entitlements:
        name = (given.kind, given.name)
        if given.truth is not False:
            possible.add(name)
        if given.truth is True and name in ids:
            gives.setdefault(ids[name], given.role)
    if ("team", "") in possible:
        return Wish(gives, frozenset())
    managed = {("team", slug) for slug in manages} - possible
    return Wish(gives, frozenset(ids[name] for name in managed if name in ids))


def by_name(names: Mapping[Resource, str]) -> dict[tuple[str, str], Resource]:
    """Resources by kind and name, as `wanted` needs them."""
    return {(resource.kind, name): resource for resource, name in names.items()}
