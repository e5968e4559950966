"""The way back from a backup, into an empty place and all at once, with nothing opened meanwhile.

Everything is written beside the data folder and gets its name by one rename at the end: until
then no process can find a key or a sealed bid. Sealed bytes that were withdrawn, replaced or
destroyed are never written at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import make_url

from beacon import cli as beacon_cli
from beacon.anchor import write_durably
from beacon.keys import KEY_FILE, parse_key, store_key
from bids.acts import restoring as acts
from bids.domain.kept_records import read_signed
from bids.facts import kept
from bids.platform_key import load_platform_key
from foundation.blobs.chosen import chosen_blobs
from foundation.blobs.store import BlobsAway, BlobStore
from foundation.database import DatabaseKind, Sessions, make_engine, make_sessions, mark_database
from foundation.durable_files import sync_folder
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.upkeep import record_restore
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from portal import schema
from portal.backup import postgresql_copies
from portal.backup.archive import ArchiveReader, Kind, Manifest
from portal.backup.checking import Checked, check_everything
from portal.backup.database_copies import check_empty, put_sqlite
from portal.backup.taking import DATABASE, KEYS
from sealing.age_keys import AnyIdentity

STAGING = ".restoring"
BLOB = "blobs/"
KEY = "keys/"
SEALED = "sealed/"
OPENED = "opened/"


@dataclass(frozen=True)
class Asked:
    """What an operator brings to a restore.

    Args:
        full: the archive with the blobs.
        records: a newer archive of database and keys alone, if there is one.
        signed: notes that this platform signed since: withdrawals, the list of an opening.
        identities: the keys to which the archives were sealed.
    """

    full: Path
    records: Path | None
    signed: tuple[str, ...]
    identities: Sequence[AnyIdentity]


@dataclass(frozen=True)
class Restored:
    """What came back; ``missing`` are receipts whose sealed bytes came after the backup."""

    manifest: Manifest
    checked: Checked
    withdrawn: int
    destroyed: int
    missing: tuple[str, ...]


def restore(settings: Settings, asked: Asked) -> Restored:
    """Bring an installation back into an empty data folder and, on PostgreSQL, an empty database.

    Raises:
        Refusal: ``folder-not-empty``, ``database-not-empty``, ``database-elsewhere``,
            ``store-not-empty``,
            ``database-unreachable``, ``database-not-restored``, ``tool-missing``, ``tool-older``,
            ``wrong-identity``, ``bad-archive``, ``wrong-archive-kind``, ``other-installation``,
            ``older-records``, ``other-database``, ``newer-database``, ``other-database-kind``,
            ``blob-changed``, ``blob-missing``, ``receipt-damaged``, ``journal-damaged``,
            ``bad-note``, ``wrong-note-signature``, ``not-found``.
    """
    _check_target(settings)
    with _staging(settings) as staged, _taken_back(chosen_blobs(staged)) as written:
        manifest = _restore_records(staged, asked)
        engine = make_engine(staged.database_url)
        sessions = make_sessions(engine)
        try:
            with sessions() as session:
                schema.upgrade(engine)
                kind = DatabaseKind.PRACTICE if settings.practice else DatabaseKind.REAL
                mark_database(session, kind)
                session.commit()
            withdrawn, destroyed = _destroy(staged, sessions, asked, manifest)
            missing = _restore_blobs(staged, written, sessions, asked, manifest)
            checked = check_everything(staged, sessions)
        finally:
            engine.dispose()
    return Restored(manifest, checked, withdrawn, destroyed, missing)


def restore_beacon(settings: Settings, archive: Path, identities: Sequence[AnyIdentity]) -> None:
    """Bring the local beacon's key back where none lies.

    Raises:
        Refusal: ``beacon-key-there``, ``wrong-archive-kind``, ``beacon-key-damaged``,
            ``wrong-identity``, ``bad-archive``.
    """
    folder = settings.data_dir / beacon_cli.FOLDER
    if (folder / KEY_FILE).exists():
        raise Refusal("beacon-key-there")
    with archive.open("rb") as stream:
        reader = ArchiveReader(stream, identities)
        if reader.manifest.kind is not Kind.BEACON:
            raise Refusal("wrong-archive-kind")
        found = {name: b"".join(pieces) for name, pieces in reader.entries()}
        reader.end()
    store_key(settings.folder(beacon_cli.FOLDER), parse_key(found.get(KEY_FILE, b"")))


def _check_target(settings: Settings) -> None:
    target = settings.data_dir
    if target.exists() and any(target.iterdir()):
        raise Refusal("folder-not-empty")
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        check_empty(settings.database_url)
    elif not Path(url.database or "").is_relative_to(target):
        raise Refusal("database-elsewhere")
    if settings.s3 is not None and any(chosen_blobs(settings).list()):
        raise Refusal("store-not-empty")


@contextmanager
def _staging(settings: Settings) -> Iterator[Settings]:
    """Yield settings whose data folder and database are in their places only when all went well."""
    target = settings.data_dir
    folder = target.with_name(target.name + STAGING)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        with _database_beside(settings, folder) as database_url:
            yield replace(settings, data_dir=folder, database_url=database_url)
            sync_folder(folder)
            folder.rename(target)
            sync_folder(target.parent)
    except BaseException:
        if not folder.exists():  # the database could not follow
            target.rename(folder)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _taken_back(blobs: BlobStore) -> Iterator[list[str]]:
    """Yield a list for the keys that are written; unless all goes well they are deleted again."""
    written: list[str] = []
    try:
        yield written
    except BaseException:
        with suppress(BlobsAway):
            for key in written:
                blobs.delete(key)
        raise


@contextmanager
def _database_beside(settings: Settings, folder: Path) -> Iterator[str]:
    """Yield where the database is restored: in the staged folder, or in a schema of its own."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        inside = Path(url.database or "").relative_to(settings.data_dir)
        yield f"sqlite:///{folder / inside}"
        return
    with postgresql_copies.aside(settings.database_url) as database_url:
        yield database_url


def _restore_records(staged: Settings, asked: Asked) -> Manifest:
    """Write database and keys, from the newest archive given."""
    with (asked.records or asked.full).open("rb") as stream:
        reader = ArchiveReader(stream, asked.identities)
        manifest = reader.manifest
        if manifest.kind is Kind.BEACON or (asked.records and manifest.kind is not Kind.RECORDS):
            raise Refusal("wrong-archive-kind")
        url = make_url(staged.database_url)
        if url.get_backend_name() != manifest.dialect:
            raise Refusal("other-database", wanted=manifest.dialect)
        for name, pieces in reader.entries():
            if name == DATABASE and manifest.dialect == "sqlite":
                put_sqlite(Path(url.database or ""), pieces)
            elif name == DATABASE:
                postgresql_copies.put_aside(staged.database_url, pieces)
            elif name.removeprefix(KEY) in KEYS:
                write_durably(staged.folder("keys") / name.removeprefix(KEY), b"".join(pieces))
        reader.end()
    return manifest


def _destroy(
    staged: Settings, sessions: Sessions, asked: Asked, manifest: Manifest
) -> tuple[int, int]:
    """Apply every destruction on record before a single sealed byte is written."""
    public_key = load_platform_key(staged).verifier().public_key
    withdrawn = 0
    with unit_of_work(sessions, Actor.system("restore")) as uow:
        for note in asked.signed:
            document = read_signed(note, public_key)
            if "envelopes" in document:
                withdrawn += acts.apply_list(uow, document)
            else:
                withdrawn += acts.withdraw_again(uow, document, note)
        destroyed = acts.destroy_again(uow)
        record_restore(uow, manifest.made_at)
        acts.record_restored(uow, manifest.made_at)
    return withdrawn, destroyed


def _restore_blobs(
    staged: Settings, written: list[str], sessions: Sessions, asked: Asked, manifest: Manifest
) -> tuple[str, ...]:
    """Write every blob but sealed bytes that nobody may open; return the receipts without bytes."""
    with reading(sessions) as session:
        wanted = {
            record.blob_key: record
            for record in kept.kept_records(session)
            if record.live_blob and record.blob_key
        }
    blobs = chosen_blobs(staged)
    with asked.full.open("rb") as stream:
        reader = ArchiveReader(stream, asked.identities)
        _check_pair(reader.manifest, manifest)
        for name, pieces in reader.entries():
            key = name.removeprefix(BLOB)
            if not name.startswith(BLOB) or (key.startswith(SEALED) and key not in wanted):
                continue
            stored = blobs.put_new(key, pieces)
            written.append(key)
            expected = wanted[key].received.sha256 if key in wanted else _named_hash(key)
            if expected and stored.sha256 != expected:
                raise Refusal("blob-changed", key=key)
        reader.end()
    there = frozenset(written)
    missing = [record for key, record in wanted.items() if key not in there]
    for record in missing:
        completed_at = record.received.completed_at
        if completed_at is None or completed_at < reader.manifest.made_at:
            raise Refusal("blob-missing", number=record.number)
    return tuple(sorted(record.number for record in missing))


def _check_pair(full: Manifest, records: Manifest) -> None:
    if full.kind is not Kind.FULL:
        raise Refusal("wrong-archive-kind")
    if full.platform_key_sha256 != records.platform_key_sha256:
        raise Refusal("other-installation")
    if records.made_at < full.made_at:
        raise Refusal("older-records")


def _named_hash(key: str) -> str:
    """Return the SHA-256 that a blob's own key states, empty when it states none."""
    return key.rsplit("/", 1)[-1] if key.startswith(OPENED) else ""
