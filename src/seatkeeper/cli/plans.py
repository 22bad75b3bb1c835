"""Plan files on disk: written whole or not at all, read with every doubt."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from seatkeeper.errors import PlanRefused, UsageError
from seatkeeper.model.ids import Digest
from seatkeeper.model.plan import Plan
from seatkeeper.rules import planfile

if TYPE_CHECKING:
    from seatkeeper.bootstrap import Office


def write_plan(path: Path, file: bytes) -> None:
    """Write the file beside its place and move it there, so that nobody ever reads half a plan."""
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as out:
            out.write(file)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(
            f"The plan could not be written to {path}: {error.strerror}.",
            remedy="Name a place that has room: seatkeeper plan --out FILE",
        ) from error


def read_plan(path: Path) -> tuple[Plan, Digest, bytes]:
    """The plan in a file, its digest, and the very bytes."""
    try:
        file = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The plan {path} could not be read: {error.strerror}.", remedy="Make one: seatkeeper plan"
        ) from error
    return planfile.decode(file), planfile.digest(file), file


def plan_for(office: "Office", path: Path, what: str) -> tuple[Plan, Digest, bytes]:
    """The plan in a file that somebody wants to act on; the journal keeps that an edited one was tried."""
    from seatkeeper.workflow.refusal import journal_refusal

    try:
        return read_plan(path)
    except PlanRefused as refusal:
        journal_refusal(office.desk, office.known_organization().id, what, refusal, file=path.name)
        raise
