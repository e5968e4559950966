"""`muhr backup` and `muhr restore` from the console: codes, exit codes, nothing left half done."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beacon.cli import FOLDER
from foundation.jobs import JobContext
from foundation.settings import Settings
from portal.commands_backup import backup, restore_command
from tendering.domain.tender import Tender
from tests.bids import made
from tests.portal.backup.conftest import KEEPER, OPERATOR, Place

pytestmark = pytest.mark.sqlite


@pytest.fixture(autouse=True)
def environment(
    settings: Settings, job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUHR_DATA", str(settings.data_dir))
    monkeypatch.setenv("MUHR_PRACTICE", "1")
    monkeypatch.setenv("MUHR_BACKUP_RECIPIENT", str(OPERATOR.recipient()))
    monkeypatch.setenv("MUHR_BEACON_BACKUP_RECIPIENT", str(KEEPER.recipient()))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def archived(place: Place, *arguments: str) -> Path:
    answer = CliRunner().invoke(backup, ["--to", str(place.archives), *arguments])
    assert answer.exit_code == 0, answer.output
    return Path(answer.stdout.strip())


def come_back(
    place: Place, monkeypatch: pytest.MonkeyPatch, *arguments: str, key: object = OPERATOR
) -> Result:
    monkeypatch.setenv("MUHR_DATA", str(place.restored.data_dir))
    return CliRunner().invoke(
        restore_command, ["--identity", "-", *arguments], input=f"# a key\n{key}\n"
    )


def test_there_and_back(
    place: Place, tender: Tender, job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    full, records = archived(place), archived(place, "--records")

    answer = come_back(place, monkeypatch, str(full), "--records", str(records))

    assert answer.exit_code == 0, answer.output
    assert "Verified again: 1 receipts" in answer.stdout
    assert (place.restored.data_dir / "muhr.sqlite3").exists()


@pytest.mark.parametrize(
    ("arguments", "key", "code"),
    [
        ((), OPERATOR, "nothing-newer"),
        (("--nothing-newer",), KEEPER, "wrong-identity"),
        (("--nothing-newer",), "hello", "bad-identity"),
        (("--beacon-key",), OPERATOR, "wrong-archive-kind"),
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
    assert not (place.restored.data_dir / "muhr.sqlite3").exists()


def test_a_damaged_archive_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archived(place)
    archive.write_bytes(archive.read_bytes()[:-40])
    answer = come_back(place, monkeypatch, str(archive), "--nothing-newer")

    assert answer.stdout.splitlines()[-1] == "bad-archive"
    assert not place.restored.data_dir.exists()
    assert list(place.restored.data_dir.parent.iterdir()) == []


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


def test_wrong_use_is_told(place: Place) -> None:
    assert CliRunner().invoke(backup, ["--records", "--beacon-key"]).exit_code == 2
    assert CliRunner().invoke(backup, ["--keep", "0"]).exit_code == 2
