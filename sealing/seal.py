"""Sealing a bid's files into an envelope, with or without a committee, as a stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from foundation.values.refusal import Refusal
from sealing import age, bls, tlock
from sealing.age_header import Stanza
from sealing.age_stream import CHUNK, StreamWriter
from sealing.committee import Committee, deal
from sealing.package import (
    EID_SIZE,
    BadPackage,
    Context,
    FileEntry,
    check_files,
    write_manifest,
)
from sealing.reading import Sink, Source
from sealing.receipt import PrivateReceipt
from sealing.upload import LARGEST_CONTENT

MOST_FILES = 200
TOKEN_SIZE = 32


@dataclass(frozen=True)
class SealedFile:
    """A file to be sealed: its entry and the stream of exactly ``entry.size`` bytes."""

    entry: FileEntry
    source: Source


def seal_envelope(
    out: Sink,
    *,
    public_key: bytes,
    context: Context,
    files: Sequence[SealedFile],
    random: Callable[[int], bytes],
    committee: Committee | None = None,
    padding: int = 0,
) -> PrivateReceipt:
    """Write an envelope and return its private receipt.

    Args:
        out: takes the envelope; worthless unless this function returns.
        public_key: of the context's chain, 96 bytes; the caller has recomputed the chain hash.
        context: what the envelope is bound to.
        files: in the order of the manifest, ``bid.json`` first.
        random: source of cryptographically random bytes.
        committee: None for a time lock alone.
        padding: zero bytes after the last file, to hide the size.

    Raises:
        Refusal: ``bad-files``, ``too-large``, ``bad-chain-info`` (the key is no point),
            ``bad-context`` (a committee too large for the manifest).
    """
    _check(files, padding)
    contents = _Contents(context, random(EID_SIZE), tuple(files), padding, random)
    counted, file_key = _Counted(out), random(age.FILE_KEY)
    stanza = _lock(file_key, public_key, context, random)
    outer = age.start(counted, (stanza,), file_key, random)
    inner = None if committee is None else age.Identity(random(32))
    if committee is None or inner is None:
        contents.write(outer)
    else:
        contents.write_shared(outer, committee, inner)
    outer.close()
    return PrivateReceipt(
        context=context,
        eid=contents.eid.hex(),
        sha256=counted.digest.hexdigest(),
        size=counted.size,
        file_key=file_key,
        inner_secret=inner.secret if inner else None,
        token=random(TOKEN_SIZE),
    )


@dataclass(frozen=True)
class _Contents:
    """What goes into an envelope, written as one package or as two."""

    context: Context
    eid: bytes
    files: tuple[SealedFile, ...]
    padding: int
    random: Callable[[int], bytes]

    def write(self, writer: StreamWriter) -> None:
        """Write manifest, files and padding."""
        entries = tuple(file.entry for file in self.files)
        try:
            writer.write(write_manifest(self.context, self.eid, files=entries))
        except BadPackage as error:
            raise Refusal("bad-files", problem="names too long together") from error
        for file in self.files:
            _copy(file, writer)
        left = self.padding
        while left:
            writer.write(bytes(min(CHUNK, left)))
            left -= min(CHUNK, left)

    def write_shared(self, outer: StreamWriter, committee: Committee, inner: age.Identity) -> None:
        """Write the committee's manifest and, as its body, the inner age file."""
        part = deal(committee, self.context, self.eid, inner, self.random)
        try:
            outer.write(write_manifest(self.context, self.eid, committee=part))
        except BadPackage as error:
            raise Refusal("bad-context") from error
        key = self.random(age.FILE_KEY)
        stanza = inner.recipient().wrap(key, self.random)
        writer = age.start(outer, (stanza,), key, self.random)
        self.write(writer)
        writer.close()


class _Counted:
    """A sink that also hashes and counts."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.digest = sha256()
        self.size = 0

    def write(self, data: bytes, /) -> None:
        self._sink.write(data)
        self.digest.update(data)
        self.size += len(data)


def _check(files: Sequence[SealedFile], padding: int) -> None:
    try:
        check_files(tuple(file.entry for file in files))
    except ValueError as error:
        raise Refusal("bad-files", problem=str(error)) from error
    if len(files) > MOST_FILES:
        raise Refusal("bad-files", problem="more than 200 files")
    if sum(file.entry.size for file in files) + padding > LARGEST_CONTENT:
        raise Refusal("too-large", most=LARGEST_CONTENT)


def _lock(
    file_key: bytes, public_key: bytes, context: Context, random: Callable[[int], bytes]
) -> Stanza:
    try:
        body = tlock.encrypt(file_key, public_key, context.round, random)
    except bls.BadPoint as error:
        raise Refusal("bad-chain-info") from error
    return Stanza("tlock", (str(context.round), context.chain), body)


def _copy(file: SealedFile, writer: StreamWriter) -> None:
    left = file.entry.size
    while left:
        data = file.source.read(min(CHUNK, left))
        if not data:
            raise Refusal("bad-files", problem="a file became shorter")
        writer.write(data)
        left -= len(data)
    if file.source.read(1):
        raise Refusal("bad-files", problem="a file became longer")
