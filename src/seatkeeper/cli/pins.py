"""`seatkeeper pins`."""

from typing import TYPE_CHECKING

import click

from seatkeeper.cli.options import Call, shared

if TYPE_CHECKING:
    from rich.console import Console

    from seatkeeper.workflow.pins import Pinned


@click.command("pins")
@shared
@click.option("--lift", metavar="ACCOUNT", help="Lift the pins that runs set on this account.")
@click.option("--reason", help="Why they are lifted.")
@click.option("--key", help="Your SSH key; the approvers file says who you are.")
def command(call: Call, lift: str | None, reason: str | None, key: str | None) -> None:
    """List the pins: who says what of whom until when, and whom each decides today; or lift some.

    Whom a pin decides is of the last observation: those of whom something else would be decided without it.
    Only pins that runs set are lifted here; those of the configuration are taken out there.
    """
    if lift is not None:
        _lift(call, lift, reason, key)
        return
    from seatkeeper.workflow.pins import pins

    with call.office() as office:
        found = pins(office.desk, office.known_organization())
    call.tell({"pins": [_facts(one) for one in found]}, lambda console: _show(console, found))


def _facts(one: "Pinned") -> dict[str, object]:
    pin, use = one.pin, one.use
    return {
        "pin": pin.kind,
        "account": pin.account or pin.account_id,
        "person": pin.person,
        "when": pin.when,
        "owner": pin.owner,
        "reason": pin.reason,
        "ticket": pin.ticket,
        "since": one.since.isoformat() if one.since else None,
        "until": pin.until.isoformat(),
        "days_left": one.days_left,
        "lapsed": one.days_left < 0,
        "speaks_of": use.speaks if use else None,
        "decides": list(use.decides) if use else None,
        "last_decided": one.last.isoformat() if one.last else None,
        "idle": one.idle,
    }


def _show(console: "Console", found: "list[Pinned]") -> None:
    from rich.table import Table

    from seatkeeper.cli.words import words
    from seatkeeper.rules.words import listed

    table = Table()
    for heading in ("pin", "on", "owner", "since", "until", "decides today", "last decided", "reason"):
        table.add_column(heading)
    for one in found:
        pin, use = one.pin, one.use
        decided = words(listed(use.decides)) if use else "nothing observed yet"
        told = f"{words(pin.reason)} ({words(pin.ticket)})" if pin.ticket else words(pin.reason)
        since, last = (str(day) if day else "no plan yet" for day in (one.since, one.last))
        by = f"[yellow]nobody: {one.idle}[/]" if one.idle else decided
        table.add_row(pin.kind, words(pin.scope), words(pin.owner), since, _until(one), by, last, told)
    console.print(table)
    held = [name for one in found if one.days_left < 0 and one.use for name in one.use.decides]
    if held:
        console.print(
            f"Held since their pin lapsed: {listed(held)}. Their owners renew it, or an approver decides:",
            markup=False,
        )
        console.print(f"  next: seatkeeper plan --with {held[0]} --key KEY", markup=False)


def _until(one: "Pinned") -> str:
    from seatkeeper.workflow.pinning import UNTIL_LIFTED

    if one.pin.until == UNTIL_LIFTED:
        return "lifted"
    if one.days_left < 0:
        return f"{one.pin.until} [red]lapsed[/]"
    return f"{one.pin.until} ({one.days_left:,} days)"


def _lift(call: Call, login: str, reason: str | None, key: str | None) -> None:
    from seatkeeper.errors import UsageError
    from seatkeeper.workflow.pinning import lift
    from seatkeeper.workflow.takings import named_accounts

    if not reason or not key:
        raise UsageError(
            "Whoever lifts a pin signs it, and says why.",
            remedy=f"seatkeeper pins --lift {login} --reason TEXT --key KEY",
        )
    with call.office() as office:
        organization = office.known_organization()
        found = named_accounts(office.desk, organization, [login])
        people = [lift(office.desk, organization, account, reason, key) for account in sorted(found)]
    call.tell(
        {"lifted_by": people[0], "account": login, "reason": reason},
        lambda console: console.print(f"{people[0]} lifted the pins on {login}: {reason}", markup=False),
    )
