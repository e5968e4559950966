"""Post-quantum age keys: a file of another implementation opens, and committees may mix kinds."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import pytest

from sealing import age, hybrid
from sealing.age_header import Stanza
from sealing.age_keys import parse_identity, parse_identity_file, parse_recipient
from sealing.age_stream import AgeFailed
from sealing.committee import Committee
from sealing.envelope import open_member_share
from tests.sealing.made import CONTEXT, FILES, KEY, MEMBERS, opened, repeatable, sealed
from tests.vectors.sealing import make_vectors

FOLDER = Path(make_vectors.__file__).parent
(FOREIGN,) = parse_identity_file((FOLDER / "hybrid_TEST_identity.txt").read_text())
OWN = hybrid.HybridIdentity(sha256(b"muhr TEST hybrid").digest())


def test_a_file_of_another_implementation_opens() -> None:
    sealed_file = (FOLDER / "hybrid_typage.age").read_bytes()
    assert age.open_bytes(sealed_file, [FOREIGN]) == b"typage wrote this"
    with pytest.raises(age.NoIdentity):
        age.open_bytes(sealed_file, [OWN, MEMBERS[0]])


def test_keys_come_back_from_their_texts() -> None:
    recipient = (FOLDER / "hybrid_recipient.txt").read_text().strip()
    assert str(FOREIGN.recipient()) == recipient
    assert parse_recipient(recipient) == FOREIGN.recipient()
    assert parse_identity(str(OWN)) == OWN
    assert parse_identity(str(MEMBERS[0])) == MEMBERS[0]
    assert OWN.seed.hex() not in repr(OWN)


def test_what_we_seal_opens() -> None:
    data = age.seal_bytes(b"word", [OWN.recipient()], repeatable(b"s"))
    assert age.open_bytes(data, [OWN]) == b"word"
    changed = bytearray(data)
    changed[200] ^= 1
    with pytest.raises((AgeFailed, age.NoIdentity)):
        age.open_bytes(bytes(changed), [OWN])


def test_broken_stanzas() -> None:
    good = OWN.recipient().wrap(bytes(16), repeatable(b"s"))
    assert OWN.unwrap(good) == bytes(16)
    assert OWN.unwrap(Stanza("X25519", (), b"")) is None
    assert OWN.unwrap(Stanza(good.type, good.args, bytes(32))) is None
    for args, body in (((), bytes(32)), (("AAA",), bytes(32)), (good.args, b""), (("=",), b"")):
        with pytest.raises(AgeFailed):
            OWN.unwrap(Stanza(good.type, args, body))


@pytest.mark.parametrize("text", ["age1pq1", "AGE-SECRET-KEY-PQ-1", "age1pq1qqqqqq"])
def test_texts_that_are_no_key(text: str) -> None:
    for parse in (parse_recipient, parse_identity):
        with pytest.raises(ValueError):  # noqa: PT011
            parse(text)


def test_a_committee_of_both_kinds_opens() -> None:
    people = (MEMBERS[0], OWN, FOREIGN)
    members = Committee(2, tuple(str(person.recipient()) for person in people))
    envelope, _ = sealed(members=members)
    shares = tuple(
        (place, open_member_share(io.BytesIO(envelope), KEY, CONTEXT, place, [people[place - 1]]))
        for place in (2, 3)
    )
    assert opened(envelope, members=members, shares=shares)[1] == FILES
