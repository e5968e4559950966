"""The steps of an upgrade one by one: when it may be, the copy, and never back over the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from bids import jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.upkeep import Backup, record_backup
from foundation.values.actor import Actor
from portal import commands_upgrade
from portal.backup.database_copies import copied
from portal.commands_upgrade import upgrade
from tests.bids import made
from tests.bids.conftest import TestBeacon, beacon

__all__ = ["beacon"]


@pytest.fixture(autouse=True)
def environment(
    settings: Settings, job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUHR_DATA", str(settings.data_dir))
    monkeypatch.setenv("MUHR_PRACTICE", "1")
    monkeypatch.setenv("DATABASE_URL", settings.database_url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(upgrade, list(arguments))


def code(result: Result) -> str:
    return result.stdout.splitlines()[-1] if result.exit_code == 1 else f"exit {result.exit_code}"


def marked(context: JobContext) -> int:
    with reading(context.sessions) as session:
        return int(session.execute(text("SELECT count(*) FROM backup_record")).scalar_one())


def test_a_quiet_time_is_fine(job_context: JobContext) -> None:
    made.tender_of_days(job_context)

    assert run("check").exit_code == 0


def test_near_a_deadline_it_is_refused_until_all_is_opened(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    tender = made.tender_of_days(job_context)
    made.submit(job_context, tender, made.vendor(job_context))
    clock.move_to(tender.schedule.deadline_at - timedelta(hours=24))
    assert run("check").exit_code == 0
    clock.advance(seconds=1)
    assert code(run("check")) == "deadline-near"
    clock.move_to(tender.schedule.deadline_at + timedelta(seconds=1))
    jobs.sweep(job_context, opening_pool.in_this_process)
    assert code(run("check")) in {"deadline-near", "opening-under-way"}
    clock.move_to(made.unsealing_at(tender) + timedelta(minutes=11))
    jobs.sweep(job_context, opening_pool.in_this_process)

    assert run("check").exit_code == 0


def test_the_copy_goes_back(job_context: JobContext, tmp_path: Path) -> None:
    copy = tmp_path / "before.copy"
    assert run("save", str(copy)).exit_code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    with unit_of_work(job_context.sessions, Actor.system("migration")) as uow:
        record_backup(uow, Backup("full", uow.now, "x", 1, "y"))
    assert marked(job_context) == 1
    job_context.sessions.kw["bind"].dispose()

    assert run("go-back", str(copy)).exit_code == 0
    assert marked(job_context) == 0


def test_the_copy_never_goes_back_over_the_record(job_context: JobContext, tmp_path: Path) -> None:
    copy = tmp_path / "before.copy"
    run("save", str(copy))
    tender = made.tender(job_context)

    assert code(run("go-back", str(copy))) == "written-since"
    with reading(job_context.sessions) as session:
        found = session.execute(text("SELECT count(*) FROM tender WHERE id = :i"), {"i": tender.id})
        assert found.scalar_one() == 1


def test_what_is_recorded_while_the_copy_is_made_is_kept_too(
    job_context: JobContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine's pages may still be open."""

    @contextmanager
    def copied_meanwhile(engine: Engine, folder: Path) -> Iterator[Iterator[bytes]]:
        with copied(engine, folder) as chunks:
            yield chunks
        made.tender(job_context)

    monkeypatch.setattr(commands_upgrade, "copied", copied_meanwhile)
    copy = tmp_path / "before.copy"
    assert run("save", str(copy)).exit_code == 0

    assert code(run("go-back", str(copy))) == "written-since"


@pytest.mark.sqlite
def test_a_copy_is_never_overwritten(tmp_path: Path) -> None:
    copy = tmp_path / "before.copy"
    copy.write_text("x")

    assert code(run("save", str(copy))) == "copy-exists"
    assert copy.read_text() == "x"


def test_verify_reads_everything_again(job_context: JobContext) -> None:
    tender = made.tender(job_context)
    made.submit(job_context, tender, made.vendor(job_context))
    assert "1 receipts" in run("verify").stdout
    with unit_of_work(job_context.sessions, Actor.system("fault")) as uow:
        uow.session.execute(text("UPDATE envelope_submission SET size = size + 1"))

    assert code(run("verify")) == "receipt-damaged"
