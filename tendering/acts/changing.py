"""The acts on a change to a published tender: begun, explained, given up, carried out.

What becomes of bids is decided above: ``bids.acts.voiding`` carries changes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.domain.authority import authorise
from beacon.domain.chain import round_at
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.identifiers import check_id, new_id
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts
from tendering.acts.telling import tell, tell_followers
from tendering.acts.writing import delete_draft, insert_tender, update_tender
from tendering.domain import changing
from tendering.domain.difference import Difference, differences
from tendering.domain.pack import notice_of, tender_pack
from tendering.domain.permissions import PERMISSIONS, ChangeAct, TenderAct
from tendering.domain.tender import Change, ChangeKind, Tender
from tendering.models import TenderChangeRow, TenderPackRow
from tendering.rulebooks import rulebook
from transparency import journal

# The coded reason of a deadline set after an outage: bidders had too little time.
AFTER_AN_OUTAGE = "more-time"


@dataclass(frozen=True)
class Proposed:
    """What a first person proposed, for everybody to read."""

    by: str
    reason: Text


def begin_change(uow: UnitOfWork, tender_id: str, kind: ChangeKind, draft_id: str) -> Tender:
    """Begin the draft of a change; a tender has one at a time, and the same one is given again.

    Raises:
        Refusal: ``change-open`` for one of another kind, ``change-too-late``, ``wrong-stage``,
            ``not-permitted``, ``bad-identifier``.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, ChangeAct.BEGIN, tender, PERMISSIONS)
    known = facts.open_change(uow.session, tender_id)
    if known is not None:
        if changing.change_of(known).kind is not kind:
            raise Refusal("change-open")
        return known
    by = uow.actor.account_id
    draft = changing.begin(tender, kind, draft_id=check_id(draft_id), by=by, now=uow.now)
    insert_tender(uow, draft)
    _record(uow, ChangeAct.BEGIN, draft, {"of": tender_id, "kind": kind.value})
    return draft


def explain_change(
    uow: UnitOfWork, draft_id: str, revision: int, code: str, reason: Text
) -> Tender:
    """Save why the tender is changed.

    Raises:
        Refusal: those of ``changing.check_reason``; ``stale-form``, ``wrong-stage``.
    """
    draft = facts.tender_for_update(uow, draft_id)
    authorise(uow.actor, ChangeAct.EXPLAIN, draft, PERMISSIONS)
    explained = changing.explain(draft, code, reason)
    if explained == draft:
        return draft
    if revision != draft.revision:
        raise Refusal("stale-form")
    authors = tuple(sorted({*draft.authors, uow.actor.account_id}))
    explained = replace(explained, revision=draft.revision + 1, authors=authors)
    update_tender(uow, explained)
    _record(uow, ChangeAct.EXPLAIN, explained, {"code": code})
    return explained


def discard_change(uow: UnitOfWork, draft_id: str) -> str:
    """Give the draft of a change up; the published tender stays as it is. Returns its id.

    Raises:
        Refusal: ``wrong-stage`` for the draft of a new tender, ``not-permitted``.
    """
    draft = facts.tender_for_update(uow, draft_id)
    change = changing.change_of(draft)
    authorise(uow.actor, ChangeAct.DISCARD, draft, PERMISSIONS)
    delete_draft(uow, draft)
    _record(uow, ChangeAct.DISCARD, draft, {"of": change.of})
    return change.of


def cancel_tender(uow: UnitOfWork, draft_id: str, revision: int) -> Tender:
    """End a published tender before its deadline, as its draft says; bids are the caller's part.

    Raises:
        Refusal: ``second-person``, ``fresh-sign-in``, ``stale-form``, ``change-too-late``.
    """
    draft, tender = _pair(uow, draft_id)
    authorise(uow.actor, TenderAct.CANCEL, draft, PERMISSIONS)
    _check_seen(draft, revision)
    book, by = rulebook(tender.rulebook), uow.actor.account_id
    cancelled = changing.cancel(draft, tender, book, by=by, now=uow.now)
    update_tender(uow, cancelled)
    _keep(uow, draft, tender, cancelled, ())
    delete_draft(uow, draft)
    journal.append(uow, TenderAct.CANCEL, _document(draft, cancelled), tender_id=tender.id)
    _tell(uow, "tender.cancelled", draft, cancelled)
    return cancelled


def amend_tender(uow: UnitOfWork, draft_id: str, revision: int, sealing_sha384: str) -> Tender:
    """Publish the next version of a tender under a new notice; bids are the caller's part.

    Args:
        uow: by a second person with a fresh sign-in.
        draft_id: of the change, in approval.
        revision: the one the approver looked at.
        sealing_sha384: hex SHA-384 of the sealing bundle that the pages serve now.

    Raises:
        Refusal: ``second-person``, ``fresh-sign-in``, ``stale-form``, those of ``changing.gaps``.
    """
    draft, tender = _pair(uow, draft_id)
    authorise(uow.actor, TenderAct.AMEND, draft, PERMISSIONS)
    _check_seen(draft, revision)
    book, by = rulebook(tender.rulebook), uow.actor.account_id
    amended = changing.amend(draft, tender, book, by=by, now=uow.now)
    published = _publish(uow, TenderAct.AMEND, draft, tender, amended, sealing_sha384)
    delete_draft(uow, draft)
    return published


def postpone_tender(
    uow: UnitOfWork, tender_id: str, deadline_at: datetime, why: Proposed, sealing_sha384: str
) -> Tender:
    """Let a tender whose opening is held take bids again; bids and the hold are the caller's part.

    Args:
        uow: by a second person with a fresh sign-in.
        tender_id: closed, sealed to a committee, nothing of it opened.
        deadline_at: the later deadline that was proposed.
        why: who proposed it, and the reason for everybody to read.
        sealing_sha384: hex SHA-384 of the sealing bundle that the pages serve now.

    Raises:
        Refusal: those of ``changing.postpone`` and ``changing.check_reason``; ``fresh-sign-in``.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, TenderAct.POSTPONE, tender, PERMISSIONS)
    change = Change(tender.id, ChangeKind.ADDENDUM, AFTER_AN_OUTAGE, why.reason)
    changing.check_reason(change)
    by = (why.by, uow.actor.account_id)
    later = changing.postpone(tender, rulebook(tender.rulebook), deadline_at, by=by, now=uow.now)
    proposed = replace(tender, id=new_id(), amends=change, submitted_by=why.by, authors=(why.by,))
    return _publish(uow, TenderAct.POSTPONE, proposed, tender, later, sealing_sha384)


def _publish(
    uow: UnitOfWork,
    act: TenderAct,
    draft: Tender,
    tender: Tender,
    amended: Tender,
    sealing_sha384: str,
) -> Tender:
    """Give the next version its round, pack and notice; keep and tell what differs."""
    dates, chain = amended.schedule, amended.chain
    if chain is None:
        raise Refusal("pack-incomplete")
    amended = replace(amended, round=round_at(chain, dates.opening_at, dates.guard_seconds))
    pack = tender_pack(amended, chain.document(), sealing_sha384)
    amended = replace(amended, notice=notice_of(pack))
    update_tender(uow, amended)
    _store_pack(uow, amended, pack)
    found = differences(tender, amended)
    _keep(uow, draft, tender, amended, found)
    document = _document(draft, amended) | _dates(amended) | _fingerprint(found)
    journal.append(uow, act, document, tender_id=tender.id)
    _tell(uow, "tender.changed", draft, amended)
    return amended


def _pair(uow: UnitOfWork, draft_id: str) -> tuple[Tender, Tender]:
    """Return the draft and its tender, both locked, the tender first as every act locks it."""
    change = changing.change_of(facts.tender(uow.session, draft_id))
    tender = facts.tender_for_update(uow, change.of)
    return facts.tender_for_update(uow, draft_id), tender


def _check_seen(draft: Tender, revision: int) -> None:
    if revision != draft.revision:
        raise Refusal("stale-form")


def _store_pack(uow: UnitOfWork, tender: Tender, pack: bytes) -> None:
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


def _keep(
    uow: UnitOfWork, draft: Tender, old: Tender, new: Tender, found: tuple[Difference, ...]
) -> None:
    """Keep what was done, for everybody to read, in the place of its draft."""
    change = changing.change_of(draft)
    uow.session.add(
        TenderChangeRow(
            id=draft.id,
            tender_id=new.id,
            kind=change.kind.value,
            version=new.version,
            code=change.code,
            reason_en=change.reason.en,
            reason_ur=change.reason.ur,
            differences=[each.as_document() for each in found],
            old_round_at=changing.old_round_at(old),
            at=uow.now,
            submitted_by=draft.submitted_by,
            approved_by=uow.actor.account_id,
        )
    )


def _document(draft: Tender, tender: Tender) -> dict[str, object]:
    change = changing.change_of(draft)
    return {
        "number": tender.number,
        "version": tender.version,
        "code": change.code,
        "reason": change.reason.as_document(),
        "submitted_by": draft.submitted_by,
        "notice": tender.notice,
    }


def _dates(tender: Tender) -> dict[str, object]:
    return {
        "deadline_at": instant_text(tender.schedule.deadline_at),
        "opening_at": instant_text(tender.schedule.opening_at),
        "round": tender.round,
    }


def _fingerprint(found: tuple[Difference, ...]) -> dict[str, object]:
    """The journal pins the difference that the page shows without repeating it."""
    rows = [each.as_document() for each in found]
    return {"differences_sha256": sha256_hex(canonical(rows))}


def _tell(uow: UnitOfWork, kind: str, draft: Tender, tender: Tender) -> None:
    """Tell the authors of the change, and all followers alike, bidder or not (decision 17)."""
    told = tell_followers(uow, kind, tender, f"{tender.id}:{instant_text(uow.now)}")
    for account_id in {*draft.authors} - told:
        tell(uow, kind, tender, account_id)


def _record(uow: UnitOfWork, act: ChangeAct, draft: Tender, doc: Mapping[str, str]) -> None:
    journal.append(
        uow,
        act,
        {"tender": draft.id, "revision": draft.revision, **doc},
        tender_id=draft.id,
        organisation_id=draft.organisation_id,
    )
