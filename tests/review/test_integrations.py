"""The templates for where people review: each is run step by step in a clean checkout."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import pytest
from ruamel.yaml import YAML

from seatkeeper.workflow.observe import observe
from tests.review.place import commit, git
from tests.review.slips import LEAVE
from tests.workflow.place import Workplace, workplace

INTEGRATIONS = Path(__file__).parents[2] / "integrations"
WRONG = (LEAVE, 'leave: {when: "username <> \'user3\'", over: ["active"]}')
"""The story's exception: whoever is not this one leaves."""
pytestmark = pytest.mark.slow


class Project(NamedTuple):
    """A clean checkout of a branch on which the policy was changed, and what its runner may know."""

    folder: Path
    environ: dict[str, str]
    place: Workplace

    def run(self, script: str, **told: str) -> subprocess.CompletedProcess[str]:
        """One step, by the shell that runners use."""
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.environ, **told},
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def private(self) -> set[str]:
        """Names, addresses and keys of everybody in the record: what no review may show."""
        people = self.place.company.people
        return {value for p in people for value in (p.name, p.email, p.id) if value}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Main as it is in force and observed, and a checkout in which somebody wrote the wrong exception."""
    home = tmp_path_factory.mktemp("origin")
    with workplace(home) as place:
        observe(place.office.desk)
        text = place.config.read_text("utf-8").replace("sqlite:///", f"sqlite:///{home}/")
        place.config.write_text(text, "utf-8")
        (home / "cases.yaml").write_text(
            "day: 2026-11-23\nperson: {status: active, department: eng}\n"
            "cases:\n  - {why: whoever works here stays, expect: keep}\n",
            "utf-8",
        )
        commit(home, "seatkeeper.yaml", "approvers.allowed_signers", "cases.yaml")
        folder = tmp_path_factory.mktemp("runner") / "checkout"
        git(home, "clone", "-q", str(home), str(folder))
        assert WRONG[0] in text
        (folder / "seatkeeper.yaml").write_text(text.replace(*WRONG), "utf-8")
        commit(folder, "seatkeeper.yaml")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        yield Project(folder, {**place.environ, "PATH": path, "HOME": str(folder)}, place)


def yaml(file: str) -> dict[str, Any]:
    """A template, parsed."""
    told: dict[str, Any] = YAML(typ="safe").load((INTEGRATIONS / file).read_text("utf-8"))
    return told


def filled(text: str, told: Mapping[str, str]) -> str:
    """GitHub's own substitution of ``${{ … }}``; what is not known here fails."""
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: told[found[1]], text)


def check_review(project: Project, text: str, code: int) -> None:
    """What a reviewer must see, and must not."""
    assert "| impact | 4 | **not fine** |" in text
    assert "would lose access" in text
    assert "policy.leave: username <> 'user3'" in text.replace("\\", "").replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert "0 of 1 cases are decided as expected" in text
    assert "### plan" in text
    assert code == 4
    assert not [value for value in project.private() if value in text]


@pytest.mark.parametrize(
    ("there", "method"),
    [
        ("", "POST repos/acme/policy/issues/17/comments"),
        pytest.param(
            "https://api.github.example/repos/acme/policy/issues/comments/4\n",
            "PATCH https://api.github.example",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_the_github_action_comments_what_the_change_would_take_and_fails(
    project: Project, tmp_path: Path, there: str, method: str
) -> None:
    """Its steps in order; `gh` is the one part that is not here, so what it is asked is written down."""
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(
        f'#!/bin/sh\necho "$@" >>"{tmp_path}/asked"\n'
        f'case "$*" in *--jq*) cat "{tmp_path}/there" ;;\n'
        f'*) cat "${{7#body=@}}" >"{tmp_path}/comment" ;; esac\n',
        "utf-8",
    )
    gh.chmod(0o755)
    (tmp_path / "there").write_text(there)
    action = yaml("github/action.yml")
    inputs = {f"inputs.{name}": str(told["default"]) for name, told in action["inputs"].items()}
    known = {**inputs, "github.base_ref": "main", "github.event.pull_request.number": "17"}
    known["inputs.laws"] = "none"  # the sound policy below is searched
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    environ = {
        **files,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_REPOSITORY": "acme/policy",
        "GITHUB_ACTION_PATH": str(INTEGRATIONS / "github"),
        "PATH": f"{gh.parent}:{project.environ['PATH']}",
    }
    codes = []
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        told = {name: filled(value, known) for name, value in step.get("env", {}).items()}
        done = project.run(step["run"], **environ, **told)
        codes.append(done.returncode)
        output = Path(files["GITHUB_OUTPUT"])
        if output.exists():
            known["steps.review.outputs.code"] = output.read_text("utf-8").strip().removeprefix("code=")
    assert codes == [0, 0, 0, 4], done.stderr
    assert (tmp_path / "asked").read_text().splitlines()[1].startswith(f"api --silent --method {method}")
    comment = (tmp_path / "comment").read_text("utf-8")
    assert comment == Path(files["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    check_review(project, comment, codes[-1])


@contextmanager
def gitlab() -> Iterator[tuple[str, list[tuple[str, str, dict[str, list[str]]]]]]:
    """A server that takes notes: path, token and form of each."""
    notes: list[tuple[str, str, dict[str, list[str]]]] = []

    class Notes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            notes.append((self.path, self.headers["PRIVATE-TOKEN"], parse_qs(body)))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Notes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/v4", notes
    finally:
        server.shutdown()
        server.server_close()


def test_the_gitlab_job_writes_the_same_note_and_fails(project: Project) -> None:
    """Its script in one shell, against a server that takes the note."""
    job = yaml("gitlab/review.gitlab-ci.yml")["seatkeeper-review"]
    with gitlab() as (api, notes):
        told = {
            **job["variables"],
            "SEATKEEPER_LAWS": "none",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_IID": "17",
            "CI_PROJECT_ID": "4",
            "CI_API_V4_URL": api,
            "SEATKEEPER_NOTE_TOKEN": "note-token",
        }
        done = project.run("\n".join(job["script"]), **told)
    ((path, token, form),) = notes
    assert (path, token) == ("/api/v4/projects/4/merge_requests/17/notes", "note-token")
    check_review(project, form["body"][0], done.returncode)
    assert (project.folder / "seatkeeper.md").read_text("utf-8") == form["body"][0]


def test_the_hooks_stop_a_commit_that_a_case_or_the_limits_object_to(project: Project) -> None:
    """Both entries as pre-commit runs them; against what is committed nothing differs, so impact says so."""
    hooks = YAML(typ="safe").load((INTEGRATIONS.parent / ".pre-commit-hooks.yaml").read_text("utf-8"))
    entries = {hook["id"]: hook["entry"] for hook in hooks}
    assert all(re.search(hook["files"], "policy/seatkeeper.yaml") for hook in hooks)
    tested = project.run(entries["seatkeeper-test"])
    assert tested.returncode == 1
    assert "✗ whoever works here stays" in tested.stdout
    reviewed = project.run(entries["seatkeeper-review"])
    assert reviewed.returncode == 1
    assert "| impact | 0 | fine |" in reviewed.stdout
    assert "### plan" not in reviewed.stdout


def test_a_review_has_only_its_four_parts(project: Project) -> None:
    """Another name is refused with those there are."""
    said = project.run("seatkeeper review --only test,apply --json || seatkeeper review --only test,apply")
    assert "no part apply" in said.stderr
    assert said.returncode == 2


def test_the_full_words_go_to_the_log_only_where_that_is_asked_for(project: Project) -> None:
    """Whoever may read the log would see the plan with its names."""
    quiet = project.run("seatkeeper review --only plan")
    assert "| held |" in quiet.stdout
    assert not [value for value in project.private() if value in quiet.stdout + quiet.stderr]
    told = project.run("seatkeeper review --only plan", SEATKEEPER_REVIEW_LOG="1")
    assert told.stdout == quiet.stdout or "| held |" in told.stdout
    assert [value for value in project.private() if value in told.stderr]


def test_a_sound_policy_passes_with_nothing_written_to_the_store(project: Project) -> None:
    """Main as it is: all four parts are fine, with somebody in it who is held as seen for the first time."""
    home = project.place.config.parent
    store = project.place.office.desk.store
    before = store.head()
    said = project.run(f"cd {home} && seatkeeper review --json")
    assert said.returncode == 0, said.stdout + said.stderr
    told = json.loads(said.stdout)
    assert [(part["name"], part["fine"]) for part in told["parts"]] == [
        (name, True) for name in ("check", "test", "impact", "plan")
    ]
    assert "first-seen" in told["markdown"]
    assert store.head() == before
