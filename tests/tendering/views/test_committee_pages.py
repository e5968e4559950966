"""The pages of an opening committee: naming it, the board, a member's own page."""

from dataclasses import replace

import pytest

from foundation.database import Sessions
from foundation.unit_of_work import unit_of_work
from sealing import age
from tendering.acts import seating
from tendering.domain.committee import fingerprint_of
from tendering.domain.tender import Tender
from tests.tendering import made
from tests.tendering.views.conftest import Office

KEY = str(age.Identity(bytes([7]) * 32).recipient())


@pytest.fixture
def draft(sessions: Sessions, office: Office) -> Tender:
    facts = replace(made.FACTS, method="committee")
    return made.complete_draft(sessions, office.council, book="practice", facts=facts)


@pytest.fixture
def seated(sessions: Sessions, office: Office, draft: Tender) -> Tender:
    who = office.council
    people = [who.officer.account_id, who.approver.account_id, who.evaluator.account_id]
    with unit_of_work(sessions, who.officer) as uow:
        return seating.name_committee(uow, draft.id, draft.revision, people, 2)


def test_the_task_list_asks_for_a_committee_only_where_the_rules_do(
    sessions: Sessions, office: Office, draft: Tender
) -> None:
    other = made.complete_draft(sessions, office.council, book="practice")
    assert "Opening committee" in office.officer.get(f"/en/drafts/{draft.id}")
    assert "Opening committee" not in office.officer.get(f"/en/drafts/{other.id}")
    office.officer.get(f"/en/drafts/{other.id}/committee", status=404)


def test_the_officer_names_the_committee_and_sees_its_board(office: Office, draft: Tender) -> None:
    who, page = office.council, f"/en/drafts/{draft.id}/committee"
    people = [who.officer.account_id, who.approver.account_id, who.evaluator.account_id]
    office.officer.get(page)
    board = office.officer.post(page, members=people, threshold="2")
    office.officer.shows("The committee is named", "2 of 3 members open a bid together.")
    assert board.count("No key yet") == 3


@pytest.mark.parametrize(
    ("threshold", "said"),
    [("2", "at least one member more"), ("1", "At least 2 members"), ("two", "Write a number")],
)
def test_what_cannot_be_is_told_at_its_field(
    office: Office, draft: Tender, threshold: str, said: str
) -> None:
    people = [office.council.officer.account_id, office.council.approver.account_id]
    page = f"/en/drafts/{draft.id}/committee"
    office.officer.get(page)
    office.officer.post(page, members=people, threshold=threshold, status=422)
    office.officer.shows(said)


def test_a_member_hands_in_a_key_and_compares_it(office: Office, seated: Tender) -> None:
    officer, page = office.officer, f"/en/committee/{seated.id}"
    officer.get(page)
    officer.post(f"{page}/key", recipient="age1nothing", status=422)
    officer.shows("This is no public age key.")
    officer.post(f"{page}/key", recipient=KEY)
    officer.shows("Your public key was handed in.")
    officer.post(f"{page}/fingerprint", fingerprint="0000 0000 0000 0000", status=422)
    officer.shows("This is not the fingerprint on the board.")
    digits = fingerprint_of(KEY)
    officer.post(f"{page}/fingerprint", fingerprint=digits)
    officer.shows("The board shows your key.")
    officer.get(f"/en/drafts/{seated.id}/committee")
    officer.shows(" ".join(digits[at : at + 4] for at in range(0, 16, 4)), "Not rehearsed yet")


def test_a_loss_is_reported_only_with_the_box_ticked(office: Office, seated: Tender) -> None:
    officer, page = office.officer, f"/en/committee/{seated.id}"
    officer.get(page)
    officer.post(f"{page}/key", recipient=KEY)
    officer.post(f"{page}/lost", status=422)
    officer.post(f"{page}/lost", sure="yes")
    officer.get(f"/en/drafts/{seated.id}/committee")
    officer.shows("Lost")


def test_who_has_no_seat_finds_no_page(office: Office, draft: Tender) -> None:
    office.officer.get(f"/en/committee/{draft.id}", status=404)
    office.officer.get("/en/committee/")
    office.officer.shows("You sit on no opening committee.")


def test_the_members_list_and_header_lead_to_the_seat(office: Office, seated: Tender) -> None:
    listed = office.approver.get("/en/committee/")
    assert f"/en/committee/{seated.id}" in listed
    office.approver.shows("Committee keys")
    assert "Committee keys" not in office.reader.get("/en/tenders/")
