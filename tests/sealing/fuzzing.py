"""What reads hostile bytes, for a coverage-guided fuzzer: only its own refusals may come out.

Run by `script/soak envelope` as `python -m tests.sealing.fuzzing TARGET [libFuzzer's arguments]`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import atheris  # type: ignore[import-not-found, unused-ignore]

with atheris.instrument_imports(include=["sealing", "beacon.domain", "foundation.values"]):
    from beacon.domain.chain import ChainInfo
    from foundation.values.refusal import Refusal
    from sealing import age_header, upload
    from sealing.age_keys import parse_identity_file
    from sealing.committee import Committee
    from sealing.package import BadPackage, Context, read_manifest
    from sealing.reading import Reader
    from sealing.receipt import PrivateReceipt

from tests.sealing.made import CHAIN


def header(data: bytes) -> None:
    """A header that is read has one way to be written, and the bytes given were that."""
    try:
        found = age_header.read_header(Reader(io.BytesIO(data)))
    except age_header.BadHeader:
        return
    again = age_header.write_header(found.stanzas, bytes(16))
    if again[: len(found.covered)] != found.covered or not data.startswith(found.covered):
        raise AssertionError("read what it would not write")


def envelope(data: bytes) -> None:
    """What is taken says no more than the file holds."""
    try:
        found = upload.check_upload(io.BytesIO(data), CHAIN.hash, None)
    except Refusal:
        return
    if found.size != len(data) or not 0 < found.header_size < found.size:
        raise AssertionError("sizes that are not the file's")


def package(data: bytes) -> None:
    """A manifest that is read is no longer than the file, and its reader stands behind it."""
    reader = Reader(io.BytesIO(data))
    try:
        read_manifest(reader)
    except BadPackage:
        return
    if data[11 + int.from_bytes(data[7:11], "big") :][:1] != reader.read(1):
        raise AssertionError("stands elsewhere than at the body")


def documents(data: bytes) -> None:
    """Every small document that a command takes is read or refused."""
    text = data.decode("utf-8", "replace")
    for read in (Context.parse, ChainInfo.parse, Committee.parse, PrivateReceipt.parse):
        try:
            read(data)
        except (ValueError, Refusal):
            continue
    try:
        parse_identity_file(text)
    except (ValueError, Refusal):
        return


TARGETS: dict[str, Callable[[bytes], None]] = {
    "header": header,
    "envelope": envelope,
    "package": package,
    "documents": documents,
}

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
