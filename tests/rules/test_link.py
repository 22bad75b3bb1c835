"""Whose account is whose: in order of trust, with evidence, and never by guessing."""

from dataclasses import replace

from seatkeeper.model.ids import AccountId
from seatkeeper.model.policy import LinkBy, LinkLine
from seatkeeper.model.snapshot import Identity
from seatkeeper.rules.decide import decide
from tests.rules.cases import BY_EMAIL, BY_LOGIN, a_case, account, leavers, person, verdicts

EMAIL_CONFIRMED = LinkBy("email", "confirmed", "email")


def test_a_login_is_found_whatever_its_case_and_edges() -> None:
    """Case, spaces, NBSP and zero-width marks around a login are how people type, not who they are."""
    rows = [
        person(1, username=" ALICE\u200b"),
        person(2, username="\u00a0bob\t"),
        person(3, username="Carol"),
    ]
    assert verdicts(a_case(rows, ["Alice", "BOB", "carol"])) == {
        "Alice": "keep stays",
        "BOB": "keep stays",
        "carol": "keep stays",
    }


def test_a_login_that_only_looks_like_another_links_nobody() -> None:
    """The Kelvin sign is not a K, a dotted capital I is not an i, and nothing hides inside."""
    for lookalike in ("\u212aarl", "\u0130rene", "ka\u200brl", "k\u0430rl", "ka rl"):
        row = person(1, username=lookalike, status="inactive", email=None)
        assert leavers(a_case([row], ["karl", "irene"])) == set(), ascii(lookalike)


def test_a_blank_login_is_missing_and_links_nobody() -> None:
    """Two blanks are not the same person."""
    rows = [person(1, username="", status="inactive"), person(2, username=" \u00a0", status="inactive")]
    case = a_case(rows, ["orphan"], links=(BY_LOGIN,))
    assert verdicts(case) == {"orphan": "keep orphan", "E1": "keep gone", "E2": "keep gone"}


def test_a_proposed_link_decides_nothing() -> None:
    """Neither the person nor the account is touched until somebody confirms it."""
    rows = [
        person(1, username=None, status="inactive"),
        person(2, username="not-a-member", email="Two@acme.example"),
    ]
    accounts = [account("one", email="user1@acme.example"), account("two", email="two@ACME.example")]
    assert verdicts(a_case(rows, accounts)) == {"one": "hold proposed-link", "two": "hold proposed-link"}


def test_a_confirmed_address_links_and_single_sign_on_tells_it_too() -> None:
    """Where the forge shows no address, its identity provider may."""
    rows = [person(1, username=None, status="inactive"), person(2, username=None)]
    accounts = [account("one", email="USER1@acme.example"), account("two")]
    identities = [Identity(AccountId("#two"), "user2@acme.example", ("other@acme.example",))]
    case = a_case(rows, accounts, links=(BY_LOGIN, EMAIL_CONFIRMED), identities=identities)
    assert verdicts(case) == {"one": "leave status-leave", "two": "keep stays"}


def test_duplicate_addresses_never_link() -> None:
    """Two people with one address, or two accounts: nobody knows whose it is, so nobody leaves."""
    links = (EMAIL_CONFIRMED,)
    rows = [person(n, email="info@acme.example", status="inactive") for n in (1, 2)]
    case = a_case(rows, [account("info", email="info@acme.example")], links=links)
    assert verdicts(case) == {"info": "hold ambiguous", "E1": "hold ambiguous", "E2": "hold ambiguous"}
    accounts = [account(login, email="user1@acme.example") for login in ("a", "b")]
    case = a_case([person(1, status="inactive")], accounts, links=links)
    assert verdicts(case) == {
        "a": "hold ambiguous",
        "b": "hold ambiguous",
        "E1": "hold ambiguous",
    } or verdicts(case) == {"a": "hold ambiguous", "b": "hold ambiguous", "user1": "hold ambiguous"}


def test_a_person_with_two_accounts_by_different_columns_is_ambiguous() -> None:
    """Login says one, address says another: both are held."""
    rows = [person(1, username="one", status="inactive")]
    case = a_case(
        rows, ["one", account("two", email="user1@acme.example")], links=(BY_LOGIN, EMAIL_CONFIRMED)
    )
    assert set(verdicts(case).values()) == {"hold ambiguous"}


def test_an_account_claimed_through_two_columns_by_two_people_costs_neither() -> None:
    """The one who left does not take the account of the one who stays."""
    rows = [
        person(1, username="one", email=None, status="inactive"),
        person(2, username=None, email="x@acme.example"),
    ]
    case = a_case(rows, [account("one", email="X@acme.example")], links=(BY_LOGIN, EMAIL_CONFIRMED))
    assert verdicts(case)["one"] == "hold another-record"


def test_a_rehired_person_keeps_the_account() -> None:
    """Any active record of a person wins over an ended one, in whatever order they come."""
    rows = [person(1, username="alice", status="inactive"), person(2, username="Alice")]
    for given in (rows, rows[::-1]):
        assert verdicts(a_case(given, ["alice"])) == {"alice": "keep stays"}


def test_a_rehired_person_whose_new_record_lacks_the_login_is_held() -> None:
    """It shares the address with the ended record, so it may be the same person's."""
    rows = [
        person(1, username="alice", email="alice@acme.example", status="inactive"),
        person(2, username=None, email="alice@acme.example"),
    ]
    assert verdicts(a_case(rows, ["alice"]))["alice"] == "hold another-record"


def test_a_login_that_went_missing_since_the_earlier_extract_still_protects() -> None:
    """Yesterday the active record had this login; losing it today makes nobody a leaver."""
    ended = person(1, username="alice", email=None, status="inactive")
    was, now = person(2, username="alice", email=None), person(2, username=None, email=None)
    case = a_case([ended, now], ["alice"], earlier=a_case([ended, was], []).earlier)
    assert verdicts(case)["alice"] == "hold another-record"


def test_of_several_records_the_unknown_one_wins_over_the_ended_one() -> None:
    """A missing status is not inactive, whoever else says so; when all have ended, the account goes."""
    ended, unknown = person(1, username="alice", status="inactive"), person(2, username="alice", status=None)
    assert verdicts(a_case([ended, unknown], ["alice"])) == {"alice": "hold missing-status"}
    both = [ended, {**unknown, "status": "inactive"}]
    assert verdicts(a_case(both, ["alice"])) == {"alice": "leave status-leave"}


def test_the_links_file_wins_over_every_column() -> None:
    """Whatever the columns say of the person, or of the account."""
    rows = [person(1, username="wrong", status="inactive"), person(2, username="right", email=None)]
    case = a_case(rows, ["right", "wrong"], lines=(LinkLine("E1", "RIGHT"),))
    found = verdicts(case)
    assert found["wrong"] == "keep orphan"
    assert found["right"] == "hold another-record"  # E2 says that it is its own
    assert verdicts(a_case(rows[:1], ["right", "wrong"], lines=(LinkLine("E1", "RIGHT"),))) == {
        "right": "leave status-leave",
        "wrong": "keep orphan",
    }


def test_a_link_by_id_survives_a_rename_and_a_recycled_login() -> None:
    """Robert was bob; the bob of today is somebody else and is left alone."""
    rows = [person(1, username="bob", status="inactive", email=None)]
    accounts = [account("robert", "7"), account("bob", "8")]
    case = a_case(rows, accounts, lines=(LinkLine("E1", "bob", AccountId("7")),))
    assert verdicts(case) == {"robert": "leave status-leave", "bob": "keep orphan"}


def test_a_recycled_login_is_not_invited_again() -> None:
    """The linked account is gone and its login is another's now: nobody is invited in that name."""
    rows = [person(1, username="bob")]
    case = a_case(rows, [account("bob", "8", kind="bot")])
    assert verdicts(case) == {"bob": "keep bot", "E1": "hold login-taken"}


def test_a_linked_account_whose_person_vanished_is_held() -> None:
    """By the links file, or because the earlier extract knew that person."""
    assert verdicts(a_case([], ["alice"], lines=(LinkLine("E1", "alice"),))) == {"alice": "hold absent"}
    earlier = a_case([person(1, username="Alice")], []).earlier
    assert verdicts(a_case([person(2)], ["alice"], earlier=earlier))["alice"] == "hold absent"


def test_bots_and_externals_are_kept_by_the_links_file_and_by_the_forge() -> None:
    """Their accountable person may leave; they do not leave with that person."""
    rows = [person(1, username="ci", status="inactive")]
    lines = (LinkLine("E1", "ci", kind="bot"), LinkLine("E1", "guest", kind="external"))
    case = a_case(rows, ["ci", "guest", account("app", kind="bot")], lines=lines)
    found = verdicts(case)
    assert (found["app"], found["guest"]) == ("keep bot", "keep external")
    assert "leave" not in " ".join(found.values())


def test_linked_counts_confirmed_links_of_person_accounts() -> None:
    """Bots are no person accounts, and a proposal is no link."""
    rows = [person(1), person(2, username=None), person(3)]
    linked = [account("user1"), account("two", email="user2@acme.example"), account("user3")]
    accounts = [*linked, account("ci", kind="bot"), account("nobody")]
    decisions = decide(a_case(rows, accounts))
    assert decisions.linked() == (2, 4)
    assert [d.login for d in decisions.orphans()] == ["nobody"]
    assert decisions.ambiguous() == []
    decisions.close()


def test_evidence_names_the_column_and_its_value() -> None:
    """Who reads the decision sees by what the two belong together."""
    decisions = decide(replace(a_case([person(1)], ["user1"], links=(BY_LOGIN, BY_EMAIL))))
    assert decisions.find("USER1")[0].because.endswith("(linked by username = user1).")
    decisions.close()
