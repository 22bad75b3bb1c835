"""What a forge can do, said once by its connector, so that the core has no branch by forge."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Fact = Literal["needs_acceptance", "suspends_without_loss", "reinstates_in_part", "reinstates_with_teams"]
"""A capability that a connector may know from recollection alone, until conformance finds it out.

Nothing that was learnt ever turns one on: each is careful as long as it is true, or is tried and may fail.
"""


class Pace(NamedTuple):
    """How fast a forge lets writes and people through, and how long it remembers whom it let go.

    In the words of `Capabilities`; a plan keeps what it was computed with.
    """

    write_seconds: float
    mailed_per_hour: int | None
    invitations_per_day: int | None
    acceptance_days: int | None
    reinstate_days: int | None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Differences between forges, as facts the planner reads.

    * `needs_acceptance`: a new member must accept an invitation first.
    * `acceptance_days`: an unaccepted invitation expires after so many days.
    * `reinstate_days`: the forge gives a former member back what they had for
      so many days after removal; None where it does not.
    * `suspends_without_loss`: an account can be shut out of the whole server and keep every grant, our
      credential may do it, and who is suspended is read.
    * `membership_takes_all`: removing a member takes their teams with it; what
      else survives is read back and taken step by step.
    * `invitations_per_day`: the daily allowance, None where there is none.
    * `write_seconds`: the pause the forge asks for between two writes.
    * `mailed_per_hour`: how many writes of which people are told the forge takes in an hour at most:
      invitations and direct grants; None where it sets no number.
    * `exact_direct_grants`: a direct grant can be told from an effective one.
    * `outlives`: by what a person may reach something when every grant is gone, and where to look.
    * `regime`: who decides what here, in one word of the connector's.
    * `membership_owner`: who lets people in and out where it is not us; None: we do.
    * `asks_with_teams`: asking somebody in may bring team places along; where not, they are given afterwards.
    * `reinstates_in_part`: a reinstatement may bring back the membership alone; where not, all of it comes.
    * `reinstates_with_teams`: an invitation that reinstates may name teams as well.
    * `recalls`: which of these facts are recalled, and not described by the forge's maker.
    * `read_only`: what is never written here, in words, and `ask` whom to ask for it.
    """

    kind: str
    needs_acceptance: bool
    acceptance_days: int | None
    reinstate_days: int | None
    suspends_without_loss: bool
    membership_takes_all: bool
    invitations_per_day: int | None
    write_seconds: float
    exact_direct_grants: bool
    mailed_per_hour: int | None = None
    outlives: tuple[str, ...] = ()
    regime: str = "plain"
    membership_owner: str | None = None
    asks_with_teams: bool = True
    reinstates_in_part: bool = True
    reinstates_with_teams: bool = True
    recalls: tuple[Fact, ...] = ()
    read_only: tuple[str, ...] = ()
    ask: str = ""

    @property
    def pace(self) -> Pace:
        """What of this a plan keeps."""
        return Pace(
            self.write_seconds,
            self.mailed_per_hour,
            self.invitations_per_day,
            self.acceptance_days,
            self.reinstate_days,
        )

    def knowing(self, learnt: Mapping[Fact, bool]) -> "Capabilities":
        """The same, where what was recalled and conformance found to be false is not counted on."""
        false = {fact: False for fact in self.recalls if not learnt.get(fact, True)}
        return replace(self, **false)  # type: ignore[arg-type]  # each is a bool
