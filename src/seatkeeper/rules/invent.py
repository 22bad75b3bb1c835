"""People invented for a policy: the values it names, those beside them, and none, in every mixture."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from seatkeeper.model.grants import direct, membership, team_place
from seatkeeper.model.ids import AccountId, OrganizationId, RepositoryId, TeamId
from seatkeeper.model.snapshot import Account
from seatkeeper.rules.case import Case
from seatkeeper.rules.examples import HOME, Ground, known_names
from seatkeeper.rules.predicate import literals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from seatkeeper.model.people import Column
    from seatkeeper.model.policy import Policy

PEOPLE = 400
PLACED, JOINT, LINKED, SEATED, ADDRESSED = 0.5, 0.125, 0.9, 0.8, 0.5
"""Shares: places held, records that belong to the person before, values that link, accounts, addresses."""


def invented(ground: Ground, day: date, seed: int = 1) -> tuple[Case, pa.Table]:
    """A case of people who never were, and these people: the same for the same seed, day and policy."""
    chance = Random(seed)  # noqa: S311  # for invention, not for secrets
    choices = {column.name: _choices(column, ground.policy, day) for column in ground.columns}
    rows = [_row(number, ground, choices, chance) for number in range(PEOPLE)]
    people = ground.typed(rows)
    accounts = tuple(_accounts(chance))
    names = {HOME: "invented", **known_names(ground.policy, people, ())}
    grants = {membership(one.id, OrganizationId(HOME.id)) for one in accounts}
    grants |= {
        team_place(one.id, TeamId(place.id))
        if place.kind == "team"
        else direct(one.id, RepositoryId(place.id), "write")
        for one in accounts
        for place in names
        if place != HOME and chance.random() < PLACED
    }
    case = Case(
        people=people,
        columns=ground.columns,
        key=ground.key,
        policy=ground.policy,
        accounts=accounts,
        roles=dict.fromkeys((one.id for one in accounts), "member"),
        grants=frozenset(grants),
        names=names,
        pins=ground.policy.pins,
        as_of=ground.noon(day),
        zone=ground.zone,
        earlier=(people,),
    )
    return case, people


def _row(
    number: int, ground: Ground, choices: Mapping[str, list[str | None]], chance: Random
) -> dict[str, str | None]:
    """One record; one in eight shares what links it to an account with the record before it."""
    row = {name: chance.choice(values) for name, values in choices.items()}
    row[ground.key] = f"invented-{number}"
    owner = number - 1 if chance.random() < JOINT and number else number
    for by in ground.policy.links:
        named = f"invented-{owner}" + ("@invented.example" if by.match == "email" else "")
        row[by.column] = named if chance.random() < LINKED else None
    return row


def _choices(column: Column, policy: Policy, today: date) -> list[str | None]:
    """What a value of this column may be: what the policy names, what lies beside it, and nothing."""
    leave = [policy.leave.when] if policy.leave else []
    pinned = [pin.when for pin in policy.pins]
    rules = [*leave, policy.join, *(rule.when for rule in policy.access), *pinned]
    named = sorted({text for rule in rules if rule for text in literals(rule, column.name)})
    if policy.status is not None and column.name == policy.status.column:
        named += sorted(policy.status.values)
    told: list[str | None] = [None]
    match column.type:
        case "text":
            told += [*named, *(text.upper() for text in named), "something else"]
        case "date":
            days = [today, *(day for text in named if (day := _day(text)) is not None)]
            told += [str(day + timedelta(days=n)) for day in days for n in (-400, -1, 0, 1, 400)]
        case "timestamp":
            told += [f"{today + timedelta(days=n)}T12:00:00Z" for n in (-400, -1, 0, 1, 400)]
        case "integer":
            numbers = [0, *(int(text) for text in named if text.lstrip("-").isdecimal())]
            told += [str(number + n) for number in numbers for n in (-1, 0, 1)]
        case "boolean":
            told += ["true", "false"]
        case "list":
            teams = sorted({*policy.manages, *(slug for rule in policy.access for slug in rule.teams)})
            told += ["something-else", *teams, ";".join(teams) or None]
    return told


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _accounts(chance: Random) -> Iterator[Account]:
    """An account for most of the people, with an address for some."""
    for number in range(PEOPLE):
        if chance.random() < SEATED:
            email = f"invented-{number}@invented.example" if chance.random() < ADDRESSED else None
            yield Account(AccountId(f"#{number}"), f"invented-{number}", email=email)
