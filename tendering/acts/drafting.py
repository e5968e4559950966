"""The acts on a draft: every save names the revision it was made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from accounts.domain.authority import authorise
from foundation.unit_of_work import UnitOfWork
from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts
from tendering.acts.writing import update_tender
from tendering.domain import changing, publication, schedule
from tendering.domain.award import QualityAndCost
from tendering.domain.criteria import check_criterion, check_pass_mark, check_weights
from tendering.domain.importing import ImportedTender, with_import
from tendering.domain.lots import MOST_ITEMS, MOST_LOTS, check_item
from tendering.domain.permissions import PERMISSIONS, DraftAct
from tendering.domain.publication import Topic
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import (
    BidSecurity,
    Category,
    Criterion,
    Document,
    Item,
    Lot,
    Reach,
    Requirement,
    Schedule,
    Tender,
)
from tendering.rulebooks import rulebook
from transparency import journal


@dataclass(frozen=True)
class DraftFacts:
    """The facts that stand above lots and items, as the author gives them."""

    title: Text
    summary: Text
    category: Category
    method: str
    reach: Reach
    estimate: Money | None
    validity_days: int
    security: BidSecurity | None


def edit_facts(uow: UnitOfWork, tender_id: str, revision: int, given: DraftFacts) -> Tender:
    """Save the facts of a draft.

    Raises:
        Refusal: those of the permission row and ``publication.check_facts``; ``stale-form``.
    """

    def change(tender: Tender, book: RuleBook) -> Tender:
        changed = replace(
            tender,
            title=given.title,
            summary=given.summary,
            category=given.category,
            method=given.method,
            reach=given.reach,
            estimate=given.estimate,
            validity_days=given.validity_days,
            security=given.security,
            seal=book.seal_of(given.method),
            envelopes=book.envelopes_of(given.method),
            quality_and_cost=_quality(tender, book, given.method),
        )
        publication.check_facts(changed, book)
        if changed.reach != tender.reach and not changed.dates_set:
            changed = replace(changed, schedule=_proposal(uow, changed, book))
        return changed

    return _change(uow, tender_id, revision, Topic.FACTS, change)


def edit_lots(uow: UnitOfWork, tender_id: str, revision: int, lots: Sequence[Lot]) -> Tender:
    """Save the lots of a draft; one that still has items cannot go.

    Raises:
        Refusal: ``no-lots``, ``too-many-lots``, ``lot-untitled``, ``lot-has-items``,
            ``stale-form``.
    """

    def change(tender: Tender, _book: RuleBook) -> Tender:
        if len(lots) > MOST_LOTS:
            raise Refusal("too-many-lots", most=MOST_LOTS)
        kept = {lot.id for lot in lots}
        homeless = [item.lot_id for item in tender.items if item.lot_id not in kept]
        if homeless:
            raise Refusal("lot-has-items", lot=homeless[0])
        changed = replace(tender, lots=tuple(lots))
        publication.check_lots_only(changed)
        return changed

    return _change(uow, tender_id, revision, Topic.LOTS, change)


def edit_items(uow: UnitOfWork, tender_id: str, revision: int, items: Sequence[Item]) -> Tender:
    """Save the whole list of items of a draft, numbered anew from 1.

    Raises:
        Refusal: ``too-many-items``, ``unknown-lot``, those of ``lots.check_item``; ``stale-form``.
    """

    def change(tender: Tender, _book: RuleBook) -> Tender:
        if len(items) > MOST_ITEMS:
            raise Refusal("too-many-items", most=MOST_ITEMS)
        known = {lot.id for lot in tender.lots}
        for item in items:
            if item.lot_id not in known:
                raise Refusal("unknown-lot", lot=item.lot_id)
            check_item(item)
        numbered = tuple(replace(item, id=str(n)) for n, item in enumerate(items, start=1))
        return replace(tender, items=numbered)

    return _change(uow, tender_id, revision, Topic.ITEMS, change)


def edit_requirements(
    uow: UnitOfWork, tender_id: str, revision: int, requirements: Sequence[Requirement]
) -> Tender:
    """Save the whole list of requirements, numbered anew from "r1".

    Raises:
        Refusal: ``requirement-empty``, ``too-many-requirements``, ``stale-form``.
    """

    def change(tender: Tender, _book: RuleBook) -> Tender:
        numbered = tuple(replace(each, id=f"r{n}") for n, each in enumerate(requirements, start=1))
        changed = replace(tender, requirements=numbered)
        publication.check_requirements(changed)
        return changed

    return _change(uow, tender_id, revision, Topic.REQUIREMENTS, change)


def edit_criteria(
    uow: UnitOfWork,
    tender_id: str,
    revision: int,
    criteria: Sequence[Criterion],
    pass_mark: Decimal | None,
    quality: QualityAndCost | None = None,
) -> Tender:
    """Save the criteria, numbered anew from "c1"; their total is checked before approval.

    Args:
        uow: by an author of the draft.
        tender_id: of the draft.
        revision: the one that the form was made from.
        criteria: all of them.
        pass_mark: of a hundred points, None for none.
        quality: how quality and price count together; None keeps what the draft has.

    Raises:
        Refusal: those of ``criteria.check_criterion`` and ``criteria.check_weights``,
            ``quality-not-allowed``; ``stale-form``.
    """

    def change(tender: Tender, book: RuleBook) -> Tender:
        for each in criteria:
            check_criterion(each)
        check_pass_mark(pass_mark)
        rule = book.quality_of(tender.method)
        if quality is not None and rule is None:
            raise Refusal("quality-not-allowed")
        if quality is not None and rule is not None:
            check_weights(quality, rule)
        numbered = tuple(replace(each, id=f"c{n}") for n, each in enumerate(criteria, start=1))
        kept = quality or tender.quality_and_cost
        return replace(tender, criteria=numbered, pass_mark=pass_mark, quality_and_cost=kept)

    return _change(uow, tender_id, revision, Topic.CRITERIA, change)


def edit_dates(
    uow: UnitOfWork,
    tender_id: str,
    revision: int,
    deadline_at: datetime | None = None,
    opening_at: datetime | None = None,
    questions_close_at: datetime | None = None,
) -> Tender:
    """Fix the dates, or with none leave them to the rules from the publication on.

    With none, a change to a published tender keeps its dates. Without ``questions_close_at``
    questions close as the book says, or with the bids.

    Raises:
        Refusal: those of ``schedule.check_schedule`` for a publication now, of
            ``changing.check_dates`` for a change; ``stale-form``.
    """

    def change(tender: Tender, book: RuleBook) -> Tender:
        if tender.amends is not None:
            of = facts.tender(uow.session, tender.amends.of)
            return changing.move_dates(tender, of, book, deadline_at, opening_at, uow.now)
        if deadline_at is None:
            proposal = _proposal(uow, tender, book)
            # Pressed twice, the proposal would differ by the seconds between: keep the first.
            kept = tender.schedule if not tender.dates_set else proposal
            return replace(tender, dates_set=False, schedule=kept)
        opening = opening_at or schedule.earliest_opening(book, deadline_at).at
        given = Schedule(
            published_at=None,
            questions_close_at=(
                questions_close_at or schedule.usual_questions_close(book, deadline_at)
            ),
            deadline_at=deadline_at,
            opening_at=opening,
            guard_seconds=book.guard_seconds,
            zone=book.calendar.zone,
        )
        schedule.check_schedule(book, tender.reach, given, uow.now)
        return replace(tender, dates_set=True, schedule=given)

    return _change(uow, tender_id, revision, Topic.DATES, change)


def add_document(uow: UnitOfWork, tender_id: str, document: Document) -> Tender:
    """Add a document whose bytes the blob store already holds.

    Raises:
        Refusal: ``too-many-documents``, ``same-document``.
    """

    def change(tender: Tender, _book: RuleBook) -> Tender:
        if document.sha256 in {each.sha256 for each in tender.documents}:
            raise Refusal("same-document")
        if len(tender.documents) >= publication.MOST_DOCUMENTS:
            raise Refusal("too-many-documents", most=publication.MOST_DOCUMENTS)
        return replace(tender, documents=(*tender.documents, document))

    return _change(uow, tender_id, None, Topic.DOCUMENTS, change)


def remove_document(uow: UnitOfWork, tender_id: str, document_id: str) -> Tender:
    """Take a document out of a draft; removing it twice is the same as once."""

    def change(tender: Tender, _book: RuleBook) -> Tender:
        kept = tuple(each for each in tender.documents if each.id != document_id)
        return replace(tender, documents=kept)

    return _change(uow, tender_id, None, Topic.DOCUMENTS, change)


def import_into_draft(
    uow: UnitOfWork, tender_id: str, revision: int, imported: ImportedTender
) -> Tender:
    """Put lots and items of an OCDS file in place of the draft's, and fill what is empty.

    Raises:
        Refusal: ``stale-form`` and those of the permission row.
    """
    return _change(
        uow, tender_id, revision, Topic.ITEMS, lambda tender, _book: with_import(tender, imported)
    )


def _change(
    uow: UnitOfWork,
    tender_id: str,
    revision: int | None,
    topic: Topic,
    change: Callable[[Tender, RuleBook], Tender],
) -> Tender:
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, DraftAct.EDIT, tender, PERMISSIONS)
    changed = change(tender, rulebook(tender.rulebook))
    if changed == tender:
        return tender
    if revision is not None and revision != tender.revision:
        raise Refusal("stale-form")
    authors = tuple(sorted({*tender.authors, uow.actor.account_id}))
    changed = replace(changed, revision=tender.revision + 1, authors=authors)
    update_tender(uow, changed)
    _record(uow, DraftAct.EDIT, changed, {"topic": topic.value})
    return changed


def _record(uow: UnitOfWork, act: DraftAct, tender: Tender, doc: dict[str, str]) -> None:
    journal.append(
        uow,
        act,
        {"tender": tender.id, "revision": tender.revision, **doc},
        tender_id=tender.id,
        organisation_id=tender.organisation_id,
    )


def _quality(tender: Tender, book: RuleBook, method: str) -> QualityAndCost | None:
    """What the draft says of quality and cost under a method: its own word, or the proposal."""
    rule = book.quality_of(method)
    return None if rule is None else tender.quality_and_cost or rule.proposal


def _proposal(uow: UnitOfWork, tender: Tender, book: RuleBook) -> Schedule:
    return schedule.proposed(book, tender.reach, uow.now)
