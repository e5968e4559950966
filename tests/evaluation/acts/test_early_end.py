"""Too few bids stay sealed until two persons decide; all may be rejected; each has a notice."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bids import jobs, opening_pages, opening_pool
from bids.acts import too_few as holding
from bids.domain.opening import EnvelopeOutcome, Progress, Step, next_step, too_few
from bids.models import SubmissionRow
from evaluation.acts import awarding, ending
from evaluation.domain import award
from evaluation.domain.award import Outcome
from evaluation.queries import next_steps
from evaluation.queries.published import award as award_of
from foundation.blobs.store import BlobMissing
from foundation.database import database_instant
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from notices import jobs as notice_jobs
from notices import queries as notices
from notices.domain.kinds import Kind, Reading
from notices.renditions.pool import render_alone
from tendering.domain.tender import Stage
from tendering.rulebooks import current_book
from tests.evaluation.line import SCENARIO_8, Line, open_bids
from transparency.models import Act

TWO = dict(list(SCENARIO_8.items())[:2])


@pytest.fixture
def held(make_line: Callable[..., Line]) -> Line:
    return make_line(offers=TWO, method="quotations")


@contextmanager
def refused(code: str):
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


def propose(line: Line, *, open_them: bool = False, reason: str = "One more is needed.") -> None:
    with line.acting("officer") as uow:
        ending.propose_below_minimum(
            uow, line.tender_id, open_all_the_same=open_them, reason=reason
        )


def approve(line: Line, who: str = "approver") -> None:
    with line.acting(who) as uow:
        awarding.approve_award(uow, line.tender_id)


def page_of(line: Line) -> opening_pages.OpeningPage:
    with reading(line.context.sessions) as session:
        return opening_pages.gather(session, line.tender, database_instant(session))


def kinds_of(line: Line) -> list[str]:
    with reading(line.context.sessions) as session:
        rows = session.scalars(select(Act).where(Act.tender_id == line.tender_id))
        return [row.kind for row in rows]


def notices_of(line: Line) -> dict[Kind, Any]:
    notice_jobs.issue_due_notices(line.context)
    with reading(line.context.sessions) as session:
        lines = notices.notices_of_tender(session, line.tender_id)
        return {each.kind: notices.notice(session, each.number) for each in lines}


def steps(line: Line, who: str) -> list[str]:
    with reading(line.context.sessions) as session:
        return [
            each.text for each in next_steps.next_steps(session, line.actor(who), line.tender_id)
        ]


@given(st.integers(0, 50), st.one_of(st.none(), st.integers(1, 50)))
def test_an_opening_is_held_exactly_below_the_minimum_and_never_empty(bidders, minimum) -> None:
    assert too_few(bidders, minimum) == (minimum is not None and bidders in range(1, minimum))


def test_a_held_opening_waits_at_every_instant(held: Line) -> None:
    schedule = held.tender.schedule
    for later in range(0, 10_000, 997):
        now = schedule.opening_at.replace(microsecond=later)
        assert next_step(schedule, Progress(Stage.OPENING, 2, held=True), now=now) is Step.WAIT


def test_too_few_bids_stay_sealed_whatever_time_passes(held: Line) -> None:
    for _ in range(3):
        held.clock.advance(hours=10)
        jobs.sweep(held.context, opening_pool.in_this_process)

    page = page_of(held)
    assert held.tender.stage is Stage.OPENING and held.bids == {}
    assert page.waiting is opening_pages.Waiting.TOO_FEW
    assert (page.bidder_count, page.minimum_bids, page.below_minimum) == (2, 3, True)
    assert "opening.too-few" in kinds_of(held) and "opening.unlock" not in kinds_of(held)
    assert steps(held, "officer") == [next_steps.DECIDE]
    assert steps(held, "approver") == []


def test_ended_below_the_minimum_nothing_was_ever_opened(held: Line) -> None:
    with reading(held.context.sessions) as session:
        keys = session.scalars(select(SubmissionRow.blob_key)).all()
    propose(held)
    assert steps(held, "officer") == [next_steps.WAIT_DECISION]
    assert steps(held, "approver") == [next_steps.APPROVE_END]
    approve(held)
    jobs.sweep(held.context, opening_pool.in_this_process)
    jobs.destroy_doomed(held.context)

    assert held.tender.stage is Stage.UNSUCCESSFUL and held.bids == {}
    page = page_of(held)
    assert [line.outcome for line in page.lines or ()] == [EnvelopeOutcome.UNOPENED] * 2
    assert all(line.total is None for line in page.lines or ())
    assert "opening.envelope" not in kinds_of(held)
    assert len(keys) == 2
    for key in keys:
        with pytest.raises(BlobMissing):
            held.context.blobs.stat(str(key))
    with reading(held.context.sessions) as session:
        decision = award_of(session, held.tender_id)
    assert decision is not None
    assert (decision.outcome, decision.reason) == ("too-few-bids", "One more is needed.")


def test_its_minutes_and_notice_say_so_in_both_languages_and_everybody_is_told(held: Line) -> None:
    propose(held)
    approve(held)
    found = notices_of(held)
    assert set(found) == {Kind.TENDER_NOTICE, Kind.OPENING_MINUTES, Kind.AWARD_NOTICE}

    minutes, end = found[Kind.OPENING_MINUTES].facts, found[Kind.AWARD_NOTICE].facts
    assert {bid.reading for bid in minutes.bids} == {Reading.UNOPENED}
    assert (minutes.minimum_bids, minutes.bidders, minutes.unopened) == (3, 2, True)
    assert [each.outcome for each in end.awards] == ["too-few-bids"]
    for notice in found.values():
        assert render_alone(notice.document).startswith(b"%PDF-1.7")
    with reading(held.context.sessions) as session:
        told = session.scalars(
            select(MailMessage.account_id).where(MailMessage.kind == "notice.no_award")
        ).all()
    assert len(told) == len(set(told))


def test_two_persons_may_open_them_all_the_same_where_the_rules_allow_it(held: Line) -> None:
    propose(held, open_them=True, reason="Both offers are below the estimate.")
    approve(held)
    jobs.sweep(held.context, opening_pool.in_this_process)

    assert held.tender.stage is Stage.OPENED
    assert set(held.bids) == set(TWO)
    assert page_of(held).below_minimum
    found = notices_of(held)
    assert set(found) == {Kind.TENDER_NOTICE, Kind.OPENING_MINUTES}
    minutes = found[Kind.OPENING_MINUTES].facts
    assert (minutes.unopened, minutes.minimum_bids) == (False, 3)
    held.evaluate()  # and the evaluation goes its way


def test_where_the_rules_forbid_it_they_stay_unopened() -> None:
    federal, practice = current_book("pk-federal"), current_book("practice")
    found = [book.method("quotations") for book in (federal, practice)]

    assert [each.minimum_bids.value.may_open for each in found] == [False, True]
    assert [each.minimum_bids.value.count for each in found] == [3, 3]


def test_the_rules_are_asked_again_at_the_approval(
    held: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(held, open_them=True)
    federal = current_book("pk-federal")
    monkeypatch.setattr(holding, "rulebook", lambda _reference: federal)

    with refused("must-stay-unopened"):
        approve(held)
    assert page_of(held).waiting is opening_pages.Waiting.TOO_FEW
    monkeypatch.setattr(ending, "rulebook", lambda _reference: federal)
    with refused("must-stay-unopened"):
        propose(held, open_them=True)


def test_nobody_decides_alone_or_without_a_reason(held: Line) -> None:
    with refused("reason-needed"):
        propose(held, reason=" \u202e ")
    with refused("no-proposal"):
        approve(held)
    propose(held)
    with refused("already-proposed"):
        propose(held)
    for who in ("officer", "chair", "auditor"):
        with refused("not-permitted"):
            approve(held, who)
    with held.acting("approver") as uow:
        awarding.return_proposal(uow, held.tender_id, "Ask the third firm first.")
    assert held.tender.stage is Stage.OPENING
    assert steps(held, "officer") == [next_steps.DECIDE]


def test_enough_bids_or_none_are_never_held(make_line: Callable[..., Line]) -> None:
    line = make_line(method="quotations")

    assert line.tender.stage is Stage.OPENED and len(line.bids) == 3
    with refused("opening-not-held"):
        propose(line)


def test_an_empty_box_is_not_held_and_ends_without_bids(make_line: Callable[..., Line]) -> None:
    line = make_line(offers={}, method="quotations")

    assert line.tender.stage is Stage.OPENED
    with line.acting("officer") as uow, refused("no-bids-to-reject"):
        ending.propose_rejection(uow, line.tender_id, "None came.")
    with line.acting("officer") as uow:
        awarding.end_without_bids(uow, line.tender_id)
    assert line.tender.stage is Stage.UNSUCCESSFUL


def test_all_bids_are_rejected_before_a_report_with_a_notice(opened: Line) -> None:
    with opened.acting("officer") as uow, refused("reason-needed"):
        ending.propose_rejection(uow, opened.tender_id, "")
    with opened.acting("officer") as uow:
        ending.propose_rejection(uow, opened.tender_id, "The need has ended.")
    approve(opened)

    assert opened.tender.stage is Stage.UNSUCCESSFUL
    end = notices_of(opened)[Kind.AWARD_NOTICE]
    assert [each.outcome for each in end.facts.awards] == ["all-bids-rejected"]
    assert end.facts.reason == "The need has ended."
    assert render_alone(end.document).startswith(b"%PDF-1.7")


def test_before_the_opening_nothing_can_be_proposed(make_line: Callable[..., Line]) -> None:
    line = make_line(offers=TWO, method="quotations", opened=False)

    with refused("wrong-stage"):
        propose(line)
    with line.acting("officer") as uow, refused("wrong-stage"):
        ending.propose_rejection(uow, line.tender_id, "No.")
    open_bids(line, line.tender)
    with line.acting("officer") as uow, refused("wrong-stage"):
        awarding.propose_award(uow, line.tender_id)


def test_every_lot_ends_alike() -> None:
    lots, said = award.end_early(["1", "2"], Outcome.TOO_FEW_BIDS, " Too few.\x00 ", "R42")

    assert [each.outcome for each in lots] == [Outcome.TOO_FEW_BIDS] * 2
    assert said == "Too few."
