"""The archive: a tar stream inside one age file, so that nothing of it lies readable on a disk.

Entries: ``manifest.json`` first, then database, keys and blobs, ``end.json`` last. Long entries
come in pieces ``name/000001`` and so on, because a tar entry states its size before its bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Self, cast

from foundation.values.instants import instant_from_text, instant_text
from foundation.values.refusal import Refusal
from sealing import age
from sealing.age_keys import AnyIdentity, AnyRecipient
from sealing.age_stream import AgeFailed
from sealing.reading import Reader

VERSION = 1
MANIFEST = "manifest.json"
END = "end.json"
PIECE = 8 << 20
PIECE_NAME = re.compile(r"(?P<whole>.+)/[0-9]{6}")


class Kind(StrEnum):
    """What an archive holds."""

    FULL = "full"
    RECORDS = "records"
    BEACON = "beacon"


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself; ``made_at`` is the last instant that is surely in it."""

    kind: Kind
    made_at: datetime
    dialect: str
    database_kind: str
    revision: str
    platform_key_sha256: str

    def to_bytes(self) -> bytes:
        """Return the manifest's JSON."""
        document = asdict(self) | {"v": VERSION, "made_at": instant_text(self.made_at)}
        return json.dumps(document, sort_keys=True).encode()

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Read a manifest.

        Raises:
            Refusal: ``bad-archive``.
        """
        try:
            found = json.loads(data)
            if found.pop("v") != VERSION:
                raise ValueError("version")
            found["kind"] = Kind(found["kind"])
            found["made_at"] = instant_from_text(found["made_at"])
            return cls(**found)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refusal("bad-archive") from error


class _Tally:
    """What stands in an archive so far: how many entries, and one hash over all of them."""

    def __init__(self) -> None:
        self._count = 0
        self._hash = hashlib.sha256()

    def add(self, name: str, data: bytes) -> None:
        self._count += 1
        self._hash.update(f"{name}\n{hashlib.sha256(data).hexdigest()}\n".encode())

    def to_bytes(self) -> bytes:
        return json.dumps({"entries": self._count, "sha256": self._hash.hexdigest()}).encode()


class ArchiveWriter:
    """Adds entries to an archive; the archive is whole only after ``close``."""

    def __init__(
        self, sink: BinaryIO, recipients: Sequence[AnyRecipient], manifest: Manifest
    ) -> None:
        file_key = secrets.token_bytes(age.FILE_KEY)
        stanzas = tuple(key.wrap(file_key, secrets.token_bytes) for key in recipients)
        self._sealed = age.start(sink, stanzas, file_key, secrets.token_bytes)
        self._tar = tarfile.open(  # noqa: SIM115
            mode="w|", fileobj=cast(BinaryIO, self._sealed), format=tarfile.PAX_FORMAT
        )
        self._tally = _Tally()
        self.add(MANIFEST, manifest.to_bytes())

    def add(self, name: str, data: bytes) -> None:
        """Add a small entry."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        self._tar.addfile(info, io.BytesIO(data))
        self._tar.members = []  # type: ignore[attr-defined]  # it would keep every header
        self._tally.add(name, data)

    def add_stream(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a long entry in pieces."""
        for number, piece in enumerate(_pieces(chunks), start=1):
            self.add(f"{name}/{number:06}", piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # an archive given up is let go of while its file is still open
            with suppress(OSError):
                self._tar.fileobj.close()

    def close(self) -> None:
        """Add the tally and end the file."""
        self.add(END, self._tally.to_bytes())
        self._tar.close()
        self._sealed.close()


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    yield bytes(waiting)


class _Entries:
    """The entries of an archive one after the other, the tally checked at the end."""

    def __init__(self, stream: BinaryIO, identities: Sequence[AnyIdentity]) -> None:
        try:
            self._sealed = age.open_stream(Reader(stream), identities)
            self._tar = tarfile.open(  # noqa: SIM115
                mode="r|", fileobj=cast(BinaryIO, self._sealed)
            )
        except age.NoIdentity as error:
            raise Refusal("wrong-identity") from error
        except (AgeFailed, tarfile.TarError, OSError) as error:
            raise Refusal("bad-archive") from error
        self._tally = _Tally()
        self.ended = False

    def take(self) -> tuple[str, bytes] | None:
        """Return the next entry; None after the last one, once the whole file has verified."""
        if self.ended:
            return None
        try:
            name, data = self._next()
            if name != END:
                self._tally.add(name, data)
                return name, data
            self._sealed.drain()
        except (AgeFailed, tarfile.TarError, OSError, ValueError) as error:
            raise Refusal("bad-archive") from error
        if data != self._tally.to_bytes():
            raise Refusal("bad-archive")
        self.ended = True
        return None

    def _next(self) -> tuple[str, bytes]:
        info = self._tar.next()
        if info is None or not info.isreg() or info.size > PIECE:
            raise ValueError("entry")
        self._tar.members = []  # type: ignore[attr-defined]  # it would keep every header
        stream = self._tar.extractfile(info)
        data = stream.read() if stream is not None else b""
        if len(data) != info.size:
            raise ValueError("cut short")
        return info.name, data


class ArchiveReader:
    """Reads an archive from its first entry to its last; believe it only after ``end``."""

    def __init__(self, stream: BinaryIO, identities: Sequence[AnyIdentity]) -> None:
        """Read the manifest.

        Raises:
            Refusal: ``wrong-identity`` (sealed to another key), ``bad-archive``.
        """
        self._entries = _Entries(stream, identities)
        self._ahead = self._entries.take()
        name, data = self._take() or ("", b"")
        if name != MANIFEST:
            raise Refusal("bad-archive")
        self.manifest = Manifest.parse(data)

    def entries(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield each entry after the manifest with its pieces; pieces not taken are passed over.

        Raises:
            Refusal: ``bad-archive`` as soon as something does not hold.
        """
        while self._ahead is not None:
            name = _whole_name(self._ahead[0])
            pieces = self._pieces_of(name)
            yield name, pieces
            for _piece in pieces:
                continue

    def end(self) -> None:
        """Pass over what is left and check that the archive holds to its end.

        Raises:
            Refusal: ``bad-archive``.
        """
        while self._take() is not None:
            continue

    def _pieces_of(self, name: str) -> Iterator[bytes]:
        while self._ahead is not None and _whole_name(self._ahead[0]) == name:
            data = self._ahead[1]
            self._take()
            yield data

    def _take(self) -> tuple[str, bytes] | None:
        taken, self._ahead = self._ahead, self._entries.take()
        return taken


def _whole_name(name: str) -> str:
    """Return the name of the entry that a piece belongs to."""
    found = PIECE_NAME.fullmatch(name)
    return found["whole"] if found else name
