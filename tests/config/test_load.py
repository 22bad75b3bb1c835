"""A configuration is read strictly: what is wrong is named with its line, and what to type next."""

import re
from pathlib import Path

import pytest

from seatkeeper.config.load import load
from seatkeeper.errors import ConfigurationError
from tests.config.files import ENVIRON, SOUND, changed, settings

PINS_ONE = "policy.pins[0]: should name exactly one of account, person and when"
BAD: dict[str, tuple[str, str]] = {
    "unknown field": (
        changed(("on_leave: keep", "on_leave: keep"), ("  manages:", "  manges:")),
        "policy.manges: there is no such field",
    ),
    "unknown field in a source": (
        changed(("    key: id", "    keys: id")),
        "sources.hr.keys: there is no such field",
    ),
    "unknown field in a pin": (
        changed(("reason:", "because:")),
        "policy.pins[0].because: there is no such field",
    ),
    "duplicate key": (
        changed(("limits: {}", "limits: {}\nlimits: {}")),
        "the key 'limits' is there twice, first on line",
    ),
    "duplicate status": (changed(("no: leave", "active: leave")), "the key 'active' is there twice"),
    "a missing status given a meaning": (changed(("no: leave", "null: leave")), "a key that is not a word"),
    "a meaning that is none": (
        changed(("no: leave", "no: leaves")),
        "policy.status.values.no: is not what it may be",
    ),
    "another version": (changed(("version: 1", "version: 2")), "version: is not what it may be"),
    "no version": (changed(("version: 1\n", "")), "version: is missing"),
    "no policy": (SOUND.partition("policy:")[0], "policy: is missing"),
    "a kind of source that is none": (
        changed(("kind: sql", "kind: sqll")),
        "sources.hr.kind: is not what it may be",
    ),
    "a source without a kind": (changed(("    kind: sql\n", "")), "sources.hr.kind: is missing"),
    "a token in the file": (
        changed(("${GH_READ}", "ghp_invented42")),
        "forges.acme.read.token: should name an environment variable",
    ),
    "one credential for both": (
        changed(("${GH_WRITE}", "${GH_READ}")),
        "must not hold a credential that can write",
    ),
    "a password in a URL": (
        changed(("${HR_DATABASE_URL}", "postgresql://u:invented42@db/hr")),
        "should take its password from the environment",
    ),
    "no URL": (changed(("${HR_DATABASE_URL}", "people")), "sources.hr.url: should be a URL"),
    "http to a stranger": (changed(("https://api", "http://api")), "forges.acme.api: should be https"),
    "no web address": (
        changed(("https://api.github.com", "api.github.com")),
        "forges.acme.api: should be a URL",
    ),
    "virtual time for a real forge": (
        changed(("credential_owner:", "clock: simulator\n    credential_owner:")),
        "forges.acme.clock: should be system",
    ),
    "another clock": (
        changed(("credential_owner:", "clock: sundial\n    credential_owner:")),
        "forges.acme.clock: is not what it may be",
    ),
    "a store elsewhere": (
        changed(("sqlite:///seatkeeper.db", "mysql://db/seats")),
        "store: should be sqlite",
    ),
    "a second place that is none": (
        changed(("limits: {}", 'second_place: {key: "${COPY_KEY}"}\nlimits: {}')),
        "second_place: should name a folder or a bucket",
    ),
    "a second place in two places": (
        changed(("limits: {}", 'second_place: {folder: a, bucket: b, key: "${COPY_KEY}"}\nlimits: {}')),
        "second_place: should name a folder or a bucket, and not both",
    ),
    "a second place without a key": (
        changed(("limits: {}", "second_place: {folder: /mnt/elsewhere}\nlimits: {}")),
        "second_place.key: is missing",
    ),
    "a key in the file": (
        changed(("limits: {}", "second_place: {folder: a, key: aW52ZW50ZWQ0Mg==}\nlimits: {}")),
        "second_place.key: should name an environment variable",
    ),
    "checkpoints that nobody could check": (
        changed(("limits: {}", 'checkpoints: {key: "${K}", public_keys: []}\nlimits: {}')),
        "checkpoints.public_keys:",
    ),
    "a signing key in the file": (
        changed(("limits: {}", "checkpoints: {key: MC4CAQAw, public_keys: [MCow]}\nlimits: {}")),
        "checkpoints.key: should name an environment variable",
    ),
    "half a credential": (
        changed(("limits: {}", 'second_place: {bucket: b, access_key: "${A}", key: "${K}"}\nlimits: {}')),
        "second_place: should name access_key and secret_key together",
    ),
    "a bucket anyone on the way can listen to": (
        changed(("limits: {}", 'second_place: {bucket: b, endpoint: "http://s3", key: "${K}"}\nlimits: {}')),
        "second_place.endpoint: should be an https URL",
    ),
    "a store in memory": (changed(("sqlite:///seatkeeper.db", "sqlite://")), "store: should be a file"),
    "a span without unit": (
        changed(("within: 26h", "within: 26")),
        "sources.hr.fresh.within: should be a number and a unit",
    ),
    "a share beyond one": (
        changed(("limits: {}", "limits: {team_share: 300 %}")),
        "limits.team_share: should be a share",
    ),
    "a negative limit": (changed(("limits: {}", "limits: {owners: -1}")), "limits.owners: should be greater"),
    "a limit that is a word": (
        changed(("limits: {}", "limits: {run: many}")),
        "limits.run: should be fields with values",
    ),
    "an unknown part of a limit": (
        changed(("limits: {}", "limits: {run: {percent: 3}}")),
        "limits.run.percent: there is no such field",
    ),
    "no floor of owners": (
        changed(("limits: {}", "limits: {owners_floor: 0}")),
        "limits.owners_floor: should be greater",
    ),
    "not a number": (
        changed(("limits: {}", "limits: {snapshot_hours: nan}")),
        "limits.snapshot_hours: should be",
    ),
    "a date that is none": (
        changed(("2027-01-31", "2027-02-31")),
        "policy.pins[0].until: should be a valid date",
    ),
    "a pin without an end": (changed((", until: 2027-01-31", "")), "policy.pins[0].until: is missing"),
    "a pin without an owner": (
        changed(("owner: ana@acme.example, ", "")),
        "policy.pins[0].owner: is missing",
    ),
    "a pin twice": (
        changed(
            (
                "limits: {}",
                "    - {account: USER3, pin: keep, owner: a, reason: b, until: 2027-01-01}\nlimits: {}",
            )
        ),
        "pins the same again, first on line 35",
    ),
    "a pin on nobody": (changed(("account: user3, pin", "pin")), PINS_ONE),
    "a pin on two things": (changed(("account: user3", "account: user3, person: E3")), PINS_ONE),
    "a pin that keeps out by a condition": (
        changed(("account: user3, pin: keep", "when: office = 'Faro', pin: out")),
        "policy.pins[0]: should name an account or a person: only a keep pin may have a condition (when)",
    ),
    "a ticket that is not asked for so": (
        changed(
            ("policy:", "pins: {ticket: 'INC-[0-9]+'}\npolicy:"), ("pin: keep", "ticket: INC-12x, pin: keep")
        ),
        "policy.pins[0].ticket: should have a ticket that pins.ticket matches from end to end: INC-[0-9]+",
    ),
    "a pin without its ticket": (
        changed(("policy:", "pins: {ticket: 'INC-[0-9]+'}\npolicy:")),
        "policy.pins[0]: should have a ticket that pins.ticket matches",
    ),
    "a pattern that reaches out of itself": (
        changed(("policy:", "pins: {ticket: 'A)|(B'}\npolicy:")),
        "pins.ticket: should be a regular expression",
    ),
    "a pattern that looks around": (
        changed(("policy:", "pins: {ticket: '(?=A).*'}\npolicy:")),
        "pins.ticket: should be a regular expression",
    ),
    "overruling what is not kept": (
        changed(("over: [active]", "over: [actve]")),
        "policy.leave.over[0]: is no value that the status table keeps",
    ),
    "a zone that is none": (
        changed(("Europe/Madrid", "Europe/Atlantis")),
        "schedule.zone: should be an IANA time zone",
    ),
    "a zone that is a path": (
        changed(("Europe/Madrid", "../../etc/passwd")),
        "schedule.zone: should be an IANA time zone",
    ),
    "not cron": (changed(("0 6 * * *", "at six")), "schedule.leave: should be five fields of cron"),
    "a switch that is none": (
        changed(("leave: propose", "leave: yes")),
        "apply.leave: is not what it may be",
    ),
    "two sources": (changed(("forges:\n", "  b: {kind: csv, path: b.csv, key: id}\nforges:\n")), "sources: "),
    "no forge": (
        SOUND.replace(SOUND[SOUND.index("forges:") : SOUND.index("links:")], "forges: {}\n"),
        "forges: ",
    ),
    "nothing is given": (changed(("[{teams_from: teams}]", "[]")), "policy.access[1].grant: "),
    "two things at once": (
        changed(("{team: engineering}", "{team: engineering, teams_from: teams}")),
        "should name exactly one of",
    ),
    "a repository without a role": (
        changed((", role: read}", "}")),
        "should name repository and role together",
    ),
    "two lists in a rule": (
        changed(("[{teams_from: teams}]", "[{teams_from: teams}, {teams_from: office}]")),
        "should have one teams_from",
    ),
    "a list column of another type": (
        changed(("office: {role: zone}", "teams: {type: text}")),
        "whose type should be list",
    ),
    "two ends": (
        changed(("{type: date, role: start}", "{type: date, role: end}")),
        "another column is end already",
    ),
    "an end that is text": (
        changed(("{type: date, role: start}", "{role: start}")),
        "so its type should be date",
    ),
    "a role that is none": (
        changed(("{role: zone}", "{role: town}")),
        "sources.hr.columns.office.role: is not what it may be",
    ),
    "YAML that is none": (changed(("limits: {}", "limits: {")), "not YAML"),
    "a tag": (changed(("limits: {}", "limits: !!python/object:os.system {}")), "a tag or an anchor"),
    "an anchor": (changed(("limits: {}", "limits: &a {}")), "a tag or an anchor"),
    "a list": ("- version\n", "should be fields with values, not a list"),
    "nothing": ("", "version: is missing"),
    "a control character": ("version: 1\x00", "not YAML"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_configuration_is_refused_with_its_line_and_the_next_command(name: str, tmp_path: Path) -> None:
    """Each names file, line and field; none repeats a secret; all exit with 2."""
    text, said = BAD[name]

    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, text)

    error = caught.value
    whole = f"{error.what}\n{error.arithmetic}"
    assert said in whole
    assert re.search(r"seatkeeper\.yaml:\d+: ", error.what)
    assert "seatkeeper check -c" in error.remedy
    assert "invented42" not in whole + error.remedy + repr(error.__context__)
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("wrong", "right", "near"),
    [
        ("manages:", "manags:", "manages"),
        ("join: apply", "join: aply", "apply"),
        ("kind: github", "kind: gihub", "github"),
    ],
)
def test_the_nearest_word_is_suggested(wrong: str, right: str, near: str, tmp_path: Path) -> None:
    """Somebody who mistyped need not look anything up."""
    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, changed((wrong, right)))

    assert near in caught.value.arithmetic
    assert f"did you mean {near}?" in caught.value.remedy


def test_the_line_is_the_line_of_the_field(tmp_path: Path) -> None:
    """Counted from 1, as editors do."""
    text = changed(("    organization: acme", "    organisation: acme"))
    line = text[: text.index("organisation")].count("\n") + 1

    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, text)

    assert f"seatkeeper.yaml:{line}: forges.acme.organisation" in caught.value.what
    assert "did you mean organization?" in caught.value.remedy


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """One round of corrections is enough."""
    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, changed(("leave: propose", "leave: yes"), ("manages:", "manags:")))

    assert "policy.manags" in caught.value.what
    assert "apply.leave: is not what it may be" in caught.value.arithmetic


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    """The first thing a new user types may well be a command."""
    with pytest.raises(ConfigurationError, match="does not exist") as caught:
        load(tmp_path / "seatkeeper.yaml", {})

    assert "seatkeeper init" in caught.value.remedy


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Latin-1 or a database given by mistake."""
    file = tmp_path / "seatkeeper.yaml"
    file.write_bytes(b"version: 1 # caf\xe9\n")

    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load(file, {})


def test_a_folder_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    """Neither is a configuration."""
    with pytest.raises(ConfigurationError, match="can't be read"):
        load(tmp_path, {})
    huge = tmp_path / "huge.yaml"
    huge.write_text("# " + "x" * 1_000_001)
    with pytest.raises(ConfigurationError, match="too large"):
        load(huge, {})


def test_words_stay_words(tmp_path: Path) -> None:
    """`no`, `on`, `1` and `0x10` are status values like any other."""
    text = changed(
        ("no: leave", 'no: leave, on: keep, 1: keep, 0x10: leave, 2020-01-01: keep, 1_0: leave, ".inf": keep')
    )
    status = settings(tmp_path, text, ENVIRON).policy().status

    assert status is not None
    assert dict(status.values) == {
        "active": "keep", "on_leave": "keep", "inactive": "leave", "no": "leave", "on": "keep",
        "1": "keep", "0x10": "leave", "2020-01-01": "keep", "1_0": "leave", ".inf": "keep",
    }  # fmt: skip
