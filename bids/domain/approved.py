"""For which sealed files a member's own client gives a share, shown by signed papers alone.

The platform hands over the papers; none counts but by the platform's key that the member pinned
when the own key was made, or by a hash that stands in what that key signed. The browser does the
same in `static/js/committee/approved.js`. Source: docs/adr/0209.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from beacon.domain.chain import ChainInfo
from bids.domain.bid_content import Kind
from bids.domain.confirmation import dates_alone
from foundation.values.canonical import Document, canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from sealing import documents
from sealing.committee import Committee
from sealing.package import Context
from sealing.signatures import NoteVerifier, verify_note

PRICES_TYPE = "prices-approved"
_STANDING = frozenset({"bid", "confirmation"})


@dataclass(frozen=True)
class Place:
    """Where a member stands in the tender pack that was bid upon: from 1, and beside whom."""

    number: int
    chain: ChainInfo
    committee: Committee


def prices_statement(tender_id: str, act_id: str, doc: Mapping[str, Document]) -> str:
    """Return the line that the platform signs of an approval of prices, ending with a line feed.

    Args:
        tender_id: with two envelopes.
        act_id: of the public act of the second person.
        doc: that act's document; ``opened`` and ``unopened`` are taken over as they are.
    """
    statement: dict[str, Document] = {
        "v": 1,
        "type": PRICES_TYPE,
        "tender": tender_id,
        "act": act_id,
        "opened": doc["opened"],
        "unopened": doc["unopened"],
    }
    return f"{canonical(statement).decode()}\n"


def confirmed_notice(note: bytes, pinned: NoteVerifier, context: Context, sha256: str) -> str:
    """Find a sealed file on the signed list of the opening.

    Returns:
        The notice for which it was confirmed after its dates moved; "" where it stands as sealed.

    Raises:
        Refusal: ``bad-note``, ``wrong-note-signature``; ``not-approved`` when the list is another
            tender's or does not hold exactly this file, bound to exactly this.
    """
    found = _signed(note, pinned)
    if found.get("tender") != context.tender:
        raise Refusal("not-approved")
    named = {"sha256": sha256, **context.document()}
    for entry in _objects(found.get("envelopes")):
        document = _object(entry.get("document"))
        if document.get("type") in _STANDING and named.items() <= document.items():
            return _text(document["confirms"]) if document["type"] == "confirmation" else ""
    raise Refusal("not-approved")


def approving_act(note: bytes, pinned: NoteVerifier, context: Context, sha256: str) -> str:
    """Return the public act by which a second person lets this price be opened.

    Raises:
        Refusal: ``bad-note``, ``wrong-note-signature``, ``not-approved``.
    """
    found = _signed(note, pinned)
    if (found.get("type"), found.get("tender")) != (PRICES_TYPE, context.tender):
        raise Refusal("not-approved")
    line = {"lot": context.lot, "vendor": context.vendor, "sha256": sha256}
    if context.kind != Kind.FINANCIAL or line not in _objects(found.get("opened")):
        raise Refusal("not-approved")
    return _text(found.get("act"))


def place_in(pack: bytes, context: Context, recipients: Collection[str]) -> Place:
    """Read the tender pack that a listed file was sealed to, and the member's place in it.

    Raises:
        Refusal: ``not-approved`` unless the pack hashes to the file's notice and names tender,
            chain, round, kind of envelope and one of the public keys; ``bad-chain-info``.
    """
    found = _pack(pack, context.notice)
    chain = ChainInfo.from_document(_object(found.get("chain")))
    stated = _object(found.get("committee"))
    try:
        members = tuple(documents.text(each) for each in documents.array(stated.get("members")))
        committee = Committee(documents.integer(stated.get("t")), members)
        kinds = documents.array(found.get("envelopes"))
    except ValueError as error:
        raise Refusal("not-approved") from error
    own = [number for number, member in enumerate(members, 1) if member in recipients]
    right = (
        _object(found.get("tender")).get("id") == context.tender
        and (chain.hash, found.get("round")) == (context.chain, context.round)
        and context.kind in kinds
    )
    if not right or not own:
        raise Refusal("not-approved")
    return Place(own[0], chain, committee)


def check_moved(
    chain: ChainInfo, sealed_to: bytes, confirmed_for: bytes, notice: str, signature: bytes
) -> None:
    """Check a file that was confirmed after its dates had moved; its time lock is open long since.

    Args:
        chain: of the pack that it was sealed to.
        sealed_to: that pack.
        confirmed_for: the pack of the notice for which the signed list says that it stands.
        notice: that notice.
        signature: of that notice's own round.

    Raises:
        Refusal: ``not-approved`` unless dates alone moved; ``wrong-signature``.
    """
    found = _pack(confirmed_for, notice)
    try:
        number, same = documents.integer(found.get("round")), dates_alone(sealed_to, confirmed_for)
    except (ValueError, KeyError, AttributeError) as error:
        raise Refusal("not-approved") from error
    if number < 1 or not same:
        raise Refusal("not-approved")
    chain.round_key(number, signature)


def _signed(note: bytes, pinned: NoteVerifier) -> Mapping[str, Document]:
    text = verify_note(note, [pinned])
    try:
        return _object(documents.parse(text.encode()))
    except ValueError as error:
        raise Refusal("not-approved") from error


def _pack(data: bytes, notice: str) -> Mapping[str, Document]:
    if sha256_hex(data) != notice:
        raise Refusal("not-approved")
    try:
        return _object(documents.parse_exact(data))
    except ValueError as error:
        raise Refusal("not-approved") from error


def _objects(found: Document) -> Sequence[Mapping[str, Document]]:
    if not isinstance(found, list):
        raise Refusal("not-approved")
    return [_object(each) for each in found]


def _object(found: Document) -> Mapping[str, Document]:
    if not isinstance(found, Mapping):
        raise Refusal("not-approved")
    return found


def _text(found: Document) -> str:
    if not isinstance(found, str):
        raise Refusal("not-approved")
    return found
