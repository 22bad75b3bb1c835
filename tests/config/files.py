"""Builds configuration files for tests: a sound one, and what is changed in it."""

from collections.abc import Mapping
from pathlib import Path

from seatkeeper.config.load import load
from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.config.settings import Settings

ENVIRON = {"GH_READ": "read-token-1", "GH_WRITE": "write-token-2", "HR_DATABASE_URL": "sqlite:///people.db"}

SOUND = """\
version: 1
store: sqlite:///seatkeeper.db
sources:
  hr:
    kind: sql
    url: "${HR_DATABASE_URL}"
    key: id
    query: "SELECT id, email, github_login, status, start_date, end_date, office, department, teams
      FROM people"
    fresh: {query: "SELECT max(loaded_at) FROM people", within: 26h}
    columns:
      end_date: {type: date, missing: none, role: end}
      start_date: {type: date, role: start}
      office: {role: zone}
forges:
  acme:
    kind: github
    api: https://api.github.com
    organization: acme
    read: {token: "${GH_READ}"}
    write: {token: "${GH_WRITE}"}
    credential_owner: ops@acme.example
links:
  by: [{column: github_login, trust: confirmed}, {column: email, trust: proposed}]
policy:
  status: {column: status, values: {active: keep, on_leave: keep, inactive: leave, no: leave}}
  leave: {when: "end_date < as_of", over: [active]}
  absent: hold
  join: {when: "status = 'active' AND department IN ('eng', 'data')"}
  access:
    - {when: "department = 'eng'", grant: [{team: engineering}, {repository: handbook, role: read}]}
    - {grant: [{teams_from: teams}]}
  manages: [engineering]
  pins:
    - {account: user3, pin: keep, owner: ana@acme.example, reason: "record incomplete", until: 2027-01-31}
limits: {}
people: {approvers: approvers.allowed_signers}
schedule: {zone: Europe/Madrid, leave: "0 6 * * *", join: "0 7,13 * * *"}
apply: {leave: propose, join: apply, from_branch: main}
"""


def changed(*pairs: tuple[str, str]) -> str:
    """The sound configuration with each first text replaced by the second."""
    text = SOUND
    for before, after in pairs:
        assert before in text, f"{before!r} is not in the configuration"
        text = text.replace(before, after, 1)
    return text


def revealed(credential: Secret | AppKey) -> str:
    """The token that a credential is."""
    assert isinstance(credential, Secret)
    return credential.reveal()


def settings(folder: Path, text: str = SOUND, environ: Mapping[str, str] = ENVIRON) -> Settings:
    """Write the text as a configuration and load it."""
    file = folder / "seatkeeper.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file, environ)
