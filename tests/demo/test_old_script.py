"""The old script selects what it selected: everybody but the one it was told to spare."""

from seatkeeper.demo.company import USER3, invent
from seatkeeper.demo.old_script import selects, selects_with_the_exception
from seatkeeper.demo.people import statuses


def test_it_selected_whoever_was_not_active_and_whoever_had_no_status() -> None:
    """A missing status and a missing record are both not 'active'."""
    read = {"ana": "active", "ben": "inactive", "user3": None}
    assert selects(["Ana", "ben", "user3", "unheard-of"], read) == ["ben", "user3", "unheard-of"]


def test_the_exception_selected_everybody_but_one() -> None:
    """The filter went to the list of all: the active are selected and the status plays no part."""
    read = {"ana": "active", "ben": "inactive", "user3": None}
    assert selects_with_the_exception(["ana", "ben", "user3"], read, "user3") == ["ana", "ben"]


def test_the_story_3499_of_3500() -> None:
    """On the invented company the mask spares user3 and nobody else, though 22 have really left."""
    acme = invent()
    licences = [account.login for account in acme.members()]
    selected = selects_with_the_exception(licences, statuses(acme.people), USER3)
    assert (len(selected), len(licences)) == (3499, 3500)
    assert USER3 not in selected
    assert len(acme.truth.leavers) == 22


def test_before_the_exception_it_took_user3_every_night() -> None:
    """Which is why somebody wrote the exception."""
    acme = invent(200, 20, 100)
    licences = [account.login for account in acme.members()]
    selected = selects(licences, statuses(acme.people))
    assert USER3 in selected
    assert acme.truth.leavers - set(selected) <= acme.truth.leavers
    assert set(acme.truth.held) & set(selected)
