"""The act that begins a draft, empty or from an OCDS file."""

from dataclasses import dataclass, replace

from accounts import queries as accounts
from accounts.domain.authority import authorise
from foundation.database import DatabaseKind, database_kind
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import check_id
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts
from tendering.acts.writing import insert_tender
from tendering.domain import schedule
from tendering.domain.importing import ImportedTender, with_import
from tendering.domain.permissions import PERMISSIONS, DraftAct
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import Category, Lot, Reach, Stage, Tender
from tendering.models import TenderRow
from tendering.rulebooks import current_book, rulebook
from transparency import journal


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

    ``tender_id`` comes from the form, so that a form sent twice makes one draft. Where practice
    is made, ``book_id`` may be an older ``id@version``: a demo tells of tenders from before.

    Raises:
        Refusal: ``not-permitted``, ``unknown-rulebook``, ``practice-book``, ``bad-identifier``.
    """
    organisation_id = uow.actor.organisation_id
    authorise(uow.actor, DraftAct.CREATE, _NewTender(organisation_id), PERMISSIONS)
    existing = uow.session.get(TenderRow, check_id(tender_id))
    if existing is not None:
        return _same_again(uow, tender_id)
    book = _usable(uow, book_id)
    tender = _blank(uow, tender_id, book)
    if title is not None:
        tender = replace(tender, title=title)
    if imported is not None:
        tender = with_import(tender, imported)
    insert_tender(uow, tender)
    ocid = "" if imported is None else imported.ocid
    journal.append(
        uow,
        DraftAct.CREATE,
        {
            "tender": tender.id,
            "revision": tender.revision,
            "rulebook": book.reference,
            "ocid": ocid,
        },
        tender_id=tender.id,
        organisation_id=tender.organisation_id,
    )
    return tender


def _same_again(uow: UnitOfWork, tender_id: str) -> Tender:
    tender = facts.tender(uow.session, tender_id)
    if tender.created_by != uow.actor.account_id:
        raise Refusal("bad-identifier")
    return tender


def _usable(uow: UnitOfWork, book_id: str) -> RuleBook:
    real = database_kind(uow.session) is DatabaseKind.REAL
    book = rulebook(book_id) if "@" in book_id and not real else current_book(book_id)
    if book.practice and real:
        raise Refusal("practice-book")
    return book


def _blank(uow: UnitOfWork, tender_id: str, book: RuleBook) -> Tender:
    organisation = accounts.organisation(uow.session, uow.actor.organisation_id)
    account_id = uow.actor.account_id
    method = book.methods[0].id
    rule = book.quality_of(method)
    return Tender(
        id=tender_id,
        number=None,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        title=Text(),
        summary=Text(),
        category=Category.GOODS,
        method=method,
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
        envelopes=book.envelopes_of(method),
        seal=book.seal_of(method),
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
        quality_and_cost=None if rule is None else rule.proposal,
    )
