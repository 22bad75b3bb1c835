"""Which column of a record means what, by what it is called; what was told goes before what is guessed."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from seatkeeper.config.template import Starter
from seatkeeper.errors import UsageError

CALLED = {
    "key": ("id", "person_id", "employee_id", "employee_number", "worker_id", "uid", "key"),
    "login": ("github_login", "github_username", "github_user", "github", "login", "username"),
    "email": ("email", "e_mail", "mail", "work_email", "email_address"),
    "status": ("status", "employment_status", "employee_status", "state"),
    "start": ("start_date", "hire_date", "hired_on", "first_day", "start"),
    "end": ("end_date", "termination_date", "terminated_on", "last_day", "left_on", "end"),
}
NEEDED = ("key", "status")


def fitted(starter: Starter, present: Collection[str], told: Mapping[str, str]) -> Starter:
    """The starter with the columns that were told, and for the rest those of these names that are `present`.

    Where nobody knows the names (`present` is empty) the starter's own stay.
    A column told as nothing is left out. Raises `UsageError` when key or status is none of them.
    """
    known = {name.strip().casefold().replace(" ", "_").replace("-", "_"): name for name in present}
    guessed = {
        what: next((known[name] for name in names if name in known), None) for what, names in CALLED.items()
    }
    chosen = {**(guessed if present else {}), **{what: name or None for what, name in told.items()}}
    for what in NEEDED:
        if chosen.get(what, "") is None:
            raise UsageError(
                f"No column of the record is known to be its {what}: {', '.join(present) or 'none told'}.",
                remedy=f"name it: --column {what}=NAME",
            )
    return replace(starter, **chosen)  # type: ignore[arg-type]  # the keys are fields of text
