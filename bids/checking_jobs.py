"""The job that checks files of opened bids: how much they unpack to, and what a scanner finds."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bids.acts.checking import record_check
from bids.domain.file_check import FileCheck, FileState
from bids.queries.files import UncheckedFile, unchecked_files
from bids.unpacking import unpacks_too_much
from bids.virus_scan import ScannerAway, scan, version
from foundation.blobs.store import BlobMissing
from foundation.jobs import JobContext
from foundation.log_lines import Event, Log
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts as tenders
from tendering.domain.tender import READ_STAGES

AT_ONCE = 50
SLICE = 256 * 1024
PAUSE_SECONDS = 30
log = Log("muhr.bids")
_set_aside: dict[str, float] = {}


def check_opened_files(context: JobContext) -> None:
    """Check what is due; a file that got no verdict is tried again half a minute later."""
    scanner = context.settings.clamd
    with reading(context.sessions) as session:
        ids = [one for stage in READ_STAGES for one in tenders.at_stage(session, stage)]
        most = AT_ONCE + len(_set_aside)
        due = unchecked_files(session, ids, scanner=bool(scanner), limit=most)
    for file in due:
        if _set_aside.get(file.id, 0.0) > time.monotonic():
            continue
        try:
            found = _checked(context, file, scanner)
        except (ScannerAway, BlobMissing) as error:
            log.warning(Event.FILES_NOT_CHECKED, fault=type(error).__name__)
            _set_aside[file.id] = time.monotonic() + PAUSE_SECONDS
            if not _answers(scanner):
                return
            continue
        _set_aside.pop(file.id, None)
        with unit_of_work(context.sessions, Actor.system("checking")) as uow:
            record_check(uow, file.id, found, scanner=bool(scanner))


def _answers(scanner: str) -> bool:
    """Tell a scanner that is away from a file over which it ends."""
    try:
        return not scanner or bool(version(scanner))
    except ScannerAway:
        return False


def _checked(context: JobContext, file: UncheckedFile, scanner: str) -> FileCheck:
    """Return the worse of two looks: the count of what comes out, and the scanner's."""
    found = FileCheck(FileState.UNSCANNED)
    if scanner:
        found = scan(scanner, _bytes_of(context, file))
    if found.state is FileState.FOUND:
        return found
    if unpacks_too_much(_bytes_of(context, file)):
        return FileCheck(FileState.UNPACKS_TOO_MUCH)
    return found


def _bytes_of(context: JobContext, file: UncheckedFile) -> Iterator[bytes]:
    with context.blobs.open(file.blob_key) as stream:
        while piece := stream.read(SLICE):
            yield piece
