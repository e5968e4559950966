"""Backup and restore with blobs in a bucket: read and written through the store, as decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bids import jobs
from foundation.blobs.chosen import chosen_blobs
from foundation.blobs.s3 import S3Blobs
from foundation.blobs.store import BlobMissing, BlobStore
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.values.refusal import Refusal
from portal.backup.archive import Kind
from portal.backup.taking import take_backup
from portal.commands_backup import backup
from tendering.domain.tender import Tender
from tests.bids import made
from tests.meddling import Line, Meddling
from tests.portal.backup.conftest import OPERATOR, Place
from tests.portal.backup.test_restore import back, names_in, states
from tests.seaweed import Seaweed, environment_of

pytestmark = pytest.mark.sqlite


@pytest.fixture
def settings(settings: Settings, seaweed: Seaweed, between: Line) -> Settings:
    return replace(settings, s3=replace(seaweed.place(), endpoint=between.address))


@pytest.fixture
def place(place: Place, seaweed: Seaweed) -> Place:
    """An empty data folder and an empty prefix to come back to."""
    return replace(place, restored=replace(place.restored, s3=seaweed.place()))


def everything(blobs: BlobStore) -> dict[str, str]:
    return {key: blobs.stat(key).sha256 for key in blobs.list()}


def test_bids_come_back_into_another_prefix_and_destroyed_ones_do_not(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    gone = made.vendor(job_context)
    withdrawn = made.submit(job_context, tender, gone)
    kept = made.submit(job_context, tender, made.vendor(job_context, "Ravi Works"), total="9.00")
    archive = take_backup(job_context, Kind.FULL, place.archives)
    made.withdraw(job_context, tender, gone)
    records = take_backup(job_context, Kind.RECORDS, place.archives)
    assert sum(name.startswith("blobs/sealed/") for name in names_in(archive)) == 2

    done = back(place, archive, records)

    restored = chosen_blobs(place.restored)
    assert isinstance(restored, S3Blobs)
    assert (done.destroyed, done.checked.receipts) == (1, 2)
    assert list(everything(restored).values()) == [kept.sha256], "a destroyed bid came back"
    assert withdrawn.sha256 in everything(job_context.blobs).values(), "the old place is left alone"
    assert not (place.restored.data_dir / "blobs").exists()


@pytest.mark.parametrize("into_bucket", [True, False])
def test_a_backup_moves_an_installation_between_files_and_a_bucket(
    job_context: JobContext, tender: Tender, place: Place, *, into_bucket: bool
) -> None:
    here, there = job_context, place
    if into_bucket:
        settings = replace(job_context.settings, s3=None)
        here = JobContext(settings, job_context.sessions, chosen_blobs(settings))
    else:
        there = replace(place, restored=replace(place.restored, s3=None))
    sealed = made.submit(here, tender, made.vendor(here))

    back(there, take_backup(here, Kind.FULL, place.archives))

    assert list(everything(chosen_blobs(there.restored)).values()) == [sealed.sha256]


def test_a_restore_never_mixes_with_what_lies_there(
    job_context: JobContext, tender: Tender, place: Place, tmp_path: Path
) -> None:
    archive = take_backup(job_context, Kind.FULL, place.archives)
    assert place.restored.s3 is not None
    blobs = S3Blobs(place.restored.s3, tmp_path)
    blobs.put_new("sealed/of-another", [b"x"])

    with pytest.raises(Refusal, match="store-not-empty"):
        back(place, archive)

    assert list(blobs.list()) == ["sealed/of-another"]
    assert not place.restored.data_dir.exists()


def test_a_restore_that_fails_takes_back_what_it_wrote(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    sealed = made.submit(job_context, tender, made.vendor(job_context, "Ravi Works"))
    _, key = sorted(job_context.blobs.list("sealed/"))
    job_context.blobs.delete(key)
    job_context.blobs.put_new(key, [b"not " + sealed.data])
    archive = take_backup(job_context, Kind.FULL, place.archives)

    with pytest.raises(Refusal, match="blob-changed"):
        back(place, archive)

    assert everything(chosen_blobs(place.restored)) == {}
    assert not place.restored.data_dir.exists()


def test_a_bid_destroyed_during_the_backup_is_left_out(
    job_context: JobContext, tender: Tender, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    listed = list(job_context.blobs.list())
    records = take_backup(job_context, Kind.RECORDS, place.archives)
    assert records.exists()
    made.withdraw(job_context, tender, vendor)
    jobs.destroy_doomed(job_context)
    monkeypatch.setattr(S3Blobs, "list", lambda _blobs: iter(listed))

    archive = take_backup(job_context, Kind.FULL, place.archives)

    assert not [name for name in names_in(archive) if name.startswith("blobs/")]
    with pytest.raises(BlobMissing):
        job_context.blobs.stat(listed[0])


def test_a_store_that_is_away_ends_the_command_with_a_code(
    settings: Settings,
    job_context: JobContext,
    place: Place,
    between: Line,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings.s3 is not None
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in {
        "MUHR_DATA": str(settings.data_dir),
        "MUHR_PRACTICE": "1",
        "MUHR_BACKUP_RECIPIENT": str(OPERATOR.recipient()),
        **environment_of(settings.s3),
    }.items():
        monkeypatch.setenv(name, value)
    assert archives_of(place) == []
    between.how = Meddling.CLOSE

    answer = CliRunner().invoke(backup, ["--to", str(place.archives)])

    assert (answer.exit_code, answer.stdout) == (1, "store-away\n")
    assert "unreachable" in answer.stderr
    assert archives_of(place) == [], "half an archive was left"
    assert states(job_context.sessions) == {}


def archives_of(place: Place) -> list[Path]:
    return sorted(place.archives.glob("*")) if place.archives.exists() else []
