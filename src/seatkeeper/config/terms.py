"""Terms: what of a configuration decides, as it stands now, in another file, or in a revision of git."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from seatkeeper.config.checkout import commit_of, committed
from seatkeeper.config.load import load
from seatkeeper.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatkeeper.config.settings import Settings
    from seatkeeper.model.limits import Limits
    from seatkeeper.model.people import Column
    from seatkeeper.model.policy import LinkLine, Policy

ANOTHER = "name another one: seatkeeper impact --against REVISION"


@dataclass(frozen=True, slots=True)
class Terms:
    """What of one configuration decides; `name` is what to call it.

    `asked` is what the source is asked, as text to compare: its query or file,
    and how fresh it must be. `approvers` are the people who may approve.
    """

    name: str
    policy: Policy
    lines: tuple[LinkLine, ...]
    zone: str
    key: str
    columns: tuple[Column, ...]
    limits: Limits
    asked: str
    approvers: frozenset[str]


def terms_of(settings: Settings, name: str) -> Terms:
    """The terms of a configuration that was read."""
    ((_, source),) = settings.configuration.sources.items()
    return Terms(
        name=name,
        policy=settings.policy(),
        lines=settings.link_lines(),
        zone=settings.schedule.zone,
        key=source.key,
        columns=settings.columns(),
        limits=settings.limits(),
        asked=source.model_dump_json(exclude={"columns", "key"}),
        approvers=_approvers(settings),
    )


def terms_at(config: Path, place: str, environ: Mapping[str, str]) -> Terms:
    """The terms of the configuration at `place`: a file that is there, else a revision of git.

    Of a revision the configuration and the files that it names are taken.

    Raises:
        UsageError: There is no such file and no such revision.
        ConfigurationError: What is there is no sound configuration.
    """
    if Path(place).is_file():
        return terms_of(load(place, environ), place)
    commit = commit_of(config, place)
    if commit is None:
        raise UsageError(
            f"{place} is neither a file nor a revision that git knows here.",
            remedy=f"fetch it (git fetch origin {place}), or {ANOTHER}",
        )
    with TemporaryDirectory(prefix="seatkeeper-revision-") as folder:
        file = Path(folder).resolve() / "a" / "b" / "c" / config.name
        if not _lay_down(config, commit, config.name, file.parent):
            raise UsageError(f"{place} has no {config.name}.", remedy=ANOTHER)
        try:
            settings = load(file, environ)
            for named in settings.named_files():
                _lay_down(config, commit, named, file.parent)
            return terms_of(settings, place)
        except ConfigurationError as error:
            raise ConfigurationError(
                error.what.replace(str(file), f"{place}:{config.name}"),
                arithmetic=error.arithmetic,
                remedy=f"{place} is no sound configuration: {ANOTHER}",
            ) from error


def _lay_down(config: Path, commit: str, name: str, folder: Path) -> bool:
    """Write a file of a commit, named as seen from the configuration, into a folder; False where it has none.

    A file three folders up still lies within the temporary one.
    """
    text = None if Path(name).is_absolute() else committed(config, config.parent / name, commit)
    target = (folder / name).resolve()
    if text is None or not target.is_relative_to(folder.parents[2]):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="")
    return True


def _approvers(settings: Settings) -> frozenset[str]:
    """Who stands in the file of approvers; nobody where there is none."""
    if settings.configuration.people is None or not settings.approvers().is_file():
        return frozenset()
    text = settings.approvers().read_text(encoding="utf-8", errors="replace")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("#"))
