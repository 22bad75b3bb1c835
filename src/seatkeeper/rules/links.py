"""Links as people look them over: each account, whose it is or might be, and what says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from seatkeeper.errors import UsageError
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.policy import LinkLine
from seatkeeper.rules.link import BY_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seatkeeper.rules.case import Case

State = Literal["confirmed", "proposed", "ambiguous", "bot", "external", "orphan"]
APART: tuple[State, ...] = ("ambiguous", "bot", "external")


class Link(NamedTuple):
    """One account; `person` is None where nobody is linked, and `evidence` says what links them."""

    account: AccountId
    login: str
    state: State
    person: PersonKey | None
    evidence: str

    def line(self) -> LinkLine:
        """The line of the file that makes this link hold whatever becomes of login and address."""
        return LinkLine(str(self.person), self.login, self.account, note=self.evidence)


def linked(case: Case, row: tuple[Any, ...]) -> Link:
    """A row of ``decided``: account, login, reason, via, person and the value of each link column."""
    account, login, reason, via, person = row[:5]
    known = AccountId(account)
    if person is None or via is None:
        state = cast("State", reason) if reason in APART else "orphan"
        return Link(known, str(login), state, None, "")
    if via == BY_FILE:
        return Link(known, str(login), "confirmed", PersonKey(person), "the file of links")
    by, value = case.policy.links[via], str(row[5 + via])
    where = "its login" if by.match == "login" else _address(case, known, value)
    state = "confirmed" if by.trust == "confirmed" else "proposed"
    return Link(known, str(login), state, PersonKey(person), f"{by.column} {value} is {where}")


def _address(case: Case, account: AccountId, value: str) -> str:
    """Where the forge shows this address: a sign-on identity weighs more than a profile."""
    told = (mail for who in case.identities if who.account == account for mail in (*who.emails, who.name_id))
    if any(mail is not None and mail.strip().lower() == value for mail in told):
        return "the address of its single sign-on"
    return "an address that the forge shows for it"


def confirmed(links: Iterable[Link], which: Collection[str]) -> list[LinkLine]:
    """The lines that confirm these proposed links, by login, or all of them.

    Raises `UsageError` for a login that no proposed link has.
    """
    proposed = {link.login.casefold(): link for link in links if link.state == "proposed"}
    chosen = proposed.keys() if "all" in which else {login.casefold() for login in which}
    if strange := sorted(chosen - proposed.keys()):
        raise UsageError(
            f"No link of {strange[0]} is proposed.", remedy="see which are: seatkeeper links --state proposed"
        )
    return [proposed[login].line() for login in sorted(chosen)]


def merged(old: Iterable[LinkLine], new: Iterable[LinkLine], ids: Mapping[str, AccountId]) -> list[LinkLine]:
    """The lines of a file after these were added: one for each account, the later one holds.

    A line without an id is given the one its login (in lower case) has now,
    where it is known, so that a rename or a stranger who takes the login changes nothing.
    """
    lines: dict[str, LinkLine] = {}
    for line in (*old, *new):
        account = line.account_id or ids.get(line.login.casefold())
        told = LinkLine(line.person, line.login, account, line.kind, line.note)
        same = [key for key, one in lines.items() if _same(one, told)]
        for key in same:
            del lines[key]
        lines[account or line.login.casefold()] = told
    return sorted(lines.values(), key=lambda line: line.login.casefold())


def _same(one: LinkLine, other: LinkLine) -> bool:
    if one.account_id is not None and other.account_id is not None:
        return one.account_id == other.account_id
    return one.login.casefold() == other.login.casefold()
