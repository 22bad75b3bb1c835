"""What a configuration says becomes the values the rules take, and secrets only when they are needed."""

import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from seatkeeper.config.describe import json_schema
from seatkeeper.config.secrets import AppKey, Secret
from seatkeeper.config.template import Starter, render
from seatkeeper.errors import ConfigurationError, UsageError
from seatkeeper.model.limits import DEFAULT_LIMITS, Loss
from seatkeeper.model.people import Column
from seatkeeper.model.policy import Access, Leave, LinkBy, LinkLine, Pin
from tests.config.files import ENVIRON, SOUND, changed, revealed, settings


def test_the_policy_is_what_is_written(tmp_path: Path) -> None:
    """Each section becomes its model value."""
    policy = settings(tmp_path).policy()

    assert policy.leave == Leave("end_date < as_of", frozenset({"active"}), frozenset())
    assert policy.join == "status = 'active' AND department IN ('eng', 'data')"
    assert policy.absent_after is None
    assert policy.manages == {"engineering"}
    assert policy.links == (
        LinkBy("github_login", "confirmed", "login"),
        LinkBy("email", "proposed", "email"),
    )
    assert policy.access == (
        Access("department = 'eng'", ("engineering",), None, {"handbook": "read"}),
        Access(None, (), "teams", {}),
    )
    assert policy.pins == (
        Pin("keep", "ana@acme.example", "record incomplete", date(2027, 1, 31), account="user3"),
    )


def test_absent_people_may_be_proposed_after_a_time(tmp_path: Path) -> None:
    """Hold is the default; a time is said in days."""
    policy = settings(tmp_path, changed(("absent: hold", "absent: {propose_after: 14d}"))).policy()

    assert policy.absent_after == timedelta(days=14)


def test_a_query_names_its_columns_and_the_file_gives_them_types(tmp_path: Path) -> None:
    """The key comes first; a column that a rule takes as a list is one."""
    source = settings(tmp_path).source()

    assert source.columns[0] == Column("id")
    assert Column("end_date", "date", "none", "end") in source.columns
    assert Column("teams", "list") in source.columns
    assert [column.name for column in source.columns] == [
        "id", "email", "github_login", "status", "start_date", "end_date", "office", "department", "teams",
    ]  # fmt: skip
    assert source.fresh_within == timedelta(hours=26)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "office: {role: zone}",
            "ofice: {role: zone}",
            "sources.hr.columns.ofice: the source has no column ofice",
        ),
        (
            "column: github_login",
            "column: github_logn",
            "links.by[0].column: the source has no column github_logn",
        ),
        ("{column: status,", "{column: state,", "policy.status.column: the source has no column state"),
        ("key: id", "key: uid", "sources.hr.key: the source has no column uid"),
    ],
)
def test_a_column_that_the_query_does_not_give_is_refused(
    before: str, after: str, said: str, tmp_path: Path
) -> None:
    """Before anything is read, and with the columns there are."""
    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, changed((before, after))).source()

    assert said in caught.value.what
    assert "department" in caught.value.arithmetic


def test_a_query_for_everything_and_a_file_have_the_columns_that_are_named(tmp_path: Path) -> None:
    """Nothing else tells them."""
    query = SOUND[SOUND.index('"SELECT id') : SOUND.index("\n    fresh")]
    starred = settings(tmp_path, changed((query, "SELECT * FROM people"))).source()
    text = changed(
        ("kind: sql", "kind: csv"),
        (f"    query: {query}\n", ""),
        ('url: "${HR_DATABASE_URL}"', "path: people.csv"),
    )
    filed = settings(tmp_path, text).source()

    names = {"id", "end_date", "start_date", "office", "github_login", "email", "status", "teams"}
    assert {column.name for column in starred.columns} == names
    assert {column.name for column in filed.columns} == names
    assert filed.path == tmp_path / "people.csv"
    assert filed.url is None


def test_a_missing_variable_is_named_only_when_it_is_needed(tmp_path: Path) -> None:
    """Commands that read work without the token that writes."""
    loaded = settings(tmp_path, environ={"GH_READ": "read-token-1"})

    assert revealed(loaded.read_credential()) == "read-token-1"
    assert loaded.forge().organization == "acme"
    for needs in (loaded.write_credential, loaded.source):
        with pytest.raises(ConfigurationError, match="needs the environment variable") as caught:
            needs()
        assert caught.value.remedy.startswith("export ")


def test_an_empty_variable_is_a_missing_one(tmp_path: Path) -> None:
    """An empty token would be sent as one."""
    with pytest.raises(ConfigurationError, match="GH_READ"):
        settings(tmp_path, environ={"GH_READ": ""}).read_credential()


def test_a_forge_without_write_can_not_be_written_to(tmp_path: Path) -> None:
    """Observing an organization needs no second credential."""
    loaded = settings(tmp_path, changed(('    write: {token: "${GH_WRITE}"}\n', "")))

    with pytest.raises(ConfigurationError, match="has no `write`"):
        loaded.write_credential()


APP = "{app: {id: 123, installation: 456, key: '${GH_KEY}'}}"


def test_an_app_stands_in_place_of_a_token(tmp_path: Path) -> None:
    """Its key is looked up when it is used, like any secret."""
    loaded = settings(tmp_path, changed(('{token: "${GH_READ}"}', APP)), ENVIRON | {"GH_KEY": "a key in PEM"})

    assert loaded.read_credential() == AppKey("123", "456", Secret("a key in PEM"))
    assert "a key in PEM" not in repr(loaded.read_credential())
    assert revealed(loaded.write_credential()) == "write-token-2"


@pytest.mark.parametrize(
    ("read", "write", "said"),
    [
        ("{}", None, "acme.read: should name a token or an app, and not both"),
        (APP.replace("{app", '{token: "${GH_READ}", app'), None, "acme.read: should name a token or an app"),
        (APP, APP, "acme.write.app: should be another app than read's"),
        (APP, APP.replace("123", "124"), "acme.write.app: should be another app than read's"),
        (
            APP,
            "{site_admin: yes, " + APP[1:].replace("123", "9").replace("456", "9"),
            "is no site administrator",
        ),
        (APP.replace("456", "../x"), None, "acme.read.app.installation: "),
        (APP.replace("'${GH_KEY}'", "ghp_invented42"), None, "a secret never stands in the file"),
    ],
)
def test_an_app_that_can_not_be_meant_is_refused(
    read: str, write: str | None, said: str, tmp_path: Path
) -> None:
    """One credential each, and never one App for both: its key gives all that the App may do."""
    text = changed(
        ('{token: "${GH_READ}"}', read), ('{token: "${GH_WRITE}"}', write or '{token: "${GH_WRITE}"}')
    )

    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, text)

    assert said in caught.value.what
    assert "ghp_invented42" not in caught.value.what


def test_no_output_of_settings_shows_a_secret(tmp_path: Path) -> None:
    """Nor does the repr of what they give."""
    loaded = settings(tmp_path, environ=ENVIRON | {"HR_DATABASE_URL": "postgresql://u:hunter22@db/hr"})
    parts = (
        loaded,
        loaded.source(),
        loaded.forge(),
        loaded.read_credential(),
        loaded.write_credential(),
        loaded.store_url,
    )
    shown = f"{parts!r}{parts}"

    assert not [secret for secret in ("hunter22", "read-token-1", "write-token-2") if secret in shown]


def test_paths_are_relative_to_the_configuration(tmp_path: Path) -> None:
    """Wherever the command is typed."""
    loaded = settings(tmp_path)

    assert loaded.store_url.reveal() == f"sqlite:///{tmp_path / 'seatkeeper.db'}"
    url = loaded.source().url
    assert url is not None
    assert url.reveal() == f"sqlite:///{tmp_path / 'people.db'}"
    assert loaded.approvers() == tmp_path / "approvers.allowed_signers"


def test_an_absolute_database_stays_where_it_is(tmp_path: Path) -> None:
    """Four slashes, and servers, are left alone."""
    for url in ("sqlite:////var/lib/seats.db", "postgresql://db/seats"):
        assert settings(tmp_path, changed(("sqlite:///seatkeeper.db", url))).store_url.reveal() == url


def test_virtual_time_is_only_believed_on_this_machine(tmp_path: Path) -> None:
    """Also when the address comes from the environment."""
    text = changed(("api: https://api.github.com", 'api: "${API}"\n    clock: simulator'))

    assert (
        settings(tmp_path, text, ENVIRON | {"API": "http://127.0.0.1:4242/"}).forge().api
        == "http://127.0.0.1:4242"
    )
    with pytest.raises(ConfigurationError, match="clock"):
        settings(tmp_path, text, ENVIRON | {"API": "https://api.github.com"}).forge()
    with pytest.raises(ConfigurationError, match="clock"):
        settings(tmp_path, text, ENVIRON | {"API": "http://127.0.0.1.example.com"}).forge()


def test_one_of_several_forges_must_be_named(tmp_path: Path) -> None:
    """The only one needs no name."""
    second = '  lab: {kind: github, organization: lab, read: {token: "${GH_LAB}"}}\nlinks:'
    loaded = settings(tmp_path, changed(("links:", second)))

    assert loaded.forges == ("acme", "lab")
    assert loaded.forge("lab").organization == "lab"
    for name in (None, "labs"):
        with pytest.raises(UsageError, match="acme, lab"):
            loaded.forge(name)


def test_without_a_word_the_limits_are_the_defaults(tmp_path: Path) -> None:
    """And a window keeps what is not said of it."""
    assert settings(tmp_path).limits() == DEFAULT_LIMITS
    said = settings(
        tmp_path,
        changed(("limits: {}", "limits: {run: 3, week: {share: 2.5 %}, owners: 1, team_share: 0.3}")),
    ).limits()

    assert said.run == Loss(3, 3, 0.0, 0.0)
    assert said.run.allows(100_000) == 3
    assert said.week == Loss(1, 25, 0.025, 0.005)
    assert (said.owners, said.team_share, said.day) == (1, 0.3, DEFAULT_LIMITS.day)


def test_a_limit_of_nothing_allows_nobody(tmp_path: Path) -> None:
    """0 means none, not "no limit"."""
    assert settings(tmp_path, changed(("limits: {}", "limits: {run: 0}"))).limits().run.allows(1_000_000) == 0


@pytest.mark.parametrize(
    ("said", "leave", "join"),
    [
        ("", "propose", "apply"),
        ("propose", "propose", "propose"),
        ("off", "off", "off"),
        ("apply", "propose", "apply"),
    ],
)
def test_the_environment_only_lowers_the_switches(said: str, leave: str, join: str, tmp_path: Path) -> None:
    """`apply` in the environment raises nothing."""
    switches = settings(tmp_path, environ=ENVIRON | {"SEATKEEPER_APPLY": said}).switches()

    assert (switches.leave, switches.join, switches.notices, switches.from_branch) == (
        leave,
        join,
        "off",
        "main",
    )


def test_each_switch_can_be_lowered_by_itself_and_says_so(tmp_path: Path) -> None:
    """The lower of the two variables counts, and the schedule tells which switch kept it from applying."""
    told = settings(tmp_path, environ=ENVIRON | {"SEATKEEPER_APPLY_JOIN": "off"})

    assert (told.switches().leave, told.switches().join) == ("propose", "off")
    assert told.switched("join").switch == "off"
    assert told.switched("join").why == ("the environment lowers apply.join to off",)
    assert told.switched("leave").why == ("apply.leave is propose",)


def test_a_word_for_the_switches_that_is_none_is_refused(tmp_path: Path) -> None:
    """Rather than taken for "as configured"."""
    with pytest.raises(ConfigurationError, match="SEATKEEPER_APPLY"):
        settings(tmp_path, environ={"SEATKEEPER_APPLY": "of"}).switches()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("inactive: leave", "inactive: keep"),
        ("missing: none", "missing: unknown"),
        ("FROM people", "FROM everybody"),
        ("trust: proposed", "trust: confirmed"),
        ("limits: {}", "limits: {run: 100}"),
        ("Europe/Madrid", "UTC"),
        ("until: 2027-01-31", "until: 2028-01-31"),
    ],
)
def test_the_digest_of_a_policy_covers_what_decides(before: str, after: str, tmp_path: Path) -> None:
    """A standing approval for one is none for the other."""
    assert settings(tmp_path, changed((before, after))).policy().digest != settings(tmp_path).policy().digest


def test_the_digest_of_a_policy_covers_nothing_else(tmp_path: Path) -> None:
    """Comments, order and addresses may change; tokens are no part of it."""
    text = changed(
        ("version: 1", "# a comment\nversion: 1"),
        ("active: keep, on_leave: keep", "on_leave: keep, active: keep"),
        ("api.github.com", "github.example/api/v3"),
    )

    assert settings(tmp_path, text, {}).policy().digest == settings(tmp_path).policy().digest


def test_the_commit_is_told_in_a_clean_checkout_only(tmp_path: Path) -> None:
    """Outside git, changed or untracked, no commit holds what was read."""
    assert settings(tmp_path).policy().commit is None
    _git(tmp_path, "init", "-q", "-b", "main")
    assert settings(tmp_path).checkout is None
    _git(tmp_path, "add", "seatkeeper.yaml")
    _git(tmp_path, "commit", "-q", "-m", "the policy")
    (tmp_path / "seatkeeper.db").write_text("untracked files are no change")

    here = settings(tmp_path).checkout
    assert here is not None
    assert (here.branch, here.clean, here.tracked) == ("main", True, True)
    assert settings(tmp_path).policy().commit == here.commit
    assert settings(tmp_path, SOUND + "# edited\n").policy().commit is None


def test_a_configuration_that_git_does_not_know_has_no_commit(tmp_path: Path) -> None:
    """A clean checkout around it says nothing about it."""
    (tmp_path / "other").write_text("tracked")
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "other")
    _git(tmp_path, "commit", "-q", "-m", "something else")

    assert settings(tmp_path).policy().commit is None


def test_the_links_file_is_read_strictly(tmp_path: Path) -> None:
    """Bots have an accountable person; externals need none."""
    (tmp_path / "links.csv").write_text(
        "\ufeffperson,login,account_id,kind,note\n"
        "7, user7 ,1007,,\n9,build-bot,,bot,runs CI\n,guest,,external,\n",
        "utf-8",
    )
    lines = settings(tmp_path, changed(("links:\n", "links:\n  file: links.csv\n"))).link_lines()

    assert lines[0].account_id == "1007"
    assert lines[1] == LinkLine("9", "build-bot", None, "bot", "runs CI")
    assert lines[2].kind == "external"
    assert settings(tmp_path).link_lines() == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "does not exist"),
        ("person;login\n1;a\n", "links.csv:1: the header"),
        ("person,login,team\n1,a,b\n", "links.csv:1: the header"),
        ("person,login,login\n1,a,b\n", "links.csv:1: the header"),
        ("", "links.csv:1: the header"),
        ("person,login\n1,a\n2,A\n", "links.csv:3: the login is there twice, first on line 2"),
        ("person,login\n1\n", "links.csv:2: should have as many fields"),
        ("person,login\n1,a,b\n", "links.csv:2: should have as many fields"),
        ("person,login\n,a\n", "links.csv:2: should say whose"),
        ("person,login,kind\n1,a,robot\n", "links.csv:2: kind should be one of"),
        ('person,login\n1,"a\n', "can't be read"),
        (b"person,login\n1,\xff\n", "can't be read"),
    ],
)
def test_a_bad_links_file_is_refused_with_its_line(
    text: str | bytes | None, said: str, tmp_path: Path
) -> None:
    """A link said wrongly could cost a stranger their seat."""
    if text is not None:
        (tmp_path / "links.csv").write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, changed(("links:\n", "links:\n  file: links.csv\n"))).link_lines()

    assert said in caught.value.what


STARTERS = {
    "plain": Starter("acme"),
    "simulator": Starter("acme", api="http://127.0.0.1:4242", source="sqlite:///people.db"),
    "csv": Starter(
        "acme", source="people.csv", teams="team_list", others=("department",), join="department = 'eng'"
    ),
    "parquet": Starter("acme", source="data/people.parquet", end=None, start=None, email=None),
    "odd words": Starter(
        'a"c: #me', status="state", keep=("it's on", "no"), leave=("null", "off: now"), zone="Europe/Madrid"
    ),
}


@pytest.mark.parametrize("name", STARTERS)
def test_what_init_writes_is_accepted_as_it_stands(name: str, tmp_path: Path) -> None:
    """The template can't drift from the schema."""
    starter = STARTERS[name]
    loaded = settings(tmp_path, render(starter))
    policy = loaded.policy()

    assert loaded.forge().organization == starter.organization
    assert loaded.forge().clock == ("simulator" if name == "simulator" else "system")
    assert loaded.source().columns[0].name == "id"
    assert policy.status is not None
    assert dict(policy.status.values) == dict.fromkeys(starter.keep, "keep") | dict.fromkeys(
        starter.leave, "leave"
    )
    assert loaded.limits() == DEFAULT_LIMITS
    assert (loaded.switches().leave, loaded.switches().join) == ("propose", "propose")
    assert "# " in render(starter)


def test_the_schema_is_there_for_editors() -> None:
    """It is strict too, and says what each field means."""
    schema = json_schema()

    assert schema["additionalProperties"] is False
    assert {"version", "sources", "forges", "policy"} <= set(schema["required"])
    assert all("description" in shape for name, shape in schema["$defs"].items())


def _git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=Ana", "-c", "user.email=ana@acme.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *named, *arguments], check=True, capture_output=True)


def test_the_second_place_is_relative_to_the_file_and_its_key_is_a_secret(tmp_path: Path) -> None:
    """None where the file names none; the key is asked of the environment, and never shown."""
    assert settings(tmp_path).second_place() is None
    told = changed(("limits: {}", 'second_place: {folder: elsewhere, key: "${COPY_KEY}"}\nlimits: {}'))
    place = settings(tmp_path, told, {**ENVIRON, "COPY_KEY": "hidden-key"}).second_place()

    assert place is not None
    assert place.folder == tmp_path / "elsewhere"
    assert place.key.reveal() == "hidden-key"
    assert "hidden-key" not in repr(place)
    with pytest.raises(ConfigurationError, match="COPY_KEY, which is not set"):
        settings(tmp_path, told).second_place()


def test_a_bucket_is_told_with_all_that_reaches_it(tmp_path: Path) -> None:
    """An endpoint may come from the environment, and is then looked at as closely."""
    reached = 'endpoint: "${S3}", region: eu-west-1, access_key: "${A}", secret_key: "${S}", key: "${K}"'
    told = changed(("limits: {}", f"second_place: {{bucket: safe, prefix: acme, {reached}}}\nlimits: {{}}"))
    environ = {**ENVIRON, "S3": "http://127.0.0.1:9000", "A": "access", "S": "secret", "K": "key"}
    place = settings(tmp_path, told, environ).second_place()

    assert place is not None
    assert (place.bucket, place.prefix, place.endpoint, place.region) == (
        "safe", "acme", "http://127.0.0.1:9000", "eu-west-1",
    )  # fmt: skip
    assert place.access_key is not None
    assert place.access_key.reveal() == "access"
    with pytest.raises(ConfigurationError, match="should be an https URL"):
        settings(tmp_path, told, {**environ, "S3": "http://s3.example"}).second_place()
