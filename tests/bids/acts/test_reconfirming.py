"""Dates moved under a committee: a bid stands by one press, and only so is it ever opened."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bids import facts, jobs, queries
from bids.acts import restoring
from bids.acts.places import Place
from bids.acts.reconfirming import Confirmed, confirm_bid
from bids.acts.voiding import carry_out_change
from bids.acts.withdrawing import withdraw_envelope
from bids.domain.box import Revealed, check_box
from bids.domain.kept_records import check_record
from bids.domain.opening import EnvelopeOutcome
from bids.domain.receipts import commitment
from bids.domain.reception import SubmissionState
from bids.facts import kept
from bids.opening_pages import gather
from bids.queries import openings
from foundation.blobs.store import BlobMissing
from foundation.clock import FrozenClock
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from sealing.signatures import NoteVerifier
from tendering import facts as tenders
from tendering.acts import drafting
from tests.bids import committee_made, made, two_envelopes
from tests.bids.acts.opened import open_all, opened, sweep
from tests.bids.acts.test_voiding import counted
from tests.bids.committee_made import Sitting, release
from tests.bids.conftest import TestBeacon
from tests.tendering import made as offices
from transparency.models import SealedAct

HOUR = timedelta(hours=1)


def stored(context: JobContext, who: Actor) -> queries.Submission:
    """Return a vendor's newest bid."""
    with reading(context.sessions) as session:
        return queries.own_submissions(session, who.organisation_id)[0]


def moved(context: JobContext, sitting: Sitting, by: timedelta = HOUR) -> Sitting:
    """Let the dates move by a change."""
    tender = offices.dates_moved(context.sessions, sitting.who, sitting.tender, by)
    return replace(sitting, tender=tender)


def confirm(context: JobContext, sitting: Sitting, who: Actor, notice: str = "") -> Confirmed:
    number = stored(context, who).number
    notice = notice or sitting.tender.notice or ""
    with unit_of_work(context.sessions, who) as uow:
        return confirm_bid(uow, number, notice, made.key(context))


def give_shares(context: JobContext, sitting: Sitting, *sealed: made.Sealed) -> None:
    for each in sealed:
        for member in sitting.members[:2]:
            assert release(context, sitting, member, each) is None
    sweep(context)


def outcomes(context: JobContext, sitting: Sitting) -> dict[str, EnvelopeOutcome]:
    with reading(context.sessions) as session:
        tender = tenders.tender(session, sitting.tender.id)
        page = gather(session, tender, database_instant(session))
    return {line.vendor_name: line.outcome for line in page.lines or ()}


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return committee_made.published(job_context)


@pytest.fixture
def indus(job_context: JobContext) -> Actor:
    return made.vendor(job_context)


def test_a_confirmed_bid_is_opened_with_its_own_round_beside_a_new_one(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    newcomer, silent = made.vendor(job_context, "Newcomer"), made.vendor(job_context, "Silent")
    old = made.submit(job_context, sitting.tender, indus)
    never = made.submit(job_context, sitting.tender, silent)
    later = moved(job_context, sitting)
    assert stored(job_context, indus).state is SubmissionState.UNCONFIRMED
    confirm(job_context, later, indus)
    new = made.submit(job_context, later.tender, newcomer)

    open_all(job_context, later.tender, clock)
    give_shares(job_context, later, old, new)

    found = {bid.vendor_name: bid.code for bid in opened(job_context, later.tender)}
    assert found == {"Indus Traders": None, "Newcomer": None}
    assert outcomes(job_context, later) == {
        "Indus Traders": EnvelopeOutcome.OPENED,
        "Newcomer": EnvelopeOutcome.OPENED,
        "Silent": EnvelopeOutcome.NOT_CONFIRMED,
    }
    with reading(job_context.sessions) as session:
        state = openings.opening_state(session, later.tender.id)
    assert state is not None
    with reading(job_context.sessions) as session:
        minutes = facts.minutes(session, later.tender.id)
    assert {line.vendor_name: line.confirmed_at is not None for line in minutes.envelopes} == {
        "Indus Traders": True,
        "Newcomer": False,
        "Silent": False,
    }
    first, last = sitting.tender.round or 0, later.tender.round or 0
    assert state.earlier_signatures == {first: made.sign_round(first).hex()}
    assert state.signature_of(last) == made.sign_round(last).hex()
    listed = json.loads(state.list_note.split("\n", 1)[0])
    assert (listed["unconfirmed"], listed["replaced"]) == ([never.sha256], [])
    documents = {each["document"]["sha256"]: each["document"] for each in listed["envelopes"]}
    assert {sha256: each["type"] for sha256, each in documents.items()} == {
        old.sha256: "confirmation", new.sha256: "bid",
    }  # fmt: skip
    stands = documents[old.sha256]
    assert (stands["notice"], stands["confirms"]) == (sitting.tender.notice, later.tender.notice)
    revealed = [
        Revealed(each["slot"], commitment(bytes.fromhex(each["salt"]), each["document"]))
        for each in listed["envelopes"]
    ]
    box, seed = listed["box"], later.tender.box_seed_commitment or ""
    check_box(
        box["root"], seed, bytes.fromhex(box["seed"]), box["tick"], box["slots"], revealed
    )  # fmt: skip


def test_what_nobody_confirms_is_kept_to_the_opening_then_destroyed_unopened(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    made.submit(job_context, sitting.tender, indus)
    later = moved(job_context, sitting)
    jobs.destroy_doomed(job_context)
    blob_key = stored(job_context, indus).blob_key or ""
    job_context.blobs.stat(blob_key)

    open_all(job_context, later.tender, clock)
    jobs.destroy_doomed(job_context)

    assert opened(job_context, later.tender) == ()
    with pytest.raises(BlobMissing):
        job_context.blobs.stat(blob_key)
    with reading(job_context.sessions) as session:
        minutes = facts.minutes(session, later.tender.id)
    assert minutes.concluded_at is not None
    assert [line.outcome for line in minutes.envelopes] == [EnvelopeOutcome.NOT_CONFIRMED]


def test_before_the_new_opening_the_old_rounds_signature_opens_nothing(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    later = moved(job_context, sitting)
    confirm(job_context, later, indus)
    clock.move_to(made.unsealing_at(sitting.tender) + timedelta(minutes=1))
    sweep(job_context)

    denied = release(job_context, later, later.members[0], sealed)

    assert denied is not None
    assert denied.code == "too-early"
    assert opened(job_context, later.tender) == ()


def test_the_acknowledgement_names_both_notices_and_survives_the_check_of_a_restore(
    job_context: JobContext, sitting: Sitting, indus: Actor
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    later = moved(job_context, sitting)
    ack = made.note_document(confirm(job_context, later, indus).ack)

    assert {
        "type": "confirmation", "outcome": "confirmed", "sha256": sealed.sha256,
        "notice": sitting.tender.notice, "confirms": later.tender.notice,
    }.items() <= ack.items()  # fmt: skip
    verifier = NoteVerifier.parse(str(made.key(job_context).verifier()))
    with reading(job_context.sessions) as session:
        (record,) = kept.kept_records(session)
    check_record(record, verifier.public_key)
    changed = replace(record, received=replace(record.received, confirms="0" * 64))
    with pytest.raises(Refusal, match="receipt-damaged"):
        check_record(changed, verifier.public_key)


@pytest.mark.parametrize("named", ["unconfirmed", "replaced"])
def test_after_a_restore_the_signed_list_ends_it_again(
    job_context: JobContext, sitting: Sitting, indus: Actor, named: str
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    if named == "replaced":
        moved(job_context, sitting)
    listed = {"envelopes": [], "replaced": [], named: [sealed.sha256]}
    with unit_of_work(job_context.sessions, Actor.system("restore")) as uow:
        assert restoring.apply_list(uow, listed) == 1
        assert restoring.apply_list(uow, listed) == 0
    jobs.destroy_doomed(job_context)
    found = stored(job_context, indus)
    assert found.destroyed_at is not None
    assert found.state == {"unconfirmed": "unconfirmed", "replaced": "superseded"}[named]


def test_pressed_twice_it_is_confirmed_once(
    job_context: JobContext, sitting: Sitting, indus: Actor
) -> None:
    made.submit(job_context, sitting.tender, indus)
    later = moved(job_context, sitting)

    assert confirm(job_context, later, indus) == confirm(job_context, later, indus)

    with reading(job_context.sessions) as session:
        acts = session.query(SealedAct).filter(SealedAct.kind == "bid.confirm").all()
    assert len(acts) == 1


def test_a_second_move_asks_again_and_the_oldest_seal_still_stands(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    late = made.vendor(job_context, "Late")
    sealed, other = (made.submit(job_context, sitting.tender, who) for who in (indus, late))
    second = moved(job_context, sitting)
    confirm(job_context, second, indus)
    third = moved(job_context, second)
    assert stored(job_context, indus).state is SubmissionState.UNCONFIRMED
    for who in (indus, late):
        with pytest.raises(Refusal, match="wrong-notice"):
            confirm(job_context, second, who)
        confirm(job_context, third, who)

    open_all(job_context, third.tender, clock)
    give_shares(job_context, third, sealed, other)

    assert [bid.code for bid in opened(job_context, third.tender)] == [None, None]


def test_seal_anew_or_withdraw_instead(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    away = made.vendor(job_context, "Away")
    for who in (indus, away):
        made.submit(job_context, sitting.tender, who)
    later = moved(job_context, sitting)
    new = made.submit(job_context, later.tender, indus)
    made.withdraw(job_context, later.tender, away)
    with pytest.raises(Refusal, match="nothing-to-confirm"):
        confirm(job_context, later, away)

    open_all(job_context, later.tender, clock)
    give_shares(job_context, later, new)

    assert outcomes(job_context, later) == {
        "Indus Traders": EnvelopeOutcome.OPENED,
        "Away": EnvelopeOutcome.WITHDRAWN,
    }


def test_any_other_change_ends_what_was_to_be_confirmed(
    job_context: JobContext, sitting: Sitting, indus: Actor
) -> None:
    made.submit(job_context, sitting.tender, indus)
    later = moved(job_context, sitting)
    draft = offices.change_begun(job_context.sessions, later.who, later.tender)
    with unit_of_work(job_context.sessions, later.who.officer) as uow:
        items = [replace(item, description=Text("Lamp")) for item in draft.items]
        draft = drafting.edit_items(uow, draft.id, draft.revision, items)
    tender = offices.carried_out(job_context.sessions, later.who, draft)

    assert stored(job_context, indus).state is SubmissionState.SUPERSEDED
    with pytest.raises(Refusal, match="nothing-to-confirm"):
        confirm(job_context, replace(later, tender=tender), indus)


@pytest.mark.parametrize(
    ("after", "code"),
    [("deadline", "late-confirmation"), ("stale", "wrong-notice"), ("stranger", "not-found")],
)
def test_too_late_another_notice_or_anothers_bid_is_refused(
    job_context: JobContext,
    sitting: Sitting,
    indus: Actor,
    clock: FrozenClock,
    after: str,
    code: str,
) -> None:
    made.submit(job_context, sitting.tender, indus)
    later = moved(job_context, sitting)
    number, notice, who = stored(job_context, indus).number, later.tender.notice or "", indus
    if after == "deadline":
        clock.move_to(later.tender.schedule.deadline_at)
    if after == "stale":
        notice = sitting.tender.notice or ""
    if after == "stranger":
        who = made.vendor(job_context, "Stranger")

    with pytest.raises(Refusal, match=code), unit_of_work(job_context.sessions, who) as uow:
        confirm_bid(uow, number, notice, made.key(job_context))

    assert stored(job_context, indus).state is SubmissionState.UNCONFIRMED


def test_a_move_makes_the_same_statements_for_no_bid_and_for_many(
    job_context: JobContext, sitting: Sitting
) -> None:
    made_of: list[list[str]] = []
    for bids in (0, 3):
        for n in range(bids):
            made.submit(job_context, sitting.tender, made.vendor(job_context, f"Firm {n}"))
        draft, dates = (
            offices.change_begun(job_context.sessions, sitting.who, sitting.tender),
            (sitting.tender.schedule),
        )
        with unit_of_work(job_context.sessions, sitting.who.officer) as uow:
            later = (dates.deadline_at + HOUR, dates.opening_at + HOUR)
            draft = drafting.edit_dates(uow, draft.id, draft.revision, *later)
        draft = offices.submitted(job_context.sessions, sitting.who, draft)
        with (
            counted(job_context) as seen,
            unit_of_work(job_context.sessions, sitting.who.approver) as uow,
        ):
            tender = carry_out_change(uow, draft.id, draft.revision, offices.BUNDLE)
        sitting = replace(sitting, tender=tender)
        made_of.append(seen)
    assert made_of[0] == made_of[1]


def test_the_last_moment_before_the_deadline_counts(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    made.submit(job_context, sitting.tender, indus)
    later = moved(job_context, sitting)
    clock.move_to(later.tender.schedule.deadline_at - timedelta(microseconds=1))

    confirm(job_context, later, indus)

    assert stored(job_context, indus).state is SubmissionState.SEALED


def states(context: JobContext, who: Actor, tender_id: str) -> dict[str, SubmissionState]:
    with reading(context.sessions) as session:
        own = queries.own_submissions(session, who.organisation_id)
    return {each.kind: each.state for each in own if each.tender_id == tender_id}


BOTH = ("technical", "financial")


def test_one_press_confirms_both_envelopes_of_one_tender_and_nobody_elses(
    job_context: JobContext, beacon: TestBeacon, indus: Actor, clock: FrozenClock
) -> None:
    sitting = two_envelopes.published(job_context)
    elsewhere = committee_made.another(job_context, sitting)
    other = made.vendor(job_context, "Mehran Works")
    for vendor in (indus, other):
        for kind in BOTH:
            made.submit(job_context, sitting.tender, vendor, kind=kind)
    made.submit(job_context, elsewhere.tender, indus, kind="technical")
    later, apart = moved(job_context, sitting), moved(job_context, elsewhere)
    number, notice = number_of(job_context, indus, later), later.tender.notice or ""

    with (
        pytest.raises(Refusal, match="wrong-notice"),
        unit_of_work(job_context.sessions, indus) as uow,
    ):
        confirm_bid(uow, number, sitting.tender.notice or "", made.key(job_context))
    assert set(states(job_context, indus, later.tender.id).values()) == {
        SubmissionState.UNCONFIRMED
    }
    with unit_of_work(job_context.sessions, indus) as uow:
        done = confirm_bid(uow, number, notice, made.key(job_context))

    assert (done.number, done.envelopes) == (number, 2)
    assert states(job_context, indus, later.tender.id) == dict.fromkeys(
        BOTH, SubmissionState.SEALED
    )
    with reading(job_context.sessions) as session:
        own = queries.own_submissions(session, indus.organisation_id)
    notes = [made.note_document(each.confirmation) for each in own if each.confirmation]
    assert {(note["kind"], note["confirms"]) for note in notes} == {(kind, notice) for kind in BOTH}
    untouched = SubmissionState.UNCONFIRMED
    assert states(job_context, other, later.tender.id) == dict.fromkeys(BOTH, untouched)
    assert states(job_context, indus, apart.tender.id) == {"technical": untouched}
    with unit_of_work(job_context.sessions, indus) as uow:
        assert confirm_bid(uow, number, notice, made.key(job_context)).envelopes == 0


def test_an_envelope_that_was_withdrawn_stays_so_when_the_other_is_confirmed(
    job_context: JobContext, beacon: TestBeacon, indus: Actor, clock: FrozenClock
) -> None:
    sitting = two_envelopes.published(job_context)
    for kind in BOTH:
        made.submit(job_context, sitting.tender, indus, kind=kind)
    later = moved(job_context, sitting)
    number = number_of(job_context, indus, later)
    with unit_of_work(job_context.sessions, indus) as uow:
        place = Place(later.tender.id, "1", "financial")
        withdraw_envelope(uow, place, None, made.key(job_context))
    with unit_of_work(job_context.sessions, indus) as uow:
        done = confirm_bid(uow, number, later.tender.notice or "", made.key(job_context))
    assert done.envelopes == 1
    assert states(job_context, indus, later.tender.id) == {
        "technical": SubmissionState.SEALED,
        "financial": SubmissionState.WITHDRAWN,
    }


def number_of(context: JobContext, who: Actor, sitting: Sitting) -> str:
    """Return the receipt's number of a vendor's technical envelope."""
    with reading(context.sessions) as session:
        own = queries.own_submissions(session, who.organisation_id)
    (found,) = [
        each.number
        for each in own
        if (each.tender_id, each.kind) == (sitting.tender.id, "technical")
    ]
    return found
