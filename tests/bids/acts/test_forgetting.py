"""After the end: shares held here are deleted, shut prices unlinked, members state about keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text

from bids import jobs
from bids.acts import forgetting
from bids.queries import openings, shares
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts import seating
from tendering.acts.progressing import progress_tender
from tendering.domain.committee import fingerprint_of
from tendering.domain.tender import Stage
from tests.bids import committee_made, made, two_envelopes
from tests.bids.committee_made import Member, Sitting
from tests.bids.conftest import TestBeacon
from tests.bids.two_envelopes import Handed


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return two_envelopes.published(job_context)


@pytest.fixture
def ended(job_context: JobContext, sitting: Sitting, clock: FrozenClock) -> dict[str, Handed]:
    """Both openings are over, and the tender has ended with an award."""
    handed = two_envelopes.hand_in(job_context, sitting, {"A": "12000000", "D": "6123457"})
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    two_envelopes.open_prices(job_context, sitting, [handed["A"]])
    two_envelopes.sweep(job_context)
    two_envelopes.release(job_context, sitting, [handed["A"].financial], sitting.members[:2])
    two_envelopes.sweep(job_context)
    for stage in (Stage.REPORTED, Stage.AWARDED):
        with unit_of_work(job_context.sessions, sitting.who.approver) as uow:
            progress_tender(uow, sitting.tender.id, stage)
    return handed


def held(context: JobContext) -> tuple[list[str], list[object]]:
    """The shares and the parts of manifests that the database holds."""
    with reading(context.sessions) as session:
        given = session.execute(text("SELECT share FROM posted_share")).scalars().all()
        parts = session.execute(text("SELECT part FROM envelope_part")).scalars().all()
    return list(given), list(parts)


def destroyed_at(context: JobContext, sitting: Sitting) -> datetime | None:
    with reading(context.sessions) as session:
        state = openings.opening_state(session, sitting.tender.id)
    assert state is not None
    return state.shares_destroyed_at


def state(context: JobContext, sitting: Sitting, member: Member, typed: str = "") -> None:
    with unit_of_work(context.sessions, member.actor) as uow:
        fingerprint = typed or fingerprint_of(member.recipient)
        seating.state_destroyed(uow, sitting.tender.id, fingerprint)


def test_shares_stay_while_the_tender_may_be_disputed_and_then_go_once(
    job_context: JobContext, sitting: Sitting, ended: dict[str, Handed], clock: FrozenClock
) -> None:
    jobs.destroy_shares(job_context)
    assert destroyed_at(job_context, sitting) is None
    given, _parts = held(job_context)
    assert len(given) == 6
    assert all(len(share) == 66 for share in given)

    clock.advance(seconds=60)
    for _ in range(2):
        jobs.destroy_shares(job_context)
    given, parts = held(job_context)
    assert set(given) == {""}
    assert all(str(part) == "{}" for part in parts)
    assert destroyed_at(job_context, sitting) == clock.now()
    with reading(job_context.sessions) as session:
        assert shares.released_by(session, sitting.tender.id) == {1, 2}
        query = text("SELECT count(*) FROM act WHERE kind = 'opening.shares-destroyed'")
        assert session.execute(query).scalar_one() == 1
        told = text("SELECT count(*) FROM mail_message WHERE kind = 'committee.destroy'")
        assert session.execute(told).scalar_one() == 3


def test_a_price_that_was_never_opened_is_unlinked(
    job_context: JobContext, sitting: Sitting, ended: dict[str, Handed], clock: FrozenClock
) -> None:
    def stored() -> set[bytes]:
        found = set()
        for key in job_context.blobs.list("sealed/"):
            with job_context.blobs.open(key) as stream:
                found.add(stream.read())
        return found

    jobs.destroy_doomed(job_context)
    assert ended["D"].financial.data in stored()
    clock.advance(seconds=60)
    jobs.destroy_shares(job_context)
    jobs.destroy_doomed(job_context)
    assert ended["D"].financial.data not in stored()
    assert ended["A"].financial.data in stored()


def test_a_member_states_after_the_end_and_all_read_it(
    job_context: JobContext, sitting: Sitting, ended: dict[str, Handed], clock: FrozenClock
) -> None:
    first, second, _third = sitting.members
    with pytest.raises(Refusal, match="keys-still-needed"):
        state(job_context, sitting, first)
    clock.advance(seconds=60)
    with pytest.raises(Refusal, match="other-fingerprint"):
        state(job_context, sitting, first, fingerprint_of(second.recipient))
    for _ in range(2):
        state(job_context, sitting, first)
    with reading(job_context.sessions) as session:
        committee = tenders.tender(session, sitting.tender.id).committee
        query = text("SELECT count(*) FROM act WHERE kind = 'committee.key-destroyed'")
        assert session.execute(query).scalar_one() == 1
    assert committee is not None
    assert [seat.destroyed_at is not None for seat in committee.seats] == [True, False, False]


def test_nobody_else_states_and_nobody_before_the_end(
    job_context: JobContext, sitting: Sitting, clock: FrozenClock
) -> None:
    with pytest.raises(Refusal, match="wrong-stage"):
        state(job_context, sitting, sitting.members[0])
    with (
        pytest.raises(Refusal, match="wrong-stage"),
        unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
    ):
        forgetting.destroy_shares(uow, sitting.tender.id)


def test_only_members_with_a_fresh_sign_in_state(
    job_context: JobContext, sitting: Sitting, ended: dict[str, Handed], clock: FrozenClock
) -> None:
    clock.advance(seconds=60)
    member = sitting.members[0]
    stale = replace(member, actor=replace(member.actor, fresh=False))
    officer = replace(member, actor=sitting.who.officer)
    vendor = replace(member, actor=made.vendor(job_context, "Stranger"))
    for who, code in (
        (stale, "fresh-sign-in"),
        (officer, "not-a-member"),
        (vendor, "not-permitted"),
    ):
        with pytest.raises(Refusal, match=code):
            state(job_context, sitting, who)


def test_a_committee_of_one_envelope_is_forgotten_too(
    job_context: JobContext, beacon: TestBeacon, clock: FrozenClock
) -> None:
    sitting = committee_made.published(job_context)
    sealed = made.submit(job_context, sitting.tender, made.vendor(job_context))
    two_envelopes.to_the_shares(job_context, sitting, clock)
    two_envelopes.release(job_context, sitting, [sealed], sitting.members[:2])
    two_envelopes.sweep(job_context)
    with unit_of_work(job_context.sessions, sitting.who.approver) as uow:
        progress_tender(uow, sitting.tender.id, Stage.UNSUCCESSFUL)
    clock.advance(seconds=60)
    jobs.destroy_shares(job_context)
    assert set(held(job_context)[0]) == {""}
