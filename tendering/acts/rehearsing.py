"""Dummies are sealed to the committee, and each member proves the key by its share of one."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.domain.authority import authorise
from accounts.domain.roles import Role
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from sealing.committee import SHARE_SIZE
from tendering import facts
from tendering.acts.telling import tell, tell_member
from tendering.acts.writing import update_tender
from tendering.domain import committee as rules
from tendering.domain import exercises
from tendering.domain.exercises import Exercise, Occasion
from tendering.domain.permissions import PERMISSIONS, CommitteeAct, SeatingAct
from tendering.domain.tender import Stage, Tender
from tendering.models import ExerciseRow, ProofRow
from tendering.rulebooks import rulebook
from transparency import journal


def begin_exercise(
    uow: UnitOfWork, tender: Tender, occasion: Occasion, random: Callable[[int], bytes]
) -> None:
    """Seal a dummy to the tender's committee; nothing of its secret is kept."""
    if tender.committee is None:
        raise Refusal("no-committee")
    committee = tender.committee.sealing()
    dummy = exercises.make_dummy(committee, tender.id, random)
    uow.session.add(
        ExerciseRow(
            id=new_id(),
            tender_id=tender.id,
            occasion=occasion.value,
            committee_id=committee.id,
            eid=dummy.eid.hex(),
            part=dummy.part.document(),
            inner=dummy.inner,
            made_at=uow.now,
        )
    )
    uow.session.flush()


def keep_watch(
    uow: UnitOfWork, tender_id: str, random: Callable[[int], bytes] = secrets.token_bytes
) -> None:
    """Ask the members to prove their keys when it is time; tell the officer when too few did.

    Doing it again changes nothing.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, CommitteeAct.EXERCISE, tender, PERMISSIONS)
    watch = watch_due(uow.session, tender, uow.now)
    committee = tender.sealing_committee
    if committee is None or watch is None:
        return
    if isinstance(watch, Occasion):
        begin_exercise(uow, tender, watch, random)
        document: dict[str, object] = {"occasion": watch.value, "committee": committee.id}
        journal.append(uow, CommitteeAct.EXERCISE, document, tender_id=tender_id)
        for seat in committee.seats:
            tell_member(uow, "committee.prove", tender, seat.account_id)
        return
    uow.session.get_one(ExerciseRow, watch.id).told_at = uow.now
    document = {"proofs": len(watch.proofs), "needed": committee.threshold + 1}
    journal.append(uow, CommitteeAct.WARN, document, tender_id=tender_id)
    officers = accounts.people_of(uow.session, tender.organisation_id, roles=(Role.OFFICER,))
    for person in officers:
        tell(uow, "committee.too-few", tender, person.id)


def watch_due(session: Session, tender: Tender, now: datetime) -> Occasion | Exercise | None:
    """Return the proof to ask for now, or the exercise of whose few proofs to tell, or None."""
    committee = tender.sealing_committee
    published_at = tender.schedule.published_at
    if committee is None or published_at is None:
        return None
    instants = exercises.proof_instants(rulebook(tender.rulebook), tender)
    newest = facts.newest_exercise(session, tender.id)
    committee_id = committee.id
    due = exercises.due_occasion(instants, published_at, newest, committee_id, now)
    opening_at, threshold = tender.schedule.opening_at, committee.threshold
    if due is not None or newest is None or newest.committee_id != committee_id:
        return due
    return newest if exercises.warning_due(newest, threshold, opening_at, now) else None


def prove_key(uow: UnitOfWork, tender_id: str, exercise_id: str, share: str) -> Tender:
    """Take a member's share of a dummy; with enough of them the dummy is opened.

    Raises:
        Refusal: ``bad-share``, ``exercise-over`` when a newer one stands, and those of the
            permission row.
    """
    tender = facts.tender_for_update(uow, tender_id)
    draft = tender.stage is Stage.DRAFT
    act = SeatingAct.REHEARSE if draft else CommitteeAct.PROVE
    authorise(uow.actor, act, tender, PERMISSIONS)
    seat = rules.seated(tender.committee, uow.actor.account_id)
    exercise = facts.newest_exercise(uow.session, tender_id)
    if exercise is None or exercise.id != exercise_id:
        raise Refusal("exercise-over")
    given = _share_of(share)
    exercises.check_proof(exercise.dummy, seat.number, given)
    if seat.number in exercise.proofs:
        return tender
    uow.session.add(
        ProofRow(exercise_id=exercise_id, number=seat.number, share=given.hex(), at=uow.now)
    )
    uow.session.flush()
    _open_when_enough(uow, tender, exercise)
    if tender.committee is not None and exercise.occasion is Occasion.REHEARSAL:
        rehearsed = rules.note_rehearsed(tender.committee, uow.actor.account_id, uow.now)
        tender = update_tender(uow, replace(tender, committee=rehearsed))
    journal.append(
        uow,
        act,
        {"member": seat.number, "occasion": exercise.occasion.value},
        tender_id=tender_id,
        organisation_id=tender.organisation_id,
    )
    return tender


def _open_when_enough(uow: UnitOfWork, tender: Tender, exercise: Exercise) -> None:
    rows = uow.session.scalars(select(ProofRow).where(ProofRow.exercise_id == exercise.id)).all()
    if tender.committee is None or len(rows) < tender.committee.threshold:
        return
    row = uow.session.get_one(ExerciseRow, exercise.id)
    if row.opened_at is None:
        exercises.open_dummy(
            exercise.dummy, {proof.number: bytes.fromhex(proof.share) for proof in rows}
        )
        row.opened_at = uow.now


def _share_of(text: str) -> bytes:
    try:
        share = bytes.fromhex(text)
    except ValueError as error:
        raise Refusal("bad-share") from error
    if len(share) != SHARE_SIZE:
        raise Refusal("bad-share")
    return share
