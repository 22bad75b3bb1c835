"""Why something can't come back, in plain words; one sentence for every reason there is."""

from typing import Final, NamedTuple


class Why(NamedTuple):
    """The code of a reason and what fills its sentence."""

    code: str
    detail: str = ""


THERE: Final = Why("there")
"""Nothing to give back: it is held already."""

SENTENCES: Final = {
    "there": "it is held already",
    "left": "today's record says that this person leaves or has left: {}",
    "pinned-out": "{}",
    "deleted": "the account does not exist any more",
    "stranger": "the login belongs to somebody else now; the account that held this is gone",
    "invited": "an invitation is out already, since {}",
    "not-read": "it could not be read: {}",
    "role-differs": "the role there is {} by now, and what a person changed since stays",
    "changed-since": "a person had made the role {} before a later run took it; of the two the later counts",
    "revoked": "it was revoked since, by run {}",
    "revoked-since": "somebody gave it back and took it again by {}, and that stays",
    "no-membership": "{} is no member, and the membership is not among what is given back",
    "team-gone": "the team (id {}) is gone, or hidden from the credential",
    "repository-gone": "the repository (id {}) is gone, or hidden from the credential",
    "organization-gone": "the organization (id {}) is gone",
    "managed-elsewhere": "the identity provider's group {} decides who is in this team",
    "managed_elsewhere": "the identity provider decides who is in this team",
    "archived": "the repository is archived, and the forge lets nobody change who has access",
    "redundant": "every member holds more than {} there by default, and the forge gives no lesser role",
    "below_default": "every member holds more there by default, and the forge gives no lesser role",
    "no_seat": "the organization has no free seat",
    "no-seat": "the organization has no free seat",
    "blocked": "this person has blocked the organization; only they can lift that",
    "invitation_limit": "the forge sends no more invitations today",
    "never-answered": "invited {} times, and no invitation was answered",
    "not-accepted": "the invitation was declined or withdrawn",
    "gone": "the account does not exist any more",
    "held": "{}",
}


def words(why: Why) -> str:
    """The sentence for this reason."""
    return SENTENCES[why.code].format(why.detail)
