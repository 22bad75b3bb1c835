"""Tasks: what is put to a person beside a plan, because no rule may decide it."""

from collections.abc import Iterable, Iterator, Mapping

from seatkeeper.model.ids import AccountId
from seatkeeper.model.plan import Change, Task
from seatkeeper.model.run import Taking
from seatkeeper.rules.bots import Bot
from seatkeeper.rules.words import count, number


def bot_tasks(bots: Iterable[Bot]) -> Iterator[Task]:
    """A bot for which nobody answers is kept, and somebody is asked for."""
    for bot in bots:
        if bot.trouble:
            told = f"is a bot, and {bot.trouble}; it is kept"
            yield Task(
                "bot", bot.account, bot.login, told, f"seatkeeper links --set {bot.login}=PERSON --kind bot"
            )


def offers(changes: Iterable[Change], taken: Mapping[AccountId, Iterable[Taking]]) -> Iterator[Task]:
    """What our runs once took from whoever joins, beyond what today's rules give: offered, never given."""
    for change in changes:
        before = {t.grant: t.at for t in taken.get(change.account, ()) if t.grant not in change.after}
        if change.kind != "join" or not before:
            continue
        given = count(len(change.after), "grant", "grants")
        last = f"{max(before.values()):%Y-%m-%d}"
        told = (
            f"had {number(len(before))} more that our runs took or may have taken, the last on {last}; "
            f"the rules of today give {given}, and the rest only if somebody asks for it"
        )
        yield Task(
            "earlier-access",
            change.account,
            change.login,
            told,
            f"seatkeeper restore --account {change.login}",
        )
