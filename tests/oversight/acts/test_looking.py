"""What of the sealed journal is seen when, by whom, and that every look is on record."""

import pytest
from sqlalchemy import select

from accounts.acts.organising import create_organisation
from accounts.domain.organisations import OrganisationForm
from accounts.domain.roles import OrganisationKind, Role
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from oversight.acts import looking
from tendering.acts import asking
from tests.evaluation.line import open_bids
from tests.tendering.made import council, person
from transparency.models import SealedAct
from transparency.queries import Wanted


def overseer(line):
    with unit_of_work(line.context.sessions, Actor.system("setup")) as uow:
        body = create_organisation(
            uow,
            OrganisationKind.OVERSIGHT_BODY,
            OrganisationForm(Text("Audit office"), city="Karachi"),
        )
    return person(body.id, Role.AUDITOR)


def look(line, who, **wanted):
    with unit_of_work(line.context.sessions, who) as uow:
        return looking.read_journal(uow, Wanted(**wanted), "").entries


def kinds(entries):
    return {entry.kind for entry in entries}


def test_before_the_opening_nobody_sees_a_row_of_the_tender(make_line):
    line = make_line(opened=False)
    auditor = overseer(line)
    assert not kinds(look(line, auditor)) & {"bid.commit", "bid.record", "draft.create"}
    with pytest.raises(Refusal, match="still-sealed"):
        look(line, auditor, tender_id=line.tender_id)
    administrator = person(line.people["officer"].organisation_id, Role.ADMINISTRATOR)
    with pytest.raises(Refusal, match="still-sealed"):
        look(line, administrator, tender_id=line.tender_id)
    open_bids(line, line.tender)
    seen = look(line, auditor, tender_id=line.tender_id)
    assert {"bid.commit", "bid.record", "draft.create"} <= kinds(seen)


def test_the_number_of_bids_does_not_show_before_the_opening(make_line):
    line = make_line(opened=False)
    auditor = overseer(line)
    first = look(line, auditor)
    assert all(entry.organisation_id for entry in first)
    assert not any(hasattr(entry, "seq") for entry in first)


def test_every_look_is_on_record(opened):
    auditor = overseer(opened)
    look(opened, auditor, tender_id=opened.tender_id)
    with reading(opened.context.sessions) as session:
        rows = session.scalars(select(SealedAct).where(SealedAct.kind == "oversight.read-journal"))
        docs = [row.doc for row in rows]
    assert [(d["tender"], d["by"]["account"]) for d in docs] == [
        (opened.tender_id, auditor.account_id)
    ]


def test_a_refused_look_leaves_the_journal_closed(opened):
    for role in (Role.OFFICER, Role.APPROVER, Role.EVALUATOR):
        with pytest.raises(Refusal, match="not-permitted"):
            look(opened, person(opened.people["officer"].organisation_id, role))
    with pytest.raises(Refusal, match="not-permitted"):
        look(opened, Actor.anonymous())


def test_an_administrator_sees_only_the_own_organisation(opened):
    stranger = council(opened.context.sessions, "OTC")
    administrator = person(stranger.organisation_id, Role.ADMINISTRATOR)
    assert look(opened, administrator, tender_id=opened.tender_id) == ()
    own = person(opened.people["officer"].organisation_id, Role.ADMINISTRATOR)
    assert "bid.record" in kinds(look(opened, own, tender_id=opened.tender_id))


def test_pages_follow_each_other_without_gap_or_repeat(opened):
    auditor = overseer(opened)
    whole = [e.act_id for e in look(opened, auditor, tender_id=opened.tender_id)]
    found, before = [], ""
    while page := look(opened, auditor, tender_id=opened.tender_id, before=before, limit=4):
        found += [e.act_id for e in page]
        before = found[-1]
    assert found == whole
    back = look(opened, auditor, tender_id=opened.tender_id, after=whole[4], limit=4)
    assert [e.act_id for e in back] == whole[:4]


def test_who_asked_a_question_is_for_auditors_after_the_opening(make_line):
    line = make_line(opened=False)
    auditor = overseer(line)
    administrator = person(line.people["officer"].organisation_id, Role.ADMINISTRATOR)
    asker = person("firm-that-asks", Role.VENDOR)
    with unit_of_work(line.context.sessions, asker) as uow:
        asking.ask_question(uow, line.tender_id, question_id="q1", text="Why?")
    assert not kinds(look(line, auditor)) & {"asking.question"}

    open_bids(line, line.tender)

    seen = look(line, auditor, tender_id=line.tender_id)
    (asked,) = [each for each in seen if each.kind == "asking.question"]
    assert asked.doc["by"]["account"] == asker.account_id
    told = look(line, administrator, tender_id=line.tender_id)
    assert "bid.record" in kinds(told)
    assert asker.account_id not in repr(told)
