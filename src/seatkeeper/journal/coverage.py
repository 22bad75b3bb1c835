"""What a reading proves to be gone: the one place that says when a span may be closed."""

from collections.abc import Iterable, Iterator

from seatkeeper.model.grants import Grant, Resource
from seatkeeper.model.snapshot import Coverage


class Proof:
    """Tells, of a grant that a snapshot does not show, whether its coverage proves it gone.

    An incomplete read closes nothing it did not read whole: memberships need
    ``members``, signing in ``suspensions``, team places ``teams``, grants on
    repositories ``repositories`` (a team's also ``teams``), and neither the resource nor the team that holds
    the grant may be unreadable. Anything else is never proved gone.
    """

    def __init__(self, coverage: Coverage) -> None:
        self._members = coverage.whole("members")
        self._suspensions = coverage.whole("suspensions")
        self._teams = coverage.whole("teams")
        self._repositories = coverage.whole("repositories")
        self._shielded = coverage.unreadable | set(_unread(coverage))

    def gone(self, grants: Iterable[Grant]) -> Iterator[Grant]:
        """Those of the grants that are proved gone."""
        return (grant for grant in grants if self._is_gone(grant))

    def _is_gone(self, grant: Grant) -> bool:
        if grant.resource in self._shielded:
            return False
        if grant.resource.kind == "organization":
            return self._members
        if grant.resource.kind == "server":
            return self._suspensions
        if grant.resource.kind == "team":
            return self._teams
        if grant.subject.kind == "team":
            holder = Resource("team", grant.subject.id)
            return self._teams and self._repositories and holder not in self._shielded
        return self._repositories


def _unread(coverage: Coverage) -> Iterator[Resource]:
    """Resources with a reading of their own that is not whole."""
    for reading in coverage.readings:
        kind, _, name = reading.collection.partition(":")
        if name and not reading.whole:
            if kind == "team":
                yield Resource("team", name)
            elif kind == "repository":
                yield Resource("repository", name)
