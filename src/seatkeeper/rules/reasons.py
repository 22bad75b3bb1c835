"""Every reason there is, its verb, and the sentence that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatkeeper.model.decision import Verb

LEAVE = ("status-leave", "rule-leave")
HOLD = (
    "missing-status",
    "unforeseen-status",
    "table-contradicts",
    "unknown-predicate",
    "unknown-join",
    "proposed-link",
    "ambiguous",
    "another-record",
    "absent",
    "first-seen",
    "extract-problem",
    "members-problem",
    "shielded",
    "login-taken",
    "pinned-out",
    "pinned-both",
    "pin-lapsed",
)
KEEP = (
    "stays",
    "orphan",
    "bot",
    "external",
    "gone",
    "not-joining",
    "no-login",
    "invited",
    "not-started",
    "pinned-keep",
)
JOIN = ("joins",)
MOVE = ("access-changed",)
REASONS = (*LEAVE, *HOLD, *KEEP, *JOIN, *MOVE)

VERB: dict[str, Verb] = {
    **dict.fromkeys(LEAVE, "leave"),
    **dict.fromkeys(HOLD, "hold"),
    **dict.fromkeys(KEEP, "keep"),
    **dict.fromkeys(JOIN, "join"),
    **dict.fromkeys(MOVE, "move"),
}

SENTENCES = {
    "status-leave": "{column} is {value}, which the status table says is leaving",
    "rule-leave": "the leave rule is true",
    "missing-status": "{column} is missing, and missing is not inactive",
    "unforeseen-status": "{column} is {value}, which the status table does not name",
    "table-contradicts": (
        "the leave rule is true, but {column} is {value}, which the status table says is kept"
    ),
    "unknown-predicate": "the leave rule can't be decided: {column} is missing",
    "unknown-join": "the join rule can't be decided: {column} is missing",
    "proposed-link": "the link between person and account is only proposed; a person must confirm it",
    "ambiguous": "it is not certain whose account this is",
    "another-record": "another record that may be the same person's does not say so",
    "absent": "the person behind this account is no longer in the source",
    "first-seen": "no whole extract at least 12 hours older says so for the same account yet",
    "extract-problem": "the extract may cost nobody access: {problem}",
    "members-problem": "the members were not read whole: {problem}",
    "shielded": "the account may hold something that could not be read",
    "login-taken": "the login belongs to an account that is not this person's",
    "pinned-out": "a pin keeps this account out",
    "pinned-both": "one pin says keep and another says out",
    "pin-lapsed": "a pin on this account has lapsed, and a lapsed pin only proposes",
    "stays": "nothing says that this person has left",
    "orphan": "no person is linked to this account",
    "bot": "the account is a bot",
    "external": "the account is external",
    "gone": "this person has left and holds no account",
    "not-joining": "the join rule is not true for this person",
    "no-login": "no confirmed column tells this person's login",
    "invited": "an invitation is pending",
    "not-started": "the first day is {start}",
    "pinned-keep": "a pin keeps this account",
    "joins": "the join rule is true, and this person holds no membership",
    "access-changed": "the access rules give this person something else than is held",
}


def listed(*groups: tuple[str, ...]) -> str:
    """Reasons as the inside of a SQL ``IN``."""
    return ", ".join(f"'{reason}'" for group in groups for reason in group)
