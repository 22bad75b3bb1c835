"""An audit-log export is read as it is documented, and refused where it is broken."""

import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatkeeper.errors import UsageError
from seatkeeper.forges.github.audit_log import read_audit_log
from seatkeeper.model.ids import OrganizationId
from seatkeeper.model.past import PastLog
from seatkeeper.model.snapshot import Organization

ACME = Organization(OrganizationId("900"), "acme")
MOMENT = 1_767_600_000_123
AT = datetime(2026, 1, 5, 8, 0, 0, 123_000, tzinfo=UTC)


def event(action: str, **fields: object) -> dict[str, Any]:
    """An event with the fields common to most, and its own."""
    common = {
        "@timestamp": MOMENT,
        "_document_id": "doc-1",
        "action": action,
        "actor": "root",
        "actor_id": 1,
        "created_at": MOMENT + 5,
        "org": "acme",
        "org_id": 900,
        "user": "ana",
        "user_id": 7,
    }
    return {name: value for name, value in {**common, **fields}.items() if value is not None}


def read(*events: dict[str, Any]) -> PastLog:
    """What an export of these comes to."""
    return read_audit_log(json.dumps(events).encode(), ACME, "log.json")


@pytest.mark.parametrize(
    ("action", "fields", "expected"),
    [
        ("org.add_member", {"permission": "admin"}, ("given", "organization", "900", "owner")),
        ("org.add_member", {"permission": "read"}, ("given", "organization", "900", "member")),
        ("org.add_member", {"permission": "emperor"}, ("given", "organization", "900", None)),
        ("org.update_member", {"permission": "READ"}, ("changed", "organization", "900", "member")),
        ("org.restore_member", {}, ("given", "organization", "900", None)),
        ("org.remove_member", {}, ("left", "organization", "900", None)),
        ("org.remove_outside_collaborator", {}, ("dropped", "organization", "900", None)),
        ("team.add_member", {"team": "acme/core"}, ("given", "team", None, None)),
        ("team.add_member", {"data": {"team": "acme/core"}}, ("given", "team", None, None)),
        ("team.remove_member", {"team": "acme/core", "team_id": 4}, ("taken", "team", "4", None)),
        ("team.promote_maintainer", {"team": "acme/core"}, ("changed", "team", None, "maintainer")),
        ("repo.add_member", {"repo": "acme/core", "repo_id": 3}, ("given", "repository", "3", None)),
        ("repo.remove_member", {"repo": "acme/core"}, ("taken", "repository", None, None)),
        (
            "repo.update_member",
            {"repo": "acme/core", "old_repo_permission": "read", "new_repo_permission": "push"},
            ("changed", "repository", None, "write"),
        ),
        (
            "repo.update_member",
            {"repo": "acme/core", "new_repo_permission": "Auditor"},
            ("changed", "repository", None, "Auditor"),
        ),
        (
            "repo.update_member",
            {"repo": "acme/core", "new_repo_permission": "none"},
            ("changed", "repository", None, None),
        ),
    ],
)
def test_an_action_is_read_as_what_it_did(
    action: str, fields: dict[str, object], expected: tuple[str | None, ...]
) -> None:
    """Deed, resource, id and role; where the log is silent there is nothing, not a guess."""
    (found,) = read(event(action, **fields)).events

    assert (found.deed, found.kind, found.resource, found.role) == expected
    assert found.name == ("acme" if expected[1] == "organization" else "core")
    assert (found.at, found.document, found.actor, found.login, found.account) == (
        AT,
        "doc-1",
        "root",
        "ana",
        "7",
    )


@pytest.mark.parametrize(
    "time",
    [MOMENT, str(MOMENT), f"{MOMENT}.000000", "2026-01-05T08:00:00.123Z", "2026-01-05T09:00:00.123+01:00"],
)
def test_every_spelling_of_a_time_means_the_same(time: object) -> None:
    """Milliseconds as the API tells them, as text, and ISO 8601."""
    assert read(event("org.remove_member", **{"@timestamp": time})).events[0].at == AT
    assert read(event("org.remove_member", **{"@timestamp": None, "created_at": time})).events[0].at == AT


def test_every_form_of_an_export_is_the_same_log() -> None:
    """An array, a line an event, gzipped, with a byte-order mark."""
    events = [
        event("org.remove_member"),
        event("git.clone"),
        event("repo.rename", repo="acme/b", old_name="a"),
    ]
    array, lines = json.dumps(events), "\n".join(map(json.dumps, events)) + "\n\n"

    told = {
        str(read_audit_log(data, ACME))
        for data in (
            array.encode(),
            lines.encode(),
            gzip.compress(array.encode()),
            b"\xef\xbb\xbf" + lines.encode(),
        )
    }

    assert len(told) == 1


def test_what_says_nothing_of_grants_is_counted() -> None:
    """Unknown actions never stop an import and never vanish; nor do events whose account is gone."""
    log = read(
        event("git.clone"),
        event("git.clone"),
        event("something.new"),
        event("team.add_member", user=None, team="acme/core"),
        event("org.remove_member", org_id=901, org="other"),
        event("org.remove_member"),
    )

    assert log.unused == {"git.clone": 2, "something.new": 1, "team.add_member": 1}
    assert (log.foreign, len(log.events)) == (1, 1)


def test_renamings_and_ids_beside_names_are_kept() -> None:
    """They decide what a name without an id can mean."""
    log = read(event("repo.rename", repo="acme/new", old_name="old"), event("team.destroy", team="acme/core"))

    assert {(r.kind, r.name) for r in log.renamings} == {
        ("repository", "new"),
        ("repository", "old"),
        ("team", "core"),
    }
    assert {(login, account) for _, login, account in log.told} == {("ana", "7"), ("root", "1")}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"action,actor\norg.remove_member,root\n", "no JSON"),
        (b'[{"action": "org.remove_member"', "broken or cut"),
        (b'{"action": "a", "@timestamp": 1767600000123}\n{"act', "line 2"),
        (b"[1]", "event 1 is no event"),
        (b"[{}]", "has no action"),
        (b'[{"action": "x"}]', "no time"),
        (b'[{"action": "x", "@timestamp": 1767600000}]', "no time"),
        (b'[{"action": "x", "@timestamp": "2026-01-05T08:00:00"}]', "no time"),
        (b'[{"action": "x", "@timestamp": true}]', "no time"),
        (b'[{"action": "x", "@timestamp": NaN}]', "no time"),
        (b"\xff\xfe[", "UTF-8"),
        (gzip.compress(b"[]", mtime=0)[:-6], "gzip"),
        (b"[" * 100_000, "broken or cut"),
    ],
)
def test_a_broken_file_is_refused_by_name(data: bytes, word: str) -> None:
    """Half a log would be half a truth."""
    with pytest.raises(UsageError, match=word) as refused:
        read_audit_log(data, ACME, "log.json")

    assert "log.json" in refused.value.what
    assert refused.value.exit_code == 2
    assert refused.value.remedy


def test_another_organization_s_log_is_refused() -> None:
    """Its people are not ours."""
    with pytest.raises(UsageError, match="another organization"):
        read(event("org.remove_member", org_id=901), event("git.clone", org_id=None, org="other"))


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["action", "@timestamp", "user", "user_id", "org_id", "data", "team", "permission"]
                ),
                inner,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_file_gets_past_the_errors_that_have_a_name(data: bytes) -> None:
    """Whatever a file holds, it is read or refused in words."""
    with suppress(UsageError):
        assert isinstance(read_audit_log(data, ACME), PastLog)
