"""A group of commands with one that is meant when none is named."""

import click


class Defaulting(click.Group):
    """A group whose first command is the one that is meant when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default's name in front of whatever is no command's name."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [self.default, *args])

    @property
    def default(self) -> str:
        """The command that is meant: the one defined first."""
        return next(iter(self.commands))
