"""`seatkeeper revoke`."""

import sys
from typing import TYPE_CHECKING

import click

from seatkeeper.cli.holder import held
from seatkeeper.cli.options import Call, shared
from seatkeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from seatkeeper.model.grants import Grant
    from seatkeeper.model.run import Brake
    from seatkeeper.workflow.remains import Remains
    from seatkeeper.workflow.revoke import Revocation
    from seatkeeper.workflow.runs import RunState

CHANGES_EXIT = 3
FLOOR_EXIT = 4
MOST = 12


@click.command("revoke")
@shared
@click.argument("account", metavar="ACCOUNT")
@click.option("--reason", help="Why; whoever reviews it reads it.")
@click.option("--now", is_flag=True, help="Do it; without this, it is only shown what would be taken.")
@click.option("--review", "reviews", is_flag=True, help="Sign, as a second person, what was revoked.")
@click.option("--key", help="Your SSH key; the approvers file says who you are.")
def command(call: Call, account: str, reason: str | None, now: bool, reviews: bool, key: str | None) -> None:
    """Take everything from one account at once, on one person's word, and keep it out; reviewed afterwards.

    It waits for no schedule, no second extract, no limit and no brake that is set.
    ACCOUNT is a login or an id.
    """
    if (now or reviews) and key is None:
        raise UsageError(
            "A revocation is signed.", remedy="seatkeeper revoke ACCOUNT --now --reason TEXT --key KEY"
        )
    if reviews and key is not None:
        _review(call, account, key)
    elif now and key is not None:
        if not (reason or "").strip():
            raise UsageError(
                "A revocation has a reason: its reviewer reads it.",
                remedy=f"seatkeeper revoke {account} --now --reason TEXT --key KEY",
            )
        _revoke(call, account, str(reason), key)
    else:
        _foresee(call, account)


def _foresee(call: Call, account: str) -> None:
    from seatkeeper.cli.tables import plan_view
    from seatkeeper.rules.render import to_json
    from seatkeeper.workflow.revoke import revocation

    with call.office() as office:
        made = revocation(office.desk, account, "asked what it would take")

    def shown(console: "Console") -> None:
        console.print(plan_view(made.plan, made.digest))
        following = f"seatkeeper revoke {account} --now --reason TEXT --key KEY"
        console.print(f"Nothing was done. next: {following}", markup=False)

    call.tell({"plan": to_json(made.plan)}, shown)
    sys.exit(CHANGES_EXIT if made.change else FLOOR_EXIT)


def _revoke(call: Call, account: str, reason: str, key: str) -> None:
    from seatkeeper.cli.runs import run_dict
    from seatkeeper.model.ids import Digest
    from seatkeeper.model.plan import Plan
    from seatkeeper.workflow.apply import apply
    from seatkeeper.workflow.remains import remains
    from seatkeeper.workflow.revoke import revoke

    with call.office() as office:
        desk = office.desk

        def carry_out(plan: Plan, digest: Digest, file: bytes) -> "RunState":
            writer = office.writer
            return held(lambda holder: apply(desk, writer, plan, digest, file, holder=holder), at_once=True)

        revoked = revoke(desk, account, reason, key, carry_out)
        made, done, _ = revoked
        left = remains(desk, revoked)
        brake = desk.brake(made.plan.organization)
    facts = {
        "account": made.state.account,
        "login": made.state.login,
        "revoked": bool(done) and left.nothing_known,
        "runs": [run_dict(state) for state in done],
        "remains": {
            "grants": _named(left.held, made),
            "kept_while_suspended": _named(left.kept, made),
            "unread": sorted(made.state.names.get(r, r.id) for r in left.unread),
            "invited": left.invited,
            "administered": list(left.administered),
            "elsewhere": list(left.elsewhere),
        },
        "pinned_out": bool(done),
        "brake": brake._asdict() if brake else None,
        "review": "waiting" if done else None,
        "held": [hold.because for hold in made.plan.holds],
    }
    call.tell(facts, lambda console: _show(console, made, done, left, brake))
    sys.exit(FLOOR_EXIT if not done else 0 if left.nothing_known else 1)


def _named(grants: "frozenset[Grant]", made: "Revocation") -> list[str]:
    names = made.state.names
    return [f"{g.resource.kind} {names.get(g.resource, g.resource.id)}: {g.role}" for g in sorted(grants)]


def _show(
    console: "Console",
    made: "Revocation",
    done: tuple["RunState", ...],
    left: "Remains",
    brake: "Brake | None",
) -> None:
    from seatkeeper.cli.runs import show_run
    from seatkeeper.cli.words import words

    for hold in made.plan.holds:
        console.print(f"[bold red]Not revoked:[/] {words(hold.because)}")
    if not done:
        return
    for state in done:
        show_run(console, state)
    for line in _left(left, made):
        console.print(line)
    if brake is not None:
        console.print(f"The brake of {words(brake.by)} is still set for everything else.", style="yellow")
    console.print(
        f"A second person reviews it. next: seatkeeper revoke {made.state.login} --review --key KEY",
        markup=False,
    )


def _left(left: "Remains", made: "Revocation") -> "Iterator[str]":
    from seatkeeper.cli.words import words
    from seatkeeper.rules.words import count

    login = words(made.state.login)
    if left.kept and left.nothing_known:
        yield (
            f"[green]{login} is suspended on the whole server[/] and pinned out: it can use nothing, and "
            f"keeps {count(len(left.kept), 'grant', 'grants')} for as long as nobody takes them."
        )
    elif left.nothing_known:
        yield f"[green]{login} holds nothing any more[/] where it was known to, and is pinned out."
    yield from (f"[bold red]still held:[/] {words(line)}" for line in _named(left.held, made))
    for resource in sorted(left.unread):
        name = made.state.names.get(resource, resource.id)
        yield f"[yellow]could not be read:[/] {resource.kind} {words(name)}"
    if left.invited:
        yield "[bold red]still invited:[/] an invitation is open"
    yield "What no grant tells, and somebody has to look at:"
    if left.administered:
        more = f" and {len(left.administered) - MOST:,} more" if len(left.administered) > MOST else ""
        yield f"  it was admin of: {words(', '.join(left.administered[:MOST]))}{more}"
    yield from (f"  {words(line)}" for line in left.elsewhere)


def _review(call: Call, account: str, key: str) -> None:
    from seatkeeper.workflow.revoke import review

    with call.office() as office:
        approval = review(office.desk, office.known_organization(), account, key)
    done = f"{approval.person} reviewed the revocation of {account}."
    call.tell(
        {"reviewed_by": approval.person, "plan": approval.plan},
        lambda console: console.print(done, markup=False),
    )
