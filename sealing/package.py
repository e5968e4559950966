"""The package inside an envelope: magic, length, canonical manifest, body (``TSEAL1``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from foundation.values.canonical import Document, canonical
from sealing import age, base64, documents
from sealing.reading import Reader

MAGIC = b"TSEAL1\n"
LONGEST_MANIFEST = 65_536
GREATEST_ROUND = 10**15 - 1
EID_SIZE = 16
NAME_BYTES = 255
ID = re.compile(r"[A-Za-z0-9-]{1,40}")
KINDS = ("technical", "financial", "single")
BINDING = ("tender", "lot", "kind", "vendor", "chain", "round", "notice")
COMMITTEE = ("id", "t", "n", "x", "inner_recipient", "commitments", "shares")


class BadPackage(ValueError):
    """The plaintext of an age file is no package."""


class BadFiles(ValueError):
    """The manifest's files are not what a package may hold."""


@dataclass(frozen=True)
class Context:
    """What an envelope is bound to, field by field; ``chain`` and ``notice`` are 64 hex digits."""

    tender: str
    lot: str
    kind: str
    vendor: str
    chain: str
    round: int
    notice: str

    def __post_init__(self) -> None:
        ids = (self.tender, self.lot, self.vendor)
        if not all(ID.fullmatch(name) for name in ids) or self.kind not in KINDS:
            raise ValueError("id or kind")
        documents.octets(self.chain, 32)
        documents.octets(self.notice, 32)
        if not 1 <= self.round <= GREATEST_ROUND:
            raise ValueError("round")

    @classmethod
    def parse(cls, data: bytes) -> Context:
        """Read ``CTX.json``: exactly the seven fields.

        Raises:
            ValueError: anything else.
        """
        found = documents.fields(documents.parse(data), BINDING)
        texts = {name: documents.text(found[name]) for name in BINDING if name != "round"}
        return cls(round=documents.integer(found["round"]), **texts)

    def document(self) -> dict[str, Document]:
        """Return the seven fields as a manifest carries them."""
        return {
            "tender": self.tender,
            "lot": self.lot,
            "kind": self.kind,
            "vendor": self.vendor,
            "chain": self.chain,
            "round": self.round,
            "notice": self.notice,
        }


@dataclass(frozen=True)
class FileEntry:
    """One file of a package: its name as the vendor wrote it, size in bytes, media type."""

    name: str
    size: int
    type: str


@dataclass(frozen=True)
class CommitteePart:
    """What a manifest says of the committee; ``shares`` are age files, one a member."""

    id: str
    t: int
    n: int
    x: tuple[int, ...]
    inner_recipient: str
    commitments: tuple[str, ...]
    shares: tuple[bytes, ...]

    def document(self) -> dict[str, Document]:
        """Return the part as a manifest carries it."""
        return {
            "id": self.id,
            "t": self.t,
            "n": self.n,
            "x": list(self.x),
            "inner_recipient": self.inner_recipient,
            "commitments": list(self.commitments),
            "shares": [base64.encode(share) for share in self.shares],
        }


@dataclass(frozen=True)
class Manifest:
    """A parsed manifest: its binding as written, and files or a committee's part."""

    binding: Mapping[str, str | int]
    eid: bytes
    files: tuple[FileEntry, ...]
    files_problem: str | None
    committee: CommitteePart | None


def read_manifest(reader: Reader) -> Manifest:
    """Take magic, length and manifest; the reader then stands at the body.

    A manifest whose file entries are not allowed is returned with ``files_problem`` set, because
    the binding is judged before the files.

    Raises:
        BadPackage: not a package, or a manifest that is not canonical or of another shape.
    """
    head = reader.read(len(MAGIC) + 4)
    size = int.from_bytes(head[len(MAGIC) :], "big")
    if len(head) != len(MAGIC) + 4 or not head.startswith(MAGIC) or size > LONGEST_MANIFEST:
        raise BadPackage("magic or length")
    data = reader.read(size)
    try:
        if len(data) != size:
            raise ValueError("cut short")
        return _parse_manifest(documents.parse_exact(data))
    except ValueError as error:
        raise BadPackage("manifest") from error


def write_manifest(
    context: Context,
    eid: bytes,
    *,
    files: tuple[FileEntry, ...] = (),
    committee: CommitteePart | None = None,
) -> bytes:
    """Return magic, length and manifest.

    Raises:
        BadPackage: more than 65,536 bytes.
    """
    document = context.document() | {"v": 1, "eid": eid.hex()}
    if committee is None:
        document["files"] = [
            {"name": file.name, "size": file.size, "type": file.type} for file in files
        ]
    else:
        document["committee"] = committee.document()
    data = canonical(document)
    if len(data) > LONGEST_MANIFEST:
        raise BadPackage("manifest too long")
    return MAGIC + len(data).to_bytes(4, "big") + data


def check_files(files: tuple[FileEntry, ...]) -> None:
    """Check names and sizes.

    Raises:
        BadFiles: no file, a name that is a path or not printable, one name twice, a size below 0.
    """
    if not files:
        raise BadFiles("no file")
    if len({file.name for file in files}) != len(files):
        raise BadFiles("one name twice")
    for file in files:
        if not _is_plain_name(file.name) or not 0 <= file.size < 2**53:
            raise BadFiles("name or size")


def _is_plain_name(name: str) -> bool:
    if name in ("", ".", "..") or len(name.encode("utf-8")) > NAME_BYTES:
        return False
    return not any(letter in "/\\" or ord(letter) < 32 or ord(letter) == 127 for letter in name)


def _parse_manifest(document: Document) -> Manifest:
    if not isinstance(document, Mapping):
        raise ValueError("no object")
    last = "committee" if "committee" in document else "files"
    found = documents.fields(document, (*BINDING, "v", "eid", last))
    if documents.integer(found["v"]) != 1:
        raise ValueError("version")
    binding: dict[str, str | int] = {
        name: documents.text(found[name]) for name in BINDING if name != "round"
    }
    binding["round"] = documents.integer(found["round"])
    eid = documents.octets(found["eid"], EID_SIZE)
    if last == "committee":
        return Manifest(binding, eid, (), None, parse_committee_part(found["committee"]))
    entries = documents.array(found["files"])
    try:
        files = tuple(_parse_file(entry) for entry in entries)
        check_files(files)
    except ValueError as error:
        return Manifest(binding, eid, (), str(error) or "files", None)
    return Manifest(binding, eid, files, None, None)


def _parse_file(entry: Document) -> FileEntry:
    found = documents.fields(entry, ("name", "size", "type"))
    return FileEntry(
        documents.text(found["name"]),
        documents.integer(found["size"]),
        documents.text(found["type"]),
    )


def parse_committee_part(document: Document) -> CommitteePart:
    """Read what a manifest says of its committee, as ``CommitteePart.document`` writes it.

    Raises:
        ValueError: another shape, or numbers that no committee has.
    """
    found = documents.fields(document, COMMITTEE)
    documents.octets(found["id"], 32)
    t, n = documents.integer(found["t"]), documents.integer(found["n"])
    x = tuple(documents.integer(value) for value in documents.array(found["x"]))
    commitments = tuple(documents.text(value) for value in documents.array(found["commitments"]))
    shares = tuple(
        base64.decode(documents.text(value)) for value in documents.array(found["shares"])
    )
    for commitment in commitments:
        documents.octets(commitment, 32)
    if not 1 <= t <= n <= 255 or not len(x) == len(commitments) == len(shares) == n:
        raise ValueError("committee numbers")
    if len(set(x)) != n or not all(1 <= value <= 255 for value in x):
        raise ValueError("coordinates")
    recipient = documents.text(found["inner_recipient"])
    age.Recipient.parse(recipient)
    return CommitteePart(documents.text(found["id"]), t, n, x, recipient, commitments, shares)
