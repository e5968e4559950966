"""From draft to publication: who may, when, and what is frozen."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.domain.roles import Role
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.canonical import canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts import approving, drafting, publishing
from tendering.acts.progressing import progress_tender
from tendering.domain.box_seed import seed_commitment
from tendering.domain.tender import Stage
from tests.tendering import made
from transparency.models import Act, SealedAct


def test_chain_of_the_tests_is_the_known_one() -> None:
    assert made.CHAIN.hash == made.HASH_NAME


def test_publication_freezes_the_pack(sessions: Sessions) -> None:
    who = made.council(sessions)

    tender = made.published(sessions, who)

    assert tender.stage is Stage.PUBLISHED
    assert tender.number == "KTC-2026-0001"
    assert tender.version == 1
    with reading(sessions) as session:
        pack = facts.pack(session, tender.id)
        seed = facts.box_seed(session, tender.id)
        assert facts.tender(session, tender.id) == tender
        assert facts.tender_by_number(session, "ktc-2026-0001") == tender
    assert pack.notice == tender.notice == sha256_hex(pack.data)
    document = json.loads(pack.data)
    assert canonical(document) == pack.data
    assert document["round"] == tender.round
    assert document["chain"]["hash"] == made.CHAIN.hash
    assert document["box"] == {"slots": 1024, "seed_commitment": seed_commitment(seed)}
    assert document["schedule"]["deadline_at"] == "2026-03-17T06:00:00.000000Z"
    assert document["sealing_sha384"] == made.BUNDLE


def test_round_is_the_first_after_opening_and_guard(sessions: Sessions) -> None:
    tender = made.published(sessions, made.council(sessions))

    assert tender.round is not None
    due = made.CHAIN.genesis_time + (tender.round - 1) * made.CHAIN.period
    earliest = tender.schedule.opening_at + timedelta(seconds=60)
    assert 0 <= due - earliest.timestamp() < made.CHAIN.period


def test_numbers_run_by_organisation_and_year(sessions: Sessions) -> None:
    first, second = made.council(sessions, "KTC"), made.council(sessions, "LTC")

    numbers = [made.published(sessions, who).number for who in (first, second, first)]

    assert numbers == ["KTC-2026-0001", "LTC-2026-0001", "KTC-2026-0002"]


def test_publication_is_public_and_drafting_is_not(sessions: Sessions) -> None:
    tender = made.published(sessions, made.council(sessions))

    with reading(sessions) as session:
        public = session.scalars(select(Act).where(Act.tender_id == tender.id)).all()
        sealed = session.scalars(select(SealedAct).where(SealedAct.tender_id == tender.id)).all()
        assert [(act.kind, act.n) for act in public] == [("tender.publish", 1)]
        assert (public[0].doc or {})["notice"] == tender.notice
        assert {act.kind for act in sealed} == {"draft.create", "draft.edit", "draft.submit"}


@pytest.mark.parametrize("hand", ["officer", "editor"])
def test_whoever_changed_a_draft_cannot_publish_it(sessions: Sessions, hand: str) -> None:
    who = made.council(sessions)
    draft = made.complete_draft(sessions, who)
    author = who.officer if hand == "officer" else made.person(who.organisation_id, Role.OFFICER)
    if hand == "editor":
        with unit_of_work(sessions, author) as uow:
            draft = drafting.edit_items(uow, draft.id, draft.revision, made.ITEMS[:2])
    made.submitted(sessions, who, draft)
    both = Actor(
        author.kind, author.account_id, author.organisation_id, frozenset({"approver"}), True
    )

    with pytest.raises(Refusal, match="second-person"), unit_of_work(sessions, both) as uow:
        publishing.publish_tender(uow, draft.id, chain=made.CHAIN, sealing_sha384="")

    with reading(sessions) as session:
        assert facts.tender(session, draft.id).stage is Stage.IN_APPROVAL


@pytest.mark.parametrize(
    ("roles", "fresh", "own", "code"),
    [
        ((Role.OFFICER,), True, True, "not-permitted"),
        ((Role.APPROVER,), False, True, "fresh-sign-in"),
        ((Role.APPROVER,), True, False, "not-permitted"),
    ],
)
def test_only_a_fresh_approver_of_the_entity_publishes(
    sessions: Sessions, roles: tuple[Role, ...], fresh: bool, own: bool, code: str
) -> None:
    who, other = made.council(sessions, "KTC"), made.council(sessions, "LTC")
    draft = made.complete_draft(sessions, who)
    made.submitted(sessions, who, draft)
    actor = made.person((who if own else other).organisation_id, *roles, fresh=fresh)

    with pytest.raises(Refusal, match=code), unit_of_work(sessions, actor) as uow:
        publishing.publish_tender(uow, draft.id, chain=made.CHAIN, sealing_sha384="")


def test_publishing_twice_is_publishing_once(sessions: Sessions) -> None:
    who = made.council(sessions)
    tender = made.published(sessions, who)

    with unit_of_work(sessions, who.approver) as uow:
        again = publishing.publish_tender(uow, tender.id, chain=made.CHAIN, sealing_sha384="")

    assert again == tender


def test_a_draft_is_not_published_without_approval(sessions: Sessions) -> None:
    who = made.council(sessions)
    draft = made.complete_draft(sessions, who)

    with pytest.raises(Refusal, match="wrong-stage"), unit_of_work(sessions, who.approver) as uow:
        publishing.publish_tender(uow, draft.id, chain=made.CHAIN, sealing_sha384="")


def test_fixed_dates_that_became_too_early_are_refused_at_approval(
    sessions: Sessions, clock: FrozenClock
) -> None:
    who = made.council(sessions)
    deadline_at = datetime(2026, 3, 17, 5, 0, tzinfo=UTC)
    draft = made.complete_draft(sessions, who, deadline_at=deadline_at)
    made.submitted(sessions, who, draft)
    clock.advance(days=1)

    with pytest.raises(Refusal) as refused, unit_of_work(sessions, who.approver) as uow:
        publishing.publish_tender(uow, draft.id, chain=made.CHAIN, sealing_sha384="")

    assert refused.value.code == "deadline-too-early"
    assert refused.value.params["earliest"] == datetime(2026, 3, 18, 5, 0, tzinfo=UTC)


def test_dates_left_to_the_rules_are_drawn_at_publication(
    sessions: Sessions, clock: FrozenClock
) -> None:
    who = made.council(sessions)
    draft = made.complete_draft(sessions, who)
    made.submitted(sessions, who, draft)
    clock.advance(days=10)

    with (
        pytest.raises(Refusal, match="dates-moved"),
        unit_of_work(sessions, who.approver) as uow,
    ):
        publishing.publish_tender(
            uow,
            draft.id,
            chain=made.CHAIN,
            sealing_sha384="",
            seen_deadline_at=draft.schedule.deadline_at,
        )
    with unit_of_work(sessions, who.approver) as uow:
        tender = publishing.publish_tender(uow, draft.id, chain=made.CHAIN, sealing_sha384="")

    assert tender.schedule.deadline_at == datetime(2026, 3, 27, 6, 0, tzinfo=UTC)


def test_sent_back_and_recalled_drafts_can_be_changed(sessions: Sessions) -> None:
    who = made.council(sessions)
    draft = made.complete_draft(sessions, who)
    made.submitted(sessions, who, draft)

    with (
        unit_of_work(sessions, who.approver) as uow,
        pytest.raises(Refusal, match="remarks-missing"),
    ):
        approving.send_back(uow, draft.id, " ")
    with unit_of_work(sessions, who.approver) as uow:
        back = approving.send_back(uow, draft.id, "Name the warranty.")
    assert (back.stage, back.remarks) == (Stage.DRAFT, "Name the warranty.")

    made.submitted(sessions, who, back)
    with unit_of_work(sessions, who.officer) as uow:
        assert approving.recall_draft(uow, draft.id).stage is Stage.DRAFT


def test_an_incomplete_draft_is_not_submitted(sessions: Sessions) -> None:
    who = made.council(sessions)
    draft = made.complete_draft(sessions, who, criteria=made.CRITERIA[:1])

    with pytest.raises(Refusal) as refused:
        made.submitted(sessions, who, draft)

    assert (refused.value.code, refused.value.params) == ("weights-not-100", {"total": "60"})


def test_stages_move_at_their_instants_only(sessions: Sessions, clock: FrozenClock) -> None:
    who = made.council(sessions)
    tender = made.published(sessions, who)
    system = Actor.system("opening")

    for to, at in (
        (Stage.CLOSED, tender.schedule.deadline_at),
        (Stage.OPENING, tender.schedule.opening_at),
        (Stage.OPENED, tender.schedule.opening_at + timedelta(seconds=60)),
    ):
        clock.move_to(at - timedelta(microseconds=1))
        with pytest.raises(Refusal, match="too-soon"), unit_of_work(sessions, system) as uow:
            progress_tender(uow, tender.id, to)
        clock.move_to(at)
        with unit_of_work(sessions, system) as uow:
            assert progress_tender(uow, tender.id, to).stage is to
            assert progress_tender(uow, tender.id, to).stage is to
    with pytest.raises(Refusal, match="wrong-stage"), unit_of_work(sessions, system) as uow:
        progress_tender(uow, tender.id, Stage.AWARDED)
    with unit_of_work(sessions, system) as uow:
        progress_tender(uow, tender.id, Stage.REPORTED)
        ended = progress_tender(uow, tender.id, Stage.AWARDED)
    assert ended.ended_at == clock.at


def test_due_tenders_are_listed(sessions: Sessions, clock: FrozenClock) -> None:
    tender = made.published(sessions, made.council(sessions))

    with reading(sessions) as session:
        assert facts.closing_due(session, clock.at) == ()
        assert facts.closing_due(session, tender.schedule.deadline_at) == (tender.id,)
        assert facts.opening_due(session, tender.schedule.opening_at) == ()
        assert facts.at_stage(session, Stage.PUBLISHED) == (tender.id,)
