"""A committee from its naming to the publication, its proofs, its losses and its replacement."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from accounts.domain.roles import Role
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.canonical import parse_canonical
from foundation.values.refusal import Refusal
from tendering import facts, jobs
from tendering.acts import changing, drafting, rehearsing, seating
from tendering.domain.exercises import Occasion
from tendering.domain.tender import ChangeKind, Stage, Tender
from tests.bids import committee_made
from tests.bids.committee_made import Sitting
from tests.tendering import made


def now_of(context: JobContext, sitting: Sitting) -> Tender:
    with reading(context.sessions) as session:
        return facts.tender(session, sitting.tender.id)


def mails(context: JobContext, kind: str) -> set[str]:
    with reading(context.sessions) as session:
        found = session.scalars(select(MailMessage).where(MailMessage.kind == kind))
        return {str(message.account_id) for message in found}


def published_late(context: JobContext, clock: FrozenClock) -> Sitting:
    """Publish with time for a change: the opening is two hours off."""
    sitting = committee_made.named(context)
    with unit_of_work(context.sessions, sitting.who.officer) as uow:
        draft = now_of(context, sitting)
        deadline = draft.schedule.deadline_at + timedelta(hours=2)
        drafting.edit_dates(uow, draft.id, draft.revision, deadline)
    committee_made.make_keys(context, sitting)
    committee_made.rehearse(context, sitting, sitting.members)
    draft = now_of(context, sitting)
    return replace(sitting, tender=made.published(context.sessions, sitting.who, draft))


def test_the_pack_pins_the_committee_and_its_method_says_so(job_context: JobContext) -> None:
    sitting = committee_made.published(job_context)
    assert sitting.tender.seal == "committee"
    with reading(job_context.sessions) as session:
        pack = parse_canonical(facts.pack(session, sitting.tender.id).data)
    assert isinstance(pack, dict)
    assert pack["seal"] == "committee"
    assert pack["committee"]["members"] == [each.recipient for each in sitting.members]
    assert pack["committee"]["t"] == 2


def test_a_method_without_one_has_no_committee_in_its_pack(job_context: JobContext) -> None:
    who = made.council(job_context.sessions)
    tender = made.published(job_context.sessions, who, book="practice")
    with reading(job_context.sessions) as session:
        pack = parse_canonical(facts.pack(session, tender.id).data)
    assert isinstance(pack, dict)
    assert (pack["seal"], "committee" in pack) == ("time_lock", False)


@pytest.mark.parametrize("rehearsed", [0, 1, 2])
def test_publishing_waits_until_every_member_is_ready(
    job_context: JobContext, rehearsed: int
) -> None:
    sitting = committee_made.named(job_context)
    with pytest.raises(Refusal, match="committee-not-ready"):
        made.submitted(job_context.sessions, sitting.who, now_of(job_context, sitting))
    committee_made.make_keys(job_context, sitting)
    committee_made.rehearse(job_context, sitting, sitting.members[:rehearsed])
    with pytest.raises(Refusal, match="committee-not-ready"):
        made.submitted(job_context.sessions, sitting.who, now_of(job_context, sitting))
    committee_made.rehearse(job_context, sitting, sitting.members[rehearsed:])
    made.submitted(job_context.sessions, sitting.who, now_of(job_context, sitting))


def test_a_draft_without_a_committee_lacks_it(job_context: JobContext) -> None:
    sitting = committee_made.drafted(job_context)
    with pytest.raises(Refusal, match="no-committee"):
        made.submitted(job_context.sessions, sitting.who, sitting.tender)


def test_the_dummy_opens_with_the_second_share(job_context: JobContext) -> None:
    sitting = committee_made.named(job_context)
    committee_made.make_keys(job_context, sitting)
    committee_made.rehearse(job_context, sitting, sitting.members[:1])
    assert committee_made.newest_exercise(job_context, sitting).opened_at is None
    committee_made.rehearse(job_context, sitting, sitting.members[1:2])
    assert committee_made.newest_exercise(job_context, sitting).opened_at is not None


def test_a_dummys_share_of_another_member_is_no_proof(job_context: JobContext) -> None:
    sitting = committee_made.named(job_context)
    committee_made.make_keys(job_context, sitting)
    share = committee_made.dummy_share(job_context, sitting, sitting.members[1])
    exercise = committee_made.newest_exercise(job_context, sitting)
    for given, code in ((share, "bad-share"), ("zz", "bad-share"), ("", "bad-share")):
        with (
            pytest.raises(Refusal, match=code),
            unit_of_work(job_context.sessions, sitting.members[0].actor) as uow,
        ):
            rehearsing.prove_key(uow, sitting.tender.id, exercise.id, given)
    with (
        pytest.raises(Refusal, match="exercise-over"),
        unit_of_work(job_context.sessions, sitting.members[1].actor) as uow,
    ):
        rehearsing.prove_key(uow, sitting.tender.id, "another", share)


def test_only_people_of_the_office_and_of_oversight_are_named(job_context: JobContext) -> None:
    sitting = committee_made.drafted(job_context)
    stranger = made.person("elsewhere", Role.EVALUATOR)
    people = [member.actor.account_id for member in sitting.members]
    with (
        pytest.raises(Refusal, match="not-eligible"),
        unit_of_work(job_context.sessions, sitting.who.officer) as uow,
    ):
        seating.name_committee(
            uow, sitting.tender.id, sitting.tender.revision, [*people, stranger.account_id], 2
        )
    for actor in (sitting.who.approver, sitting.members[0].actor):
        with (
            pytest.raises(Refusal, match="not-permitted"),
            unit_of_work(job_context.sessions, actor) as uow,
        ):
            seating.name_committee(uow, sitting.tender.id, sitting.tender.revision, people, 2)


def test_a_key_of_a_published_tender_cannot_be_changed(job_context: JobContext) -> None:
    sitting = committee_made.published(job_context)
    key = str(committee_made.draw(0).recipient())
    with (
        pytest.raises(Refusal, match="wrong-stage"),
        unit_of_work(job_context.sessions, sitting.members[0].actor) as uow,
    ):
        seating.admit_key(uow, sitting.tender.id, key)


def test_proofs_are_asked_and_the_officer_is_told_when_too_few_came(
    job_context: JobContext, clock: FrozenClock
) -> None:
    sitting = published_late(job_context, clock)
    opening = sitting.tender.schedule.opening_at
    members = {member.actor.account_id for member in sitting.members}
    jobs.watch_committees(job_context)
    assert mails(job_context, "committee.prove") == set()

    clock.move_to(opening - timedelta(minutes=2))
    for _ in range(2):
        jobs.watch_committees(job_context)
    assert mails(job_context, "committee.prove") == members
    exercise = committee_made.newest_exercise(job_context, sitting)
    assert exercise.occasion is Occasion.EARLY
    committee_made.rehearse(job_context, sitting, sitting.members[:2])

    clock.move_to(opening - timedelta(minutes=1))
    jobs.watch_committees(job_context)
    assert committee_made.newest_exercise(job_context, sitting).occasion is Occasion.LAST
    committee_made.rehearse(job_context, sitting, sitting.members[:2])
    clock.move_to(opening - timedelta(seconds=20))
    for _ in range(2):
        jobs.watch_committees(job_context)
    with reading(job_context.sessions) as session:
        kinds = session.scalars(
            text("SELECT kind FROM act WHERE tender_id = :t ORDER BY n"),
            {"t": sitting.tender.id},
        ).all()
    assert kinds.count("committee.exercise") == 2
    assert kinds.count("committee.too-few-proofs") == 1


def test_with_one_more_than_enough_nobody_is_alarmed(
    job_context: JobContext, clock: FrozenClock
) -> None:
    sitting = published_late(job_context, clock)
    opening = sitting.tender.schedule.opening_at
    clock.move_to(opening - timedelta(minutes=1))
    jobs.watch_committees(job_context)
    committee_made.rehearse(job_context, sitting, sitting.members)
    clock.move_to(opening - timedelta(seconds=1))
    jobs.watch_committees(job_context)
    assert committee_made.newest_exercise(job_context, sitting).told_at is None


def test_a_lost_key_is_replaced_by_a_change_that_every_bidder_seals_anew_to(
    job_context: JobContext, clock: FrozenClock
) -> None:
    sitting = published_late(job_context, clock)
    lost = sitting.members[0]
    with unit_of_work(job_context.sessions, sitting.who.officer) as uow:
        draft = changing.begin_change(uow, sitting.tender.id, ChangeKind.ADDENDUM, "c" * 20)
    with unit_of_work(job_context.sessions, lost.actor) as uow:
        seating.report_lost(uow, sitting.tender.id)
    change = replace(sitting, tender=draft)
    stood = now_of(job_context, change).committee
    assert stood is not None
    assert stood.seats[0].lost_at is not None

    new = replace(lost, identity=committee_made.draw(2))
    renewed = replace(change, members=(new, *sitting.members[1:]))
    with unit_of_work(job_context.sessions, sitting.who.officer) as uow:
        changing.explain_change(uow, draft.id, draft.revision, "other", made.REASON)
    with pytest.raises(Refusal, match="committee-not-ready"):
        made.submitted(job_context.sessions, sitting.who, now_of(job_context, change))
    committee_made.make_keys(job_context, renewed)
    committee_made.rehearse(job_context, renewed, renewed.members)
    amended = made.carried_out(job_context.sessions, sitting.who, now_of(job_context, change))

    assert (amended.stage, amended.version) == (Stage.PUBLISHED, 2)
    assert amended.committee is not None
    assert amended.committee.seats[0].recipient == new.recipient
    assert amended.notice != sitting.tender.notice
    with reading(job_context.sessions) as session:
        listed = facts.seats_of(session, lost.actor.account_id)
    assert [each.id for each in listed] == [sitting.tender.id]
