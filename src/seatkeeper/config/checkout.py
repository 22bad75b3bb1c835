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
    `ahead` counts the commits that the branch's upstream does not have yet; 0
    where it has no upstream.
    """

    commit: str
    branch: str | None
    clean: bool
    tracked: bool
    ahead: int = 0

    @property
    def told(self) -> str | None:
        """The commit that holds exactly the configuration that was read; None where none does."""
        return self.commit if self.clean and self.tracked else None

    def why_not(self, branch: str | None) -> str | None:
        """Why this is no clean checkout of `branch`; None where it is one."""
        if branch is None:
            return "apply.from_branch names no branch"
        if self.branch != branch:
            return f"the checkout is of {self.branch or 'no branch'}, and apply.from_branch is {branch}"
        if self.ahead:
            return f"the branch {branch} is ahead of its upstream, so that nobody else has its last commits"
        return None if self.told else "the checkout is not clean: git status tells which files differ"


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
    ahead = int(heads.get("branch.ab", "+0 -0").split()[0])
    return Checkout(commit, None if branch == "(detached)" else branch, clean, tracked, ahead)


def committed(config: Path, file: Path, revision: str = "HEAD") -> str | None:
    """The text of a file in a commit of the configuration's own checkout; None where it is not in it.

    `git status` can be told to look away from a file; this can't.
    """
    beside = os.path.relpath(file.absolute(), config.absolute().parent)
    return _git(config, "show", f"{revision}:./{Path(beside).as_posix()}")


def commit_of(config: Path, revision: str) -> str | None:
    """The commit that a branch, a tag or another word of git's means here; None where it means none."""
    found = _git(config, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    return None if found is None else found.strip()


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
            encoding="utf-8",
            errors="replace",
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
