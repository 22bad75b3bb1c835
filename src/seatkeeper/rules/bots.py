"""Bots, and who answers for each: a bot is never taken away, and somebody has to look after it."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.model.policy import LinkLine
from seatkeeper.rules.decisions import Decisions
from seatkeeper.rules.reasons import LEAVE


class Bot(NamedTuple):
    """A bot's account, and why nobody here answers for it; `trouble` is empty where somebody does."""

    account: AccountId
    login: str
    trouble: str


def bots(decisions: Decisions, accounts: Collection[AccountId], lines: Sequence[LinkLine]) -> list[Bot]:
    """Every account of these that is a bot, by the forge's word or by the file of links."""
    found = [d for d in decisions.bots() if d.account in accounts]
    named = {line.account_id or line.login.casefold(): PersonKey(line.person) for line in lines}
    says = decisions.says(set(named.values()))
    told = []
    for one in found:
        account, login = AccountId(one.account or ""), one.login or ""
        person = named.get(account) or named.get(login.casefold())
        told.append(Bot(account, login, _trouble(person, says)))
    return told


def _trouble(person: PersonKey | None, says: dict[PersonKey, str]) -> str:
    if person is None:
        return "no line of the file of links names a person for it"
    if person not in says:
        return f"{person}, who answers for it, is not in the record of people"
    return f"{person}, who answers for it, has left" if says[person] in LEAVE else ""
