"""The tender pack: canonical bytes of all that is bid upon; their SHA-256 is the notice.

Source: decision 10; docs/formats/tender-pack.md.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from foundation.values.canonical import Document as JsonValue
from foundation.values.canonical import canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from tendering.domain.tender import Declaration, Tender

if TYPE_CHECKING:
    from tendering.domain.tender import BidSecurity

VERSION = 1


def tender_pack(tender: Tender, chain: JsonValue, sealing_sha384: str) -> bytes:
    """Return the canonical bytes of a published tender's pack.

    Args:
        tender: published, with number, schedule, round and box commitment.
        chain: the drand chain info as canonical JSON value.
        sealing_sha384: hex SHA-384 of the sealing bundle the pages serve.

    Raises:
        Refusal: ``pack-incomplete`` when the tender is not ready to be frozen.
    """
    published_at = tender.schedule.published_at
    if (
        tender.number is None
        or tender.round is None
        or tender.box_seed_commitment is None
        or published_at is None
    ):
        raise Refusal("pack-incomplete")
    schedule = tender.schedule
    return canonical(
        {
            "v": VERSION,
            "tender": {
                "id": tender.id,
                "number": tender.number,
                "organisation": tender.organisation_name.as_document(),
                "title": tender.title.as_document(),
                "category": tender.category.value,
                "currency": tender.currency,
                "validity_days": tender.validity_days,
            },
            "version": tender.version,
            "lots": [{"id": lot.id, "title": lot.title.as_document()} for lot in tender.lots],
            **_asked(tender),
            "declarations": [declaration_document(text) for text in tender.declarations],
            "security": _security(tender.security),
            "schedule": {
                "published_at": instant_text(published_at),
                "deadline_at": instant_text(schedule.deadline_at),
                "opening_at": instant_text(schedule.opening_at),
                "guard_seconds": schedule.guard_seconds,
                "zone": schedule.zone,
            },
            "box": {"slots": tender.box_slots, "seed_commitment": tender.box_seed_commitment},
            "seal": tender.seal,
            "envelopes": list(tender.envelopes),
            "chain": chain,
            "round": tender.round,
            "rulebook": tender.rulebook,
            "sealing_sha384": sealing_sha384,
            **_committee(tender),
            **_award(tender),
        }
    )


def notice_of(pack: bytes) -> str:
    """Return the notice of a pack: the hex SHA-256 of its stored bytes."""
    return sha256_hex(pack)


def declaration_document(declaration: Declaration) -> dict[str, JsonValue]:
    """Return a declaration with the SHA-256 of its canonical text, which bids repeat."""
    text = declaration.text.as_document()
    return {"id": declaration.id, "text": text, "text_sha256": sha256_hex(canonical(text))}


def _asked(tender: Tender) -> dict[str, JsonValue]:
    """Return what bidders price, prove and are scored on."""
    return {
        "items": [
            {
                "id": item.id,
                "lot": item.lot_id,
                "description": item.description.as_document(),
                "quantity": plain(item.quantity),
                "unit": item.unit,
            }
            for item in tender.items
        ],
        "requirements": [
            {"id": row.id, "text": row.text.as_document(), "needs_file": row.needs_file}
            for row in tender.requirements
        ],
        "criteria": [
            {
                "id": row.id,
                "title": row.title.as_document(),
                "description": row.description.as_document(),
                "weight": plain(row.weight),
            }
            for row in tender.criteria
        ],
        "pass_mark": None if tender.pass_mark is None else plain(tender.pass_mark),
        "documents": [
            {"id": row.id, "name": row.name, "size": row.size, "sha256": row.sha256}
            for row in tender.documents
        ],
    }


def _committee(tender: Tender) -> dict[str, JsonValue]:
    """Return the key `committee` where bids are sealed to one, nothing otherwise."""
    committee = tender.sealing_committee
    return {"committee": committee.pack_document()} if committee else {}


def _award(tender: Tender) -> dict[str, JsonValue]:
    """Return the key `quality_and_cost` where both decide, nothing where the price does."""
    quality = quality_document(tender)
    return {} if quality is None else {"quality_and_cost": quality}


def quality_document(tender: Tender) -> dict[str, JsonValue] | None:
    """Return how quality and price count together as JSON facts, None where the price decides."""
    quality = tender.quality_and_cost
    if quality is None:
        return None
    return {
        "technical_weight": plain(quality.technical_weight),
        "price_formula": quality.price_formula.value,
        "technical_scale": quality.technical_scale.value,
    }


def _security(security: "BidSecurity | None") -> JsonValue:
    if security is None:
        return None
    if security.fixed is not None:
        return {"amount": plain(security.fixed.amount), "currency": security.fixed.currency}
    return {"percent": plain(security.percent or Decimal(0))}


def plain(number: Decimal) -> str:
    """Return a decimal as documents carry it: no exponent, no trailing zeros after the point."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
