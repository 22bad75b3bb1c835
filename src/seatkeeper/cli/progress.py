"""Progress for whoever watches: a bar with the time left on anything over two seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Silent:
    """For machines, and for anything that is not a terminal."""

    @contextmanager
    def task(self, label: str, total: int | None) -> Iterator[Callable[[int], None]]:  # noqa: ARG002  # the port's signature
        """Show nothing."""
        yield lambda _units: None


class Shown:
    """A bar on standard error, gone when the task is done."""

    @contextmanager
    def task(self, label: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Show a bar with the time left, where standard error is a terminal."""
        import sys

        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        if not sys.stderr.isatty():
            yield lambda _units: None
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda units: bar.advance(task, units)
