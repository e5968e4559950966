"""Committee shares at an opening: the outer file read, shares posted, cheating shown by evidence.

Source: decision 16.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from accounts.domain import authority
from bids.domain import opening
from bids.domain.opening import Claim, OuterFile
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.domain.reception import SubmissionState
from bids.domain.shares import ReadPart
from bids.models import EnvelopePartRow, OpeningRow, PostedShareRow, SubmissionRow
from bids.queries import shares
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from sealing import base64
from sealing.committee import SHARE_SIZE, check_share, prove_cheating
from tendering import facts as tenders
from tendering.domain.committee import Seat, seated
from tendering.domain.tender import Tender
from transparency import journal

FILE_KEY_SIZE = 16


@dataclass(frozen=True)
class Denied:
    """A refusal that is on public record: the act commits, the door answers with the code."""

    code: str


def record_part(uow: UnitOfWork, claim: Claim, outer: OuterFile) -> None:
    """Record what an outer file says of its committee and give the lease back.

    Raises:
        Refusal: `too-early`, `wrong-stage`; doing it twice changes nothing.
    """
    tender = tenders.tender_for_update(uow, claim.tender_id)
    authority.authorise(uow.actor, OpeningAct.READ_OUTER, tender, PERMISSIONS)
    if not _may_release(uow, tender):
        raise Refusal("too-early")
    row = uow.session.get_one(SubmissionRow, claim.submission_id)
    row.claimed_until, row.claimed_by = None, None
    if uow.session.get(EnvelopePartRow, claim.submission_id) is not None:
        return
    uow.session.add(
        EnvelopePartRow(
            submission_id=claim.submission_id,
            tender_id=claim.tender_id,
            eid=outer.eid,
            part=outer.part.document(),
            read_at=uow.now,
        )
    )
    document = {
        "sha256": claim.sha256,
        "eid": outer.eid,
        "committee": outer.part.id,
        "commitments": list(outer.part.commitments),
    }
    journal.append(uow, OpeningAct.READ_OUTER, document, tender_id=tender.id)
    _tell_members(uow, tender, claim.kind)


def post_share(uow: UnitOfWork, tender_id: str, sha256: str, share: str) -> Denied | None:
    """Take a member's share of one bid, checked against its commitment.

    Returns:
        Why it was refused, on public record: `too-early`, `share-not-for-this-envelope` for
        another bid's, `stays-sealed` for a price that is not approved for opening, or
        `bad-share` with the share itself as evidence. Until a good one comes it counts as missing.

    Raises:
        Refusal: `not-a-member`, `fresh-sign-in`, `not-found`.
    """
    tender, seat = _member(uow, tender_id, OpeningAct.POST_SHARE)
    if not _may_release(uow, tender):
        return _deny(uow, tender, seat, "too-early")
    if _stays_sealed(uow, tender, sha256):
        return _deny(uow, tender, seat, "stays-sealed")
    part = _part(uow, tender_id, sha256)
    if seat.number in part.posted:
        return None
    given = _octets(share, SHARE_SIZE)
    if not _holds(part, seat, given):
        others = shares.read_parts(uow.session, tender_id)
        if any(_holds(other, seat, given) for other in others):
            # A good share in the wrong place: what is published would help to open that bid.
            return _deny(uow, tender, seat, "share-not-for-this-envelope")
        # With two envelopes it may be the share of a price that stays sealed: not published.
        shown = {} if tender.has_two_envelopes else {"share": given.hex()}
        return _bad_share(uow, tender, seat, part, shown)
    uow.session.add(
        PostedShareRow(
            submission_id=part.submission_id, number=seat.number, share=given.hex(), at=uow.now
        )
    )
    _record(uow, OpeningAct.POST_SHARE, tender, seat, part, {})
    return None


def accuse_dealer(uow: UnitOfWork, tender_id: str, sha256: str, file_key: str) -> Denied | None:
    """Take a member's evidence that the bidder's share file does not hold: its age file key.

    Returns:
        `bad-share` when the evidence does not show it, `too-early`, `stays-sealed`; on public
        record.

    Raises:
        Refusal: `not-a-member`, `fresh-sign-in`, `not-found`.
    """
    tender, seat = _member(uow, tender_id, OpeningAct.DEALER_CHEATED)
    if not _may_release(uow, tender):
        return _deny(uow, tender, seat, "too-early")
    if _stays_sealed(uow, tender, sha256):
        return _deny(uow, tender, seat, "stays-sealed")
    part = _part(uow, tender_id, sha256)
    row = uow.session.get_one(EnvelopePartRow, part.submission_id)
    key = _octets(file_key, FILE_KEY_SIZE)
    try:
        tied = tender.has_two_envelopes
        prove_cheating(part.part, part.context, part.eid, seat.number, key, tied=tied)
    except Refusal:
        # The key of a file that holds would give its share away.
        return _bad_share(uow, tender, seat, part, {})
    if row.cheated_at is None:
        row.cheated_at = uow.now
        share_file = base64.encode(part.part.shares[seat.number - 1])
        evidence = {"share_file": share_file, "file_key": key.hex()}
        _record(uow, OpeningAct.DEALER_CHEATED, tender, seat, part, evidence)
    return None


def ask_to_open(uow: UnitOfWork, tender_id: str) -> Denied | None:
    """Answer a member who asks that the bids be opened now; they open by themselves.

    Returns:
        `too-early`, or `quorum` while a bid lacks shares: refused, on public record. None when
        nothing is lacking.

    Raises:
        Refusal: `not-a-member`, `fresh-sign-in`.
    """
    tender, seat = _member(uow, tender_id, OpeningAct.REFUSED_ATTEMPT)
    if not _may_release(uow, tender):
        return _deny(uow, tender, seat, "too-early")
    committee = tender.sealing_committee
    threshold = committee.threshold if committee else 0
    read = shares.standings(uow.session, tender_id, threshold)
    if any(bid.sealed and not bid.ready for bid in read):
        return _deny(uow, tender, seat, "quorum")
    return None


def _tell_members(uow: UnitOfWork, tender: Tender, kind: str) -> None:
    """Tell every member once an opening that shares are awaited."""
    committee = tender.sealing_committee
    page = {lang: f"/{lang}/committee/{tender.id}/opening" for lang in ("en", "ur")}
    for seat in committee.seats if committee else ():
        outbox.enqueue(
            uow,
            kind="bids.shares-awaited",
            params={"title": tender.title.as_document(), "address": page},
            key=f"bids.shares-awaited:{tender.id}:{seat.account_id}:{kind}",
            account_id=seat.account_id,
        )


def _member(uow: UnitOfWork, tender_id: str, act: OpeningAct) -> tuple[Tender, Seat]:
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, act, tender, PERMISSIONS)
    return tender, seated(tender.sealing_committee, uow.actor.account_id)


def _may_release(uow: UnitOfWork, tender: Tender) -> bool:
    """Nothing is given before T, the guard and the round's own key, by the database's clock."""
    row = uow.session.get(OpeningRow, tender.id)
    running = tender.stage in opening.OPENING_STAGES
    begun = running and row is not None and row.unlocked_at is not None
    return begun and uow.now >= opening.decryptable_at(tender.schedule)


def _stays_sealed(uow: UnitOfWork, tender: Tender, sha256: str) -> bool:
    """Tell whether this is an envelope of the tender that nobody may open now."""
    row = uow.session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.tender_id == tender.id,
            SubmissionRow.sha256 == sha256,
            SubmissionRow.state.in_([SubmissionState.SEALED, SubmissionState.UNOPENED]),
        )
    ).one_or_none()
    if row is None:
        return False
    unopened = row.state == SubmissionState.UNOPENED
    return unopened or row.kind != opening.kind_opened(tender)


def _part(uow: UnitOfWork, tender_id: str, sha256: str) -> ReadPart:
    found = shares.read_parts(uow.session, tender_id, sha256=sha256)
    if not found:
        raise Refusal("not-found")
    return found[0]


def _deny(uow: UnitOfWork, tender: Tender, seat: Seat, code: str) -> Denied:
    document = {"code": code, "member": seat.number}
    journal.append(uow, OpeningAct.REFUSED_ATTEMPT, document, tender_id=tender.id)
    return Denied(code)


def _bad_share(
    uow: UnitOfWork, tender: Tender, seat: Seat, part: ReadPart, given: dict[str, str]
) -> Denied:
    _record(uow, OpeningAct.BAD_SHARE, tender, seat, part, given)
    return Denied("bad-share")


def _record(
    uow: UnitOfWork,
    act: OpeningAct,
    tender: Tender,
    seat: Seat,
    part: ReadPart,
    given: dict[str, str],
) -> None:
    document = {
        "sha256": part.sha256,
        "eid": part.eid.hex(),
        "member": seat.number,
        "commitment": part.part.commitments[seat.number - 1],
        **given,
    }
    journal.append(uow, act, document, tender_id=tender.id)


def _holds(part: ReadPart, seat: Seat, share: bytes) -> bool:
    try:
        check_share(part.part, part.eid, seat.number, share)
    except Refusal:
        return False
    return True


def _octets(text: str, size: int) -> bytes:
    """Return what was typed in hex, or nothing, which is no share and no key."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return b""
    return data if len(data) == size else b""
