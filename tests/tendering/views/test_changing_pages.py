"""An officer changes or cancels a published tender, another approves, everybody reads it."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bids.views import changing as door
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from notices import jobs
from notices.renditions.pool import RenditionPool, render_alone
from tendering import facts
from tendering.domain.tender import Stage, Tender
from tests.tendering import made
from tests.tendering.views.conftest import Office


@pytest.fixture
def tender(office: Office, sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Tender:
    monkeypatch.setattr(door, "sealing_sha384", lambda: made.BUNDLE)
    return made.published_with_time(sessions, office.council)


def stored(sessions: Sessions, tender_id: str) -> Tender:
    with reading(sessions) as session:
        return facts.tender(session, tender_id)


def begin(office: Office, tender: Tender, kind: str) -> str:
    officer = office.officer
    officer.get(f"/en/tenders/{tender.id}")
    officer.shows("Change or cancel this tender")
    officer.get(f"/en/drafts/{tender.id}/change")
    officer.post(f"/en/drafts/{tender.id}/change", kind=kind, key=officer.hidden("key"))
    found = re.search(r"/en/drafts/([a-z2-7]{26})/(?:facts|discard)", officer.text)
    assert found
    return f"/en/drafts/{found[1]}"


def explain(office: Office, draft: str, code: str) -> None:
    office.officer.get(f"{draft}/reason")
    office.officer.post(
        f"{draft}/reason", code=code, reason_en="The council decided.", reason_ur="کونسل کا فیصلہ۔"
    )


def local(tender: Tender, by: timedelta) -> str:
    at = tender.schedule.deadline_at + by
    return at.astimezone(ZoneInfo(tender.schedule.zone)).strftime("%Y-%m-%dT%H:%M")


def test_a_tender_is_cancelled_with_a_reason_and_a_second_person(
    office: Office, sessions: Sessions, tender: Tender
) -> None:
    officer, approver, reader = office.officer, office.approver, office.reader
    draft = begin(office, tender, "cancellation")
    officer.shows("Why the tender is cancelled")
    explain(office, draft, "no-funds")
    officer.shows("Check the cancellation", "There is no money for it", "destroyed unopened")
    officer.post(f"{draft}/check")
    officer.shows("The draft is with the approvers.", "Change in preparation")
    assert stored(sessions, tender.id) == tender
    reader.get(f"/en/tenders/{tender.id}")
    assert "cancel" not in reader.text.lower()

    approver.get("/en/drafts/")
    approver.shows("Check the change")
    approver.get(f"{draft}/approval")
    approver.shows("Cancel this tender?", "کونسل کا فیصلہ۔", "Nobody is told whether")
    approver.post(f"{draft}/carry-out")
    approver.shows("The tender is cancelled.")

    assert stored(sessions, tender.id).stage is Stage.CANCELLED
    for lang, words in (("en", "This tender was cancelled"), ("ur", "یہ ٹینڈر منسوخ کر دیا گیا")):
        reader.get(f"/{lang}/tenders/{tender.id}")
        reader.shows(words)
        assert "/bid/1/single" not in reader.text
    reader.get(f"/en/tenders/{tender.id}/changes")
    reader.shows("There is no money for it", "The council decided.", "destroyed unopened")
    reader.get(f"/en/tenders/{tender.id}/opening")
    reader.shows("This tender was cancelled before the deadline. No bid is opened.")
    reader.get("/en/tenders/?state=cancelled")
    reader.shows("1 tender", "Cancelled", "Would have closed")
    reader.get("/en/tenders/?state=open")
    assert tender.id not in reader.text
    reader.get("/en/tenders/?state=evaluation")
    assert tender.id not in reader.text


def test_the_approver_sends_a_change_back_and_it_is_given_up(
    office: Office, sessions: Sessions, tender: Tender
) -> None:
    officer, approver = office.officer, office.approver
    draft = begin(office, tender, "cancellation")
    officer.get(f"{draft}/reason")
    officer.post(f"{draft}/reason", 422, code="no-funds", reason_en="English only", reason_ur="")
    officer.shows("Write the reason in English and in Urdu", "English only")
    explain(office, draft, "no-funds")
    officer.post(f"{draft}/check")
    approver.get(f"{draft}/approval")
    approver.post(f"{draft}/send-back", remarks="Ask finance first.")
    officer.get(draft)
    officer.shows("Ask finance first.")
    officer.post(f"{draft}/discard")
    officer.shows("The change was given up.")
    assert stored(sessions, tender.id) == tender


def test_a_later_deadline_is_shown_with_what_it_was(
    office: Office, sessions: Sessions, tender: Tender
) -> None:
    officer, approver, reader = office.officer, office.approver, office.reader
    draft = begin(office, tender, "addendum")
    officer.shows("A change to KTC-2026-0001", "As published", "Why it changes")
    officer.get(f"{draft}/check")
    officer.shows("Nothing differs from the published tender yet.")
    officer.get(f"{draft}/dates")
    officer.shows("can be opened from the old opening on")
    earlier = local(tender, -timedelta(minutes=5))
    officer.post(f"{draft}/dates", 422, mode="fixed", deadline=earlier, opening="")
    officer.shows("A date can only move to a later time")
    later = local(tender, timedelta(hours=1, minutes=1))
    officer.post(f"{draft}/dates", mode="fixed", deadline=later, opening="")
    explain(office, draft, "more-time")
    officer.get(f"{draft}/check")
    officer.shows("What differs", "Bids close", "Before", "Bidders need more time")
    officer.post(f"{draft}/check")
    approver.get(f"{draft}/approval")
    approver.post(f"{draft}/carry-out")
    approver.shows("The change is public: version 2.", "This tender was changed: version 2")
    approver.get(draft)
    approver.shows("Bidders need more time")

    new = stored(sessions, tender.id)
    assert new.schedule.deadline_at > tender.schedule.deadline_at
    for lang, words in (("en", "Bids close"), ("ur", "اس ٹینڈر میں تبدیلیاں")):
        reader.get(f"/{lang}/tenders/{tender.id}/changes")
        reader.shows(words)
    reader.get(f"/api/tenders/{tender.id}/pack?notice={tender.notice}")
    assert '"version":1' in reader.text
    reader.get(f"/api/tenders/{tender.id}/pack")
    assert '"version":2' in reader.text


def test_a_corrected_text_becomes_the_next_version_with_its_notice(
    office: Office,
    job_context: JobContext,
    sessions: Sessions,
    tender: Tender,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RenditionPool, "render", lambda _self, data: render_alone(data))
    jobs.issue_due_notices(job_context)
    clock.advance(seconds=1)
    officer, approver, reader = office.officer, office.approver, office.reader
    draft = begin(office, tender, "addendum")
    officer.get(f"{draft}/requirements")
    officer.post(
        f"{draft}/requirements",
        rows={"rows-0-text_en": "Registered for sales tax and income tax.", "rows-0-text_ur": ""},
    )
    explain(office, draft, "error")
    officer.get(draft)
    officer.shows("As published", "Changed")
    officer.get(f"{draft}/check")
    officer.post(f"{draft}/check")
    approver.get(f"{draft}/approval")
    approver.shows("Requirement 1: Text", "Registered for sales tax and income tax.", "Yes", "No")
    approver.post(f"{draft}/carry-out")

    jobs.issue_due_notices(job_context)
    jobs.render_due_pdfs(job_context)
    reader.get(f"/en/tenders/{tender.id}")
    reader.shows("PDF, version 1", "PDF, version 2", "Changes to this tender")
    reader.get(f"/en/notices/?tender={tender.id}")
    numbers = re.findall(r"/en/notices/([A-Z2-7]{8})", reader.text)
    assert len(numbers) == 2
    reader.get(f"/en/notices/{numbers[0]}")
    reader.shows("What changed in version 2, and why", "A mistake in the tender is corrected")
    assert "A newer notice replaces this one" not in reader.text
    reader.get(f"/en/notices/{numbers[1]}")
    reader.shows("A newer notice replaces this one")


def test_nobody_else_finds_a_change_in_preparation(
    office: Office, sessions: Sessions, tender: Tender
) -> None:
    draft = begin(office, tender, "addendum")
    draft_id = draft.rsplit("/", 1)[1]
    for path in (draft, f"{draft}/reason", f"{draft}/check", f"/en/tenders/{draft_id}",
                 f"/en/tenders/{draft_id}/changes", f"/api/tenders/{draft_id}/pack"):  # fmt: skip
        answer = office.reader.client.get(path)
        assert answer.status_code in {302, 404}, path
    late = office.officer.client.get(f"/en/drafts/{tender.id}/reason")
    assert late.status_code == 404


def test_after_the_deadline_the_page_says_so(
    office: Office, sessions: Sessions, clock: FrozenClock
) -> None:
    tender = made.published(sessions, office.council, book="practice")
    clock.move_to(tender.schedule.deadline_at)
    office.officer.get(f"/en/tenders/{tender.id}")
    assert "Change or cancel" not in office.officer.text
    office.officer.get(f"/en/drafts/{tender.id}/change")
    office.officer.shows("This tender can no longer be changed.")
