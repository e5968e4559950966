"""One demo bid: written, sealed by the real code, sent and recorded through the acts."""

import hashlib
import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bids.acts.places import Place
from bids.acts.registering import Committed, commit_fingerprint
from bids.acts.uploading import Recorded, Stored, complete_upload
from bids.domain.reception import Fingerprint, sealed_key
from bids.platform_key import load_platform_key
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from sealing.package import Context, FileEntry
from sealing.seal import SealedFile, seal_envelope
from sealing.upload import check_upload
from tendering.domain.pack import declaration_document
from tendering.domain.tender import Item, Tender

BID_TYPE = "application/vnd.muhr.bid+json"
PAISA = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Paper:
    """A file beside the price schedule."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Offer:
    """What a firm offers: unit prices by item id, its words by criterion id, its files."""

    prices: Mapping[str, Decimal]
    proposals: Mapping[str, str]
    papers: tuple[Paper, ...]


def bid_document(tender: Tender, kind: str, offer: Offer) -> Document:
    """Return the ``bid.json`` of one envelope."""
    document: dict[str, Document] = {
        "v": 1,
        "kind": kind,
        "lot": "1",
        "addenda": [],
        "validity_days": tender.validity_days,
        "answers": [],
        "declarations": [],
        "partners": [],
    }
    answered = {} if kind == "financial" else _answered(tender, offer)
    return document | answered | ({} if kind == "technical" else _priced(tender, offer.prices))


def _answered(tender: Tender, offer: Offer) -> dict[str, Document]:
    names = [paper.name for paper in offer.papers]
    met: list[Document] = [
        {"criterion": asked.id, "value": True, "files": [*names] if asked.needs_file else []}
        for asked in tender.requirements
    ]
    scored: list[Document] = [
        {"criterion": criterion, "value": words} for criterion, words in offer.proposals.items()
    ]
    return {
        "answers": met + scored,
        "declarations": [
            {
                "id": declaration.id,
                "text_sha256": declaration_document(declaration)["text_sha256"],
                "accepted": True,
            }
            for declaration in tender.declarations
        ],
    }


def _priced(tender: Tender, prices: Mapping[str, Decimal]) -> dict[str, Document]:
    lines = [_line(item, prices[item.id]) for item in tender.items_of("1")]
    total = sum((Decimal(str(line["amount"])) for line in lines), Decimal(0))
    return {
        "currency": tender.currency,
        "lines": [*lines],
        "discounts": [],
        "total": format(total, "f"),
    }


def _line(item: Item, price: Decimal) -> dict[str, Document]:
    amount = (item.quantity * price).quantize(PAISA)
    return {
        "item": item.id,
        "quantity": format(item.quantity.normalize(), "f"),
        "unit_price": format(price, "f"),
        "amount": format(amount, "f"),
        "tax_percent": "0",
    }


def seal_and_send(
    context: JobContext,
    actor: Actor,
    tender: Tender,
    kind: str,
    offer: Offer,
) -> Recorded:
    """Seal one envelope on this side of the wire and record it as the vendor's browser would.

    Raises:
        Refusal: whatever reception says.
    """
    papers = () if kind == "financial" else offer.papers
    content = canonical(bid_document(tender, kind, offer))
    files = (Paper("bid.json", BID_TYPE, content), *papers)
    envelope, sha256, token_sha256, point = _sealed(tender, actor.organisation_id, kind, files)
    place = Place(tender.id, "1", kind)
    signer = load_platform_key(context.settings)
    given = Fingerprint(sha256, len(envelope), tender.notice or "", token_sha256)
    with unit_of_work(context.sessions, actor) as uow:
        committed = commit_fingerprint(uow, place, given, signer)
    if not isinstance(committed, Committed):
        raise Refusal("demo-bid-refused")
    stored = context.blobs.put_new(sealed_key(committed.upload_id), [envelope])
    with unit_of_work(context.sessions, actor) as uow:
        recorded = complete_upload(
            uow, committed.upload_id, Stored(sha256, point, stored.key), signer
        )
    if not isinstance(recorded, Recorded):
        raise Refusal("demo-bid-refused")
    return recorded


def _sealed(
    tender: Tender, vendor_id: str, kind: str, files: tuple[Paper, ...]
) -> tuple[bytes, str, str, str]:
    if tender.chain is None or tender.round is None or tender.notice is None:
        raise Refusal("wrong-stage")
    binding = Context(
        tender=tender.id,
        lot="1",
        kind=kind,
        vendor=vendor_id,
        chain=tender.chain.hash,
        round=tender.round,
        notice=tender.notice,
    )
    committee, out = tender.sealing_committee, io.BytesIO()
    receipt = seal_envelope(
        out,
        public_key=tender.chain.public_key,
        context=binding,
        files=[
            SealedFile(FileEntry(file.name, len(file.data), file.media_type), io.BytesIO(file.data))
            for file in files
        ],
        random=secrets.token_bytes,
        committee=committee.sealing() if committee else None,
    )
    envelope = out.getvalue()
    header = check_upload(io.BytesIO(envelope), tender.chain.hash, tender.round)
    sha256 = hashlib.sha256(envelope).hexdigest()
    return envelope, sha256, receipt.token_sha256, header.u.hex()
