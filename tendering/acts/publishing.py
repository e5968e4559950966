"""The act by which a second person publishes a tender and freezes its pack."""

import secrets
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from accounts import queries as accounts
from accounts.domain.authority import authorise
from beacon.domain.chain import ChainInfo, round_at
from foundation.unit_of_work import UnitOfWork
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts.telling import tell
from tendering.acts.writing import update_tender
from tendering.domain import publication
from tendering.domain.box_seed import SEED_BYTES, seed_commitment
from tendering.domain.numbering import number_text
from tendering.domain.pack import notice_of, tender_pack
from tendering.domain.permissions import PERMISSIONS, TenderAct
from tendering.domain.tender import PUBLIC_STAGES, Tender
from tendering.models import TenderNumberRow, TenderPackRow, TenderRow
from tendering.rulebooks import rulebook
from transparency import journal


def publish_tender(
    uow: UnitOfWork,
    tender_id: str,
    *,
    chain: ChainInfo,
    sealing_sha384: str,
    revision: int | None = None,
    seen_deadline_at: datetime | None = None,
) -> Tender:
    """Publish a tender: dates checked again, book and chain pinned, pack frozen.

    Args:
        uow: by a second person with a fresh sign-in.
        tender_id: in approval.
        chain: of the beacon whose round will open the bids.
        sealing_sha384: hex SHA-384 of the sealing bundle that the pages serve now.
        revision: the one the approver looked at; None skips the comparison.
        seen_deadline_at: the deadline the approver looked at, where a book counts days.

    Raises:
        Refusal: ``second-person``, ``fresh-sign-in``, ``stale-form``, ``dates-moved``, the gaps
            and dates of ``publication.publish``.
    """
    tender = facts.tender_for_update(uow, tender_id)
    if tender.stage in PUBLIC_STAGES and tender.approved_by == uow.actor.account_id:
        return tender  # the button was pressed twice
    authorise(uow.actor, TenderAct.PUBLISH, tender, PERMISSIONS)
    if tender.amends is not None:
        raise Refusal("wrong-stage", stage=tender.stage.value)  # a change has acts of its own
    if revision is not None and revision != tender.revision:
        raise Refusal("stale-form")
    book = rulebook(tender.rulebook)
    published = publication.publish(tender, book, by=uow.actor.account_id, now=uow.now)
    if seen_deadline_at not in {None, published.schedule.deadline_at}:
        raise Refusal("dates-moved")
    seed = secrets.token_bytes(SEED_BYTES)
    published = _frozen(uow, published, chain, seed)
    pack = tender_pack(published, chain.document(), sealing_sha384)
    published = replace(published, notice=notice_of(pack))
    update_tender(uow, published)
    _store_pack(uow, published, pack, seed)
    journal.append(uow, TenderAct.PUBLISH, _document(published), tender_id=tender_id)
    for account_id in published.authors:
        tell(uow, "tender.published", published, account_id)
    return published


def _frozen(uow: UnitOfWork, tender: Tender, chain: ChainInfo, seed: bytes) -> Tender:
    organisation = accounts.organisation(uow.session, tender.organisation_id)
    prefix = organisation.short_name or "T"
    schedule = tender.schedule
    return replace(
        tender,
        number=_draw_number(uow, prefix, schedule.zone),
        organisation_name=organisation.name,
        chain=chain,
        round=round_at(chain, schedule.opening_at, schedule.guard_seconds),
        box_seed_commitment=seed_commitment(seed),
    )


def _draw_number(uow: UnitOfWork, prefix: str, zone: str) -> str:
    """Return the next number of the organisation's year; its row is locked by this change."""
    year = uow.now.astimezone(ZoneInfo(zone)).year
    query = select(TenderNumberRow).where(
        TenderNumberRow.prefix == prefix, TenderNumberRow.year == year
    )
    row = uow.session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        row = TenderNumberRow(prefix=prefix, year=year, last=0)
        uow.session.add(row)
    row.last += 1
    uow.session.flush()
    return number_text(prefix, year, row.last)


def _store_pack(uow: UnitOfWork, tender: Tender, pack: bytes, seed: bytes) -> None:
    row = uow.session.get_one(TenderRow, tender.id)
    row.box_seed = seed
    row.position = _next_position(uow)
    uow.session.add(
        TenderPackRow(
            tender_id=tender.id,
            version=tender.version,
            notice=tender.notice or "",
            pack=pack,
            created_at=uow.now,
        )
    )
    uow.session.flush()


def _next_position(uow: UnitOfWork) -> int:
    """Return the next place in the order of publication; acts run one after the other."""
    last = uow.session.execute(select(func.max(TenderRow.position))).scalar()
    return (last or 0) + 1


def _document(tender: Tender) -> dict[str, object]:
    """Return what the public journal says; all else stands in the pack that ``notice`` pins."""
    schedule = tender.schedule
    return {
        "number": tender.number,
        "title": tender.title.as_document(),
        "organisation_id": tender.organisation_id,
        "organisation": tender.organisation_name.as_document(),
        "version": tender.version,
        "rulebook": tender.rulebook,
        "notice": tender.notice,
        "deadline_at": instant_text(schedule.deadline_at),
        "opening_at": instant_text(schedule.opening_at),
        "guard_seconds": schedule.guard_seconds,
        "chain": tender.chain.hash if tender.chain is not None else None,
        "round": tender.round,
        "box_seed_commitment": tender.box_seed_commitment,
        "submitted_by": tender.submitted_by,
        "approved_by": tender.approved_by,
    }
