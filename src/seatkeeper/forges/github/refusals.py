"""GitHub's reasons for a no, in one word each, where its own code says only that it is one.

Facts: these are told from the words of the message, which GitHub does not
promise to keep; words that are not known change nothing but the sentence shown.
"""

from typing import Final

from seatkeeper.errors import Refused

WORDS: Final = (
    ("invitation rate limit", "invitation_limit"),
    ("seat", "no_seat"),
    ("blocked", "blocked"),
    ("reinstate", "not_reinstatable"),
    ("externally managed", "managed_elsewhere"),
    ("archived", "archived"),
    ("cannot assign", "below_default"),
)


def why_refused(no: Refused) -> str | None:
    """The word for this refusal; None when its own code is all there is."""
    said = no.what.partition(": ")[2].casefold()
    return next((word for words, word in WORDS if words in said), None)
