"""The incident of the demo's tender that awaits a share, proposed and declared on its page."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from foundation import clock
from portal.demo import consulting_story as story
from tests.guides.touring import Tour
from tests.walks.people import press

OFFICER, APPROVER = "Imran Qureshi", "Samina Rauf"
REASON = "Two members lost their keys in the flood. Their offices were asked on Monday and today."
WINDOW = timedelta(hours=3)
TYPED = "%Y-%m-%d %H:%M"


def go(tour: Tour) -> None:
    """Open the page on which the incident is proposed and declared."""
    tour.go(f"tenders/{tour.tender(story.ACCOUNTS)}/opening/incident")


def propose(tour: Tour) -> None:
    """Propose it as the officer who has signed in; the page stands open."""
    page = tour.page
    page.locator("main [name=trouble]").first.check()
    page.fill("main [name=reason]", REASON)
    until_at = clock.now() + WINDOW
    page.fill("main [name=until]", until_at.astimezone(ZoneInfo("Asia/Karachi")).strftime(TYPED))
    press(page, "/opening/incident")


def proposed(tour: Tour) -> None:
    """Sign in as the approver before whom the proposal lies, whoever has to make it first."""
    tour.sign_in(APPROVER)
    go(tour)
    if not tour.page.locator("main form").count():
        tour.sign_in(OFFICER)
        go(tour)
        propose(tour)
        tour.sign_in(APPROVER)
        go(tour)


def declared(tour: Tour) -> None:
    """See to it that the incident is declared."""
    tour.sign_in(OFFICER)
    go(tour)
    if tour.page.locator("main form").count():
        proposed(tour)
        press(tour.page, "/declaration")
