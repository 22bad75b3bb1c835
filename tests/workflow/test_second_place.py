"""The journal is the restore, so it survives: written elsewhere before each loss, and enough by itself."""

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seatkeeper.bootstrap import open_copy, open_office
from seatkeeper.cli.main import seatkeeper
from seatkeeper.cli.progress import Silent
from seatkeeper.cli.restore import command
from seatkeeper.config.load import load
from seatkeeper.config.secrets import Secret
from seatkeeper.copies.folder import FolderCopy
from seatkeeper.copies.sealed import SealedCopy
from seatkeeper.errors import ConfigurationError, CopyBroken, CopyFailed
from seatkeeper.journal import sheets
from seatkeeper.journal.fold import losses, read_grants
from seatkeeper.model.run import Entry
from seatkeeper.workflow.apply import apply
from seatkeeper.workflow.approve import approve, propose
from seatkeeper.workflow.check import check
from seatkeeper.workflow.restore import restore
from seatkeeper.workflow.runs import load_run, runs
from seatkeeper.workflow.takings import Selection
from tests.copies.conftest import in_bucket
from tests.workflow.place import ANA, BEN, Workplace, workplace

pytestmark = pytest.mark.slow

KEY = base64.b64encode(bytes(range(32))).decode()
FOLDER = 'second_place: {folder: second, key: "${COPY_KEY}"}\n'


def in_second_place(place: Workplace, told: str = FOLDER) -> None:
    """From now on whoever opens the office keeps its journal there as well."""
    place.config.write_text(place.config.read_text() + told)
    place.environ["COPY_KEY"] = KEY


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """A small company, adopted, with a second place in a folder."""
    with workplace(tmp_path) as first:
        (first.config.parent / "second").mkdir()
        in_second_place(first)
        with first.reopened() as place:
            place.adopt()
            yield place


def lose_the_store(place: Workplace) -> None:
    """The machine is gone: the journal, what was observed, and the people's database."""
    for file in place.config.parent.glob("seatkeeper.db*"):
        file.unlink()
    for file in place.config.parent.glob("people*"):
        file.unlink()


def held_in_copy(folder: Path) -> dict[int, bytes | None]:
    copy = SealedCopy(FolderCopy(folder), Secret(KEY))
    names = copy.names(sheets.ENTRIES)
    return {line.seq: line.body for name in names for line in sheets.read_lines(name, copy.get(name))}


def test_before_each_write_its_intent_is_in_the_second_place(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the account's before: looked at from the forge's side, whenever a write comes in."""
    folder = place.config.parent / "second"
    writer, seen = place.office.writer, []
    send = writer.send

    def watched(step: object, state: object) -> None:
        bodies = held_in_copy(folder)
        last = list(place.office.desk.store.entries(kinds={"intent"}))[-1]
        seen.append(bodies.get(last.seq) is not None and b'"before"' in (bodies[last.seq] or b""))
        send(step, state)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(writer, "send", watched)
    state = place.apply(place.sign(place.plan()))

    assert seen
    assert all(seen)
    assert {c.progressed for c in state.changes if c.change.kind == "leave"} == {"confirmed"}


def test_nothing_is_written_to_the_forge_while_the_second_place_is_away(place: Workplace) -> None:
    """Giving waits as taking does; planning, approving and stopping do not; and it goes on afterwards."""
    folder = place.config.parent / "second"
    folder.rename(folder.with_name("unmounted"))
    computed = place.sign(place.plan())
    before = place.forge.world.grants()
    with pytest.raises(CopyFailed, match="is not there") as refusal:
        place.apply(computed)
    assert refusal.value.exit_code == 1
    assert refusal.value.remedy
    assert place.forge.world.grants() == before
    folder.with_name("unmounted").rename(folder)
    state = place.apply(computed)

    assert {c.progressed for c in state.changes if c.change.kind == "leave"} == {"confirmed"}


def test_a_place_that_fails_in_mid_run_stops_it_before_the_next_write(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change under way is the last; the same plan goes on once the place is back."""
    folder = place.config.parent / "second"
    writer, sent = place.office.writer, []
    send = writer.send

    def failing(step: object, state: object) -> None:
        send(step, state)  # type: ignore[arg-type]  # handed on as it came
        sent.append(step)
        if len(sent) == 1:
            folder.rename(folder.with_name("unmounted"))

    monkeypatch.setattr(writer, "send", failing)
    computed = place.sign(place.plan())
    with pytest.raises(CopyFailed):
        place.apply(computed)
    assert len(sent) == 1
    folder.with_name("unmounted").rename(folder)
    state = place.apply(computed)

    assert {c.progressed for c in state.changes if c.change.kind == "leave"} == {"confirmed"}


def _told(entries: Iterator[Entry]) -> list[tuple[str, object]]:
    return [(e.hash, e.payload) for e in entries]


def test_on_a_bare_machine_everything_that_was_lost_is_known_again(place: Workplace) -> None:
    """Runs, losses, spans and names are what they were; approvals too; and a new plan can be carried out."""
    place.apply(place.sign(place.plan()))
    place.plan()
    store, organization = place.office.desk.store, place.office.desk.reader.organization()
    entries, spans = _told(store.entries()), list(store.history(organization.id))
    lost = losses(store.entries(kinds={"outcome"}))
    names, logins = store.names(organization.id), store.logins(organization.id)
    run = load_run(store, runs(store)[0])
    store.close()
    lose_the_store(place)
    with open_office(
        place.config, place.environ, Silent(), rebuilt_from=str(place.config.parent / "second")
    ) as office:
        rebuilt = office.desk.store

        assert _told(rebuilt.entries()) == entries
        assert list(rebuilt.history(organization.id)) == spans
        assert (rebuilt.names(organization.id), rebuilt.logins(organization.id)) == (names, logins)
        assert losses(rebuilt.entries(kinds={"outcome"})) == lost
        assert lost
        assert load_run(rebuilt, runs(rebuilt)[0]) == run
        assert rebuilt.verify().verifies
        assert office.known_organization() == organization._replace(base_role=None)
        befores = [e.payload or {} for e in rebuilt.entries(kinds={"intent"})]
        known = {r for p in befores for g in read_grants(p["before"]) for r in [g.resource]}
        assert known <= names.keys()


def test_a_rebuilt_journal_goes_on_in_the_same_second_place(place: Workplace) -> None:
    """What was approved before the loss is applied after it, and the second place follows."""
    computed = place.plan()
    propose(place.office.desk, computed.plan, computed.digest, place.stage.key(ANA))
    approve(place.office.desk, computed.plan, computed.digest, place.stage.key(BEN))
    place.office.desk.store.close()
    lose_the_store(place)
    open_copy(load(place.config, place.environ), str(place.config.parent / "second")).close()
    with place.reopened() as again:
        state = again.apply(computed)
        head = again.office.desk.store.head()[0]

        assert {c.progressed for c in state.changes if c.change.kind == "leave"} == {"confirmed"}
        assert list(held_in_copy(place.config.parent / "second")) == list(range(1, head + 1))


def test_on_a_bare_machine_everyone_comes_back(place: Workplace) -> None:
    """With the store and the record of people gone, the copy alone plans it; joiners wait for the record."""
    before = place.forge.world.grants()
    state = place.apply(place.sign(place.plan()))
    lost = {grant for change in state.changes for grant in change.change.lost}
    assert lost
    assert lost.isdisjoint(place.forge.world.grants())
    place.office.desk.store.close()
    lose_the_store(place)
    copy = str(place.config.parent / "second")
    with open_office(place.config, place.environ, Silent(), rebuilt_from=copy) as office:
        bare = replace(place, office=office)
        made = restore(office.desk, office.known_organization(), Selection(runs=(state.id,)))
        propose(office.desk, made.plan, made.digest, place.stage.key(ANA))
        approve(office.desk, made.plan, made.digest, place.stage.key(BEN))
        apply(office.desk, office.writer, made.plan, made.digest, made.file, holder="bare")
        world = place.forge.world
        for change in made.plan.changes:
            world.accept(change.account)
        news = {followed.login: followed.news for followed in bare.follow()}
        runs_now = [load_run(office.desk.store, run) for run in runs(office.desk.store)]

        assert lost <= world.grants()
        assert before <= world.grants()
        joiners = {c.change.login for c in state.changes if c.change.kind == "join"}
        assert all(news[login].startswith("waits: ") for login in joiners)
        assert runs_now[-1] is not None
        assert {c.progressed for c in runs_now[-1].changes} == {"confirmed"}
        assert office.desk.store.verify().verifies
    assert len(held_in_copy(place.config.parent / "second")) > len(lost)


@pytest.mark.slow
def test_a_new_machine_with_the_copy_and_the_keys_brings_everyone_back_by_commands_alone(
    place: Workplace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the configuration from git, the approvers' keys, the copy and the forge, and nothing else."""
    before = place.forge.world.grants()
    state = place.apply(place.sign(place.plan()))
    place.office.desk.store.close()
    machine = tmp_path_factory.mktemp("new-machine")
    for name in (place.config.name, "approvers.allowed_signers"):
        shutil.copy(place.config.parent / name, machine)
    keys = [shutil.copy(place.stage.key(person), machine) for person in (ANA, BEN)]
    copy = shutil.copytree(place.config.parent / "second", machine / "second")
    monkeypatch.chdir(machine)
    for name, value in place.environ.items():
        monkeypatch.setenv(name, value)

    def type_in(*words: str) -> tuple[int, Any]:
        done = CliRunner().invoke(seatkeeper, [*words, "--json"], catch_exceptions=False)
        return done.exit_code, json.loads(done.output)

    asked = type_in("restore", "--from", str(copy), "--run", state.id, "--key", str(keys[0]))
    assert (asked[0], asked[1]["proposer"]) == (3, ANA)
    assert type_in("approve", "restore.json", "--key", str(keys[1]))[0] == 0
    code, run = type_in("apply", "restore.json")
    total = len(asked[1]["plan"]["owed"])
    assert (code, run["accounting"]["pending"]) == (0, total)
    assert run["still_takes"]["acceptance_days"] == 7
    assert not (machine / "people.db").exists()
    for change in run["changes"]:
        place.forge.world.accept(change["account"])
    code, told = type_in("follow")
    assert (code, told["restores"][0]["still_takes"]) == (0, None)
    code, told = type_in("status", run["run"])
    (status,) = told["runs"]
    assert (code, status["accounting"]["confirmed"], status["accounting"]["residue"]) == (0, total, 0)
    assert before <= place.forge.world.grants()
    assert type_in("verify")[0] == 0


def test_the_command_rebuilds_and_plans(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """`restore --from COPY` on a bare machine; typed again, it goes on with the store it filled."""
    state = place.apply(place.sign(place.plan()))
    place.office.desk.store.close()
    lose_the_store(place)
    for name, value in place.environ.items():
        monkeypatch.setenv(name, value)
    folder = place.config.parent
    arguments = ["-c", str(place.config), "--run", state.id, "--out", str(folder / "back.json"), "--json"]
    told = CliRunner().invoke(command, [*arguments, "--from", str(folder / "second")], catch_exceptions=False)
    again = CliRunner().invoke(
        command, [*arguments, "--from", str(folder / "second")], catch_exceptions=False
    )

    assert (told.exit_code, again.exit_code) == (3, 3)
    assert json.loads(told.output)["plan"]["kind"] == "restore"
    assert (folder / "back.json").exists()
    with pytest.raises(CopyFailed, match="is not there"):
        CliRunner().invoke(command, [*arguments, "--from", str(folder / "nowhere")], catch_exceptions=False)


def test_the_same_from_a_bucket(tmp_path: Path, s3_endpoint: str, bucket: str) -> None:
    """On a real S3-compatible server, found again by its address."""
    told = (
        f'second_place: {{bucket: {bucket}, prefix: acme/journal, endpoint: "{s3_endpoint}", '
        'access_key: "${S3_ACCESS}", secret_key: "${S3_SECRET}", key: "${COPY_KEY}"}\n'
    )
    with workplace(tmp_path) as first:
        in_second_place(first, told)
        first.environ.update(S3_ACCESS="invented", S3_SECRET="invented-too")
        with first.reopened() as place:
            place.adopt()
            place.apply(place.sign(place.plan()))
            head = place.office.desk.store.head()
        first.office.desk.store.close()
        lose_the_store(first)
        store = open_copy(load(first.config, first.environ), f"s3://{bucket}/acme/journal")

        assert store.head() == head
        assert in_bucket(s3_endpoint, bucket).names(sheets.ENTRIES)
        store.close()


def _second(place: Workplace) -> list[tuple[str, str]]:
    found = [f for f in check(place.office.desk) if f.about == "second place"]
    return [(f.severity, f.told) for f in found]


def test_check_warns_while_there_is_no_second_place(tmp_path: Path) -> None:
    """And says what that costs."""
    with workplace(tmp_path) as place:
        ((severity, told),) = _second(place)

    assert severity == "warning"
    assert "in one place only" in told


def test_check_reads_the_second_place_back(place: Workplace) -> None:
    """Through which entry it holds the journal; without writing there or here."""
    head = place.office.desk.store.head()
    before = {p: p.read_bytes() for p in (place.config.parent / "second").rglob("*") if p.is_file()}
    ((severity, told),) = _second(place)

    assert severity == "fine"
    assert f"{head[0]:,} of {head[0]:,} entries" in told
    assert place.office.desk.store.head() == head
    assert {p: p.read_bytes() for p in (place.config.parent / "second").rglob("*") if p.is_file()} == before


def test_check_names_a_second_place_that_is_away_or_false(place: Workplace) -> None:
    """Each with its remedy, and the other parts are looked at all the same."""
    folder = place.config.parent / "second"
    last = max((folder / "entries").iterdir())
    piece = last.read_bytes()
    last.write_bytes(piece[:-1])
    ((severity, told),) = _second(place)
    assert severity == "problem"
    assert "does not open" in told
    last.write_bytes(piece)
    folder.rename(folder.with_name("unmounted"))
    ((severity, told),) = _second(place)

    assert severity == "problem"
    assert "is not there" in told
    assert any(f.about == "journal" and f.severity == "fine" for f in check(place.office.desk))


def test_a_copy_can_not_be_opened_without_its_key(place: Workplace) -> None:
    """Neither without a second_place in the file nor with another key."""
    settings = load(place.config, {**place.environ, "COPY_KEY": base64.b64encode(b"\x07" * 32).decode()})
    place.office.desk.store.close()
    lose_the_store(place)
    with pytest.raises(CopyBroken, match="another key sealed it"):
        open_copy(settings, str(place.config.parent / "second"))
    place.config.write_text(place.config.read_text().replace(FOLDER, ""))

    with pytest.raises(ConfigurationError, match="no second_place"):
        open_copy(load(place.config, place.environ), str(place.config.parent / "second"))
