"""Organisations, people and tenders made through acts, for tests of this storey and above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.acts.organising import create_organisation
from accounts.domain.organisations import OrganisationForm
from accounts.domain.roles import OrganisationKind, Role
from beacon.domain.chain import ChainInfo
from bids.acts.voiding import carry_out_change
from foundation.database import Sessions
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor, ActorKind
from foundation.values.identifiers import new_id
from foundation.values.money import Money
from foundation.values.text import Text
from tendering.acts import approving, beginning, changing, drafting, publishing
from tendering.acts.drafting import DraftFacts
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import (
    BidSecurity,
    Category,
    ChangeKind,
    Criterion,
    Item,
    Lot,
    Reach,
    Requirement,
    Schedule,
    Stage,
    Tender,
)

# The public key of drand's quicknet, a point known to be good; any other would do.
CHAIN = ChainInfo(
    public_key=bytes.fromhex(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a57"
        "76a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4b"
        "c09e76eae8991ef5ece45a"
    ),
    period=3,
    genesis_time=1692803367,
    group_hash=bytes.fromhex("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"),
    beacon_id="quicknet",
)
BUNDLE = "ab" * 48
HASH_NAME = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"


@dataclass(frozen=True)
class Council:
    """A procuring entity with one person of each role that a tender needs."""

    organisation_id: str
    officer: Actor
    approver: Actor
    evaluator: Actor


def person(organisation_id: str, *roles: Role, fresh: bool = True) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        account_id=new_id(),
        organisation_id=organisation_id,
        roles=frozenset(roles),
        fresh=fresh,
    )


def council(sessions: Sessions, short_name: str = "KTC") -> Council:
    with unit_of_work(sessions, Actor.system("setup")) as uow:
        organisation = create_organisation(
            uow,
            OrganisationKind.PROCURING_ENTITY,
            OrganisationForm(
                name=Text(en="Khairpur Town Council", ur="خیرپور ٹاؤن کونسل"),
                short_name=short_name,
                city="Khairpur",
            ),
        )
    return Council(
        organisation.id,
        person(organisation.id, Role.OFFICER),
        person(organisation.id, Role.APPROVER),
        person(organisation.id, Role.EVALUATOR),
    )


FACTS = DraftFacts(
    title=Text(en="Solar street lights for ward 7", ur="وارڈ 7 کے لیے شمسی اسٹریٹ لائٹس"),
    summary=Text(en="Supply and fitting of 100 solar street lights.", ur=""),
    category=Category.GOODS,
    method="open",
    reach=Reach.NATIONAL,
    estimate=Money(Decimal("2500000.00"), "PKR"),
    validity_days=60,
    security=BidSecurity(percent=Decimal(2), fixed=None),
)
ITEMS = (
    Item("1", "1", Text("Solar street light, 30 W", "شمسی لائٹ"), Decimal(100), "piece"),
    Item("2", "1", Text("Pole, galvanised, 6 m"), Decimal(100), "piece"),
    Item("3", "1", Text("Fitting"), Decimal("12.5"), "day"),
)
REQUIREMENTS = (Requirement("r1", Text(en="Registered for sales tax."), needs_file=True),)
CRITERIA = (
    Criterion("c1", Text(en="Experience"), Text(en="Similar work in three years."), Decimal(60)),
    Criterion("c2", Text(en="Guarantee"), Text(), Decimal(40)),
)


def complete_draft(
    sessions: Sessions,
    who: Council,
    *,
    book: str = "pk-federal@1",
    lots: Sequence[Lot] = (Lot("1", Text()),),
    items: Sequence[Item] = ITEMS,
    criteria: Sequence[Criterion] = CRITERIA,
    pass_mark: Decimal | None = Decimal(70),
    facts: DraftFacts = FACTS,
    deadline_at: datetime | None = None,
) -> Tender:
    """Make a draft that may be submitted."""
    with unit_of_work(sessions, who.officer) as uow:
        tender = beginning.create_draft(uow, tender_id=new_id(), book_id=book)
        tender = drafting.edit_facts(uow, tender.id, tender.revision, facts)
        tender = drafting.edit_lots(uow, tender.id, tender.revision, lots)
        tender = drafting.edit_items(uow, tender.id, tender.revision, items)
        tender = drafting.edit_requirements(uow, tender.id, tender.revision, REQUIREMENTS)
        tender = drafting.edit_criteria(uow, tender.id, tender.revision, criteria, pass_mark)
        if deadline_at is not None:
            tender = drafting.edit_dates(uow, tender.id, tender.revision, deadline_at)
        return tender


def tender_of(book: RuleBook, dates: Schedule, round_number: int) -> Tender:
    """Return a published tender as facts alone, for rules."""
    return Tender(
        id=new_id(),
        number="KTC-2026-0001",
        organisation_id="council",
        organisation_name=Text("Khairpur Town Council"),
        **vars(FACTS),
        currency=book.currency,
        stage=Stage.PUBLISHED,
        version=1,
        revision=9,
        rulebook=book.reference,
        schedule=dates,
        dates_set=True,
        lots=(Lot("1", Text()),),
        items=ITEMS,
        requirements=REQUIREMENTS,
        criteria=CRITERIA,
        pass_mark=Decimal(70),
        declarations=book.declarations,
        documents=(),
        envelopes=book.envelopes,
        seal=book.seal,
        notice="ab" * 32,
        chain=CHAIN,
        round=round_number,
        box_slots=book.box_slots,
        box_seed_commitment="cd" * 32,
        created_by="author",
        authors=("author",),
        submitted_by="author",
        approved_by="publisher",
        remarks="",
        created_at=dates.published_at or dates.deadline_at,
        closed_at=None,
        opening_started_at=None,
        opened_at=None,
        reported_at=None,
        ended_at=None,
    )


def submitted(sessions: Sessions, who: Council, draft: Tender) -> Tender:
    with unit_of_work(sessions, who.officer) as uow:
        return approving.submit_for_approval(uow, draft.id, draft.revision)


def published_with_time(
    sessions: Sessions,
    who: Council,
    *,
    chain: ChainInfo = CHAIN,
    items: Sequence[Item] = ITEMS,
    hours: int = 2,
) -> Tender:
    """Publish a practice tender whose deadline leaves time for a change."""
    draft = complete_draft(sessions, who, book="practice", items=items)
    with unit_of_work(sessions, who.officer) as uow:
        deadline_at = draft.schedule.deadline_at + timedelta(hours=hours)
        draft = drafting.edit_dates(uow, draft.id, draft.revision, deadline_at)
    return published(sessions, who, draft, chain=chain)


REASON = Text(en="The quantity was wrong.", ur="مقدار غلط تھی۔")


def change_begun(
    sessions: Sessions,
    who: Council,
    tender: Tender,
    kind: ChangeKind = ChangeKind.ADDENDUM,
    code: str = "other",
) -> Tender:
    """Begin and explain a change to a published tender."""
    with unit_of_work(sessions, who.officer) as uow:
        draft = changing.begin_change(uow, tender.id, kind, new_id())
        return changing.explain_change(uow, draft.id, draft.revision, code, REASON)


def carried_out(sessions: Sessions, who: Council, draft: Tender) -> Tender:
    """Hand a change over and let the second person carry it out, bids and all."""
    draft = submitted(sessions, who, draft)
    with unit_of_work(sessions, who.approver) as uow:
        return carry_out_change(uow, draft.id, draft.revision, BUNDLE)


def cancelled(sessions: Sessions, who: Council, tender: Tender | None = None) -> Tender:
    """Cancel ``tender``, or one published here."""
    tender = tender or published_with_time(sessions, who)
    draft = change_begun(sessions, who, tender, ChangeKind.CANCELLATION, "need-ended")
    return carried_out(sessions, who, draft)


def published(
    sessions: Sessions,
    who: Council,
    draft: Tender | None = None,
    *,
    chain: ChainInfo = CHAIN,
    book: str = "pk-federal@1",
) -> Tender:
    """Publish ``draft``, or a complete one made here."""
    submitted(sessions, who, draft := draft or complete_draft(sessions, who, book=book))
    with unit_of_work(sessions, who.approver) as uow:
        return publishing.publish_tender(uow, draft.id, chain=chain, sealing_sha384=BUNDLE)


def dates_moved(sessions: Sessions, who: Council, tender: Tender, by: timedelta) -> Tender:
    """Carry out a change that gives ``tender`` a later deadline and opening, and nothing else."""
    draft, dates = change_begun(sessions, who, tender), tender.schedule
    with unit_of_work(sessions, who.officer) as uow:
        draft = drafting.edit_dates(
            uow, draft.id, draft.revision, dates.deadline_at + by, dates.opening_at + by
        )
    return carried_out(sessions, who, draft)
