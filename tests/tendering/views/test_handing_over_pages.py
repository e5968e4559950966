"""The page on which a tender is handed over, as officer and approver see it."""

from accounts import queries as accounts
from accounts.acts import granting
from accounts.domain.roles import Role
from accounts.models import AccountRow
from foundation.database import Sessions
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tests.tendering import made
from tests.tendering.views.conftest import Office


def second_officer(sessions: Sessions, office: Office) -> str:
    """Give the evaluator the role of an officer besides; return the account."""
    with reading(sessions) as session:
        people = accounts.people_of(
            session, office.council.organisation_id, roles=(Role.EVALUATOR,)
        )
    with unit_of_work(sessions, Actor.system("test")) as uow:
        row = uow.session.get_one(AccountRow, people[0].id)
        granting.write_grants(uow, row, [Role.OFFICER])
    return people[0].id


def test_an_officer_hands_a_tender_over_and_takes_it_back(
    office: Office, sessions: Sessions
) -> None:
    to = second_officer(sessions, office)
    draft = made.complete_draft(sessions, office.council)
    officer, path = office.officer, f"/en/drafts/{draft.id}/handover/tender"
    officer.get("/en/drafts/")
    officer.shows("Hand over")
    assert f'href="{path}"' in officer.text
    officer.get(path)
    officer.post(path, to=to, why="", from_day="2026-03-02", until_day="", status=422)
    officer.shows("Choose a reason")
    officer.post(path, to=to, why="absence", from_day="2 March", until_day="", status=422)
    officer.shows("Write the day like this")
    officer.post(
        path, to=to, why="absence", note="Room 4", from_day="۲۰۲۶-۰۳-۰۲", until_day="2026-03-09"
    )
    officer.shows("It is handed over", "Evaluator", "Absence", "Room 4", "End it now")
    found = officer.text.split("/handover/")
    end = next(part.split('"')[0] for part in found if "/end" in part.split('"')[0])
    officer.post(f"/en/drafts/{draft.id}/handover/{end}")
    officer.shows("The handing over has ended")
    assert "End it now" not in officer.text


def test_an_approval_is_not_handed_to_an_author(office: Office, sessions: Sessions) -> None:
    draft = made.submitted(sessions, office.council, made.complete_draft(sessions, office.council))
    approver = office.approver
    approver.get(f"/en/drafts/{draft.id}/approval")
    approver.shows("hand the approval over")
    approver.get(f"/ur/drafts/{draft.id}/handover/approval")
    approver.get(f"/en/drafts/{draft.id}/handover/approval")
    approver.shows("Who is away", "Who takes over")


def test_it_is_nobody_elses_page(office: Office, sessions: Sessions) -> None:
    draft = made.complete_draft(sessions, made.council(sessions, "OTC"))
    office.officer.get(f"/en/drafts/{draft.id}/handover/tender", status=404)
    office.reader.get(f"/en/drafts/{draft.id}/handover/tender")
    office.reader.shows("Sign in")
