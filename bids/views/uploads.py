"""The API of one upload: where it stands, its slices, its last byte."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from bids import queries
from bids.acts import uploading
from bids.acts.places import window_of
from bids.acts.refusing import Refused
from bids.acts.uploading import Recorded, Stored
from bids.body_files import BodyFiles
from bids.domain import reception
from bids.domain.reception import SLICE_MAX, SubmissionState
from bids.queries import Submission
from bids.views import answering
from bids.views.blueprint import api
from foundation.blobs.store import BlobExists, BlobsAway, BlobStat
from foundation.database import database_instant
from foundation.unit_of_work import UnitOfWork
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from sealing.envelope import check_upload
from tendering.facts import bidding

CHUNK = 1 << 20
# What is our own lack or the vendor's to go on with: the bytes stay, and no attempt is recorded.
PASSING = frozenset({"incomplete", "no-room", "store-away"})
# The last byte is hashed, stored and synced: only so many at once on one disk.
_storing = threading.BoundedSemaphore(4)


@api.route("/uploads/<upload_id>", methods=["HEAD"])
@access.roles(Role.VENDOR)
def head_upload(upload_id: str) -> Response:
    """Tell how many bytes are here."""
    found = _own(upload_id)
    response = Response(status=200)
    response.headers["Upload-Offset"] = str(_offset(found))
    response.headers["Upload-Length"] = str(found.size)
    return response


@api.patch("/uploads/<upload_id>")
@access.roles(Role.VENDOR)
def patch_upload(upload_id: str) -> BaseResponse:
    """Take the next slice; the last one may ask for its receipt with `Upload-Complete: ?1`.

    Source:
        The field of draft-ietf-httpbis-resumable-upload, for clients of ours that say so.
    """
    found = _own(upload_id)
    if found.state is SubmissionState.SEALED:
        return answering.wrong_offset(Refusal("wrong-offset", offset=found.size))
    try:
        _check_open(found)
    except Refusal as refusal:
        return _refuse_bytes(found, refusal, status=410)
    last = request.headers.get("Upload-Complete") == "?1"
    try:
        data, digest = _slice()
        partials, given = answering.partials(), _given_offset()
        if last and given == 0 and len(data) == found.size and not partials.size(upload_id):
            return complete(found, BytesIO(data), digest)
        partials.check_room(found.size if given == 0 else len(data))
        offset = partials.append(upload_id, given, data, whole=found.size)
    except Refusal as refusal:
        if refusal.code == "wrong-offset":
            return answering.wrong_offset(refusal)
        return answering.refuse(refusal.code)
    if offset == found.size and last:
        return complete(found)
    response = Response(status=204)
    response.headers["Upload-Offset"] = str(offset)
    return response


@api.post("/uploads/<upload_id>/complete")
@access.roles(Role.VENDOR)
def complete_upload(upload_id: str) -> BaseResponse:
    """Count the file: hash, inspect, store durably, then one act, then the acknowledgement."""
    found = _own(upload_id)
    if found.state is SubmissionState.SEALED and found.ack and found.completed_at:
        at = instant_text(found.completed_at)
        return answering.acknowledged(found.number, found.ack, found.sha256, at)
    try:
        _check_open(found)
    except Refusal as refusal:
        return _refuse_bytes(found, refusal)
    return complete(found)


def complete(found: Submission, data: BinaryIO | None = None, digest: str = "") -> Response:
    """Store and count bytes for which the box was open a moment ago; the act judges again.

    Args:
        found: the upload.
        data: its bytes, where one request brought them all; else they lie in its partial file.
        digest: their SHA-256, where it is known already.
    """
    try:
        stored = _store(found, data, digest)
    except Refusal as refusal:
        if refusal.code in PASSING:
            return answering.wrong_offset(refusal)
        return _refuse_bytes(found, refusal)
    return _count(found, stored)


def _count(found: Submission, stored: Stored) -> Response:
    signer = answering.platform_key()

    def act(uow: UnitOfWork) -> Recorded | Refused:
        return uploading.complete_upload(uow, found.id, stored, signer)

    outcome = answering.intake().run(access.actor(), act)
    if isinstance(outcome, Refused):
        # The partial file goes last: while it lies there, the stored bytes are not forgotten.
        with suppress(BlobsAway):
            access.context().blobs.delete(stored.blob_key)
            answering.partials().discard(found.id)
        return answering.refused(outcome)
    answering.partials().discard(found.id)
    at = instant_text(outcome.completed_at)
    return answering.acknowledged(outcome.number, outcome.ack, outcome.sha256, at)


def _slice() -> tuple[bytes, str]:
    """Return the slice that this request brings, as its sender hashed it, and its SHA-256.

    Where a front keeps bodies in files, the header that names this one's is the front's word:
    it overwrites whatever a client says. Without such a front nobody is asked.

    Raises:
        Refusal: `bad-slice`, `too-large`.
    """
    request.max_content_length = SLICE_MAX
    folder = access.context().settings.body_folder
    file = request.headers.get("X-Body-File", "") if folder else ""
    data = BodyFiles(folder).read(file) if folder and file else request.get_data(cache=False)
    stated = request.headers.get("X-Slice-SHA256", "").encode()
    digest = hashlib.sha256(data).hexdigest()
    if not data or not hmac.compare_digest(digest.encode(), stated):
        raise Refusal("bad-slice")
    return data, digest


def _own(upload_id: str) -> Submission:
    return queries.own_upload(access.session(), upload_id, access.actor().organisation_id)


def _offset(found: Submission) -> int:
    if found.state is SubmissionState.COMMITTED:
        return answering.partials().size(found.id)
    return found.size if found.state is SubmissionState.SEALED else 0


def _given_offset() -> int:
    text = request.headers.get("Upload-Offset", "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Refusal("bad-request-body")
    return int(text)


def _check_open(found: Submission) -> None:
    """Refuse early what the act would refuse anyway, so that no disk is filled for nothing."""
    session = access.session()
    window = window_of(bidding.terms(session, found.tender_id))
    reception.check_notice(window, found.notice)
    reception.check_slice(window, found.state, now=database_instant(session))


def _refuse_bytes(found: Submission, refusal: Refusal, *, status: int | None = None) -> Response:
    """Put a refusal of these bytes on record and drop them."""
    answering.partials().discard(found.id)
    if refusal.code == "upload-ended":
        return answering.refuse(refusal.code)
    signer = answering.platform_key()

    def act(uow: UnitOfWork) -> Refused:
        return uploading.refuse_upload(uow, found.id, refusal, signer)

    outcome = answering.intake().run(access.actor(), act)
    return answering.refuse(outcome.code, attempt=outcome.attempt, status=status)


def _store(found: Submission, data: BinaryIO | None, digest: str) -> Stored:
    """Hash and inspect the bytes, then store them durably; nothing is counted yet.

    Raises:
        Refusal: `incomplete`, `hash-mismatch`, `no-room`, `store-away`, and the codes of the
            upload checks.
    """
    partials = answering.partials()
    size = partials.size(found.id)
    if data is None and size < found.size:
        raise Refusal("incomplete", offset=size)
    if not _storing.acquire(timeout=20):
        raise Refusal("no-room", offset=size)
    try:
        partials.check_room(found.size)
        if data is not None:
            partials.begin(found.id)
        with data or partials.open(found.id) as stream:
            if (digest or _sha256(stream)) != found.sha256:
                raise Refusal("hash-mismatch")
            header = check_upload(
                stream, found.chain, found.round, max_size=reception.MAX_SEALED_BYTES
            )
            stat = _put(found, stream, digest)
    except BlobsAway as error:
        raise Refusal("store-away", offset=size) from error
    except OSError as error:
        raise Refusal("no-room", offset=size) from error
    finally:
        _storing.release()
    return Stored(stat.sha256, header.u.hex(), stat.key)


def _put(found: Submission, stream: BinaryIO, digest: str) -> BlobStat:
    """Store the bytes; after a crash between storing and counting they are there already."""
    blobs = access.context().blobs
    key = reception.sealed_key(found.id)
    stream.seek(0)
    try:
        return blobs.put_new(key, _chunks(stream), sha256=digest)
    except BlobExists:
        return blobs.stat(key)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    for chunk in _chunks(stream):
        digest.update(chunk)
    return digest.hexdigest()
