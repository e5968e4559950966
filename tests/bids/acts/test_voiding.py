"""A change carried out: the tender's next version or its end, and no bid of the old notice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bids import facts, jobs, opening_pool, queries
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.acts.uploading import Recorded
from bids.acts.voiding import carry_out_change
from bids.domain.reception import SubmissionState
from bids.queries import openings
from bids.views.receipts import status_text
from foundation.blobs.store import BlobMissing
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts import changing, drafting
from tendering.acts.following import follow_tender
from tendering.domain.tender import ChangeKind, Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon
from tests.tendering import made as offices
from transparency.models import Act, SealedAct


@pytest.fixture
def council(job_context: JobContext) -> offices.Council:
    return offices.council(job_context.sessions)


@pytest.fixture
def tender(job_context: JobContext, council: offices.Council) -> Tender:
    return offices.published_with_time(
        job_context.sessions, council, chain=made.CHAIN, items=made.ITEMS
    )


@pytest.fixture
def amended(
    job_context: JobContext, council: offices.Council, tender: Tender
) -> Callable[[], Tender]:
    """Move the dates of the tender by an hour."""

    def amend() -> Tender:
        draft = offices.change_begun(job_context.sessions, council, tender)
        with unit_of_work(job_context.sessions, council.officer) as uow:
            at = tender.schedule.deadline_at + timedelta(hours=1)
            draft = drafting.edit_dates(uow, draft.id, draft.revision, at)
        return offices.carried_out(job_context.sessions, council, draft)

    return amend


def states(context: JobContext, who: Actor) -> list[SubmissionState]:
    with reading(context.sessions) as session:
        return [row.state for row in queries.own_submissions(session, who.organisation_id)]


def test_a_cancelled_tender_opens_nothing(
    job_context: JobContext,
    council: offices.Council,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)

    cancelled = offices.cancelled(job_context.sessions, council, tender)

    assert (cancelled.stage, cancelled.ended_at) == (Stage.CANCELLED, clock.at)
    assert states(job_context, vendor) == [SubmissionState.SUPERSEDED]
    sealed = made.seal(tender, vendor)
    refused = made.commit(job_context, tender, vendor, sealed)
    assert isinstance(refused, Refused)
    assert refused.code == "not-taking-bids"
    clock.move_to(made.unsealing_at(tender) + timedelta(minutes=1))
    jobs.sweep(job_context, opening_pool.in_this_process)
    jobs.destroy_doomed(job_context)
    jobs.tick_boxes(job_context)
    with reading(job_context.sessions) as session:
        assert tenders.tender(session, tender.id).stage is Stage.CANCELLED
        assert facts.opened_bids(session, tender.id) == ()
        assert openings.opening_state(session, tender.id) is None
    assert beacon.asked == 0


def test_void_bids_are_destroyed_unopened_on_record(
    job_context: JobContext, tender: Tender, amended: Callable[[], Tender]
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    with reading(job_context.sessions) as session:
        (stored,) = queries.own_submissions(session, vendor.organisation_id)
        assert stored.blob_key is not None
    job_context.blobs.stat(stored.blob_key)

    amended()
    jobs.destroy_doomed(job_context)

    with pytest.raises(BlobMissing):
        job_context.blobs.stat(stored.blob_key)
    with reading(job_context.sessions) as session:
        kinds = session.scalars(
            select(SealedAct.kind).where(SealedAct.tender_id == tender.id).order_by(SealedAct.seq)
        ).all()
    assert kinds[-2:] == ["bid.void", "bid.destroy"]


def test_an_old_seal_is_refused_and_a_new_one_is_opened(
    job_context: JobContext,
    tender: Tender,
    amended: Callable[[], Tender],
    clock: FrozenClock,
    beacon: TestBeacon,
) -> None:
    again, silent, under_way = (made.vendor(job_context, name) for name in ("A", "B", "C"))
    first = made.submit(job_context, tender, again)
    lost = made.submit(job_context, tender, silent)
    half = made.seal(tender, under_way)
    committed = made.commit(job_context, tender, under_way, half)
    assert isinstance(committed, Committed)

    new = amended()

    assert (new.version, new.notice != tender.notice, new.round != tender.round) == (2, True, True)
    late = made.complete(job_context, tender, under_way, committed.upload_id, half.data)
    assert isinstance(late, Refused)
    assert late.code == "wrong-notice"
    old = made.commit(job_context, tender, again, made.seal(tender, again))
    assert isinstance(old, Refused)
    assert old.code == "wrong-notice"
    second = made.submit(job_context, new, again)
    clock.move_to(tender.schedule.deadline_at)
    jobs.sweep(job_context, opening_pool.in_this_process)
    for at in (new.schedule.deadline_at, made.unsealing_at(new) + timedelta(seconds=3)):
        clock.move_to(at)
        jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        (opened,) = facts.opened_bids(session, tender.id)
        state = openings.opening_state(session, tender.id)
    assert opened.sha256 == second.sha256
    assert state is not None
    listed = json.loads(state.list_note.split("\n", 1)[0])
    assert [entry["document"]["sha256"] for entry in listed["envelopes"]] == [second.sha256]
    assert listed["replaced"] == sorted([first.sha256, lost.sha256])
    assert listed["not_delivered"] == []


def test_the_box_is_whole_after_a_change(
    job_context: JobContext,
    tender: Tender,
    amended: Callable[[], Tender],
    clock: FrozenClock,
    beacon: TestBeacon,
) -> None:
    from bids.domain.box import Revealed, check_box
    from bids.domain.receipts import commitment

    kept, lost = made.vendor(job_context, "A"), made.vendor(job_context, "B")
    for vendor in (kept, lost):
        made.submit(job_context, tender, vendor)
    new = amended()
    made.submit(job_context, new, kept)
    for at in (new.schedule.deadline_at, new.schedule.opening_at):
        clock.move_to(at)
        jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        state = openings.opening_state(session, tender.id)
    assert state is not None
    listed = json.loads(state.list_note.split("\n", 1)[0])
    revealed = [
        Revealed(entry["slot"], commitment(bytes.fromhex(entry["salt"]), entry["document"]))
        for entry in listed["envelopes"]
    ]
    box = listed["box"]
    check_box(
        box["root"], new.box_seed_commitment or "", bytes.fromhex(box["seed"]), box["tick"],
        box["slots"], revealed,
    )  # fmt: skip


def test_pressed_twice_it_is_done_once(
    job_context: JobContext, council: offices.Council, tender: Tender
) -> None:
    draft = offices.change_begun(job_context.sessions, council, tender)
    with unit_of_work(job_context.sessions, council.officer) as uow:
        facts_ = offices.FACTS
        draft = drafting.edit_facts(
            uow, draft.id, draft.revision, type(facts_)(**{**vars(facts_), "validity_days": 90})
        )
    new = offices.carried_out(job_context.sessions, council, draft)
    vendor = made.vendor(job_context)
    made.submit(job_context, new, vendor)

    with unit_of_work(job_context.sessions, council.approver) as uow:
        again = carry_out_change(uow, draft.id, draft.revision, offices.BUNDLE)

    assert again.version == 2
    assert states(job_context, vendor) == [SubmissionState.SEALED]


def test_everybody_who_follows_is_told_alike(
    job_context: JobContext, tender: Tender, amended: Callable[[], Tender]
) -> None:
    bidder, watcher = made.vendor(job_context, "A"), made.vendor(job_context, "B")
    for who in (bidder, watcher):
        with unit_of_work(job_context.sessions, who) as uow:
            follow_tender(uow, tender.id)
    made.submit(job_context, tender, bidder)

    amended()

    with reading(job_context.sessions) as session:
        mails = session.scalars(
            select(MailMessage).where(MailMessage.kind == "tender.changed")
        ).all()
        found = {mail.account_id: mail.params for mail in mails}
    assert found[bidder.account_id] == found[watcher.account_id]


def test_the_public_record_says_why_and_pins_what_differs(
    job_context: JobContext, tender: Tender, amended: Callable[[], Tender]
) -> None:
    new = amended()

    with reading(job_context.sessions) as session:
        (act,) = session.scalars(select(Act).where(Act.kind == "tender.amend")).all()
        document: dict[str, Any] = act.doc or {}
        (change,) = tenders.changes(session, tender.id)
        old = tenders.pack_of_notice(session, tender.id, tender.notice or "")
        newest = tenders.pack(session, tender.id)
        assert tenders.open_change(session, tender.id) is None
    assert document["reason"] == offices.REASON.as_document()
    assert document["notice"] == new.notice == newest.notice == sha256_hex(newest.data)
    assert (old.version, newest.version) == (1, 2)
    assert {row.part.value for row in change.differences} == {"deadline", "opening"}
    assert json.loads(newest.data)["version"] == 2


@contextmanager
def counted(context: JobContext) -> Iterator[list[str]]:
    seen: list[str] = []
    engine = context.sessions.kw["bind"]

    def note(*args: Any) -> None:
        seen.append(str(args[2]).split("(")[0][:60])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_a_change_makes_the_same_statements_for_no_bid_and_for_many(
    job_context: JobContext, council: offices.Council, kind: ChangeKind
) -> None:
    made_of: list[list[str]] = []
    for bids in (0, 3):
        of = offices.published_with_time(
            job_context.sessions, council, chain=made.CHAIN, items=made.ITEMS
        )
        for n in range(bids):
            made.submit(job_context, of, made.vendor(job_context, f"Firm {n}"))
        code = "other"
        draft = offices.change_begun(job_context.sessions, council, of, kind, code)
        with unit_of_work(job_context.sessions, council.officer) as uow:
            if kind is ChangeKind.ADDENDUM:
                at = of.schedule.deadline_at + timedelta(hours=1)
                draft = drafting.edit_dates(uow, draft.id, draft.revision, at)
        draft = offices.submitted(job_context.sessions, council, draft)
        with (
            counted(job_context) as seen,
            unit_of_work(job_context.sessions, council.approver) as uow,
        ):
            carry_out_change(uow, draft.id, draft.revision, offices.BUNDLE)
        made_of.append(seen)
    assert made_of[0] == made_of[1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fresh": False}, "fresh-sign-in"),
        ({"roles": frozenset({"officer"})}, "not-permitted"),
        ({"organisation_id": "other"}, "not-permitted"),
    ],
)
def test_only_a_fresh_approver_of_the_entity_carries_it_out(
    job_context: JobContext,
    council: offices.Council,
    tender: Tender,
    change: dict[str, Any],
    code: str,
) -> None:
    draft = offices.change_begun(job_context.sessions, council, tender, ChangeKind.CANCELLATION)
    draft = offices.submitted(job_context.sessions, council, draft)
    who = Actor(**{**vars(council.approver), **change})

    with pytest.raises(Refusal, match=code), unit_of_work(job_context.sessions, who) as uow:
        carry_out_change(uow, draft.id, draft.revision, offices.BUNDLE)

    with reading(job_context.sessions) as session:
        assert tenders.tender(session, tender.id) == tender


def test_the_author_cannot_carry_it_out_nor_publish_its_draft(
    job_context: JobContext, council: offices.Council, tender: Tender
) -> None:
    from tendering.acts import publishing

    draft = offices.change_begun(job_context.sessions, council, tender, ChangeKind.CANCELLATION)
    draft = offices.submitted(job_context.sessions, council, draft)
    both = Actor(**{**vars(council.officer), "roles": frozenset({"approver"})})
    with (
        pytest.raises(Refusal, match="second-person"),
        unit_of_work(job_context.sessions, both) as uow,
    ):
        carry_out_change(uow, draft.id, draft.revision, offices.BUNDLE)
    with (
        pytest.raises(Refusal, match="wrong-stage"),
        unit_of_work(job_context.sessions, council.approver) as uow,
    ):
        publishing.publish_tender(uow, draft.id, chain=made.CHAIN, sealing_sha384="")
    with (
        pytest.raises(Refusal, match="stale-form"),
        unit_of_work(job_context.sessions, council.approver) as uow,
    ):
        carry_out_change(uow, draft.id, draft.revision - 1, offices.BUNDLE)


def test_a_tender_has_one_change_at_a_time_and_it_can_be_given_up(
    job_context: JobContext, council: offices.Council, tender: Tender
) -> None:
    draft = offices.change_begun(job_context.sessions, council, tender)
    with unit_of_work(job_context.sessions, council.officer) as uow:
        same = changing.begin_change(uow, tender.id, ChangeKind.ADDENDUM, "another")
        assert same.id == draft.id
    with (
        pytest.raises(Refusal, match="change-open"),
        unit_of_work(job_context.sessions, council.officer) as uow,
    ):
        changing.begin_change(uow, tender.id, ChangeKind.CANCELLATION, "another")
    with unit_of_work(job_context.sessions, council.officer) as uow:
        assert changing.discard_change(uow, draft.id) == tender.id
    with reading(job_context.sessions) as session:
        assert tenders.open_change(session, tender.id) is None
        assert tenders.tender(session, tender.id) == tender
    with (
        pytest.raises(Refusal, match="wrong-stage"),
        unit_of_work(job_context.sessions, council.officer) as uow,
    ):
        changing.discard_change(uow, tender.id)


def test_its_vendor_reads_that_the_bid_is_void(
    job_context: JobContext, tender: Tender, amended: Callable[[], Tender], app: Any
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    amended()
    with reading(job_context.sessions) as session:
        (found,) = queries.own_submissions(session, vendor.organisation_id)
    with app.test_request_context("/en/bids/"):
        assert status_text(found, void=True) == "Void, unopened: the tender changed"
        assert status_text(found) == "Replaced, unopened"


def test_a_late_completion_of_a_void_upload_is_on_record(
    job_context: JobContext, tender: Tender, council: offices.Council
) -> None:
    vendor = made.vendor(job_context)
    sealed = made.seal(tender, vendor)
    committed = made.commit(job_context, tender, vendor, sealed)
    assert isinstance(committed, Committed)
    offices.cancelled(job_context.sessions, council, tender)
    outcome = made.complete(job_context, tender, vendor, committed.upload_id, sealed.data)
    assert isinstance(outcome, Refused)
    assert not isinstance(outcome, Recorded)
    assert outcome.code == "not-taking-bids"
