"""No flag gets anybody past anything: what is typed is refused, and the journal tells of it."""

import os

import click
import pytest

from seatkeeper.cli.main import seatkeeper
from tests.faults.bench import typed
from tests.security.night import MALLORY, Attempt, Night, Tries, named, nobody_gets_past
from tests.workflow.place import ANA, CHLOE

pytestmark = pytest.mark.slow

STRANGER = "the signature is by a key that the approvers file does not name"
WORDS = ("force", "yes", "skip", "ignore", "unsafe", "override", "without", "bypass", "disable", "no-")


def types(plan: str, *words: str, as_: str = "") -> Tries:
    """A command is typed beside one of the plans, with somebody's key."""

    def tries(night: Night) -> object:
        folder = night.place.config.parent
        (folder / "plan.json").write_bytes(getattr(night, plan).file)
        text = night.place.config.read_text("utf-8")
        (folder / "mine.yaml").write_text(text.replace("limits: {}", "limits: {run: 999}"), "utf-8")
        member = next(iter(sorted(night.approved.plan.changes, key=lambda c: c.kind))).login
        told = [word.format(login=member) for word in words] + (["--key", night.key(as_)] if as_ else [])
        return typed([*told, "--json"], folder, dict(os.environ) | night.place.environ).code

    return tries


ATTEMPTS = (
    Attempt("apply with a plan nobody approved", types("waiting", "apply", "plan.json"), "is not approved"),
    Attempt(
        "apply with a configuration of one's own",
        types("approved", "apply", "plan.json", "-c", "mine.yaml"),
        "The policy has changed since the plan was computed.",
    ),
    Attempt(
        "approve --waive of what one proposed",
        types("wrong", "approve", "plan.json", "--waive", "selection", as_=ANA),
        f"{ANA} proposed this plan",
    ),
    Attempt(
        "approve --waive of what did not trip",
        types("wrong", "approve", "plan.json", "--waive", "undo-in-a-day", as_=CHLOE),
        "did not trip on this plan",
    ),
    Attempt(
        "approve --standing with a stranger's key",
        types("approved", "approve", "--standing", "leave", as_=MALLORY),
        STRANGER,
    ),
    Attempt(
        "approve with a stranger's key typed", types("waiting", "approve", "plan.json", as_=MALLORY), STRANGER
    ),
    Attempt(
        "revoke --now with a stranger's key",
        types("approved", "revoke", "{login}", "--now", "--reason", "because", as_=MALLORY),
        STRANGER,
    ),
    Attempt(
        "apply --scheduled over a plan of one's own",
        types("wrong", "apply", "plan.json", "--scheduled", "leave"),
        "Nobody has approved this policy's leave for the schedule.",
    ),
)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=named)
def test_nobody_gets_past(attempt: Attempt, night: Night) -> None:
    """See `nobody_gets_past`."""
    nobody_gets_past(attempt, night)


def test_no_command_has_a_flag_that_forces_anything() -> None:
    """There is nothing to type that means: in spite of it. `init` alone may be told to write a file anew."""
    context = click.Context(seatkeeper)
    commands = {name: seatkeeper.get_command(context, name) for name in seatkeeper.list_commands(context)}
    flags = {
        f"{name} {flag}"
        for name, command in commands.items()
        if command is not None
        for option in command.params
        for flag in option.opts
    }

    assert "apply --scheduled" in flags
    assert [flag for flag in sorted(flags) if any(word in flag.partition("--")[2] for word in WORDS)] == [
        "init --force"
    ]
