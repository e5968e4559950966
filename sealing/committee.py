"""The committee of an envelope: its id, the dealer's part, a member's share, the combining."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from sealing import age, documents, threshold
from sealing.age_header import BadHeader, mac_holds, read_header
from sealing.age_keys import parse_recipient
from sealing.package import CommitteePart, Context
from sealing.reading import Reader

COMMITTEE_LABEL = b"tseal/v1/committee\0"
SHARE_LABEL = b"tseal/v1/share\0"
SECRET_SIZE = 32
SHARE_SIZE = SECRET_SIZE + 1
SHARE_BINDING = ("tender", "lot", "kind", "vendor")


@dataclass(frozen=True)
class Committee:
    """``t`` of these members, age recipients in order, open an envelope."""

    t: int
    members: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.t <= len(self.members) <= 255:
            raise ValueError("threshold")
        if len(set(self.members)) != len(self.members):
            raise ValueError("one member twice")
        for member in self.members:
            parse_recipient(member)

    @classmethod
    def parse(cls, data: bytes) -> Committee:
        """Read ``C.json``.

        Raises:
            ValueError: not exactly ``{"t", "members"}``, or no committee.
        """
        found = documents.fields(documents.parse(data), ("t", "members"))
        members = tuple(documents.text(name) for name in documents.array(found["members"]))
        return cls(documents.integer(found["t"]), members)

    @property
    def id(self) -> str:
        """The committee's fingerprint, 64 hex digits."""
        document = canonical({"t": self.t, "members": list(self.members)})
        return sha256(COMMITTEE_LABEL + document).hexdigest()


def commit(eid: bytes, index: int, share: bytes) -> str:
    """Return the commitment to a share; ``index`` counts from 1."""
    return sha256(SHARE_LABEL + eid + bytes([index]) + share).hexdigest()


def deal(
    committee: Committee,
    context: Context,
    eid: bytes,
    inner: age.Identity,
    random: Callable[[int], bytes],
) -> CommitteePart:
    """Split the inner identity among the members and return the manifest's part."""
    n = len(committee.members)
    xs = _draw_coordinates(n, random)
    shares = threshold.split(inner.secret, committee.t, xs, random)
    sealed = []
    for index, (member, share) in enumerate(zip(committee.members, shares, strict=True), 1):
        document = {name: getattr(context, name) for name in SHARE_BINDING}
        document |= {"v": 1, "eid": eid.hex(), "i": index, "share": share.hex()}
        recipient = parse_recipient(member)
        sealed.append(age.seal_bytes(canonical(document), [recipient], random))
    commitments = tuple(commit(eid, index, share) for index, share in enumerate(shares, 1))
    return CommitteePart(
        committee.id, committee.t, n, xs, str(inner.recipient()), commitments, tuple(sealed)
    )


def open_share(
    part: CommitteePart,
    context: Context,
    eid: bytes,
    index: int,
    identities: Sequence[age.Unwrapper],
) -> bytes:
    """Return member ``index``'s share of 33 bytes, checked as the member's own client must.

    Raises:
        Refusal: ``wrong-identity`` (the share file is for another key),
            ``share-not-for-this-envelope`` (a share of another envelope or member),
            ``dealer-cheated`` (the vendor's share file or commitment does not hold).
    """
    if not 1 <= index <= part.n:
        raise Refusal("share-not-for-this-envelope")
    try:
        plaintext = age.open_bytes(part.shares[index - 1], identities)
    except age.NoIdentity as error:
        raise Refusal("wrong-identity") from error
    except ValueError as error:
        raise Refusal("dealer-cheated") from error
    return _committed(_bound(plaintext, context, eid, index), part, eid, index)


def prove_cheating(
    part: CommitteePart,
    context: Context,
    eid: bytes,
    index: int,
    file_key: bytes,
    *,
    tied: bool = False,
) -> None:
    """Return when a share file, opened with its age file key, is the dealer's fault.

    The header's MAC holds under no key but the one that the dealer drew, so that a member cannot
    make up the evidence; anybody can repeat the check. With ``tied`` only a file counts that
    names this very envelope: where others stay shut, any other could be a share of theirs.

    Raises:
        Refusal: ``bad-share`` with the member's number, where the file holds or the key is not
            the file's.
    """
    refused = Refusal("bad-share", member=index)
    if not 1 <= index <= part.n:
        raise refused
    reader = Reader(BytesIO(part.shares[index - 1]))
    try:
        header = read_header(reader)
    except BadHeader as error:
        if tied:
            raise refused from error
        return
    if not mac_holds(header, file_key):
        raise refused
    try:
        plaintext = age.read_all(age.open_payload(reader, header, file_key))
        found = _bound(plaintext, context, eid, index)
    except (ValueError, Refusal) as error:
        if tied:
            raise refused from error
        return
    try:
        _committed(found, part, eid, index)
    except Refusal:
        return
    raise refused


def evidence_of(
    part: CommitteePart,
    context: Context,
    eid: bytes,
    index: int,
    identities: Sequence[age.Unwrapper],
) -> bytes:
    """Return the age file key by which everybody sees that the dealer's share file does not hold.

    Raises:
        Refusal: ``wrong-identity``; ``bad-share`` where the key would show nothing, or could be
            that of a share for an envelope that stays shut.
    """
    reader = Reader(BytesIO(part.shares[index - 1]))
    try:
        file_key = age.find_file_key(read_header(reader), identities)
    except (age.NoIdentity, ValueError) as error:
        raise Refusal("wrong-identity") from error
    prove_cheating(part, context, eid, index, file_key, tied=context.kind != "single")
    return file_key


@dataclass(frozen=True)
class Taken:
    """What a member's client takes out of its share file: the share, or the evidence instead."""

    share: bytes = b""
    file_key: bytes = b""


def take_share(
    part: CommitteePart,
    context: Context,
    eid: bytes,
    index: int,
    identities: Sequence[age.Unwrapper],
) -> Taken:
    """Return the member's share, or where the dealer cheated the key that shows it to everybody.

    Raises:
        Refusal: as ``open_share``; ``dealer-cheated`` only where the evidence is kept back.
    """
    try:
        return Taken(share=open_share(part, context, eid, index, identities))
    except Refusal as refusal:
        if refusal.code != "dealer-cheated":
            raise
        try:
            return Taken(file_key=evidence_of(part, context, eid, index, identities))
        except Refusal as kept_back:
            raise refusal from kept_back


def _bound(plaintext: bytes, context: Context, eid: bytes, index: int) -> Document:
    """Return what stands in the field of the share, where the file names this envelope."""
    try:
        found = documents.fields(
            documents.parse_exact(plaintext), (*SHARE_BINDING, "v", "eid", "i", "share")
        )
    except ValueError as error:
        raise Refusal("dealer-cheated") from error
    expected = {name: getattr(context, name) for name in SHARE_BINDING}
    expected |= {"v": 1, "eid": eid.hex(), "i": index}
    if any(found[name] != value for name, value in expected.items()):
        raise Refusal("share-not-for-this-envelope")
    return found["share"]


def _committed(found: Document, part: CommitteePart, eid: bytes, index: int) -> bytes:
    try:
        share = documents.octets(found, SHARE_SIZE)
    except ValueError as error:
        raise Refusal("dealer-cheated") from error
    if commit(eid, index, share) != part.commitments[index - 1]:
        raise Refusal("dealer-cheated")
    return share


def check_share(part: CommitteePart, eid: bytes, index: int, share: bytes) -> None:
    """Check a posted share against its commitment.

    Raises:
        Refusal: ``bad-share`` with the member's number.
    """
    known = 1 <= index <= part.n and len(share) == SHARE_SIZE
    if not known or commit(eid, index, share) != part.commitments[index - 1]:
        raise Refusal("bad-share", member=index)


def recover(part: CommitteePart, eid: bytes, shares: Sequence[tuple[int, bytes]]) -> age.Identity:
    """Return the inner identity of at least ``t`` posted shares (index from 1, share).

    Raises:
        Refusal: ``bad-share`` (names the member), ``quorum``, ``dealer-cheated``.
    """
    for index, share in shares:
        check_share(part, eid, index, share)
    posted: Mapping[int, bytes] = dict(shares)
    if len(posted) < part.t:
        raise Refusal("quorum", needed=part.t, given=len(posted))
    if any(share[-1] != part.x[index - 1] for index, share in posted.items()):
        raise Refusal("dealer-cheated")
    chosen = [posted[index] for index in sorted(posted)][: part.t]
    identity = age.Identity(threshold.combine(chosen))
    if str(identity.recipient()) != part.inner_recipient:
        raise Refusal("dealer-cheated")
    for index, x in enumerate(part.x, 1):
        share = threshold.interpolate(chosen, x) + bytes([x])
        if commit(eid, index, share) != part.commitments[index - 1]:
            raise Refusal("dealer-cheated")
    return identity


def _draw_coordinates(count: int, random: Callable[[int], bytes]) -> tuple[int, ...]:
    drawn: list[int] = []
    while len(drawn) < count:
        value = random(1)[0]
        if value and value not in drawn:
            drawn.append(value)
    return tuple(drawn)
