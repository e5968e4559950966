"""What JavaScript seals Python opens, and the other way round, with and without a committee."""

import base64
import io
import json
import secrets
from typing import Any

from foundation.values.canonical import canonical
from sealing import age
from sealing.committee import Committee
from sealing.envelope import (
    FileSink,
    RoundKey,
    check_upload,
    open_envelope,
    open_member_share,
    open_with_file_key,
)
from sealing.package import Context, FileEntry
from sealing.receipt import PrivateReceipt
from sealing.seal import SealedFile, seal_envelope
from tests.bids.made import CHAIN, sign_round
from tests.front_end.node_runtime import ask_node

ROUND = 1000
CONTEXT = Context("T-1", "1", "financial", "V-1", CHAIN.hash, ROUND, "ab" * 32)
FILES = [
    ("bid.json", "application/vnd.muhr.bid+json", b'{"total":"1"}'),
    ("نقشہ.pdf", "application/pdf", bytes(range(256)) * 700),
    ("empty.txt", "text/plain", b""),
]


class Kept(io.BytesIO):
    """A place for one opened file."""

    def close(self) -> None:
        return None


class Places:
    """Hands out places and remembers them."""

    def __init__(self) -> None:
        self.all: list[Kept] = []

    def place(self, _at: int, _entry: FileEntry) -> FileSink:
        self.all.append(Kept())
        return self.all[-1]

    def contents(self) -> list[bytes]:
        return [kept.getvalue() for kept in self.all]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def round_key() -> RoundKey:
    return RoundKey(CHAIN.hash, CHAIN.public_key, ROUND, sign_round(ROUND))


def sealed_in_javascript(committee: Committee | None = None) -> tuple[bytes, PrivateReceipt]:
    context = {name: value for name, value in CONTEXT.document().items() if name != "chain"}
    question: dict[str, Any] = {
        "ask": "seal",
        "chain": CHAIN.document(),
        "context": context,
        "committee": {"t": committee.t, "members": committee.members} if committee else None,
        "files": [{"name": n, "type": t, "data": b64(d)} for n, t, d in FILES],
    }
    answer: Any = ask_node("answer_envelopes.mjs", question)
    sealed = base64.b64decode(answer["ciphertext"] + "==")
    return sealed, PrivateReceipt.parse(canonical(answer["receipt"]))


def sealed_in_python(committee: Committee | None = None) -> tuple[bytes, PrivateReceipt]:
    out = io.BytesIO()
    receipt = seal_envelope(
        out,
        public_key=CHAIN.public_key,
        context=CONTEXT,
        files=[SealedFile(FileEntry(n, len(d), t), io.BytesIO(d)) for n, t, d in FILES],
        random=secrets.token_bytes,
        committee=committee,
        padding=100,
    )
    return out.getvalue(), receipt


def in_javascript(ask: str, sealed: bytes, **more: object) -> list[tuple[str, str, bytes]]:
    rows: Any = ask_node("answer_envelopes.mjs", {"ask": ask, "ciphertext": b64(sealed)} | more)
    return [(row["name"], row["type"], base64.b64decode(row["data"] + "==")) for row in rows]


def members() -> tuple[Committee, list[age.Identity]]:
    identities = [age.Identity(secrets.token_bytes(32)) for _ in range(3)]
    return Committee(2, tuple(str(each.recipient()) for each in identities)), identities


def test_python_opens_what_javascript_sealed() -> None:
    sealed, receipt = sealed_in_javascript()
    header = check_upload(io.BytesIO(sealed), CHAIN.hash, ROUND)
    assert header.round == ROUND
    for_all = Places()
    found = open_envelope(io.BytesIO(sealed), round_key(), CONTEXT, for_all.place)
    assert [(file.name, file.type) for file in found.files] == [(n, t) for n, t, _ in FILES]
    assert for_all.contents() == [data for *_, data in FILES]
    for_vendor = Places()
    open_with_file_key(io.BytesIO(sealed), receipt.file_key, CONTEXT, for_vendor.place)
    assert for_vendor.contents() == for_all.contents()
    assert receipt.context == CONTEXT
    assert receipt.eid == found.eid


def test_a_committee_opens_what_javascript_sealed() -> None:
    committee, identities = members()
    sealed, receipt = sealed_in_javascript(committee)
    shares = [
        (i, open_member_share(io.BytesIO(sealed), round_key(), CONTEXT, i, [identities[i - 1]]))
        for i in (1, 3)
    ]
    places = Places()
    open_envelope(
        io.BytesIO(sealed), round_key(), CONTEXT, places.place, committee=committee, shares=shares
    )
    assert places.contents() == [data for *_, data in FILES]
    again = Places()
    open_with_file_key(
        io.BytesIO(sealed),
        receipt.file_key,
        CONTEXT,
        again.place,
        committee=committee,
        inner_secret=receipt.inner_secret,
    )
    assert again.contents() == places.contents()


def test_javascript_opens_what_python_sealed() -> None:
    for committee in (None, members()[0]):
        sealed, receipt = sealed_in_python(committee)
        kept = json.loads(receipt.to_bytes())
        assert in_javascript("reopen", sealed, receipt=kept) == FILES
    sealed, _ = sealed_in_python()
    opened = in_javascript(
        "open", sealed, signature=sign_round(ROUND).hex(), context=CONTEXT.document()
    )
    assert opened == FILES
