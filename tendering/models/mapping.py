"""Between the row of a tender and its facts."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from beacon.domain.chain import ChainInfo
from foundation.values.money import Money
from foundation.values.text import Text
from tendering.domain.award import PriceFormula, QualityAndCost, TechnicalScale
from tendering.domain.pack import quality_document
from tendering.domain.tender import (
    BidSecurity,
    Category,
    Change,
    ChangeKind,
    Criterion,
    Declaration,
    Document,
    Item,
    Lot,
    Reach,
    Requirement,
    Schedule,
    Stage,
    Tender,
)
from tendering.models import TenderRow
from tendering.models.seats import committee_document, committee_of
from tendering.word_search import indexed_text


def tender_of(row: TenderRow) -> Tender:
    """Return the facts that ``row`` holds."""
    return Tender(
        id=row.id,
        number=row.number,
        organisation_id=row.organisation_id,
        organisation_name=Text(row.organisation_name_en, row.organisation_name_ur),
        title=Text(row.title_en, row.title_ur),
        summary=Text(row.summary_en, row.summary_ur),
        category=Category(row.category),
        method=row.method,
        reach=Reach(row.reach),
        currency=row.currency,
        estimate=None if row.estimate is None else Money(row.estimate, row.currency),
        stage=Stage(row.stage),
        version=row.version,
        revision=row.revision,
        rulebook=row.rulebook,
        schedule=_schedule(row),
        dates_set=row.dates_set,
        lots=tuple(Lot(lot["id"], _text(lot["title"])) for lot in row.lots),
        items=tuple(_item(item) for item in row.items),
        requirements=tuple(
            Requirement(each["id"], _text(each["text"]), each["needs_file"])
            for each in row.requirements
        ),
        criteria=tuple(_criterion(each) for each in row.criteria),
        pass_mark=row.pass_mark,
        declarations=tuple(
            Declaration(each["id"], _text(each["text"])) for each in row.declarations
        ),
        documents=tuple(Document(**each) for each in row.documents),
        validity_days=row.validity_days,
        security=_security(row),
        envelopes=tuple(row.envelopes),
        seal=row.seal,
        notice=row.notice,
        chain=None if row.chain is None else chain_of(row.chain),
        round=row.round,
        box_slots=row.box_slots,
        box_seed_commitment=row.box_seed_commitment,
        created_by=row.created_by,
        authors=tuple(row.authors),
        submitted_by=row.submitted_by,
        approved_by=row.approved_by,
        remarks=row.remarks,
        created_at=row.created_at,
        closed_at=row.closed_at,
        opening_started_at=row.opening_started_at,
        opened_at=row.opened_at,
        technical_reported_at=row.technical_reported_at,
        prices_opened_at=row.prices_opened_at,
        reported_at=row.reported_at,
        ended_at=row.ended_at,
        amends=_change(row),
        committee=None if row.committee is None else committee_of(row.committee),
        quality_and_cost=_quality(row),
    )


def columns_of(tender: Tender, changed_at: datetime) -> dict[str, Any]:
    """Return the columns in which ``tender`` is kept; the box seed is not among its facts."""
    percent = fixed = None
    if tender.security is not None:
        percent = tender.security.percent
        fixed = None if tender.security.fixed is None else tender.security.fixed.amount
    return {
        "id": tender.id,
        "number": tender.number,
        "organisation_id": tender.organisation_id,
        "organisation_name_en": tender.organisation_name.en,
        "organisation_name_ur": tender.organisation_name.ur,
        "title_en": tender.title.en,
        "title_ur": tender.title.ur,
        "summary_en": tender.summary.en,
        "summary_ur": tender.summary.ur,
        "category": tender.category.value,
        "method": tender.method,
        "reach": tender.reach.value,
        "currency": tender.currency,
        "estimate": None if tender.estimate is None else tender.estimate.amount,
        "stage": tender.stage.value,
        "version": tender.version,
        "revision": tender.revision,
        "rulebook": tender.rulebook,
        "dates_set": tender.dates_set,
        "pass_mark": tender.pass_mark,
        "validity_days": tender.validity_days,
        "security_percent": percent,
        "security_amount": fixed,
        "envelopes": list(tender.envelopes),
        "seal": tender.seal,
        "committee": None if tender.committee is None else committee_document(tender.committee),
        "quality_and_cost": quality_document(tender),
        "notice": tender.notice,
        "chain": None if tender.chain is None else tender.chain.document(),
        "round": tender.round,
        "box_slots": tender.box_slots,
        "box_seed_commitment": tender.box_seed_commitment,
        "created_by": tender.created_by,
        "authors": list(tender.authors),
        "submitted_by": tender.submitted_by,
        "approved_by": tender.approved_by,
        "remarks": tender.remarks,
        "search": search_text(tender),
        "created_at": tender.created_at,
        "changed_at": changed_at,
        **_change_columns(tender),
        **_schedule_columns(tender),
        **_list_columns(tender),
    }


def search_text(tender: Tender) -> str:
    """Return the text in which the public list searches, with the mark of its buyer."""
    return indexed_text(
        tender.number or "",
        tender.title.en,
        tender.title.ur,
        tender.organisation_name.en,
        tender.organisation_name.ur,
        tender.summary.en,
        tender.summary.ur,
        tender.organisation_id,
    )


def _quality(row: TenderRow) -> QualityAndCost | None:
    given = row.quality_and_cost
    if given is None:
        return None
    return QualityAndCost(
        Decimal(given["technical_weight"]),
        PriceFormula(given["price_formula"]),
        TechnicalScale(given["technical_scale"]),
    )


def _change(row: TenderRow) -> Change | None:
    if row.amends is None or row.change is None:
        return None
    given = row.change
    return Change(row.amends, ChangeKind(given["kind"]), given["code"], _text(given["reason"]))


def _change_columns(tender: Tender) -> dict[str, Any]:
    change = tender.amends
    if change is None:
        return {"amends": None, "change": None}
    given = {
        "kind": change.kind.value,
        "code": change.code,
        "reason": change.reason.as_document(),
    }
    return {"amends": change.of, "change": given}


def _schedule(row: TenderRow) -> Schedule:
    return Schedule(
        published_at=row.published_at,
        questions_close_at=row.questions_close_at,
        deadline_at=row.deadline_at,
        opening_at=row.opening_at,
        guard_seconds=row.guard_seconds,
        zone=row.zone,
    )


def _schedule_columns(tender: Tender) -> dict[str, Any]:
    schedule = tender.schedule
    return {
        "published_at": schedule.published_at,
        "questions_close_at": schedule.questions_close_at,
        "deadline_at": schedule.deadline_at,
        "opening_at": schedule.opening_at,
        "guard_seconds": schedule.guard_seconds,
        "zone": schedule.zone,
        "closed_at": tender.closed_at,
        "opening_started_at": tender.opening_started_at,
        "opened_at": tender.opened_at,
        "technical_reported_at": tender.technical_reported_at,
        "prices_opened_at": tender.prices_opened_at,
        "reported_at": tender.reported_at,
        "ended_at": tender.ended_at,
    }


def _list_columns(tender: Tender) -> dict[str, Any]:
    return {
        "lots": [{"id": lot.id, "title": lot.title.as_document()} for lot in tender.lots],
        "items": [
            {
                "id": item.id,
                "lot": item.lot_id,
                "description": item.description.as_document(),
                "quantity": format(item.quantity, "f"),
                "unit": item.unit,
            }
            for item in tender.items
        ],
        "requirements": [
            {"id": each.id, "text": each.text.as_document(), "needs_file": each.needs_file}
            for each in tender.requirements
        ],
        "criteria": [
            {
                "id": each.id,
                "title": each.title.as_document(),
                "description": each.description.as_document(),
                "weight": format(each.weight, "f"),
            }
            for each in tender.criteria
        ],
        "declarations": [
            {"id": each.id, "text": each.text.as_document()} for each in tender.declarations
        ],
        "documents": [
            {
                "id": each.id,
                "name": each.name,
                "size": each.size,
                "media_type": each.media_type,
                "sha256": each.sha256,
                "blob_key": each.blob_key,
            }
            for each in tender.documents
        ],
    }


def _text(document: Mapping[str, str]) -> Text:
    return Text(en=document.get("en", ""), ur=document.get("ur", ""))


def _item(document: Mapping[str, Any]) -> Item:
    return Item(
        id=document["id"],
        lot_id=document["lot"],
        description=_text(document["description"]),
        quantity=Decimal(document["quantity"]),
        unit=document["unit"],
    )


def _criterion(document: Mapping[str, Any]) -> Criterion:
    return Criterion(
        id=document["id"],
        title=_text(document["title"]),
        description=_text(document["description"]),
        weight=Decimal(document["weight"]),
    )


def _security(row: TenderRow) -> BidSecurity | None:
    if row.security_percent is None and row.security_amount is None:
        return None
    amount = row.security_amount
    return BidSecurity(
        percent=row.security_percent,
        fixed=None if amount is None else Money(amount, row.currency),
    )


def chain_of(document: Mapping[str, Any]) -> ChainInfo:
    """Return the chain whose info a tender's row holds."""
    return _chain(json.dumps(document, sort_keys=True))


@lru_cache(maxsize=64)
def _chain(document: str) -> ChainInfo:
    # Reading a chain info checks a point of a curve: once per chain is enough.
    return ChainInfo.from_document(json.loads(document))
