"""Opening an envelope, every check in its order, and nothing given out before all have held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO, Protocol

from foundation.values.refusal import Refusal
from sealing import age, bls, tlock
from sealing.age_header import mac_holds
from sealing.age_stream import CHUNK, AgeFailed, StreamReader
from sealing.committee import Committee, open_share, recover
from sealing.package import (
    BINDING,
    BadPackage,
    CommitteePart,
    Context,
    FileEntry,
    Manifest,
    read_manifest,
)
from sealing.reading import Reader, Sink
from sealing.upload import LARGEST_ENVELOPE, Inspected, UploadHeader, check_upload, inspect

__all__ = [
    "FileSink",
    "OpenedEnvelope",
    "OpenedFile",
    "RoundKey",
    "SinkFor",
    "UploadHeader",
    "check_file_key",
    "check_upload",
    "open_envelope",
    "open_member_share",
    "open_with_file_key",
    "read_committee_part",
    "unwrap_envelope",
]


class FileSink(Protocol):
    """Where one file's plaintext goes; to be thrown away unless the opening returns."""

    def write(self, data: bytes, /) -> object:
        """Take all of ``data``."""
        ...

    def close(self) -> object:
        """Know that the file's last byte was written."""
        ...


SinkFor = Callable[[int, FileEntry], FileSink]
Unlock = Callable[[CommitteePart, bytes], age.Identity]


@dataclass(frozen=True)
class RoundKey:
    """A round's signature, verified once when it is made.

    Raises:
        Refusal: ``wrong-signature``.
    """

    chain_hash: str
    public_key: bytes
    round: int
    signature: bytes

    def __post_init__(self) -> None:
        bls.verify_signature(self.public_key, self.round, self.signature)


@dataclass(frozen=True)
class OpenedFile:
    """A file that was written out: ``sha256`` in hex."""

    name: str
    size: int
    type: str
    sha256: str


@dataclass(frozen=True)
class OpenedEnvelope:
    """An envelope of which everything held; ``eid`` in hex, unique among opened envelopes."""

    upload: UploadHeader
    context: Context
    eid: str
    committee_id: str | None
    files: tuple[OpenedFile, ...]
    file_key: bytes = field(repr=False)


def open_envelope(
    stream: BinaryIO,
    key: RoundKey,
    context: Context,
    sink_for: SinkFor,
    *,
    committee: Committee | None = None,
    shares: Sequence[tuple[int, bytes]] = (),
    max_size: int = LARGEST_ENVELOPE,
) -> OpenedEnvelope:
    """Open an envelope with its round's key and, where it has a committee, posted shares.

    Args:
        stream: seekable, from the envelope's first byte.
        key: the verified signature of the context's round.
        context: what the envelope must be bound to.
        sink_for: gives the place for the file at a position; what was written there counts
            only when this function returns.
        committee: the tender's committee, None for a time lock alone.
        shares: (member counted from 1, share of 33 bytes).
        max_size: the greatest size in bytes.

    Raises:
        Refusal: the first code that applies, in the order of the format's page.
    """
    inspected = inspect(stream, key.chain_hash, context.round, max_size=max_size)
    file_key = _take_file_key(inspected, key)
    opening = _Opening(
        context, _id_of(committee), sink_for, lambda part, eid: recover(part, eid, shares)
    )
    return opening.run(inspected, file_key)


def open_with_file_key(
    stream: BinaryIO,
    file_key: bytes,
    context: Context,
    sink_for: SinkFor,
    *,
    committee: Committee | None = None,
    inner_secret: bytes | None = None,
    max_size: int = LARGEST_ENVELOPE,
) -> OpenedEnvelope:
    """Open an envelope with its vendor's private receipt: outer file key and, if any, S.

    Raises:
        Refusal: as :func:`open_envelope`; ``wrong-identity`` when S is not the envelope's.
    """
    inspected = inspect(stream, context.chain, context.round, max_size=max_size)

    def unlock(part: CommitteePart, eid: bytes) -> age.Identity:
        identity = age.Identity(inner_secret) if inner_secret else None
        if identity is None or str(identity.recipient()) != part.inner_recipient:
            raise Refusal("wrong-identity")
        return identity

    opening = _Opening(context, _id_of(committee), sink_for, unlock)
    return opening.run(inspected, file_key)


def check_file_key(stream: BinaryIO, file_key: bytes, context: Context) -> None:
    """Check that a file key is this envelope's own: no other makes the header's MAC hold.

    The payload's cipher alone would let one envelope open to several contents under several keys.

    Raises:
        Refusal: ``wrong-file-key``, or what an upload is refused for.
    """
    inspected = inspect(stream, context.chain, context.round)
    if not mac_holds(inspected.header, file_key):
        raise Refusal("wrong-file-key")


def unwrap_envelope(
    stream: BinaryIO, key: RoundKey, out: Sink, *, max_size: int = LARGEST_ENVELOPE
) -> UploadHeader:
    """Write the outer file's plaintext as it is; it counts only when this function returns.

    Raises:
        Refusal: an upload code, ``ibe-failed`` or ``age-failed``.
    """
    inspected = inspect(stream, key.chain_hash, key.round, max_size=max_size)
    outer = _open_outer(inspected, _take_file_key(inspected, key))
    while data := outer.read(CHUNK):
        out.write(data)
    return inspected.upload


def read_committee_part(
    stream: BinaryIO, key: RoundKey, context: Context, *, max_size: int = LARGEST_ENVELOPE
) -> tuple[CommitteePart, bytes]:
    """Return the committee's part and the eid of an envelope whose outer file holds.

    Raises:
        Refusal: any code up to the binding; ``binding-committee`` for a time lock alone.
    """
    inspected = inspect(stream, key.chain_hash, context.round, max_size=max_size)
    outer = _open_outer(inspected, _take_file_key(inspected, key))
    with outer.judged_whole():
        manifest = _read_bound(Reader(outer), context)
        if manifest.committee is None:
            raise Refusal("binding-committee")
    outer.drain()
    return manifest.committee, manifest.eid


def open_member_share(
    stream: BinaryIO,
    key: RoundKey,
    context: Context,
    member: int,
    identities: Sequence[age.Unwrapper],
    *,
    max_size: int = LARGEST_ENVELOPE,
) -> bytes:
    """Return a member's share of 33 bytes, as the member's own client does.

    Raises:
        Refusal: a code of the opening, ``wrong-identity``, ``share-not-for-this-envelope``,
            ``dealer-cheated``.
    """
    part, eid = read_committee_part(stream, key, context, max_size=max_size)
    return open_share(part, context, eid, member, identities)


class _Coded:
    """A plaintext stream whose failures carry one code."""

    def __init__(self, stream: StreamReader, code: str) -> None:
        self._stream = stream
        self._code = code

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except AgeFailed as error:
            raise Refusal(self._code) from error

    def drain(self) -> None:
        try:
            self._stream.drain()
        except AgeFailed as error:
            raise Refusal(self._code) from error

    @contextmanager
    def judged_whole(self) -> Iterator[None]:
        """Let a broken stream win over what its contents are refused for: its code is earlier."""
        try:
            yield
        except Refusal:
            self.drain()
            raise


@dataclass(frozen=True)
class _Opening:
    """One opening: what must hold, and how the inner file of a committee is unlocked."""

    context: Context
    committee_id: str | None
    sink_for: SinkFor
    unlock: Unlock

    def run(self, inspected: Inspected, file_key: bytes) -> OpenedEnvelope:
        outer = _open_outer(inspected, file_key)
        with outer.judged_whole():
            reader = Reader(outer)
            manifest = _read_bound(reader, self.context)
            found = _id_of(manifest.committee)
            self._check_committee(manifest.committee)
            if manifest.committee is None:
                files = _write_files(reader, manifest, self.sink_for)
            else:
                files = self._open_inner(reader, manifest, manifest.committee)
        outer.drain()
        return OpenedEnvelope(
            inspected.upload, self.context, manifest.eid.hex(), found, files, file_key
        )

    def _check_committee(self, part: CommitteePart | None) -> None:
        if _id_of(part) != self.committee_id:
            raise Refusal("binding-committee")

    def _open_inner(
        self, reader: Reader, manifest: Manifest, part: CommitteePart
    ) -> tuple[OpenedFile, ...]:
        identity = self.unlock(part, manifest.eid)
        try:
            inner = _Coded(age.open_stream(reader, [identity]), "inner-age-failed")
        except (AgeFailed, age.NoIdentity) as error:
            raise Refusal("inner-age-failed") from error
        with inner.judged_whole():
            body = Reader(inner)
            found = _read_bound(body, self.context)
            if found.committee is not None:
                raise Refusal("bad-package")
            if found.eid != manifest.eid:
                raise Refusal("binding-eid")
            files = _write_files(body, found, self.sink_for)
        inner.drain()
        return files


def _id_of(committee: Committee | CommitteePart | None) -> str | None:
    return None if committee is None else committee.id


def _take_file_key(inspected: Inspected, key: RoundKey) -> bytes:
    if inspected.upload.round != key.round:
        raise Refusal("wrong-round")
    return tlock.decrypt(inspected.body, key.signature)


def _open_outer(inspected: Inspected, file_key: bytes) -> _Coded:
    try:
        payload = age.open_payload(inspected.reader, inspected.header, file_key)
    except AgeFailed as error:
        raise Refusal("age-failed") from error
    return _Coded(payload, "age-failed")


def _read_bound(reader: Reader, context: Context) -> Manifest:
    try:
        manifest = read_manifest(reader)
    except BadPackage as error:
        raise Refusal("bad-package") from error
    expected = context.document()
    for name in BINDING:
        if manifest.binding[name] != expected[name]:
            raise Refusal(f"binding-{name}")
    return manifest


def _write_files(reader: Reader, manifest: Manifest, sink_for: SinkFor) -> tuple[OpenedFile, ...]:
    if manifest.files_problem is not None:
        raise Refusal("bad-files", problem=manifest.files_problem)
    files = tuple(
        _write_file(reader, entry, sink_for(place, entry))
        for place, entry in enumerate(manifest.files)
    )
    while padding := reader.read(CHUNK):
        if padding.count(0) != len(padding):
            raise Refusal("bad-files", problem="padding")
    return files


def _write_file(reader: Reader, entry: FileEntry, sink: FileSink) -> OpenedFile:
    digest, left = sha256(), entry.size
    try:
        while left:
            data = reader.read(min(CHUNK, left))
            if not data:
                raise Refusal("bad-files", problem="size")
            digest.update(data)
            sink.write(data)
            left -= len(data)
    finally:
        sink.close()
    return OpenedFile(entry.name, entry.size, entry.type, digest.hexdigest())
