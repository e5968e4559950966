"""The commands ``muhr backup`` and ``muhr restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from foundation.command_line import coded
from foundation.database import UNREACHABLE
from foundation.settings import from_environment
from foundation.values.refusal import Refusal
from portal.backup.archive import Kind
from portal.backup.database_copies import COPY_REFUSALS
from portal.backup.restoring import Asked, Restored, restore, restore_beacon
from portal.backup.taking import take_backup, take_beacon_backup
from portal.running import command_context
from sealing.age_keys import AnyIdentity, parse_identity_file

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
REFUSALS = {
    **UNREACHABLE,
    "no-recipient": "No age recipient is set. Make a key pair on another machine with "
    "age-keygen and set MUHR_BACKUP_RECIPIENT (for the beacon's key "
    "MUHR_BEACON_BACKUP_RECIPIENT) to the public half.",
    "bad-recipient": "The recipient that is set is not an age public key (age1…).",
    "same-recipient": "The beacon's key must not be sealed to the key that opens the backups of "
    "the bids: whoever held it could open bids early. Use another recipient.",
    "no-beacon-key": "No local beacon keeps its key in this data folder.",
    "beacon-key-there": "A beacon's key lies in this data folder already; it was left as it is.",
    **COPY_REFUSALS,
    "bad-archive": "The archive is damaged, cut short, or no backup.",
    "wrong-identity": "The archive is sealed to another key.",
    "wrong-archive-kind": "This archive holds something else than what is asked for here.",
    "other-installation": "The two archives are of different installations.",
    "older-records": "The archive of records is older than the full one.",
    "other-database": "The backup is of a %(wanted)s database. Set DATABASE_URL accordingly.",
    "other-database-kind": "Practice data never becomes real, nor the reverse: "
    "set MUHR_PRACTICE as it was.",
    "newer-database": "The backup is of a later release. Install that release first.",
    "folder-not-empty": "The data folder is not empty. Move it aside; nothing was changed.",
    "database-not-empty": "The database has tables. Make an empty one; nothing was changed.",
    "database-elsewhere": "DATABASE_URL must lie in the data folder for a restore on SQLite.",
    "store-not-empty": "Something lies below MUHR_BLOBS already. Name another prefix there, "
    "such as s3://bucket/restored; nothing was changed.",
    "blob-changed": "A stored file is not what the record says: %(key)s",
    "blob-missing": "The sealed file of receipt %(number)s is missing from the backup.",
    "receipt-damaged": "A receipt does not hold against what is stored: %(number)s",
    "journal-damaged": "The public journal does not hold at act %(act)s.",
    "bad-note": "A file given with --signed is no note that this platform signed.",
    "wrong-note-signature": "A file given with --signed is not signed by this platform.",
    "not-a-withdrawal": "A file given with --signed is neither a withdrawal nor an opening's list.",
    "not-a-list": "A file given with --signed is neither a withdrawal nor an opening's list.",
    "not-found": "A file given with --signed is about a bid that the backup does not have.",
    "nothing-newer": "Withdrawals after the backup would be forgotten. Give a newer archive of "
    "records (--records), signed notes (--signed), or say --nothing-newer.",
    "bad-identity": "The file holds no age identity.",
}


@click.command()
@click.option("--records", is_flag=True, help="Database and keys alone; small, for every hour.")
@click.option("--beacon-key", is_flag=True, help="Only the local beacon's key, for another keeper.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the archive goes; else MUHR_BACKUP_FOLDER, else 'backups' in the data folder.",
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    help="Leave only this many of the newest archives of this kind there.",
)
@coded(REFUSALS)
def backup(*, records: bool, beacon_key: bool, folder: Path | None, keep: int | None) -> None:
    """Write an archive that only the keeper of the age key MUHR_BACKUP_RECIPIENT can open.

    It holds the database, the keys that belong to it and every stored file, never the beacon's
    key. Others may go on working meanwhile. Carry the archive to another machine.
    """
    if records and beacon_key:
        raise click.UsageError("--records and --beacon-key make different archives")
    settings = from_environment()
    if beacon_key:
        click.echo(take_beacon_backup(settings, folder or settings.backups))
        return
    kind = Kind.RECORDS if records else Kind.FULL
    with command_context(settings) as context:
        click.echo(take_backup(context, kind, folder or settings.backups, keep=keep or 0))


@click.command("restore")
@click.argument("archive", type=FILE)
@click.option(
    "--identity",
    type=click.File("r", encoding="ascii"),
    required=True,
    help="The file with the age key; - reads it from standard input, so that it need not lie here.",
)
@click.option("--records", type=FILE, help="A newer archive made with 'muhr backup --records'.")
@click.option(
    "--signed",
    type=FILE,
    multiple=True,
    help="A withdrawal's acknowledgement or an opening's list, signed by this platform since.",
)
@click.option("--beacon-key", is_flag=True, help="ARCHIVE is that of the local beacon's key.")
@click.option("--nothing-newer", is_flag=True, help="There is nothing newer than the archive.")
@coded(REFUSALS)
def restore_command(
    archive: Path,
    identity: TextIO,
    records: Path | None,
    signed: tuple[Path, ...],
    *,
    beacon_key: bool,
    nothing_newer: bool,
) -> None:
    """Bring an installation back from ARCHIVE into an empty data folder.

    Stop every process first. Bids withdrawn, replaced or destroyed stay destroyed: their bytes
    are not written. Every acknowledgement, slot and journal leaf is verified again.
    """
    identities = _identities(identity)
    settings = from_environment()
    if beacon_key:
        restore_beacon(settings, archive, identities)
        click.echo("The beacon's key is back.")
        return
    if not (records or signed or nothing_newer):
        raise Refusal("nothing-newer")
    notes = tuple(path.read_text(encoding="utf-8") for path in signed)
    done = restore(settings, Asked(archive, records, notes, identities))
    click.echo("\n".join(_told(done)))


def _identities(stream: TextIO) -> tuple[AnyIdentity, ...]:
    try:
        return parse_identity_file(stream.read())
    except ValueError as error:
        raise Refusal("bad-identity") from error


def _told(done: Restored) -> list[str]:
    lines = [
        f"Restored as of {done.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC.",
        f"Verified again: {done.checked.receipts} receipts, {done.checked.slots} slots of boxes, "
        f"{done.checked.acts} acts of the public journal.",
        f"Stay destroyed: {done.destroyed}, of these from signed notes: {done.withdrawn}.",
        "Tenders that took bids between the backup and now open only when two persons decide.",
    ]
    if done.missing:
        lines.append("Sealed bytes that came after the full backup; ask the vendors for them:")
        lines += [f"  receipt {number}" for number in done.missing]
    return lines
