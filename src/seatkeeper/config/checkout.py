"""The git checkout that a configuration lies in: which commit, which branch, and whether it is clean."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git says of the folder of a configuration.

    `clean`: no tracked file differs from the commit. `tracked`: the
    configuration itself is in that commit. `branch` is None when detached.
    """

    commit: str
    branch: str | None
    clean: bool
    tracked: bool

    @property
    def told(self) -> str | None:
        """The commit that holds exactly the configuration that was read; None where none does."""
        return self.commit if self.clean and self.tracked else None


def checkout(config: Path) -> Checkout | None:
    """The checkout around a configuration file; None outside one, without a commit or without git."""
    status = _git(config, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
    if status is None:
        return None
    heads = dict(line[2:].split(" ", 1) for line in status.splitlines() if line.startswith("# "))
    commit, branch = heads.get("branch.oid", "(initial)"), heads.get("branch.head", "(detached)")
    if commit == "(initial)":
        return None
    clean = all(line.startswith("# ") for line in status.splitlines())
    tracked = _git(config, "ls-files", "--error-unmatch", "--", config.name) is not None
    return Checkout(commit, None if branch == "(detached)" else branch, clean, tracked)


def _git(config: Path, *arguments: str) -> str | None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603  # fixed arguments; the folder is the configuration's own
            ["git", "-C", str(config.parent), *arguments],  # noqa: S607  # the git that the person uses
            env=environ,
            capture_output=True,
            check=False,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
