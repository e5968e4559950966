"""The opening's short acts: the signed list, the unlock, each envelope once, the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, and_, func, or_, select, update

from accounts import queries as accounts
from accounts.domain import authority
from accounts.domain.roles import Role
from bids.acts import holding
from bids.acts.destroying import doom_unconfirmed
from bids.acts.listing import build_list
from bids.acts.too_few import hold_if_too_few
from bids.domain import opening
from bids.domain.opening import LEASE_SECONDS, Claim, Contents, Progress, Step
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.domain.receipts import NoteSigner
from bids.domain.reception import SubmissionState
from bids.domain.shares import Standing
from bids.models import OpenedEidRow, OpenedFileRow, OpeningRow, RevealRow, SubmissionRow
from bids.queries import incidents, shares
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import canonical
from foundation.values.identifiers import new_id
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage, Tender
from transparency import journal


def begin_opening(uow: UnitOfWork, tender_id: str, signer: NoteSigner) -> bool:
    """Publish the signed list of all ciphertext hashes at T; return whether it was now.

    After an outage at the deadline, or in its last hour, nothing is published until two
    persons have decided (decision 8).
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.BEGIN, tender, PERMISSIONS)
    step = opening.next_step(tender.schedule, Progress(tender.stage, sealed=0), now=uow.now)
    if step is not Step.BEGIN or not holding.door_was_open(uow, tender):
        return False
    document = build_list(uow, tender)
    doom_unconfirmed(uow, tender)
    note = signer.sign(canonical(document).decode() + "\n")
    seed = tenders.box_seed(uow.session, tender_id).hex()
    row = OpeningRow(tender_id=tender_id, begun_at=uow.now, list_note=note, seed=seed)
    uow.session.add(row)
    journal.append(uow, OpeningAct.BEGIN, document, tender_id=tender_id)
    hold_if_too_few(uow, tender, row)
    progress_tender(uow, tender_id, Stage.OPENING)
    return True


def note_late_beacon(uow: UnitOfWork, tender_id: str) -> None:
    """Remember since when the beacon keeps this opening waiting; the public page says so."""
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.ADMIT_SIGNATURE, tender, PERMISSIONS)
    row = _opening(uow, tender)
    if row.unlocked_at is None and row.beacon_late_since is None:
        row.beacon_late_since = uow.now


def admit_signatures(uow: UnitOfWork, tender_id: str, signatures: Mapping[int, bytes]) -> None:
    """Record the verified signatures of the opening's rounds; once is enough.

    The tender's own round comes first of all. Bids that were confirmed after the dates had moved
    are sealed to earlier ones, whose signatures are public long since.

    Raises:
        Refusal: `too-early` before T and the guard.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.ADMIT_SIGNATURE, tender, PERMISSIONS)
    row = _opening(uow, tender)
    _check_time(tender, uow.now)
    if row.unlocked_at is not None:
        return
    last = tender.round or 0
    row.unlocked_at = uow.now
    row.beacon_late_since = None
    row.signature = signatures[last].hex()
    row.earlier_signatures = {
        str(number): signature.hex() for number, signature in signatures.items() if number != last
    }
    for number, signature in sorted(signatures.items()):
        document = {"round": number, "signature": signature.hex()}
        journal.append(uow, OpeningAct.ADMIT_SIGNATURE, document, tender_id=tender_id)


def claim_envelopes(
    uow: UnitOfWork, tender_id: str, worker_id: str, limit: int
) -> tuple[Claim, ...]:
    """Lease sealed envelopes to a worker; a lease that ran out is given again.

    Only the kind that is opened at the tender's stage; under a committee those whose outer file
    is still unread, and those with enough shares.
    """
    tender = tenders.tender(uow.session, tender_id)
    authority.authorise(uow.actor, OpeningAct.RECORD_OPENED, tender, PERMISSIONS)
    if tender.stage not in opening.OPENING_STAGES:
        return ()
    row = _opening(uow, tender)
    if row.paused_at is not None or row.held_at is not None:
        return ()
    _check_time(tender, uow.now)
    by_receipt = incidents.ended_by_reveals(uow.session, tender)
    read = {} if by_receipt else _standings(uow, tender)
    waiting = [each.submission_id for each in read.values() if not each.ready]
    free = or_(SubmissionRow.claimed_until.is_(None), SubmissionRow.claimed_until <= uow.now)
    ids = (
        select(SubmissionRow.id)
        .where(
            and_(
                SubmissionRow.tender_id == tender_id,
                SubmissionRow.kind == opening.kind_opened(tender),
                SubmissionRow.state == SubmissionState.SEALED.value,
                SubmissionRow.doomed_at.is_(None),
                free,
                SubmissionRow.id.not_in(waiting),
            )
        )
        .order_by(SubmissionRow.sha256)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = uow.session.scalars(
        select(SubmissionRow).where(SubmissionRow.id.in_(list(uow.session.scalars(ids))))
    ).all()
    for each in claimed:
        each.claimed_by = worker_id
        each.claimed_until = uow.now + timedelta(seconds=LEASE_SECONDS)
    uow.session.flush()
    outer_first = tender.sealing_committee is not None and not by_receipt
    return tuple(_claim(each, read.get(each.id), outer_first=outer_first) for each in claimed)


def record_opened(uow: UnitOfWork, claim: Claim, contents: Contents) -> None:
    """Record what one envelope held, or why not; each envelope exactly once.

    Raises:
        Refusal: `already-opened` (somebody else did), `doomed`, `too-early`, `opening-held`,
            `stays-sealed` for a price whose day has not come,
            `quorum` when the committee has not given enough shares.
    """
    tender = tenders.tender_for_update(uow, claim.tender_id)
    authority.authorise(uow.actor, OpeningAct.RECORD_OPENED, tender, PERMISSIONS)
    opening_row = uow.session.get(OpeningRow, tender.id)
    if opening_row is not None and opening_row.held_at is not None:
        raise Refusal("opening-held")
    _check_time(tender, uow.now)
    if claim.kind != opening.kind_opened(tender):
        raise Refusal("stays-sealed")
    _check_quorum(uow, tender, claim, contents)
    contents = _check_eid(uow, claim, contents)
    state = opening.state_after(contents.code)
    _compare_and_set(uow, claim, contents, state)
    how = _note_receipt(uow, claim, state)
    if contents.eid is not None and contents.code is None:
        uow.session.add(OpenedEidRow(eid=contents.eid, submission_id=claim.submission_id))
    for position, file in enumerate(contents.files):
        uow.session.add(
            OpenedFileRow(
                id=new_id(),
                submission_id=claim.submission_id,
                position=position,
                name=file.name,
                size=file.size,
                media_type=file.media_type,
                sha256=file.sha256,
            )
        )
    journal.append(
        uow,
        OpeningAct.RECORD_OPENED,
        {
            "lot": claim.lot_id,
            "kind": claim.kind,
            "vendor": claim.vendor_id,
            "sha256": claim.sha256,
            "state": state.value,
            "code": contents.code or "",
            "finding": contents.finding or "",
            "files": [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in contents.files],
            **how,
        },
        tender_id=claim.tender_id,
    )


def note_crash(uow: UnitOfWork, claim: Claim) -> int:
    """Count that an envelope ended the process that opened it alone; return how often so far.

    The lease is left to run out, so that a crash costs the other envelopes no time.
    """
    tender = tenders.tender_for_update(uow, claim.tender_id)
    authority.authorise(uow.actor, OpeningAct.RECORD_OPENED, tender, PERMISSIONS)
    row = uow.session.get_one(SubmissionRow, claim.submission_id)
    row.crashes += 1
    return row.crashes


def pause_opening(uow: UnitOfWork, claim: Claim, code: str) -> None:
    """Stop the opening: the bytes stored here are not those received (our fault)."""
    tender = tenders.tender_for_update(uow, claim.tender_id)
    authority.authorise(uow.actor, OpeningAct.PAUSE, tender, PERMISSIONS)
    row = _opening(uow, tender)
    if row.paused_at is not None:
        return
    row.paused_at = uow.now
    row.pause_code = code
    row.pause_sha256 = claim.sha256
    _release(uow, claim.tender_id)
    journal.append(
        uow, OpeningAct.PAUSE, {"code": code, "sha256": claim.sha256}, tender_id=claim.tender_id
    )
    _alarm(uow, tender)


def resume_opening(uow: UnitOfWork, tender_id: str) -> None:
    """Go on after the stored bytes match the receipt again."""
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.PAUSE, tender, PERMISSIONS)
    row = _opening(uow, tender)
    if row.paused_at is None:
        return
    journal.append(
        uow,
        OpeningAct.PAUSE,
        {"code": "resumed", "sha256": row.pause_sha256 or ""},
        tender_id=tender_id,
    )
    row.paused_at, row.pause_code, row.pause_sha256 = None, None, None


def conclude_opening(uow: UnitOfWork, tender_id: str) -> bool:
    """End the opening when no envelope to be opened is left; return whether it ended now."""
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.CONCLUDE, tender, PERMISSIONS)
    left = _count(uow, tender, SubmissionState.SEALED)
    step = opening.next_step(tender.schedule, Progress(tender.stage, sealed=left), now=uow.now)
    if step is not Step.CONCLUDE:
        return False
    row = _opening(uow, tender)
    document = {
        "opened": _count(uow, tender, SubmissionState.OPENED),
        "unreadable": _count(uow, tender, SubmissionState.UNREADABLE),
    }
    if incidents.ended_by_reveals(uow.session, tender):
        document["unopened"] = _count(uow, tender, SubmissionState.UNOPENED)
    if tender.stage is Stage.OPENING_PRICES:
        row.prices_read_at, act, stage = uow.now, OpeningAct.CONCLUDE_PRICES, Stage.PRICES_OPENED
    else:
        row.concluded_at, act, stage = uow.now, OpeningAct.CONCLUDE, Stage.OPENED
    journal.append(uow, act, document, tender_id=tender_id)
    progress_tender(uow, tender_id, stage)
    return True


def _alarm(uow: UnitOfWork, tender: Tender) -> None:
    """Tell the buyer's administrators and officers that their opening stands still."""
    address = {lang: f"/{lang}/tenders/{tender.id}/opening" for lang in ("en", "ur")}
    told = (Role.ADMINISTRATOR, Role.OFFICER)
    for person in accounts.people_of(uow.session, tender.organisation_id, roles=told):
        outbox.enqueue(
            uow,
            kind="bids.opening-paused",
            params={"title": tender.title.as_document(), "address": address},
            key=f"bids.opening-paused:{tender.id}:{person.id}:{instant_text(uow.now)}",
            account_id=person.id,
        )


def _opening(uow: UnitOfWork, tender: Tender) -> OpeningRow:
    row = uow.session.get(OpeningRow, tender.id)
    if row is None or tender.stage not in opening.OPENING_STAGES:
        raise Refusal("wrong-stage")
    return row


def _check_time(tender: Tender, now: datetime) -> None:
    """Refuse before T and the guard, by the database's clock and no other."""
    if now < opening.decryptable_at(tender.schedule):
        raise Refusal("too-early")


def _standings(uow: UnitOfWork, tender: Tender) -> dict[str, Standing]:
    committee = tender.sealing_committee
    if committee is None:
        return {}
    found = shares.standings(uow.session, tender.id, committee.threshold)
    return {each.submission_id: each for each in found}


def _check_quorum(uow: UnitOfWork, tender: Tender, claim: Claim, contents: Contents) -> None:
    """Whatever a worker brings, a bid sealed to a committee is opened by its shares alone.

    Or by its bidder's own receipt, when an incident's window is over.
    """
    if tender.sealing_committee is None or contents.code is not None:
        return
    if incidents.opens_by_receipt(uow.session, claim.submission_id):
        return
    found = _standings(uow, tender).get(claim.submission_id)
    if found is None or not found.has_quorum:
        raise Refusal("quorum")


def _check_eid(uow: UnitOfWork, claim: Claim, contents: Contents) -> Contents:
    """A copied envelope carries an eid that was opened before: it is unreadable, not dropped."""
    if contents.code is None and contents.eid is not None:
        known = uow.session.get(OpenedEidRow, contents.eid)
        if known is not None and known.submission_id != claim.submission_id:
            return Contents(code="binding-eid")
    return contents


def _note_receipt(uow: UnitOfWork, claim: Claim, state: SubmissionState) -> dict[str, str]:
    """Say on record that an envelope was opened by its bidder's own receipt, if it was."""
    if not incidents.opens_by_receipt(uow.session, claim.submission_id):
        return {}
    if state is SubmissionState.OPENED:
        uow.session.execute(
            update(RevealRow)
            .where(RevealRow.submission_id == claim.submission_id, RevealRow.sealed.is_not(None))
            .values(opened_at=uow.now)
            .execution_options(synchronize_session=False)
        )
    return {"key": "bidder's receipt"}


def _compare_and_set(
    uow: UnitOfWork, claim: Claim, contents: Contents, state: SubmissionState
) -> None:
    changed = uow.session.execute(
        update(SubmissionRow)
        .where(
            SubmissionRow.id == claim.submission_id,
            SubmissionRow.state == SubmissionState.SEALED.value,
            SubmissionRow.doomed_at.is_(None),
        )
        .values(
            state=state.value,
            opened_at=uow.now if state is not SubmissionState.UNOPENED else None,
            code=contents.code,
            finding=contents.finding,
            content=contents.content,
            claimed_until=None,
        )
        .execution_options(synchronize_session=False)
    )
    if not isinstance(changed, CursorResult) or changed.rowcount != 1:
        raise Refusal("already-opened")


def _release(uow: UnitOfWork, tender_id: str) -> None:
    uow.session.execute(
        update(SubmissionRow)
        .where(SubmissionRow.tender_id == tender_id)
        .values(claimed_until=None, claimed_by=None)
        .execution_options(synchronize_session=False)
    )


def _count(uow: UnitOfWork, tender: Tender, state: SubmissionState) -> int:
    """Count the envelopes of the kind that is opened now."""
    return uow.session.execute(
        select(func.count()).where(
            SubmissionRow.tender_id == tender.id,
            SubmissionRow.kind == opening.kind_opened(tender),
            SubmissionRow.state == state.value,
        )
    ).scalar_one()


def _claim(row: SubmissionRow, read: Standing | None, *, outer_first: bool) -> Claim:
    return replace(
        shares.claim_of(row),
        outer_only=outer_first and read is None,
        cheated=read is not None and read.cheated_at is not None,
        shares=read.shares if read else (),
    )
