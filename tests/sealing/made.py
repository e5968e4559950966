"""A fixed test chain, a source of repeatable bytes, and small envelopes made with them."""

from __future__ import annotations

import io
from collections.abc import Callable
from hashlib import sha256

from beacon.domain.chain import ChainInfo
from sealing import bls
from sealing.age import Identity
from sealing.committee import Committee
from sealing.envelope import OpenedEnvelope, RoundKey, open_envelope
from sealing.package import Context, FileEntry
from sealing.receipt import PrivateReceipt
from sealing.seal import SealedFile, seal_envelope

TEST_SECRET = bls.draw_secret(sha256(b"muhr TEST chain").digest() + bytes(16))
ROUND = 777
CHAIN = ChainInfo(
    bls.public_key(TEST_SECRET),
    3,
    1_767_225_600,
    sha256(b"muhr TEST genesis seed").digest(),
    "muhr-test",
)
KEY = RoundKey(CHAIN.hash, CHAIN.public_key, ROUND, bls.sign_round(TEST_SECRET, ROUND))
CONTEXT = Context("T-1", "1", "financial", "V-7", CHAIN.hash, ROUND, "ab" * 32)
BID = b'{"v":1}'
OFFER = bytes(range(256)) * 300
FILES = (("bid.json", BID), ("offer.pdf", OFFER))
MEMBERS = tuple(Identity(sha256(b"muhr TEST member %d" % place).digest()) for place in range(1, 6))


def repeatable(seed: bytes) -> Callable[[int], bytes]:
    """Return a source of bytes that gives the same ones for the same seed."""
    counter = 0

    def draw(size: int) -> bytes:
        nonlocal counter
        out = b""
        while len(out) < size:
            out += sha256(seed + counter.to_bytes(8, "big")).digest()
            counter += 1
        return out[:size]

    return draw


def committee(t: int = 2, n: int = 3) -> Committee:
    """Return a committee of the first test members."""
    return Committee(t, tuple(str(member.recipient()) for member in MEMBERS[:n]))


def sealed(
    files: tuple[tuple[str, bytes], ...] = FILES,
    *,
    context: Context = CONTEXT,
    members: Committee | None = None,
    padding: int = 0,
    seed: bytes = b"envelope",
) -> tuple[bytes, PrivateReceipt]:
    """Return an envelope and its private receipt."""
    out = io.BytesIO()
    receipt = seal_envelope(
        out,
        public_key=CHAIN.public_key,
        context=context,
        files=[
            SealedFile(FileEntry(name, len(data), "application/octet-stream"), io.BytesIO(data))
            for name, data in files
        ],
        random=repeatable(seed),
        committee=members,
        padding=padding,
    )
    return out.getvalue(), receipt


class Kept(io.BytesIO):
    """A file whose bytes can be read after it was closed."""

    def close(self) -> None:
        self.kept = self.getvalue()


class Shelf:
    """Collects the files of an opening."""

    def __init__(self) -> None:
        self.files: dict[str, Kept] = {}

    def __call__(self, place: int, entry: FileEntry) -> Kept:
        assert place == len(self.files)
        self.files[entry.name] = Kept()
        return self.files[entry.name]

    def contents(self) -> tuple[tuple[str, bytes], ...]:
        return tuple((name, kept.kept) for name, kept in self.files.items())


def opened(
    envelope: bytes,
    *,
    key: RoundKey = KEY,
    context: Context = CONTEXT,
    members: Committee | None = None,
    shares: tuple[tuple[int, bytes], ...] = (),
) -> tuple[OpenedEnvelope, tuple[tuple[str, bytes], ...]]:
    """Open an envelope and return what it says and its files."""
    shelf = Shelf()
    result = open_envelope(
        io.BytesIO(envelope), key, context, shelf, committee=members, shares=shares
    )
    return result, shelf.contents()
