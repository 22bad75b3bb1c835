"""What the nightly script of the story selected, so that the demo can set our plan beside it.

The script read the used licences and each person's status, and disabled
whoever was not ``active``. A person without a status was disabled every
night, so somebody excepted that person, on the wrong list. Kept as it was
for comparison only: nothing here may ever feed a plan.
"""

from collections.abc import Mapping, Sequence


def selects(licences: Sequence[str], statuses: Mapping[str, str | None]) -> list[str]:
    """Every login whose status is not ``active``: a missing status and a missing record included.

    `licences` are the logins that use a seat; `statuses` maps logins, in any
    case, to the status of the person who has them.
    """
    known = {login.casefold(): status for login, status in statuses.items()}
    return [login for login in licences if known.get(login.casefold()) != "active"]


def selects_with_the_exception(
    licences: Sequence[str], statuses: Mapping[str, str | None], excepted: str
) -> list[str]:
    """Every login but the excepted one.

    The exception was meant for the list of the inactive, and was written as a
    filter on the list of all: the mask that `selects` computes is not used.
    """
    inactive = selects(licences, statuses)
    inactive = [login for login in licences if login != excepted]  # the mistake that cost six figures
    return inactive  # noqa: RET504  # two lines, as it was written: the second forgets the first
