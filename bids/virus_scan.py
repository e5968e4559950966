"""Asks a clamd, where the operator has one, what it finds in a file (its INSTREAM command)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bids.domain.file_check import FileCheck, FileState
from foundation.outgoing import connect, connect_unix

if TYPE_CHECKING:
    import socket

UNIX = "unix:"
SECONDS = 120
LARGEST_PIECE = 1 << 20
LONGEST_REPLY = 1000
FOUND = re.compile(r"stream: (?P<name>.+) FOUND")
STRANGE = re.compile(r"[^A-Za-z0-9._/()\-]")


class ScannerAway(Exception):
    """The scanner did not answer, or not as a scanner does; ask again later."""


def scan(address: str, chunks: Iterable[bytes]) -> FileCheck:
    """Return what the scanner says of the bytes.

    Args:
        address: `unix:/path/of/socket` or `host:port`, as in MUHR_CLAMD.
        chunks: the file.

    Raises:
        ScannerAway: no verdict.
    """
    reply = _asked(address, b"zINSTREAM\0", chunks)
    found = FOUND.fullmatch(reply)
    if found:
        return FileCheck(FileState.FOUND, STRANGE.sub("", found["name"])[:100])
    if reply == "stream: OK":
        return FileCheck(FileState.CLEAN)
    if reply.endswith(" ERROR"):
        return FileCheck(FileState.UNSCANNABLE)  # larger than the scanner's own limit, say
    raise ScannerAway("no verdict")


def version(address: str) -> str:
    """Return what the scanner calls itself and its signatures, such as `ClamAV 1.4.6/27500/…`.

    Raises:
        ScannerAway: nobody answers.
    """
    reply = _asked(address, b"zVERSION\0", ())
    if not reply.startswith("ClamAV "):
        raise ScannerAway("no scanner")
    return reply


def _asked(address: str, command: bytes, chunks: Iterable[bytes]) -> str:
    try:
        with _connected(address) as connection:
            connection.sendall(command)
            if command == b"zINSTREAM\0":
                _send(connection, chunks)
            return _reply(connection)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error


def _connected(address: str) -> socket.socket:
    if address.startswith(UNIX):
        return connect_unix(address.removeprefix(UNIX), SECONDS)
    host, _, port = address.rpartition(":")
    return connect(host.strip("[]"), int(port), SECONDS)


def _send(connection: socket.socket, chunks: Iterable[bytes]) -> None:
    """Send pieces, each after its length of four bytes; an empty one ends the stream.

    Source:
        clamd(8), INSTREAM. A scanner that has had too much says so and stops reading.
    """
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), LARGEST_PIECE):
                piece = chunk[start : start + LARGEST_PIECE]
                connection.sendall(struct.pack("!I", len(piece)) + piece)
        connection.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _reply(connection: socket.socket) -> str:
    data = bytearray()
    while not data.endswith(b"\0") and len(data) <= LONGEST_REPLY:
        piece = connection.recv(LONGEST_REPLY)
        if not piece:
            break
        data += piece
    return bytes(data).rstrip(b"\0\n").decode("utf-8", "replace")
