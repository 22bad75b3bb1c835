"""A process that forks one child for each line it reads; each child is `seatkeeper`, and may be killed.

The parent says which command to type, where, and at which point of the step
protocol the child is to die of a SIGKILL of its own: before or after the
n-th call of a door about one account. The doors are wrapped here, in the
child, so the product knows nothing of it. Forking from a process that has
imported everything and runs no thread spares each child a second of start-up.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def die() -> None:
    """No cleaning up, no last word."""
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(plainly: Callable[..., Any], concerns: Callable[..., bool], order: dict[str, Any]) -> Any:
    """The call, and death before or after its n-th time that concerns the account."""
    seen = 0

    def call(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal seen
        mine = concerns(*given, **named)
        seen += mine
        if mine and seen == order["nth"] and order["when"] == "before":
            die()
        result = plainly(self, *given, **named)
        if mine and seen == order["nth"] and order["when"] == "after":
            die()
        return result

    return call


def arm(order: dict[str, Any]) -> None:
    """Wrap the door that the order names."""
    from seatkeeper.forges.github.reader import GitHubReader  # noqa: PLC0415  # imported once, before forking
    from seatkeeper.forges.github.writer import GitHubWriter  # noqa: PLC0415
    from seatkeeper.journal.store import SqlStore  # noqa: PLC0415

    account, change = order["account"], order["change"]

    def journals(drafts: Any, *_given: Any) -> bool:
        return any(d.kind == order["door"] and d.change == change for d in drafts)

    def tells(kind: str) -> Callable[..., bool]:
        return lambda drafts, *_given: any(d.kind == kind for d in drafts)

    doors: dict[str, tuple[Any, str, Callable[..., bool]]] = {
        "intent": (SqlStore, "append", journals),
        "outcome": (SqlStore, "append", journals),
        "send": (GitHubWriter, "send", lambda _step, state: state.account == account),
        "read": (GitHubReader, "accounts", lambda targets: any(t.account == account for t in targets)),
        "notice": (SqlStore, "append", tells("notice")),
        "claimed": (SqlStore, "append", tells("notice-claimed")),
        "told": (SqlStore, "append", tells("notice-told")),
        "started": (SqlStore, "append", tells("run-started")),
        "ended": (SqlStore, "append", tells("run-ended")),
    }
    where, name, concerns = doors[order["door"]]
    setattr(where, name, deadly(getattr(where, name), concerns, order))


def child(order: dict[str, Any]) -> None:
    """Become the command; its words go to a file beside the plan."""
    from seatkeeper.cli.main import main  # noqa: PLC0415  # imported once, before forking

    os.chdir(order["folder"])
    os.environ.update(order["environ"])
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if order["door"]:
        arm(order)
    sys.argv = ["seatkeeper", *order["words"]]
    try:
        main()
    except SystemExit as left:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(left.code if isinstance(left.code, int) else 0)


def serve() -> None:
    """One order a line; the answer is how the child ended, as `subprocess` tells it."""
    import duckdb  # noqa: F401, PLC0415  # what every child would import
    import httpx2  # noqa: F401, PLC0415
    import pyarrow  # noqa: F401, ICN001, PLC0415
    import rich.console  # noqa: PLC0415
    import rich.table  # noqa: F401, PLC0415

    import seatkeeper.bootstrap  # noqa: PLC0415
    import seatkeeper.cli.apply  # noqa: PLC0415
    import seatkeeper.cli.exits  # noqa: PLC0415
    import seatkeeper.cli.follow  # noqa: PLC0415
    import seatkeeper.cli.main  # noqa: PLC0415
    import seatkeeper.cli.plans  # noqa: PLC0415
    import seatkeeper.cli.revoke  # noqa: PLC0415
    import seatkeeper.cli.runs  # noqa: PLC0415
    import seatkeeper.cli.status  # noqa: PLC0415
    import seatkeeper.config.load  # noqa: PLC0415
    import seatkeeper.forges.github.reader  # noqa: PLC0415
    import seatkeeper.forges.github.writer  # noqa: PLC0415
    import seatkeeper.forges.simulator.clock  # noqa: PLC0415
    import seatkeeper.journal.store  # noqa: PLC0415
    import seatkeeper.signatures  # noqa: PLC0415
    import seatkeeper.sources.sql  # noqa: PLC0415
    import seatkeeper.workflow.again  # noqa: PLC0415
    import seatkeeper.workflow.apply  # noqa: PLC0415
    import seatkeeper.workflow.follow  # noqa: F401, PLC0415

    for line in sys.stdin:
        born = os.fork()
        if born == 0:
            child(json.loads(line))
        _, status = os.waitpid(born, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  # the answer


if __name__ == "__main__":
    serve()
