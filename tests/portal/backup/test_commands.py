"""`muhr backup` and `muhr restore` from the console: codes, exit codes, nothing left half done."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beacon.cli import FOLDER
from bids.facts import kept
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading
from portal.commands import muhr
from portal.commands_backup import backup, restore_command
from tendering.domain.tender import Tender
from tests.bids import made
from tests.portal.backup.conftest import KEEPER, OPERATOR, Place, kept_in, sqlite_alone


@pytest.fixture(autouse=True)
def environment(
    settings: Settings, job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUHR_DATA", str(settings.data_dir))
    monkeypatch.setenv("MUHR_PRACTICE", "1")
    monkeypatch.setenv("MUHR_BACKUP_RECIPIENT", str(OPERATOR.recipient()))
    monkeypatch.setenv("MUHR_BEACON_BACKUP_RECIPIENT", str(KEEPER.recipient()))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)


def archived(place: Place, *arguments: str) -> Path:
    answer = CliRunner().invoke(backup, ["--to", str(place.archives), *arguments])
    assert answer.exit_code == 0, answer.output
    return Path(answer.stdout.strip())


def come_back(
    place: Place, monkeypatch: pytest.MonkeyPatch, *arguments: str, key: object = OPERATOR
) -> Result:
    monkeypatch.setenv("MUHR_DATA", str(place.restored.data_dir))
    monkeypatch.setenv("DATABASE_URL", place.restored.database_url)
    return CliRunner().invoke(
        restore_command, ["--identity", "-", *arguments], input=f"# a key\n{key}\n"
    )


def is_empty(place: Place) -> bool:
    """Tell whether a restore that was refused has left nothing, neither files nor tables."""
    data = place.restored.data_dir
    if data.parent.exists() and list(data.parent.iterdir()):
        return False
    return "sqlite" in place.restored.database_url or kept_in(place.restored.database_url) == []


def test_there_and_back(
    place: Place, tender: Tender, job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    full, records = archived(place), archived(place, "--records")

    answer = come_back(place, monkeypatch, str(full), "--records", str(records))

    assert answer.exit_code == 0, answer.output
    assert "Verified again: 1 receipts" in answer.stdout
    with reading(place.came_back().sessions) as session:
        assert len(list(kept.kept_records(session))) == 1


@pytest.mark.parametrize(
    ("arguments", "key", "code"),
    [
        ((), OPERATOR, "nothing-newer"),
        pytest.param(("--nothing-newer",), KEEPER, "wrong-identity", marks=sqlite_alone),
        pytest.param(("--nothing-newer",), "hello", "bad-identity", marks=sqlite_alone),
        pytest.param(("--beacon-key",), OPERATOR, "wrong-archive-kind", marks=sqlite_alone),
    ],
)
def test_a_refusal_ends_with_its_code(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    key: object,
    code: str,
) -> None:
    answer = come_back(place, monkeypatch, str(archived(place)), *arguments, key=key)

    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[-1] == code
    assert answer.stderr.strip()
    assert is_empty(place)


def test_a_damaged_archive_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archived(place)
    archive.write_bytes(archive.read_bytes()[:-40])
    answer = come_back(place, monkeypatch, str(archive), "--nothing-newer")

    assert answer.stdout.splitlines()[-1] == "bad-archive"
    assert is_empty(place)


def test_a_database_that_has_tables_is_left_alone(
    place: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = archived(place)
    taken = replace(place.restored, database_url=settings.database_url)
    answer = come_back(replace(place, restored=taken), monkeypatch, str(archive), "--nothing-newer")

    code = answer.stdout.splitlines()[-1]
    assert code == ("database-elsewhere" if "sqlite" in settings.database_url else
                    "database-not-empty")  # fmt: skip
    assert not place.restored.data_dir.exists()


@pytest.mark.parametrize("command", [("backup",), ("doctor",), ("upgrade", "check")])
@pytest.mark.postgresql
def test_a_database_that_does_not_answer_is_named(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://muhr:s3cret@127.0.0.1:9/muhr")
    answer = CliRunner().invoke(muhr, command)

    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[-1] == "database-unreachable"
    assert "127.0.0.1:9" in answer.stderr
    assert "s3cret" not in answer.output


@sqlite_alone
def test_the_beacons_key_comes_back_alone(
    place: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import secrets

    from beacon.anchor import machine_clocks
    from beacon.local import LocalBeacon

    LocalBeacon.start(settings.folder(FOLDER), machine_clocks(), secrets.token_bytes)
    archive = archived(place, "--beacon-key")
    answer = come_back(place, monkeypatch, str(archive), "--beacon-key", key=KEEPER)

    assert answer.exit_code == 0, answer.output
    found = place.restored.data_dir / FOLDER / "key.json"
    assert found.read_bytes() == (settings.data_dir / FOLDER / "key.json").read_bytes()
    assert found.stat().st_mode & 0o777 == 0o600


@sqlite_alone
def test_wrong_use_is_told(place: Place) -> None:
    assert CliRunner().invoke(backup, ["--records", "--beacon-key"]).exit_code == 2
    assert CliRunner().invoke(backup, ["--keep", "0"]).exit_code == 2
