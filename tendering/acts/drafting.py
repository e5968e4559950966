"""The acts on a draft: every save names the revision it was made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from accounts import queries as accounts
from accounts.domain.authority import authorise
from foundation.database import DatabaseKind, database_kind
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import check_id
from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts
from tendering.acts.writing import insert_tender, update_tender
from tendering.domain import changing, publication, schedule
from tendering.domain.criteria import check_criterion, check_pass_mark
from tendering.domain.importing import ImportedTender
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
    Stage,
    Tender,
)
from tendering.models import TenderRow
from tendering.rulebooks import current_book, rulebook
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


@dataclass(frozen=True)
class _NewTender:
    organisation_id: str
    stage: str = Stage.DRAFT.value


def create_draft(
    uow: UnitOfWork,
    *,
    tender_id: str,
    book_id: str,
    title: Text | None = None,
    imported: ImportedTender | None = None,
) -> Tender:
    """Begin a draft under the newest version of a rule book.

    ``tender_id`` comes from the form, so that a form sent twice makes one draft.

    Raises:
        Refusal: ``not-permitted``, ``unknown-rulebook``, ``practice-book``, ``bad-identifier``.
    """
    organisation_id = uow.actor.organisation_id
    authorise(uow.actor, DraftAct.CREATE, _NewTender(organisation_id), PERMISSIONS)
    existing = uow.session.get(TenderRow, check_id(tender_id))
    if existing is not None:
        return _same_again(uow, tender_id)
    book = _usable(uow, current_book(book_id))
    tender = _blank(uow, tender_id, book)
    if title is not None:
        tender = replace(tender, title=title)
    if imported is not None:
        tender = _with_import(tender, imported)
    insert_tender(uow, tender)
    ocid = "" if imported is None else imported.ocid
    _record(uow, DraftAct.CREATE, tender, {"rulebook": book.reference, "ocid": ocid})
    return tender


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
) -> Tender:
    """Save the criteria, numbered anew from "c1"; their total is checked before approval.

    Raises:
        Refusal: those of ``criteria.check_criterion``; ``stale-form``.
    """

    def change(tender: Tender, _book: RuleBook) -> Tender:
        for each in criteria:
            check_criterion(each)
        check_pass_mark(pass_mark)
        numbered = tuple(replace(each, id=f"c{n}") for n, each in enumerate(criteria, start=1))
        return replace(tender, criteria=numbered, pass_mark=pass_mark)

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
        uow, tender_id, revision, Topic.ITEMS, lambda tender, _book: _with_import(tender, imported)
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


def _same_again(uow: UnitOfWork, tender_id: str) -> Tender:
    tender = facts.tender(uow.session, tender_id)
    if tender.created_by != uow.actor.account_id:
        raise Refusal("bad-identifier")
    return tender


def _usable(uow: UnitOfWork, book: RuleBook) -> RuleBook:
    if book.practice and database_kind(uow.session) is DatabaseKind.REAL:
        raise Refusal("practice-book")
    return book


def _proposal(uow: UnitOfWork, tender: Tender, book: RuleBook) -> Schedule:
    return schedule.proposed(book, tender.reach, uow.now)


def _blank(uow: UnitOfWork, tender_id: str, book: RuleBook) -> Tender:
    organisation = accounts.organisation(uow.session, uow.actor.organisation_id)
    account_id = uow.actor.account_id
    return Tender(
        id=tender_id,
        number=None,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        title=Text(),
        summary=Text(),
        category=Category.GOODS,
        method=book.methods[0].id,
        reach=Reach.NATIONAL,
        currency=book.currency,
        estimate=None,
        stage=Stage.DRAFT,
        version=0,
        revision=1,
        rulebook=book.reference,
        schedule=schedule.proposed(book, Reach.NATIONAL, uow.now),
        dates_set=False,
        lots=(Lot("1", Text()),),
        items=(),
        requirements=(),
        criteria=(),
        pass_mark=None,
        declarations=book.declarations,
        documents=(),
        validity_days=book.validity_days.value,
        security=None,
        envelopes=book.envelopes,
        seal=book.seal_of(book.methods[0].id),
        notice=None,
        chain=None,
        round=None,
        box_slots=book.box_slots,
        box_seed_commitment=None,
        created_by=account_id,
        authors=(account_id,),
        submitted_by=None,
        approved_by=None,
        remarks="",
        created_at=uow.now,
        closed_at=None,
        opening_started_at=None,
        opened_at=None,
        reported_at=None,
        ended_at=None,
    )


def _with_import(tender: Tender, imported: ImportedTender) -> Tender:
    def first(old: Text, new: Text) -> Text:
        return old if old.en or old.ur else new

    return replace(
        tender,
        title=first(tender.title, imported.title),
        summary=first(tender.summary, imported.summary),
        category=imported.category,
        estimate=tender.estimate or imported.estimate,
        lots=imported.lots if imported.items else tender.lots,
        items=imported.items or tender.items,
    )
