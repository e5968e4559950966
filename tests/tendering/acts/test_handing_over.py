"""Handing over in the office: who may, what is recorded, and that nobody approves his own."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.acts.practising import create_practice_account
from accounts.acts.visiting import actor_for
from accounts.credentials import keyring, new_password
from accounts.domain.organisations import Person, PersonForm
from accounts.domain.roles import Role
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.mail.outbox import MailMessage
from foundation.settings import Settings
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts
from tendering.acts import approving, handing_over, publishing
from tendering.domain import handover
from tendering.domain.handover import Asked, Part, Why
from tendering.domain.tender import Tender
from tests.tendering import made
from transparency.models import Act, SealedAct

NOTE = "The samples lie in room 4."


@dataclass
class Office:
    """A council with people that have accounts."""

    sessions: Sessions
    settings: Settings
    who: made.Council
    clock: FrozenClock

    def person(self, name: str, *roles: Role) -> Person:
        with unit_of_work(self.sessions, Actor.system("test")) as uow:
            return create_practice_account(
                uow, keyring(self.settings), self.who.organisation_id,
                PersonForm(Text(name), f"{name}@ktc.example"), roles,
                new_password("correct horse battery"),
            )  # fmt: skip

    def asked(self, to: Person, part: Part = Part.TENDER, away: str = "") -> Asked:
        at = self.clock.now()
        return Asked(part, away, to.id, Why.ABSENCE, NOTE, at, at + timedelta(days=7))

    def hand_over(self, tender: Tender, asked: Asked, by: Actor | None = None):
        with unit_of_work(self.sessions, by or self.who.officer) as uow:
            return handing_over.hand_over(uow, tender.id, asked)

    def refused(self, tender: Tender, asked: Asked, by: Actor) -> str:
        with pytest.raises(Refusal) as refusal:
            self.hand_over(tender, asked, by)
        return refusal.value.code

    def documents(self, table: type, kind: str) -> list[dict[str, object]]:
        with reading(self.sessions) as session:
            return list(session.scalars(select(table.doc).where(table.kind == kind)))


def publish(uow: UnitOfWork, tender_id: str) -> Tender:
    return publishing.publish_tender(uow, tender_id, chain=made.CHAIN, sealing_sha384=made.BUNDLE)


@pytest.fixture
def office(sessions: Sessions, settings: Settings, clock: FrozenClock) -> Office:
    return Office(sessions, settings, made.council(sessions), clock)


def test_a_draft_is_handed_over_under_seal_and_the_colleague_is_told(office: Office) -> None:
    draft = made.complete_draft(office.sessions, office.who)
    omar = office.person("omar", Role.OFFICER)
    office.hand_over(draft, office.asked(omar))
    (doc,) = office.documents(SealedAct, "draft.hand-over")
    assert (doc["to"], doc["from"], doc["reason"]) == (omar.id, draft.created_by, "absence")
    assert NOTE not in str(doc)
    assert office.documents(Act, "tender.hand-over") == []
    with reading(office.sessions) as session:
        told = session.scalars(select(MailMessage.account_id)).all()
        after = facts.tender(session, draft.id)
        standing = facts.handovers(session, draft.id)
    assert omar.id in told
    assert omar.id in after.authors
    assert handover.responsible(after, standing, office.clock.now()) == omar.id


def test_after_the_publication_the_word_is_public_and_the_note_is_not(office: Office) -> None:
    tender = made.published(office.sessions, office.who)
    office.hand_over(tender, office.asked(office.person("omar", Role.OFFICER)))
    (doc,) = office.documents(Act, "tender.hand-over")
    assert doc["reason"] == "absence"
    assert doc["until_at"]
    assert NOTE not in str(doc)


def test_whoever_took_a_draft_over_cannot_approve_it(office: Office) -> None:
    draft = made.complete_draft(office.sessions, office.who)
    both = office.person("both", Role.OFFICER, Role.APPROVER)
    made.submitted(office.sessions, office.who, draft)
    made_over = office.hand_over(draft, office.asked(both))
    with unit_of_work(office.sessions, office.who.officer) as uow:
        handing_over.hand_back(uow, draft.id, made_over.id)
    with (
        unit_of_work(office.sessions, actor_for(both, fresh=True)) as uow,
        pytest.raises(Refusal, match="second-person"),
    ):
        publish(uow, draft.id)


def test_an_approval_goes_to_another_approver_who_made_nothing(office: Office) -> None:
    draft = made.complete_draft(office.sessions, office.who)
    made.submitted(office.sessions, office.who, draft)
    nadia, adil = office.person("nadia", Role.APPROVER), office.person("adil", Role.APPROVER)
    office.hand_over(
        draft, office.asked(nadia, Part.APPROVAL, adil.id), actor_for(adil, fresh=True)
    )
    with unit_of_work(office.sessions, actor_for(nadia, fresh=True)) as uow:
        assert publish(uow, draft.id).approved_by == nadia.id


def test_any_approver_but_the_author_may_approve_or_send_back(office: Office) -> None:
    first = made.submitted(
        office.sessions, office.who, made.complete_draft(office.sessions, office.who)
    )
    nadia, adil = office.person("nadia", Role.APPROVER), office.person("adil", Role.APPROVER)
    with unit_of_work(office.sessions, actor_for(adil, fresh=True)) as uow:
        assert approving.send_back(uow, first.id, "Name the street.").remarks == "Name the street."
    again = made.submitted(
        office.sessions, office.who, made.complete_draft(office.sessions, office.who)
    )
    with unit_of_work(office.sessions, actor_for(nadia, fresh=True)) as uow:
        assert publish(uow, again.id).approved_by == nadia.id


def test_who_hands_over(office: Office) -> None:
    draft = made.complete_draft(office.sessions, office.who)
    omar = office.person("omar", Role.OFFICER)
    other = made.council(office.sessions, "OTC")
    stale = replace(office.who.officer, fresh=False)
    eva = office.person("eva", Role.EVALUATOR)
    asked = office.asked(omar)
    assert office.refused(draft, asked, stale) == "fresh-sign-in"
    assert office.refused(draft, asked, other.officer) == "not-permitted"
    assert office.refused(draft, asked, office.who.evaluator) == "not-permitted"
    assert office.refused(draft, office.asked(eva), office.who.officer) == "handover-nobody"


def test_a_handing_over_ends_once(office: Office) -> None:
    tender = made.published(office.sessions, office.who)
    mine = office.hand_over(tender, office.asked(office.person("omar", Role.OFFICER)))
    with unit_of_work(office.sessions, office.who.officer) as uow:
        handing_over.hand_back(uow, tender.id, mine.id)
    with (
        unit_of_work(office.sessions, office.who.officer) as uow,
        pytest.raises(Refusal, match="handover-over"),
    ):
        handing_over.hand_back(uow, tender.id, mine.id)
    assert len(office.documents(Act, "tender.hand-back")) == 1
