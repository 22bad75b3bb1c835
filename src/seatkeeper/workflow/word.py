"""The word before the act: admins learn how many are about to lose access, and have time to say no."""

from collections.abc import Callable
from datetime import datetime

from seatkeeper.model.notice import Word
from seatkeeper.rules.effects import takes
from seatkeeper.workflow.announce import queue
from seatkeeper.workflow.desk import Desk
from seatkeeper.workflow.protocol import wait
from seatkeeper.workflow.record import Run

SHOWN = 10


def word_before(desk: Desk, run: Run, started: datetime, send: Callable[[], object]) -> None:
    """Wait for a veto where this run takes access from more people than may go without a word.

    A veto is a brake: `Braked`. `send` sends what is due; whether a server took it changes nothing of the
    wait. A run that was interrupted waits for what is left of it; a revocation is urgent, and does not wait.
    """
    losing = sorted((c for c in run.plan.changes if takes(c)), key=lambda c: c.wave)
    if desk.notices.word is None or len(losing) <= desk.notices.word[0] or run.plan.kind == "revoke":
        return
    until = started + desk.notices.word[1]
    if desk.clock.now() >= until:
        return
    told = {
        "run": run.id,
        "losing": len(losing),
        "first": [f"{c.name or c.login} ({c.login})" for c in losing[:SHOWN]],
        "until": until.isoformat(),
    }
    queue(desk, run.plan.organization, Word("before-the-act", run.id, told))
    send()
    wait(desk, run, (until - desk.clock.now()).total_seconds())
