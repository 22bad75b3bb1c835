"""``python -m tests.year SEATS DAYS``: lets a company live, and prints what came of it, month by month."""

import json
import sys
import tempfile
from pathlib import Path

from tests.year.drive import Diary, live


def show(diary: Diary) -> None:
    """The figures so far."""
    print(json.dumps(diary.figures(), indent=1, default=str), flush=True)  # noqa: T201  # its purpose


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        show(live(Path(folder), int(sys.argv[1]), int(sys.argv[2]), watch=show))
