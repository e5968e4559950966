"""Blobs in a bucket of an S3-compatible store, each written by one request that replaces nothing.

A blob is first gathered in a file without a name, then sent from there by one conditional
request: the store takes it whole or not at all, checks its SHA-256, and never replaces.
"""

from __future__ import annotations

import hashlib
import io
import mmap
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from foundation.blobs.store import (
    CHUNK,
    KEY,
    BlobExists,
    BlobMissing,
    BlobsAway,
    BlobStat,
    Why,
    check_key,
)
from foundation.log_lines import Event, Log
from foundation.modes import folder_mode
from foundation.s3_place import S3Place

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta
    from typing_extensions import Buffer

BLOCK = 4 << 20
CONNECT_SECONDS, BLOCK_SECONDS, WHOLE_SECONDS = 3, 10, 120
RETRIES = 2
WRITER = "writer"
PROBE = ".health"  # no key looks like this, so it is no blob
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_CLOSED = re.compile(r"status code: 40[13]\b")
log = Log("muhr.blobs")


class S3Blobs:
    """A blob store below a prefix of a bucket; it may be sent to another process.

    After its first request a process must not fork: the client's threads would be missing.

    Args:
        place: bucket and credentials.
        folder: where a blob is gathered before it is sent, made when the first one is.
    """

    def __init__(self, place: S3Place, folder: Path) -> None:
        self.place = place
        self._folder = folder
        self._quick = _client(place, BLOCK_SECONDS)
        self._patient = _client(place, WHOLE_SECONDS)
        self._proven = False

    def __reduce__(self) -> tuple[Callable[[S3Place, Path], S3Blobs], tuple[S3Place, Path]]:
        return _of_this_process, (self.place, self._folder)

    def put_new(self, key: str, chunks: Iterable[bytes], *, sha256: str = "") -> BlobStat:
        """Gather, hash, send; what is gathered has no name and is gone with this process.

        The first time the store must have shown that it replaces nothing.

        Raises:
            BlobExists: something is already stored under ``key``.
            BlobsAway: the store did not say that it has the blob; it may have it all the same.
        """
        check_key(key)
        if not self._proven:
            self.health()
        self._folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.TemporaryFile(dir=self._folder) as file:
            for chunk in chunks:
                if not sha256:
                    digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            # Sent from the page cache: a bid of 200 MiB takes no memory of its own.
            body = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            self._create(key, body, size)
        return BlobStat(key, size, sha256 or digest.hexdigest())

    def put_file(self, key: str, file: Path, *, sha256: str) -> BlobStat:
        """Send the file."""
        with file.open("rb") as stream:
            return self.put_new(key, iter(lambda: stream.read(CHUNK), b""), sha256=sha256)

    def _create(self, key: str, body: Buffer, size: int) -> None:
        """Store a blob where none is.

        Its mark tells a blob of another's from our own whose answer was lost on the way.
        """
        store = self._quick if size <= BLOCK else self._patient
        mark = secrets.token_hex(16)
        try:
            obstore.put(store, key, body, mode="create", attributes={WRITER: mark})
        except AlreadyExistsError:
            if self._mark(key) != mark:
                raise BlobExists(key) from None
        except (BaseError, FileNotFoundError) as error:
            raise _away(error) from None

    def _mark(self, key: str) -> str:
        """Return the mark of a stored blob; while another's write is under way there is none."""
        try:
            found = obstore.get(self._quick, key, options={"head": True})
        except FileNotFoundError:
            raise BlobsAway from None
        except BaseError as error:
            raise _away(error) from None
        return str(dict(found.attributes).get(WRITER, ""))

    def open(self, key: str) -> BinaryIO:
        """Return a stream that fetches a block at a time and seeks.

        Raises:
            BlobMissing: nothing is stored under ``key``.
        """
        found = self._head(key)
        return cast(BinaryIO, io.BufferedReader(_Blocks(self, found), BLOCK))

    def _head(self, key: str) -> ObjectMeta:
        try:
            return obstore.head(self._quick, check_key(key))
        except FileNotFoundError:
            self._confirm_missing(key)
            raise BlobMissing(key) from None
        except BaseError as error:
            raise _away(error) from None

    def _confirm_missing(self, key: str) -> None:
        """Believe that a blob is missing only when the bucket itself answers us.

        A bucket that is gone, renamed or closed to us answers a HEAD just as a missing blob.
        """
        with _asking():
            list(obstore.list(self._quick, key))

    def fetch(self, found: ObjectMeta, start: int, end: int) -> Buffer:
        """Return the bytes from ``start`` to before ``end`` of the very blob that was found.

        Raises:
            BlobMissing: it was deleted since.
            BlobsAway: the store does not answer, or has other bytes there now.
        """
        options: GetOptions = {"range": (start, end), "if_match": found["e_tag"]}
        try:
            data = obstore.get(self._quick, found["path"], options=options).bytes()
        except FileNotFoundError:
            self._confirm_missing(found["path"])
            raise BlobMissing(found["path"]) from None
        except BaseError as error:
            raise _away(error) from None
        if len(data) != end - start:
            raise BlobsAway
        return data

    def stat(self, key: str) -> BlobStat:
        """Return size and SHA-256 of the bytes as the store gives them now."""
        digest, size = hashlib.sha256(), 0
        with self.open(key) as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        return BlobStat(key, size, digest.hexdigest())

    def delete(self, key: str) -> None:
        """Remove the blob; nothing happens when it is not there."""
        try:
            obstore.delete(self._quick, check_key(key))
        except FileNotFoundError:
            self._confirm_missing(key)
        except BaseError as error:
            raise _away(error) from None

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys in order; stores order them each in its own way."""
        folder = prefix.rpartition("/")[0]
        with _asking():
            found = [
                entry["path"]
                for page in obstore.list(self._quick, folder or None)
                for entry in page
            ]
        yield from sorted(key for key in found if key.startswith(prefix) and KEY.fullmatch(key))

    def sweep(self) -> None:
        """Do nothing: what is gathered has no name, and the store takes a blob whole or not."""

    def health(self) -> None:
        """Write a small object, and see that the store refuses to create it again.

        Raises:
            BlobsAway: it does not answer, refuses us, or would replace a bid by another.
        """
        with _asking():
            obstore.put(self._quick, PROBE, b"muhr", mode="overwrite")
            try:
                obstore.put(self._quick, PROBE, b"muhr", mode="create")
            except AlreadyExistsError:
                self._proven = True
                return
        log.error(Event.STORE_REPLACES)
        raise BlobsAway(Why.REPLACES)


class _Blocks(io.RawIOBase):
    """The bytes of one stored blob, fetched where they are wanted."""

    def __init__(self, blobs: S3Blobs, found: ObjectMeta) -> None:
        self._blobs, self._found, self._at = blobs, found, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._found["size"]}[whence]
        if base + offset < 0:
            raise ValueError("negative position")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        end = min(self._at + len(view), self._found["size"])
        if end <= self._at:
            return 0
        count = end - self._at
        view[:count] = memoryview(self._blobs.fetch(self._found, self._at, end))
        self._at = end
        return count

    def readall(self) -> bytes:
        parts = []
        while part := self.read(BLOCK):
            parts.append(part)
        return b"".join(parts)


@cache
def _of_this_process(place: S3Place, folder: Path) -> S3Blobs:
    """Return the one store of a pool process: its connections serve every task."""
    return S3Blobs(place, folder)


def _client(place: S3Place, seconds: int) -> S3Store:
    """Return a client that gives up: every request and all its tries together end in time."""
    endpoint = place.endpoint or f"https://s3.{place.region}.amazonaws.com"
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        aws_endpoint_url_s3=endpoint,  # this one no variable of the environment overrules
        region=place.region,
        access_key_id=place.key_id,
        secret_access_key=place.secret,
        checksum_algorithm="SHA256",
        disable_bulk_delete=True,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=seconds),
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=seconds)},
    )


@contextmanager
def _asking() -> Iterator[None]:
    """Turn every fault of the store into `BlobsAway`, where none is an answer."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        raise _away(error) from None


def _away(error: Exception) -> BlobsAway:
    """Return what a fault means; logs get the store's own code, never a key."""
    text = str(error)
    found = _CODE.search(text)
    code = found.group(1) if found else type(error).__name__
    if _CLOSED.search(text):
        why = Why.REFUSED
    elif isinstance(error, FileNotFoundError) or code == "NoSuchBucket":
        why = Why.NO_BUCKET
    else:
        why = Why.UNREACHABLE
    log.warning(Event.STORE_AWAY, why=why, fault=code)
    return BlobsAway(why)
