"""Every reason there is, its verb, and the sentence that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatkeeper.model.decision import Verb

ABSENT = "absent-long"
LEAVE = ("status-leave", "rule-leave")
ASKED = ("asked-lapsed", "asked-absent")
"""Holds that became leaves in this plan alone, because somebody named the account; a person decides them."""
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
    ABSENT,
    "first-seen",
    "extract-problem",
    "members-problem",
    "shielded",
    "login-taken",
    "pinned-out",
    "pinned-both",
    "pin-unknown",
    "pin-lapsed",
)
MISSING = ("missing-status", "unknown-predicate", "unknown-join", "pin-unknown")
"""Holds that end once the record is filled in; of these people are reminded."""
KEEP = (
    "stays",
    "suspended",
    "shut-out",
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
JOIN = ("joins", "returns")
MOVE = ("access-changed",)
REASONS = (*LEAVE, *ASKED, *HOLD, *KEEP, *JOIN, *MOVE)

VERB: dict[str, Verb] = {
    **dict.fromkeys((*LEAVE, *ASKED), "leave"),
    **dict.fromkeys(HOLD, "hold"),
    **dict.fromkeys(KEEP, "keep"),
    **dict.fromkeys(JOIN, "join"),
    **dict.fromkeys(MOVE, "move"),
}

SENTENCES = {
    "status-leave": "{column} is {value}, which the status table says is leaving",
    "rule-leave": "the leave rule is true",
    "asked-lapsed": "the pin that kept this account has lapsed",
    "asked-absent": "the person behind this account is no longer in the source, and the plan names it",
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
    ABSENT: "the person behind this account has been gone from the source as long as the policy waits",
    "first-seen": "no whole extract at least 12 hours older says so for the same account yet",
    "extract-problem": "the extract may cost nobody access: {problem}",
    "members-problem": "the members were not read whole: {problem}",
    "shielded": "the account may hold something that could not be read",
    "login-taken": "the login belongs to an account that is not this person's",
    "pinned-out": "a pin keeps this account out",
    "pinned-both": "one pin says keep and another says out",
    "pin-unknown": "whether a pin keeps this account can't be decided: {column} is missing",
    "pin-lapsed": "a pin on this account has lapsed, and a lapsed pin only proposes",
    "stays": "nothing says that this person has left",
    "suspended": (
        "this person has left, and the account is suspended: it keeps what it holds and can use none of it"
    ),
    "shut-out": (
        "nothing says that this person has left, and the account is suspended; the join rule is not true, so "
        "whoever suspended it decides"
    ),
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
    "returns": "the join rule is true, and this person's account is suspended",
    "access-changed": "the access rules give this person something else than is held",
}

_ASK = "an approver decides: seatkeeper plan --with LOGIN --key KEY"
ENDS = {
    "missing-status": "somebody fills in {column}, or a pin says what holds meanwhile",
    "unforeseen-status": "policy.status.values says what this value means, or the record is mended",
    "table-contradicts": "the record is mended, or policy.leave.over names this value",
    "unknown-predicate": "somebody fills in {column}, or policy.leave.missing_ok names it",
    "unknown-join": "somebody fills in {column}",
    "proposed-link": "a line in the file of links confirms or denies it",
    "ambiguous": "a line in the file of links says whose account it is",
    "another-record": "the records agree, or a line in the file of links says which one counts",
    "absent": f"the person is in the source again, or once policy.absent has waited its time, {_ASK}",
    ABSENT: f"the person is in the source again, or {_ASK}",
    "first-seen": "a whole extract at least 12 hours later still says so",
    "extract-problem": "the source is read whole, fresh and healthy again",
    "members-problem": "the members are read whole",
    "shielded": "everything the account may hold can be read",
    "login-taken": "the record tells this person's own login, or a line in the file of links does",
    "pinned-out": "the pin lapses or is taken away",
    "pinned-both": "one of the two pins is taken away",
    "pin-unknown": "somebody fills in {column}, or the pin is taken away",
    "pin-lapsed": f"its owner renews it, or {_ASK}",
}
"""What would end each hold, for whoever wants it ended."""


def listed(*groups: tuple[str, ...]) -> str:
    """Reasons as the inside of a SQL ``IN``."""
    return ", ".join(f"'{reason}'" for group in groups for reason in group)
