"""The acts by which a notice is issued and its PDF recorded, each once."""

from dataclasses import dataclass

from accounts import queries as accounts
from accounts.domain import authority
from bids import facts as bids
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.fingerprint import sha256_hex
from foundation.values.identifiers import new_number
from notices import facts, queries
from notices.domain import fact_documents
from notices.domain.kinds import AwardNotice, Facts, Head, Kind, kind_of
from notices.domain.permissions import PERMISSIONS, NoticeAct
from notices.models import NoticeRow
from tendering import facts as tenders
from tendering import queries as tender_queries
from transparency import journal


@dataclass(frozen=True)
class Publisher:
    """The installation as its notices name it; ``public_url`` without a trailing slash."""

    public_url: str
    practice: bool


def issue_notice(uow: UnitOfWork, tender_id: str, kind: Kind, publisher: Publisher) -> str | None:
    """Issue the notice of this kind for the tender's present version; return its number.

    Returns None when that notice stands already.

    Raises:
        Refusal: ``nothing-to-state``, ``not-permitted``, ``not-found``.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, NoticeAct.ISSUE, tender, PERMISSIONS)
    if queries.exists(uow.session, tender_id, kind, tender.version):
        return None
    head = Head(
        number=new_number(),
        issued_at=uow.now,
        public_url=publisher.public_url,
        zone=tender.schedule.zone,
        practice=publisher.practice,
        practice_seal=facts.practice_seal(tender),
    )
    report = queries.newest_number(uow.session, tender_id, Kind.EVALUATION_REPORT)
    stated = facts.gather(uow.session, kind, tender, head, report_number=report or "")
    document = fact_documents.to_bytes(stated)
    uow.session.add(
        NoticeRow(
            number=head.number,
            kind=kind.value,
            tender_id=tender_id,
            version=tender.version,
            tender_number=stated.tender.number,
            title_en=stated.tender.title.en,
            title_ur=stated.tender.title.ur,
            entity_en=stated.tender.entity.en,
            entity_ur=stated.tender.entity.ur,
            issued_at=uow.now,
            facts=document,
            facts_sha256=sha256_hex(document),
        )
    )
    uow.session.flush()
    journal.append(
        uow,
        NoticeAct.ISSUE,
        {"number": head.number, "kind": kind.value, "facts_sha256": sha256_hex(document)},
        tender_id=tender_id,
    )
    told = kind is Kind.CANCELLATION or (kind is Kind.TENDER_NOTICE and tender.version > 1)
    if not told:  # a change tells everybody in its own act
        _tell(uow, tender_id, stated, head)
    return head.number


def _tell(uow: UnitOfWork, tender_id: str, stated: Facts, head: Head) -> None:
    """Write the same news to every follower, bidder or not (decision 17).

    After the opening has begun everybody knows who sent a bid, and bidders are told in any case.
    """
    kind, title = kind_of(stated), stated.tender.title
    told = set(tender_queries.followers(uow.session, tender_id))
    if kind is not Kind.TENDER_NOTICE:
        for vendor_id in bids.vendors_of(uow.session, tender_id):
            told |= {person.id for person in accounts.people_of(uow.session, vendor_id)}
    no_award = isinstance(stated, AwardNotice) and not any(each.winner for each in stated.awards)
    for account_id in sorted(told):
        outbox.enqueue(
            uow,
            kind="notice.no_award" if no_award else f"notice.{kind.value}",
            params={
                "title": title.as_document(),
                "address": f"{head.public_url}/v/{head.number}",
            },
            key=f"notice:{head.number}:{account_id}",
            account_id=account_id,
        )


def record_pdf(uow: UnitOfWork, number: str, *, sha256: str, size: int, blob_key: str) -> bool:
    """Record which stored bytes are a notice's PDF; return whether they were the first.

    Raises:
        Refusal: ``not-permitted``.
    """
    row = uow.session.get_one(NoticeRow, number, with_for_update=True)
    tender = tenders.tender(uow.session, row.tender_id)
    authority.authorise(uow.actor, NoticeAct.RECORD_PDF, tender, PERMISSIONS)
    if row.pdf_key is not None:
        return False
    row.pdf_sha256, row.pdf_size = sha256, size
    row.pdf_key, row.pdf_at = blob_key, uow.now
    uow.session.flush()
    journal.append(
        uow,
        NoticeAct.RECORD_PDF,
        {"number": number, "sha256": sha256, "size": size},
        tender_id=row.tender_id,
    )
    return True
