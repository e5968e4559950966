"""Taking a backup: a copy of the database, the keys that belong to it, and every blob."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Engine

from beacon import cli as beacon_cli
from beacon.keys import CHAIN_FILE, KEY_FILE
from foundation import clock
from foundation.blobs.store import BlobMissing
from foundation.database import Sessions, database_instant, database_kind
from foundation.durable_files import create_private, sync_folder
from foundation.jobs import JobContext
from foundation.modes import folder_mode
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.upkeep import Backup, record_backup
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from portal.backup.archive import ArchiveWriter, Kind, Manifest
from portal.backup.database_copies import copied
from sealing.age_keys import AnyRecipient, parse_recipient

KEYS = ("platform.key", "accounts.key")
DATABASE = "database"
CHUNK = 1 << 20
PARTIAL = ".partial"


def take_backup(context: JobContext, kind: Kind, folder: Path, *, keep: int = 0) -> Path:
    """Write an archive and remember it; return where it lies.

    The copy of the database is made first: all that it names is in the blob store by then,
    because bytes are stored before their row. What is destroyed meanwhile is left out.

    Args:
        context: of this installation.
        kind: ``FULL``, or ``RECORDS`` for database and keys alone, small enough for every hour.
        folder: where the archive goes, made with mode 700 when missing.
        keep: how many archives of this kind to leave there, the newest; 0 leaves all.

    Raises:
        Refusal: ``no-recipient``, ``bad-recipient``, ``database-not-copied``, ``tool-missing``,
            ``tool-older``.
    """
    settings = context.settings
    recipient = recipient_of(settings.backup_recipient)
    manifest = _manifest(context, kind)

    def fill(archive: ArchiveWriter) -> None:
        engine = _engine(context.sessions)
        with copied(engine, settings.folder("copying")) as chunks:
            archive.add_stream(DATABASE, chunks)
        for name in KEYS:
            path = settings.folder("keys") / name
            if path.exists():
                archive.add(f"keys/{name}", path.read_bytes())
        if kind is Kind.FULL:
            for key in list(context.blobs.list()):
                _add_blob(archive, context, key)

    backup = _write(folder, manifest, recipient, fill)
    with unit_of_work(context.sessions, Actor.system("backup")) as uow:
        record_backup(uow, backup)
    if keep:
        _prune(folder, kind, keep)
    return folder / backup.name


def take_beacon_backup(settings: Settings, folder: Path) -> Path:
    """Write the local beacon's key into an archive of its own, for another keeper.

    Raises:
        Refusal: ``no-recipient``, ``bad-recipient``, ``same-recipient`` (one keeper would hold
            bids and key), ``no-beacon-key``.
    """
    recipient = recipient_of(settings.beacon_backup_recipient)
    if settings.beacon_backup_recipient == settings.backup_recipient:
        raise Refusal("same-recipient")
    source = settings.data_dir / beacon_cli.FOLDER
    if not (source / KEY_FILE).exists():
        raise Refusal("no-beacon-key")
    manifest = Manifest(Kind.BEACON, clock.now(), "", "", "", "")

    def fill(archive: ArchiveWriter) -> None:
        for name in (KEY_FILE, CHAIN_FILE):
            archive.add(name, (source / name).read_bytes())

    return folder / _write(folder, manifest, recipient, fill).name


def recipient_of(text: str) -> AnyRecipient:
    """Return the age recipient that an operator set.

    Raises:
        Refusal: ``no-recipient``, ``bad-recipient``.
    """
    if not text:
        raise Refusal("no-recipient")
    try:
        return parse_recipient(text)
    except ValueError as error:
        raise Refusal("bad-recipient") from error


def platform_key_sha256(key: bytes) -> str:
    """Return what tells one installation's archives from another's."""
    return hashlib.sha256(b"muhr backup\0" + key).hexdigest()


def _manifest(context: JobContext, kind: Kind) -> Manifest:
    engine = _engine(context.sessions)
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision() or ""
    key = context.settings.folder("keys") / "platform.key"
    with reading(context.sessions) as session:
        return Manifest(
            kind=kind,
            made_at=database_instant(session),
            dialect=engine.dialect.name,
            database_kind=database_kind(session).value,
            revision=revision,
            platform_key_sha256=platform_key_sha256(key.read_bytes()) if key.exists() else "",
        )


def _engine(sessions: Sessions) -> Engine:
    engine = sessions.kw["bind"]
    if not isinstance(engine, Engine):
        raise TypeError("sessions without an engine")
    return engine


def _add_blob(archive: ArchiveWriter, context: JobContext, key: str) -> None:
    """Add a blob; one destroyed meanwhile is left out, or cut short where no restore takes it."""
    with suppress(BlobMissing), context.blobs.open(key) as stream:
        archive.add_stream(f"blobs/{key}", iter(lambda: stream.read(CHUNK), b""))


def _write(
    folder: Path,
    manifest: Manifest,
    recipient: AnyRecipient,
    fill: Callable[[ArchiveWriter], None],
) -> Backup:
    """Write an archive under a name that it gets only when it is whole and durable."""
    folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    name = f"muhr-{manifest.kind.value}-{manifest.made_at:%Y%m%dT%H%M%S%fZ}.age"
    partial = folder / (name + PARTIAL)
    try:
        with (
            create_private(partial) as file,
            ArchiveWriter(file, [recipient], manifest) as archive,
        ):
            fill(archive)
            archive.close()
            file.flush()
            os.fsync(file.fileno())
        written = _measured(partial)
        partial.rename(folder / name)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(folder)
    return replace(written, kind=manifest.kind.value, made_at=manifest.made_at, name=name)


def _measured(path: Path) -> Backup:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return Backup("", clock.now(), path.name, path.stat().st_size, digest.hexdigest())


def _prune(folder: Path, kind: Kind, keep: int) -> None:
    for path in list(archives_in(folder, kind))[keep:]:
        path.unlink()


def archives_in(folder: Path, kind: Kind) -> Iterator[Path]:
    """Yield the whole archives of a kind, the newest first."""
    yield from sorted(folder.glob(f"muhr-{kind.value}-*.age"), reverse=True)
