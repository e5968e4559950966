"""Backup and restore over a withdrawal: what was destroyed stays destroyed, receipts hold."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from accounts.domain.roles import Role
from bids import jobs, opening_pool
from bids.acts import holding
from bids.facts import kept
from bids.models import SubmissionRow
from foundation.clock import FrozenClock
from foundation.database import Sessions, is_sqlite
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.upkeep import last_backup, restores
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from portal.backup.archive import ArchiveReader, Kind
from portal.backup.restoring import Asked, Restored, restore
from portal.backup.taking import take_backup
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.portal.backup.conftest import OPERATOR, Place, sqlite_alone

# How the copy of either database begins.
PLAIN = (b"SQLite format 3", b"PGDMP")


def back(
    place: Place, full: Path, records: Path | None = None, signed: tuple[str, ...] = ()
) -> Restored:
    return restore(place.restored, Asked(full, records, signed, [OPERATOR]))


def states(sessions: Sessions) -> dict[str, str]:
    with reading(sessions) as session:
        rows = session.execute(select(SubmissionRow.sha256, SubmissionRow.state)).all()
    return {row[0]: row[1] for row in rows}


def names_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def names_in(path: Path) -> list[str]:
    with path.open("rb") as stream:
        return [name for name, _ in ArchiveReader(stream, [OPERATOR]).entries()]


def test_bids_come_back_and_open_once_two_persons_decide(
    job_context: JobContext, tender: Tender, place: Place, clock: FrozenClock, beacon: object
) -> None:
    sealed = made.submit(job_context, tender, made.vendor(job_context))
    done = back(place, take_backup(job_context, Kind.FULL, place.archives))

    assert done.checked.receipts == 1
    assert done.missing == ()
    restored = place.came_back()
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=10))
    jobs.sweep(restored, opening_pool.in_this_process)
    assert states(restored.sessions) == {sealed.sha256: "sealed"}, "opened before people decided"

    officer, approver = (
        made.made.person(tender.organisation_id, role) for role in (Role.OFFICER, Role.APPROVER)
    )
    with unit_of_work(restored.sessions, officer) as uow:
        holding.propose_release(uow, tender.id, "All vendors have confirmed their receipts.")
    with unit_of_work(restored.sessions, approver) as uow:
        holding.release_opening(uow, tender.id)
    jobs.sweep(restored, opening_pool.in_this_process)
    assert states(restored.sessions) == {sealed.sha256: "opened"}


def test_a_withdrawal_before_the_backup_leaves_no_bytes(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    gone, stays = made.vendor(job_context), made.vendor(job_context, "Ravi Works")
    withdrawn = made.submit(job_context, tender, gone)
    kept = made.submit(job_context, tender, stays, total="9.00")
    made.withdraw(job_context, tender, gone)
    # The bytes were not unlinked yet when the backup was made: they are in the archive.
    archive = take_backup(job_context, Kind.FULL, place.archives)
    assert sum(name.startswith("blobs/sealed/") for name in names_in(archive)) == 2

    done = back(place, archive)

    restored = place.came_back()
    assert done.destroyed == 1
    assert [restored.blobs.stat(key).sha256 for key in restored.blobs.list("sealed/")] == [
        kept.sha256
    ]
    assert states(restored.sessions) == {withdrawn.sha256: "withdrawn", kept.sha256: "sealed"}


def test_a_withdrawal_after_the_backup_is_applied_from_newer_records(
    job_context: JobContext, tender: Tender, place: Place, clock: FrozenClock
) -> None:
    gone = made.vendor(job_context)
    withdrawn = made.submit(job_context, tender, gone)
    full = take_backup(job_context, Kind.FULL, place.archives)
    clock.advance(seconds=5)
    made.withdraw(job_context, tender, gone)
    jobs.destroy_doomed(job_context)
    late = made.submit(job_context, tender, made.vendor(job_context, "Ravi Works"))
    records = take_backup(job_context, Kind.RECORDS, place.archives)

    done = back(place, full, records)

    restored = place.came_back()
    assert list(restored.blobs.list("sealed/")) == []
    assert states(restored.sessions) == {withdrawn.sha256: "withdrawn", late.sha256: "sealed"}
    with reading(restored.sessions) as session:
        (missing,) = [each for each in kept.kept_records(session) if each.live_blob]
    assert done.missing == (missing.number,), "the vendor can bring these bytes"


def test_a_withdrawal_after_the_backup_is_applied_from_its_signed_note(
    job_context: JobContext, tender: Tender, place: Place, clock: FrozenClock
) -> None:
    gone = made.vendor(job_context)
    sealed = made.submit(job_context, tender, gone)
    archive = take_backup(job_context, Kind.FULL, place.archives)
    clock.advance(seconds=5)
    note = made.withdraw(job_context, tender, gone).ack

    done = back(place, archive, signed=(note,))

    restored = place.came_back()
    assert done.withdrawn == 1
    assert states(restored.sessions) == {sealed.sha256: "withdrawn"}
    assert list(restored.blobs.list("sealed/")) == []


@sqlite_alone
def test_what_the_signed_list_shows_as_withdrawn_is_applied(
    job_context: JobContext, tender: Tender, place: Place, clock: FrozenClock, beacon: object
) -> None:
    gone = made.vendor(job_context)
    sealed = made.submit(job_context, tender, gone)
    first = made.submit(job_context, tender, made.vendor(job_context, "Ravi Works"))
    archive = take_backup(job_context, Kind.FULL, place.archives)
    made.withdraw(job_context, tender, gone)
    clock.move_to(tender.schedule.opening_at)
    jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        note = session.execute(text("SELECT list_note FROM opening")).scalar_one()

    done = back(place, archive, signed=(note,))

    assert done.withdrawn == 1
    assert states(place.came_back().sessions) == {
        sealed.sha256: "withdrawn", first.sha256: "sealed",
    }  # fmt: skip


@sqlite_alone
def test_a_note_that_this_platform_did_not_sign_is_refused(
    job_context: JobContext, tender: Tender, place: Place, clock: FrozenClock
) -> None:
    gone = made.vendor(job_context)
    made.submit(job_context, tender, gone)
    archive = take_backup(job_context, Kind.FULL, place.archives)
    note = made.withdraw(job_context, tender, gone).ack

    with pytest.raises(Refusal, match="wrong-note-signature"):
        back(place, archive, signed=(note.replace("sign-in-only", "token"),))
    assert not place.restored.data_dir.exists()


def test_the_restore_is_public_and_on_record(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    back(place, take_backup(job_context, Kind.FULL, place.archives))

    with reading(place.came_back().sessions) as session:
        kinds = session.execute(text("SELECT kind FROM act ORDER BY seq DESC LIMIT 1")).scalar_one()
        assert kinds == "platform.restored"
        assert len(restores(session)) == 1


@sqlite_alone
def test_neither_beacon_key_nor_web_key_is_in_an_archive_of_bids(
    job_context: JobContext, tender: Tender, place: Place, settings: Settings
) -> None:
    (settings.folder("beacon") / "key.json").write_text("SECRET OF THE BEACON")
    (settings.folder("keys") / "web.key").write_bytes(bytes(32))
    made.submit(job_context, tender, made.vendor(job_context))

    names = names_in(take_backup(job_context, Kind.FULL, place.archives))

    assert [n for n in names if "beacon" in n or "web" in n or "key.json" in n] == []
    assert "keys/platform.key" in names


def test_no_plain_copy_is_left(job_context: JobContext, tender: Tender, place: Place) -> None:
    archive = take_backup(job_context, Kind.FULL, place.archives)

    assert list(job_context.settings.folder("copying").iterdir()) == []
    assert names_below(place.archives) == [archive.name]
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [start for start in PLAIN if start in archive.read_bytes()] == []


@sqlite_alone
def test_a_backup_is_remembered_and_old_ones_are_dropped(
    job_context: JobContext, place: Place, clock: FrozenClock
) -> None:
    taken = []
    for _ in range(3):
        clock.advance(hours=1)
        taken.append(take_backup(job_context, Kind.FULL, place.archives, keep=2).name)
    take_backup(job_context, Kind.RECORDS, place.archives, keep=1)

    assert names_below(place.archives)[:2] == taken[1:]
    assert len(names_below(place.archives)) == 3
    with reading(job_context.sessions) as session:
        newest = last_backup(session, "full")
    assert newest is not None
    assert newest.name == taken[2]
    assert newest.made_at == clock.at


def test_writing_goes_on_while_a_backup_is_made(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    with unit_of_work(job_context.sessions, Actor.system("other")) as uow:
        uow.session.execute(text("UPDATE database_mark SET high_water_at = high_water_at"))
        context = replace(job_context)
        folder = context.settings.folder("copying")
        from portal.backup.database_copies import copied

        with copied(job_context.sessions.kw["bind"], folder) as chunks:
            assert next(chunks).startswith(PLAIN)


@sqlite_alone
@pytest.mark.parametrize("name", ["muhr.sqlite3", "notes.txt"])
def test_a_folder_with_anything_in_it_is_refused(
    job_context: JobContext, place: Place, name: str
) -> None:
    archive = take_backup(job_context, Kind.FULL, place.archives)
    place.restored.data_dir.mkdir(parents=True)
    (place.restored.data_dir / name).write_text("x")

    with pytest.raises(Refusal, match="folder-not-empty"):
        back(place, archive)
    assert names_below(place.restored.data_dir) == [name]


def test_practice_never_becomes_real(job_context: JobContext, place: Place) -> None:
    archive = take_backup(job_context, Kind.FULL, place.archives)
    real = replace(place.restored, practice=False)

    with pytest.raises(Refusal, match="other-database-kind"):
        restore(real, Asked(archive, None, (), [OPERATOR]))
    assert not real.data_dir.exists()


def spoil(job_context: JobContext, **values: object) -> None:
    with unit_of_work(job_context.sessions, Actor.system("fault")) as uow:
        uow.session.execute(update(SubmissionRow).values(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"size": 999},
        pytest.param({"vendor_id": "somebody-else"}, marks=sqlite_alone),
        pytest.param({"ack_note": "forged\n\n— x AAAA\n"}, marks=sqlite_alone),
        pytest.param({"ack_note": None}, marks=sqlite_alone),
        pytest.param({"round": 1}, marks=sqlite_alone),
    ],
)
def test_a_receipt_that_does_not_hold_refuses_the_restore(
    job_context: JobContext, tender: Tender, place: Place, values: dict[str, object]
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    spoil(job_context, **values)

    with pytest.raises(Refusal, match="receipt-damaged"):
        back(place, take_backup(job_context, Kind.FULL, place.archives))
    assert not place.restored.data_dir.exists()


@sqlite_alone
def test_changed_sealed_bytes_refuse_the_restore(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    key = next(iter(job_context.blobs.list("sealed/")))
    job_context.blobs.delete(key)
    job_context.blobs.put_new(key, [b"other bytes"])

    with pytest.raises(Refusal, match="blob-changed"):
        back(place, take_backup(job_context, Kind.FULL, place.archives))


@sqlite_alone
def test_sealed_bytes_that_were_lost_before_the_backup_refuse_the_restore(
    job_context: JobContext, tender: Tender, place: Place, clock: FrozenClock
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    job_context.blobs.delete(next(iter(job_context.blobs.list("sealed/"))))
    clock.advance(seconds=1)

    with pytest.raises(Refusal, match="blob-missing"):
        back(place, take_backup(job_context, Kind.FULL, place.archives))


def test_a_journal_that_was_changed_refuses_the_restore(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    with job_context.sessions() as session:
        on = "" if is_sqlite(session) else " ON act"
        session.execute(text(f"DROP TRIGGER act_no_update{on}"))
        session.execute(text("UPDATE act SET doc = '{}' WHERE n = 1"))
        session.commit()

    with pytest.raises(Refusal, match="journal-damaged"):
        back(place, take_backup(job_context, Kind.FULL, place.archives))


@sqlite_alone
def test_records_older_than_the_full_backup_are_refused(
    job_context: JobContext, place: Place, clock: FrozenClock
) -> None:
    made.key(job_context)
    records = take_backup(job_context, Kind.RECORDS, place.archives)
    clock.advance(seconds=1)

    with pytest.raises(Refusal, match="older-records"):
        back(place, take_backup(job_context, Kind.FULL, place.archives), records)


@sqlite_alone
def test_archives_of_the_wrong_kind_are_refused(job_context: JobContext, place: Place) -> None:
    full = take_backup(job_context, Kind.FULL, place.archives)
    records = take_backup(job_context, Kind.RECORDS, place.archives)

    with pytest.raises(Refusal, match="wrong-archive-kind"):
        back(place, records)
    with pytest.raises(Refusal, match="wrong-archive-kind"):
        back(place, full, full)


@sqlite_alone
@pytest.mark.parametrize(
    ("recipient", "code"), [("", "no-recipient"), ("age1nonsense", "bad-recipient")]
)
def test_without_a_recipient_nothing_is_written(
    job_context: JobContext, place: Place, recipient: str, code: str
) -> None:
    context = replace(
        job_context, settings=replace(job_context.settings, backup_recipient=recipient)
    )
    with pytest.raises(Refusal, match=code):
        take_backup(context, Kind.FULL, place.archives)
    assert not place.archives.exists()


@sqlite_alone
def test_stage_of_the_tender_comes_back(
    job_context: JobContext, tender: Tender, place: Place
) -> None:
    from tendering import facts as tenders

    back(place, take_backup(job_context, Kind.FULL, place.archives))

    with reading(place.came_back().sessions) as session:
        assert tenders.tender(session, tender.id).stage is Stage.PUBLISHED
