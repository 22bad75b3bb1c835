"""An impact for people to read: as a JSON-able value, and as Markdown for a pull request.

A pull request is read by more people than a record of people is, is mailed,
and stays. So the Markdown names logins, which the forge shows its members
anyway, and clauses of the policy; no name, no address, no value of anybody's record.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from seatkeeper.model.grants import Grant, Resource
from seatkeeper.rules.codec import moment
from seatkeeper.rules.impact import Hit, Impact, Turn, Word
from seatkeeper.rules.plain import markdown_text
from seatkeeper.rules.render import by_sharpness, grant_json, summary
from seatkeeper.rules.steps import in_order
from seatkeeper.rules.words import number, people

SHOWN = 50


class Row(NamedTuple):
    """People whose decision goes from one verb to another because of the same clause."""

    old: str
    new: str
    clause: str
    amount: int
    losing: int


def headline(told: Impact) -> str:
    """The first thing to know."""
    losing, gaining = len(told.losing), sum(bool(t.gains or t.keeps) for t in told.turns)
    held = sum(t.verbs[1] == "hold" and t.verbs[0] != "hold" for t in told.turns)
    return (
        f"{people(losing)} of {number(told.seats)} would lose access, {number(gaining)} would gain or keep "
        f"some, {number(held)} would be held; of {people(len(told.turns))} another decision or reason"
    )


def rows(told: Impact) -> list[Row]:
    """Who turns from what to what because of what, those who lose first, the most first."""
    amounts = Counter((*turn.verbs, turn.clause) for turn in told.turns)
    losing = Counter((*turn.verbs, turn.clause) for turn in told.losing)
    found = [Row(*key, amount, losing[key]) for key, amount in amounts.items()]
    return sorted(found, key=lambda row: (-row.losing, -row.amount, row))


def change_lines(turn: Turn, names: Mapping[Resource, str], most: int = 5) -> list[str]:
    """What somebody would lose, keep, gain or not be given, in words."""
    told = (
        ("loses", turn.loses),
        ("keeps", turn.keeps),
        ("gains", turn.gains),
        ("is not given", turn.misses),
    )
    return [f"{word} {line}" for word, grants in told for line in summary(grants, names, most)]


def to_json(told: Impact) -> dict[str, object]:
    """Everybody whose decision differs, and everything that was told of them."""
    return {
        "old": told.old,
        "new": told.new,
        "observed_at": moment(told.seen_at),
        "people_read_at": moment(told.read_at),
        "headline": headline(told),
        "seats": told.seats,
        "losing": len(told.losing),
        "counts": {"old": dict(told.counts[0]), "new": dict(told.counts[1])},
        "turns": [row._asdict() for row in rows(told)],
        "guards": [{**v._asdict(), "accounts": list(v.accounts)} for v in told.verdicts],
        "teams": [hit._asdict() for hit in told.teams],
        "groups": {"by": told.grouped_by, "worst": [hit._asdict() for hit in told.groups]},
        "people": [_turn(turn, told.names) for turn in told.turns],
        "notes": list(told.notes),
    }


def _turn(turn: Turn, names: Mapping[Resource, str]) -> dict[str, object]:
    def listed(grants: frozenset[Grant]) -> list[dict[str, object]]:
        return [grant_json(grant, names) for grant in in_order(grants)]

    return {
        "login": turn.login,
        "account": turn.whom.account,
        "person": turn.person,
        "name": turn.name,
        "old": _word(turn.old),
        "new": _word(turn.new),
        "clause": turn.clause,
        "loses": listed(turn.loses),
        "keeps": listed(turn.keeps),
        "gains": listed(turn.gains),
        "is_not_given": listed(turn.misses),
    }


def _word(word: Word | None) -> dict[str, object] | None:
    return None if word is None else word._asdict()


def markdown(told: Impact) -> str:
    """The impact as Markdown; everything in it is shown and nothing in it is obeyed."""
    return "\n".join([*_top(told), *_rows(told), *_worst(told), *_guards(told), *_losers(told)]) + "\n"


def _top(told: Impact) -> Iterator[str]:
    yield f"# Impact of {markdown_text(told.new)}, against {markdown_text(told.old)}"
    yield from ("", f"**{markdown_text(headline(told))}.**", "")
    yield f"The forge was observed {moment(told.seen_at)}, the people read {moment(told.read_at)}."
    yield from (f"- {markdown_text(note)}" for note in told.notes)


def _rows(told: Impact) -> Iterator[str]:
    if told.turns:
        yield from ("", "| from | to | people | lose access | because |", "|---|---|---:|---:|---|")
    for row in rows(told)[:SHOWN]:
        because = markdown_text(row.clause) or "the default"
        yield f"| {row.old} | {row.new} | {number(row.amount)} | {number(row.losing)} | {because} |"


def _worst(told: Impact) -> Iterator[str]:
    for what, hits in (("team", told.teams), (told.grouped_by, told.groups)):
        if hits and what is not None:
            yield from ("", f"| {markdown_text(what)} | would lose | of |", "|---|---:|---:|")
            yield from (_hit(hit) for hit in hits[:10])


def _hit(hit: Hit) -> str:
    return f"| {markdown_text(hit.name)} | {number(hit.losing)} | {number(hit.size)} |"


def _guards(told: Impact) -> Iterator[str]:
    speaking = [verdict for verdict in by_sharpness(told.verdicts) if verdict.ruling != "passes"]
    if not speaking:
        yield from ("", "No limit says a word.")
        return
    yield from ("", "| guard | says | arithmetic |", "|---|---|---|")
    for verdict in speaking:
        yield f"| {verdict.guard} | **{verdict.ruling}** | {markdown_text(verdict.arithmetic)} |"


def _losers(told: Impact) -> Iterator[str]:
    losing: Sequence[Turn] = told.losing
    if losing:
        yield from ("", "<details><summary>Who would lose access</summary>", "")
    for turn in losing[:SHOWN]:
        lines = "; ".join(change_lines(turn, told.names))
        yield f"- **{markdown_text(turn.login or 'somebody')}**: {markdown_text(lines)}"
    if len(losing) > SHOWN:
        yield f"- and {number(len(losing) - SHOWN)} more: `seatkeeper impact --json` shows everybody"
    if losing:
        yield from ("", "</details>")
