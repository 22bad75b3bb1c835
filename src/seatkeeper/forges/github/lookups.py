"""Whose a login is today."""

from collections.abc import Iterable

from seatkeeper.errors import Unintelligible
from seatkeeper.forges.github import queries
from seatkeeper.forges.http.client import Http
from seatkeeper.forges.http.graphql import GraphAnswer, query
from seatkeeper.model.ids import AccountId
from seatkeeper.model.snapshot import Account


def lookup(http: Http, logins: Iterable[str]) -> dict[str, Account | None]:
    """Which accounts these logins are today, keys as given; None: nobody's. Many to a call."""
    asked = list(dict.fromkeys(logins))
    found: dict[str, Account | None] = dict.fromkeys(asked)
    named = [login for login in asked if login.strip()]
    for start in range(0, len(named), queries.LOGINS_PER_CALL):
        batch = named[start : start + queries.LOGINS_PER_CALL]
        variables = {f"login{n}": login for n, login in enumerate(batch)}
        answer = query(http, queries.logins(len(batch)), variables)
        for n, login in enumerate(batch):
            found[login] = _account(answer, n, login)
    return found


def _account(answer: GraphAnswer, n: int, login: str) -> Account | None:
    node = answer.at(f"user{n}")
    if node is None:
        error = answer.error_at(f"user{n}")
        if error is not None and error.type != "NOT_FOUND":
            raise Unintelligible(f"the forge does not say whose the login {login} is: {error.message}")
        return None
    if node["login"].casefold() != login.casefold():
        return None
    return Account(AccountId(str(node["databaseId"])), node["login"], name=node.get("name") or None)
