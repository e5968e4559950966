"""The slow work of the opening: stored bytes and a round's key in, contents or a code out.

Runs in processes of its own. Plaintext touches only a folder of mode 700 until the whole file
has verified; then each file is stored under its SHA-256, so doing it twice changes nothing.
"""

from __future__ import annotations

import ctypes
import fcntl
import re
import resource
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from bids.domain import bid_content
from bids.domain.bid_content import Expected
from bids.domain.opening import WRONG_RECEIPT, Claim, Contents, FoundFile, OuterFile
from foundation.blobs.store import BlobExists, BlobMissing, BlobStore
from foundation.durable_files import create_private
from foundation.values.refusal import Refusal
from sealing import age
from sealing.committee import Committee
from sealing.envelope import (
    OpenedEnvelope,
    OpenedFile,
    RoundKey,
    SinkFor,
    check_file_key,
    open_envelope,
    open_with_file_key,
    read_committee_part,
)
from sealing.package import Context, FileEntry
from sealing.reveal import Reveal

STORED_BYTES_CHANGED = "stored-bytes-changed"
MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]{0,90}/[A-Za-z0-9][\w.+-]{0,90}", re.ASCII)
NOT_ITS_KEYS = frozenset({"bad-reveal", "wrong-file-key", "wrong-identity"})
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4


@dataclass(frozen=True)
class HeldReveal:
    """What a bidder revealed in an incident, still sealed, and the key that opens it."""

    incident_id: str
    sealed: bytes = field(repr=False)
    identity: age.Identity


@dataclass(frozen=True)
class Task:
    """Everything one envelope needs to be opened: the round's signature, or the bidder's reveal."""

    claim: Claim
    public_key: bytes
    signature: bytes
    expected: Expected
    blobs: BlobStore
    folder: Path
    committee: Committee | None = None
    revealed: HeldReveal | None = None


def opened_key(sha256: str) -> str:
    """Return the blob key of a plaintext file; the same bytes have the same key."""
    return f"opened/{sha256[:2]}/{sha256}"


def prepare_process() -> None:
    """Make a pool process leave no core dump and die with its parent."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def unseal(task: Task) -> Contents:
    """Open one envelope.

    Returns:
        What it held, or the code why it cannot be opened. The code `stored-bytes-changed` is
        the platform's own fault and never recorded as the vendor's.
    """
    if not _stored_bytes_hold(task):
        return Contents(code=STORED_BYTES_CHANGED)
    if task.claim.cheated:
        return Contents(code="dealer-cheated")
    folder = task.folder / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    try:
        return _read_outer(task) if task.claim.outer_only else _open_into(task, folder)
    except Refusal as refusal:
        return Contents(code=refusal.code)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stored_bytes_hold(task: Task) -> bool:
    try:
        stat = task.blobs.stat(task.claim.blob_key)
    except BlobMissing:
        return False
    return stat.sha256 == task.claim.sha256 and stat.size == task.claim.size


def _open_into(task: Task, folder: Path) -> Contents:
    claim = task.claim

    def sink_for(position: int, _entry: FileEntry) -> BinaryIO:
        return create_private(folder / str(position))

    with task.blobs.open(claim.blob_key) as stream:
        if task.revealed is not None:
            opened = _open_revealed(task, task.revealed, stream, sink_for)
        else:
            opened = open_envelope(
                stream,
                _key(task),
                _context(claim),
                sink_for,
                committee=task.committee,
                shares=claim.shares,
            )
    content, finding = _read_bid(opened, folder, task.expected)
    for position, file in enumerate(opened.files):
        _store(task.blobs, folder / str(position), file)
    files = tuple(FoundFile(f.name, f.size, _plain_type(f.type), f.sha256) for f in opened.files)
    return Contents(code=None, eid=opened.eid, finding=finding, content=content, files=files)


def _open_revealed(
    task: Task, held: HeldReveal, stream: BinaryIO, sink_for: SinkFor
) -> OpenedEnvelope:
    """Open an envelope by its bidder's own receipt, which must be that of these very bytes.

    Raises:
        Refusal: ``wrong-receipt`` where the reveal is not of this envelope, or the header's MAC
            or the inner key does not hold; else as any opening.
    """
    claim, context = task.claim, _context(task.claim)
    try:
        revealed = Reveal.open(held.sealed, held.identity, held.incident_id, claim.sha256)
        check_file_key(stream, revealed.file_key, context)
        return open_with_file_key(
            stream,
            revealed.file_key,
            context,
            sink_for,
            committee=task.committee,
            inner_secret=revealed.inner_secret,
        )
    except Refusal as refusal:
        if refusal.code in NOT_ITS_KEYS:
            raise Refusal(WRONG_RECEIPT) from refusal
        raise


def _read_outer(task: Task) -> Contents:
    """Open the outer file alone: what it says of the committee, by which shares are checked."""
    with task.blobs.open(task.claim.blob_key) as stream:
        part, eid = read_committee_part(stream, _key(task), _context(task.claim))
    if task.committee is None or part.id != task.committee.id:
        raise Refusal("binding-committee")
    return Contents(code=None, eid=eid.hex(), outer=OuterFile(eid.hex(), part))


def _key(task: Task) -> RoundKey:
    claim = task.claim
    return _round_key(claim.chain, task.public_key, claim.round, task.signature)


def _context(claim: Claim) -> Context:
    """Return what the envelope must be bound to."""
    return Context(
        tender=claim.tender_id,
        lot=claim.lot_id,
        kind=claim.kind,
        vendor=claim.vendor_id,
        chain=claim.chain,
        round=claim.round,
        notice=claim.notice,
    )


@lru_cache(maxsize=16)
def _round_key(chain: str, public_key: bytes, round_number: int, signature: bytes) -> RoundKey:
    """Return a round's verified key; one verification serves all envelopes of the round."""
    return RoundKey(chain, public_key, round_number, signature)


def _read_bid(
    opened: OpenedEnvelope, folder: Path, expected: Expected
) -> tuple[str | None, str | None]:
    """Return the text of bid.json where it can be read, and the finding if there is one."""
    data = None
    first = opened.files[0]
    is_bid = first.name == bid_content.FILE_NAME and first.type == bid_content.MEDIA_TYPE
    if is_bid and first.size <= bid_content.MAX_BYTES:
        data = (folder / "0").read_bytes()
    content, finding = bid_content.read_content(data, expected)
    text = data.decode() if data is not None and content is not None else None
    return text, finding.value if finding else None


def _plain_type(stated: str) -> str:
    """Return the media type as stated, or that of plain bytes when no record could keep it."""
    return stated if MEDIA_TYPE.fullmatch(stated) else "application/octet-stream"


def _store(blobs: BlobStore, path: Path, file: OpenedFile) -> None:
    with suppress(BlobExists):
        blobs.put_file(opened_key(file.sha256), path, sha256=file.sha256)


@contextmanager
def plaintext_folder(parent: Path) -> Iterator[Path]:
    """Yield a folder of mode 700 for plaintext under way, locked while this process lives."""
    folder = parent / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    with create_private(folder / ".lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep_plaintext(parent: Path) -> None:
    """Remove what a killed process left: every folder whose lock nobody holds."""
    for folder in parent.iterdir():
        try:
            with (folder / ".lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        except (FileNotFoundError, NotADirectoryError):
            _remove_unlocked(folder)


def _remove_unlocked(folder: Path) -> None:
    """A folder without a lock is empty and just being made, or was left by a kill."""
    try:
        folder.rmdir()
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
