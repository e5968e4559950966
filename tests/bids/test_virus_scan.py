"""What a real clamd says of files, and what is made of its silence."""

import io
import socket
import threading
import zipfile

import pytest

from bids.domain.file_check import FileCheck, FileState
from bids.virus_scan import ScannerAway, scan, version
from tests.bids.scanner import LARGEST, NAME, VIRUS, clamd


@pytest.fixture(scope="module")
def scanner(tmp_path_factory):
    with clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("offer.txt", data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("chunks", "found"),
    [
        ([b"an honest offer"], FileCheck(FileState.CLEAN)),
        ([], FileCheck(FileState.CLEAN)),
        ([b"x" * 900_000 + VIRUS[:10], VIRUS[10:] + b"y"], FileCheck(FileState.FOUND, NAME)),
        ([zipped(VIRUS)], FileCheck(FileState.FOUND, NAME)),
        ([b"z" * 500_000] * (LARGEST // 500_000 + 20), FileCheck(FileState.UNSCANNABLE)),
    ],
    ids=["clean", "empty", "virus", "virus in a zip", "too large"],
)
def test_what_is_said_of_a_file(scanner, chunks, found):
    assert scan(scanner, chunks) == found


def test_its_version(scanner):
    assert version(scanner).startswith("ClamAV ")


def test_a_scanner_that_is_away(tmp_path):
    with pytest.raises(ScannerAway):
        scan(f"unix:{tmp_path}/none", [b"x"])


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"stream: ", b"x" * 5000])
def test_a_peer_that_is_no_scanner_gives_no_verdict(reply):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            with line:
                line.recv(100)
                line.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ScannerAway):
            scan(f"127.0.0.1:{listening.getsockname()[1]}", [b"x"])
        thread.join(10)
