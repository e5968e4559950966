"""Dummies are sealed to the committee, and each member proves the key by its share of one."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from accounts.domain.authority import authorise
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from sealing.committee import SHARE_SIZE
from tendering import facts
from tendering.acts.writing import update_tender
from tendering.domain import committee as rules
from tendering.domain import exercises
from tendering.domain.exercises import Exercise, Occasion
from tendering.domain.permissions import PERMISSIONS, CommitteeAct, SeatingAct
from tendering.domain.tender import Stage, Tender
from tendering.models import ExerciseRow, ProofRow
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
