"""Reading what a form uploads, and naming and typing files by our own table."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import BinaryIO

from werkzeug.datastructures import FileStorage

from foundation.values.refusal import Refusal
from foundation.values.text import clean_name

LARGEST_DOCUMENT = 50 * 1024 * 1024
LONGEST_NAME = 150
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "zip": "application/zip",
    "dwg": "image/vnd.dwg",
    "dxf": "image/vnd.dxf",
}
_BEGINNINGS = {
    "pdf": (b"%PDF-",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "odt": (b"PK\x03\x04",),
    "ods": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "dwg": (b"AC10",),
}
_UNSAFE = re.compile(r"[\\/:*?\"<>|\x00]+")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


def read_upload(storage: FileStorage | None, most: int) -> tuple[str, bytes] | None:
    """Return name and bytes of an uploaded file, or None when none was chosen.

    Raises:
        Refusal: ``file-too-large``, ``file-empty``.
    """
    if storage is None or not getattr(storage, "filename", ""):
        return None
    data = storage.stream.read(most + 1)
    if len(data) > most:
        raise Refusal("file-too-large", most_mb=most // 1024**2)
    if not data:
        raise Refusal("file-empty")
    return shown_name(storage.filename or ""), data


def shown_name(name: str) -> str:
    """Return a file's name without folders, controls or direction marks.

    Raises:
        Refusal: ``file-name-missing`` when nothing is left before the extension.
    """
    last = re.split(r"[\\/]", name)[-1]
    clean = clean_name(_UNSAFE.sub(" ", last), longest=400).strip(". ")
    path = PurePosixPath(clean)
    if not any(character.isalnum() for character in path.stem):
        raise Refusal("file-name-missing")
    stem = path.stem[: LONGEST_NAME - len(path.suffix)].strip()
    return f"{stem}{path.suffix}"


def extension_of(name: str) -> str:
    """Return the extension in lower case when files of this type are taken.

    Raises:
        Refusal: ``bad-file-type``.
    """
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    if extension not in MEDIA_TYPES:
        raise Refusal("bad-file-type", types=", ".join(MEDIA_TYPES))
    return extension


def check_beginning(extension: str, stream: BinaryIO) -> None:
    """Refuse a file whose first bytes are not those of its type; the stream is rewound.

    Raises:
        Refusal: ``file-content-differs``, ``file-empty``.
    """
    head = stream.read(16)
    stream.seek(0)
    if not head:
        raise Refusal("file-empty")
    beginnings = _BEGINNINGS.get(extension)
    if beginnings is not None and not head.startswith(beginnings):
        raise Refusal("file-content-differs")


def plain_name(name: str, number: str) -> str:
    """Return an ASCII name for a download: number of the tender, then what is left of the name."""
    path = PurePosixPath(name)
    ascii_stem = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode()
    stem = _NOT_PLAIN.sub("-", ascii_stem).strip("-").lower()[:60] or "document"
    return f"{_NOT_PLAIN.sub('-', number)}-{stem}{path.suffix.lower()}"
