"""The `seatkeeper` command: finds the command's file, and turns every error into words and an exit code."""

import importlib
import sys

import click

COMMANDS = {
    "look": "Look once, keeping nothing: who left and still has access, and what it costs",
    "init": "Write a commented configuration to start from",
    "check": "Check configuration, credentials, source, forge and journal",
    "links": "See, confirm, correct, import and export whose account is whose",
    "observe": "Read the people and the forge once, and keep both",
    "plan": "Decide, and write a plan file for review",
    "show": "Show a plan: terminal, Markdown or JSON",
    "why": "Tell one person's or account's case",
    "test": "Decide the policy's cases, and search for people whose case breaks a law",
    "impact": "Tell whose decision a change of policy changes, before anybody decides",
    "review": "Check, test, impact and plan, as one Markdown text for a pull request",
    "rehearse": "Carry a plan out on a model of the organization, and restore it there",
    "approve": "Sign a plan as its approver, or waive a guard that tripped",
    "apply": "Carry an approved plan out",
    "restore": "Plan to give back what runs took",
    "status": "Tell the true state of runs and their changes",
    "follow": "Move on what waits for people to accept",
    "revoke": "Take everything from one account now; reviewed afterwards",
    "stop": "Set the brake",
    "release": "Lift the brake",
    "history": "Who had what, when, and why it changed",
    "verify": "Walk the journal's chain",
    "pins": "List the pins",
    "holds": "List who is held, and why",
    "notices": "Tell people: list the outbox, and send what is due",
    "incident": "Open an incident, follow it, and write its report",
    "serve": "Serve the status pages of affected people",
    "simulate": "Serve a simulated forge on loopback",
    "conformance": "Show on a scratch organization what every connector must",
    "demo": "Watch the whole story on an invented company",
}


class LazyGroup(click.Group):
    """Knows the commands by name and imports one only when it is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """All commands, in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """Import the command's module; None for a name that is no command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"seatkeeper.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="seatkeeper")
def seatkeeper() -> None:
    """Keep a company's source-code forges in step with its record of people, safely.

    Shell completion: eval "$(_SEATKEEPER_COMPLETE=bash_source seatkeeper)"
    """


def main() -> None:
    """Run the command; no traceback ever reaches a user."""
    try:
        code = seatkeeper.main(prog_name="seatkeeper", standalone_mode=False)
    except click.exceptions.Exit as asked:
        code = asked.exit_code
    except click.Abort:
        click.echo("Interrupted. See how far it got: seatkeeper status", err=True)
        code = 130
    except click.ClickException as wrong:
        code = _misused(wrong)
    except Exception as error:  # noqa: BLE001  # law of the house: no traceback reaches a user
        from seatkeeper.cli.failure import report

        code = report(error, as_json="--json" in sys.argv)
    sys.exit(code if isinstance(code, int) else 0)


def _misused(wrong: click.ClickException) -> int:
    """A command line that click does not take: its own words for a person, ours for a machine."""
    if "--json" not in sys.argv:
        wrong.show()
        return 2
    from seatkeeper.cli.failure import report
    from seatkeeper.errors import UsageError

    context = getattr(wrong, "ctx", None)
    command = context.command_path if context else "seatkeeper"
    return report(UsageError(wrong.format_message(), remedy=f"See how: {command} --help"), as_json=True)


if __name__ == "__main__":
    main()
