"""An example of what a policy must decide: one person, one account, the decision expected, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from seatkeeper.model.decision import Verb

Holds = Literal["member", "owner", "outside", "bot", "none"]
"""What the person's account is in the organization; ``none``: there is no account."""


@dataclass(frozen=True, slots=True)
class Example:
    """One case that a person wrote down beside the configuration.

    `person` has the columns that were told, as text, None for a missing value;
    a column that was not told is missing too. `teams` are the slugs in which
    the account has a place. `seen_before` is False for whoever stands in the
    record for the first time today. `gives` names every team and repository
    that the access rules must give, None where nobody asks. `line` is where
    in its file the example stands.
    """

    why: str
    line: int
    day: date
    person: Mapping[str, str | None]
    expect: Verb
    reason: str | None = None
    account: Holds = "member"
    teams: tuple[str, ...] = ()
    seen_before: bool = True
    gives: frozenset[str] | None = None
