"""The long suites: what `script/nightly` runs, seed after seed, and adds up.

A suite is a function of a seed and of the time (`time.monotonic`) at which
it should stop; it tries one invented case (or as many as fit into the
moment), raises when a promise does not hold, and gives what it counted.
"""

from collections.abc import Callable, Mapping

Suite = Callable[[int, float], dict[str, int]]

SUITES: Mapping[str, str] = {
    "configuration": "tests.nightly.configuration:run",
    "journal": "tests.nightly.journal:run",
    "people": "tests.nightly.people:run",
    "restore": "tests.nightly.restore:run",
}
"""Each suite's name, and where its function is."""
