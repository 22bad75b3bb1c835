"""What was decided, to be counted and read; only what is asked for becomes an object."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from seatkeeper.model.decision import Decision
from seatkeeper.model.ids import AccountId, PersonKey
from seatkeeper.rules.because import Facts, because, missing_columns, telling_column
from seatkeeper.rules.clause import clause
from seatkeeper.rules.link import BY_FILE
from seatkeeper.rules.links import linked
from seatkeeper.rules.move import entitled, entitled_to_change, find_movers, touched
from seatkeeper.rules.pins import NAMED, Use, apply_pins, decides, heard, pin_rules, silence
from seatkeeper.rules.predicate import AS_OF
from seatkeeper.rules.reasons import REASONS, VERB, listed
from seatkeeper.rules.records import join_rule, leave_rule, local_day
from seatkeeper.rules.show import atoms, text_of
from seatkeeper.rules.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from seatkeeper.model.decision import Verb
    from seatkeeper.model.grants import Grant
    from seatkeeper.model.people import Column
    from seatkeeper.model.policy import Access, Pin
    from seatkeeper.rules.access import Entitlement
    from seatkeeper.rules.case import Case
    from seatkeeper.rules.links import Link
    from seatkeeper.rules.tables import Tables


class Whom(NamedTuple):
    """Whom a decision is about: an account, or a person (by key) who holds none."""

    account: AccountId | None
    person: PersonKey | None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Whom this decision is about."""
        return cls(decision.account, None if decision.account else decision.person)


class Told(NamedTuple):
    """A decision without what led to it: to compare two decidings."""

    account: AccountId | None
    person: PersonKey | None
    reason: str

    @property
    def whom(self) -> Whom:
        """Whom it is about."""
        return Whom(self.account, None if self.account else self.person)


_TOLD = (
    "SELECT account.id, told.sk_key, d.reason::VARCHAR FROM decided d "
    "LEFT JOIN account ON account.sk_row = d.a LEFT JOIN told ON told.sk_row = d.r"
)


class Decisions:
    """The decisions of one case: one for every account, and one for every record that holds none.

    Where several records are one person's, the one that decided stands for all of them.
    """

    def __init__(self, tables: Tables, case: Case) -> None:
        """Read from tables that `decide` has filled."""
        self._tables = tables
        self.case = case
        self._entitled: dict[str, list[Entitlement]] | None = None
        self._spoken: dict[Whom, list[Pin]] | None = None
        self._rules = {"leave": leave_rule(case), "join": join_rule(case)}
        self._rules |= {f"pin {n}": rule for n, rule in pin_rules(case).items()}

    def counts(self) -> dict[Verb, int]:
        """How many decisions of each verb."""
        counted: Counter[Verb] = Counter(dict.fromkeys(("join", "move", "leave", "keep", "hold"), 0))
        for reason, number in self.reasons().items():
            counted[VERB[reason]] += number
        return dict(counted)

    def reasons(self) -> dict[str, int]:
        """How many decisions of each reason."""
        found = self._tables.ask("SELECT reason, count(*) FROM decided GROUP BY reason ORDER BY reason")
        return {str(reason): int(number) for reason, number in found}

    def of(self, *verbs: Verb) -> list[Decision]:
        """The decisions of these verbs, in order of login, then key."""
        reasons = tuple(reason for reason in REASONS if VERB[reason] in verbs)
        return self._read(f"d.reason IN ({listed(reasons)})") if reasons else []

    def learn(self, grants: frozenset[Grant]) -> None:
        """Find out who moves, of those whose grants these are, and what pins say of everything.

        It may be called again where grants are told later: the first call knew nobody who moves.
        """
        self.case = replace(self.case, grants=grants)
        silence(self._tables)
        find_movers(self._tables, self.case)
        apply_pins(self._tables, self.case)
        self._entitled = self._spoken = None

    def touched(self, rules: Sequence[Access]) -> set[AccountId]:
        """The accounts of those for whom one of these access rules is not certainly false."""
        return {AccountId(account) for account in touched(self._tables, self.case, rules)}

    def told(self, *verbs: Verb) -> set[Told]:
        """What was decided, or what of these verbs."""
        reasons = tuple(reason for reason in REASONS if not verbs or VERB[reason] in verbs)
        return {Told(*row) for row in self._tables.ask(f"{_TOLD} WHERE d.reason IN ({listed(reasons)})")}

    def apart_from(self, other: Self) -> set[Told]:
        """What one of these two decidings tells and the other does not."""
        self._tables.take("others", other._tables.give(_TOLD))
        rows = self._tables.ask(f"(({_TOLD}) EXCEPT FROM others) UNION (FROM others EXCEPT ({_TOLD}))")
        return {Told(*row) for row in rows}

    def about(self, whom: Collection[Whom]) -> dict[Whom, Decision]:
        """The decisions about these, of those that there are."""
        self._tables.column("asked_id", [one.account for one in whom if one.account])
        self._tables.column("asked_key", [one.person for one in whom if one.person])
        where = "account.id IN (FROM asked_id) OR (d.a IS NULL AND told.sk_key IN (FROM asked_key))"
        return {Whom.of(decision): decision for decision in self._read(where)}

    def clause(self, decision: Decision) -> str:
        """The clause of the policy that speaks in this decision; empty where none but the default does."""
        return clause(decision, self.case.policy, self._rules, self.pins(decision))

    def pins(self, decision: Decision) -> list[Pin]:
        """The pins that speak of whom this decision is about."""
        if self._spoken is None:
            self._spoken = {}
            pins = heard(self.case)
            for account, person, n in self._tables.ask(
                "SELECT account.id, told.sk_key, n FROM spoken JOIN decided d ON d.rowid = place "
                "LEFT JOIN account ON account.sk_row = d.a LEFT JOIN told ON told.sk_row = d.r "
                f"WHERE n <> {NAMED} ORDER BY n"
            ):
                whom = Whom(account, None if account else person)
                self._spoken.setdefault(whom, []).append(pins[n])
        return self._spoken.get(Whom.of(decision), [])

    def uses(self) -> dict[Pin, Use]:
        """What each pin that is heard does today."""
        pins, today = heard(self.case), local_day(self.case)
        whom: dict[int, list[tuple[str, bool]]] = {n: [] for n in range(len(pins))}
        for n, name, sure, was, reason in self._tables.ask(
            "SELECT n, coalesce(account.login, told.sk_key), sure, was, d.reason FROM spoken "
            "JOIN decided d ON d.rowid = place LEFT JOIN account ON account.sk_row = d.a "
            f"LEFT JOIN told ON told.sk_row = d.r WHERE n <> {NAMED} ORDER BY 2"
        ):
            whom[n].append((name, decides(pins[n], today, sure=sure, was=was, reason=reason)))
        return {
            pins[n]: Use(len(told), tuple(name for name, decided in told if decided))
            for n, told in whom.items()
        }

    def account(self, account: AccountId) -> Decision | None:
        """The decision about one account."""
        found = self._read("account.id = ?", [account])
        return found[0] if found else None

    def find(self, text: str) -> list[Decision]:
        """The decisions about whoever has this login, key, account id or e-mail address, in any case."""
        wanted = text.strip().casefold()
        asked = ["lower(account.login)", "lower(account.id)", "lower(account.email)", "lower(told.sk_key)"]
        asked += [f"told.sk_k{number}" for number in range(len(self.case.policy.links))]
        return self._read(f"({' OR '.join(f'{column} = ?' for column in asked)})", [wanted] * len(asked))

    def entitled(self, person: PersonKey) -> list[Entitlement]:
        """What the access rules give this person."""
        if self._entitled is None:
            self._entitled = entitled_to_change(self._tables, self.case)
        known = self._entitled.get(person)
        return known if known is not None else entitled(self._tables, self.case, person)

    def foreseen(self, person: PersonKey) -> date | None:
        """The first day on which a whole extract showed this person's present end date, if one did."""
        return self.case.ends_seen.get(person)

    def linked(self) -> tuple[int, int]:
        """How many person accounts have a confirmed link, and how many person accounts there are."""
        confirmed = [n for n, by in enumerate(self.case.policy.links) if by.trust == "confirmed"]
        via = ", ".join(str(n) for n in (BY_FILE, *confirmed))
        linked, accounts = self._tables.ask(
            f"SELECT count(*) FILTER (via IN ({via})), count(*) FROM decided "
            "WHERE a IS NOT NULL AND reason NOT IN ('bot', 'external')"
        )[0]
        return int(linked), int(accounts)

    def orphans(self) -> list[Decision]:
        """Accounts without a person."""
        others = listed(("bot", "external", "ambiguous"))
        return self._read(f"d.a IS NOT NULL AND d.r IS NULL AND d.reason NOT IN ({others})")

    def bots(self) -> list[Decision]:
        """Accounts that are no person's, by the forge's word or by the file of links."""
        return self._read("d.reason = 'bot'")

    def ambiguous(self) -> list[Decision]:
        """Accounts and records of which it is not certain who belongs to whom."""
        return self._read("d.reason = 'ambiguous'")

    def links(self) -> list[Link]:
        """Every account with whoever it is linked to or might be, in order of login."""
        keys = "".join(f", told.sk_k{n}" for n, _ in enumerate(self.case.policy.links))
        rows = self._tables.ask(
            f"SELECT account.id, account.login, d.reason, d.via, told.sk_key{keys} FROM decided d "
            "JOIN account ON account.sk_row = d.a LEFT JOIN told ON told.sk_row = d.r "
            "ORDER BY lower(account.login)"
        )
        return [linked(self.case, row) for row in rows]

    def says(self, people: Collection[PersonKey]) -> dict[PersonKey, str]:
        """What the policy makes of each of these records by itself, as a reason; of those that there are."""
        self._tables.column("asked_key", people)
        found = self._tables.ask("SELECT sk_key, sk_says FROM told SEMI JOIN asked_key ON sk_key = k")
        return {PersonKey(key): str(reason) for key, reason in found}

    def candidates(self) -> dict[AccountId, list[PersonKey]]:
        """The people who fit, of each account or person that is claimed more than once."""
        found = self._tables.ask(
            "SELECT DISTINCT account.id, told.sk_key FROM contest JOIN account ON account.sk_row = contest.a "
            "JOIN told ON told.sk_row = contest.r ORDER BY account.id, told.sk_key"
        )
        fitting: dict[AccountId, list[PersonKey]] = {}
        for account, person in found:
            fitting.setdefault(AccountId(account), []).append(PersonKey(person))
        return fitting

    def close(self) -> None:
        """Let go of the tables."""
        self._tables.close()

    def _read(self, where: str, values: Sequence[object] = ()) -> list[Decision]:
        """The rows of ``decided`` for which `where` holds, as objects."""
        case = self.case
        shown = [column.name for column in case.columns]
        tests = [atom.sql for rule in self._rules.values() if rule is not None for atom in rule.atoms]
        values_of = [*(_readable(column) for column in case.columns), quoted(AS_OF), *tests]
        fetched = ", ".join(f"{sql} AS sk_v{n}" for n, sql in enumerate(values_of))
        columns = ", ".join(f"p.sk_v{n}" for n in range(len(values_of)))
        rows = self._tables.ask(
            "SELECT d.reason, d.via, account.id, account.login, account.name, told.sk_key, told.sk_says, "
            f"{columns} FROM decided d LEFT JOIN account ON account.sk_row = d.a "
            f"LEFT JOIN (SELECT sk_row, {fetched} FROM person) p ON p.sk_row = d.r "
            "LEFT JOIN told ON told.sk_row = d.r "
            f"WHERE {where} ORDER BY lower(account.login), told.sk_key",
            values,
        )
        return [self._decision(row, shown) for row in rows]

    def _decision(self, row: tuple[Any, ...], shown: list[str]) -> Decision:
        case = self.case
        reason, via, account, login, name, key, says = row[:7]
        values = dict(zip((*shown, AS_OF), row[7 : 8 + len(shown)], strict=True)) if key is not None else {}
        truths = row[8 + len(shown) :]
        shown_atoms = atoms(case, self._rules, values, truths) if key is not None else ()
        facts = Facts(
            case, self._rules, str(reason), None if says is None else str(says), values, via, shown_atoms
        )
        end, start = (values.get(c.name) if (c := case.column(role)) else None for role in ("end", "start"))
        return Decision(
            verb=VERB[str(reason)],
            reason=str(reason),
            because=because(facts),
            account=None if account is None else AccountId(account),
            login=login if login is not None else facts.login(),
            person=None if key is None else PersonKey(key),
            name=name if name is not None else text_of(values.get("name")),
            column=telling_column(facts),
            missing=missing_columns(facts),
            end=end,
            start=start,
            atoms=shown_atoms,
        )


def _readable(column: Column) -> str:
    """A column as it is fetched: a moment as its text, which is the same wherever it is read."""
    name = quoted(column.name)
    return f"{name}::VARCHAR" if column.type == "timestamp" else name
