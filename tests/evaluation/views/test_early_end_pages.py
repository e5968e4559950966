"""The pages of an end without an award: what officer, approver and public read."""

from tests.evaluation.acts.test_early_end import TWO
from tests.evaluation.views.test_pages import Browser, sign_in

__all__ = ["sign_in"]


def test_too_few_bids_from_the_dashboard_to_the_public_page(make_line, sign_in, app):
    line = make_line(offers=TWO, method="quotations")
    work = f"/en/evaluation/{line.tender_id}/award"
    public = app.test_client().get
    for language, text in (
        ("en", "Bidders: 2. The rules ask for at least 3"),
        ("ur", "بولی دہندگان: 2"),
    ):
        assert text in public(f"/{language}/tenders/{line.tender_id}/opening").text
    officer: Browser = sign_in(line, "officer")
    assert "Decide: fewer bids came than the rules ask for" in officer.get("/en/drafts/")
    assert "Choose what is to happen." in officer.post(f"{work}/early-end", work)
    assert "Give the reason" in officer.post(f"{work}/early-end", work, what="end")
    shown = officer.post(f"{work}/early-end", work, what="end", why="The third firm withdrew.")
    assert "It is proposed. Another person decides." in shown
    assert "You proposed this, so another person approves it." in shown
    approver: Browser = sign_in(line, "approver")
    assert "Approve or send back what the officer proposes" in approver.get("/en/drafts/")
    assert "Approve what is proposed" in approver.get(work)
    ended = approver.post(f"{work}/approval", work)
    assert "fewer bids than the rules ask for, left unopened" in ended
    opening = public(f"/en/tenders/{line.tender_id}/opening").text
    assert "Left unopened" in opening and "1,095,000" not in opening.replace(
        "10,95,000", "1,095,000"
    )
    for language in ("en", "ur"):
        assert public(f"/{language}/evaluation/{line.tender_id}/award").status_code in {
            200,
            302,
            401,
        }
        assert public(f"/{language}/tenders/{line.tender_id}/award").status_code == 200


def test_rejecting_all_bids_before_the_report(opened, sign_in, app):
    work = f"/en/evaluation/{opened.tender_id}/award"
    officer: Browser = sign_in(opened, "officer")
    assert "Or reject all bids now" in officer.get(work)
    officer.post(f"{work}/early-end", work, what="reject", why="The need has ended.")
    approver: Browser = sign_in(opened, "approver")
    ended = approver.post(f"{work}/approval", work)
    assert "No award: all bids were rejected" in ended
    assert "The need has ended." in ended
    page = officer.get(f"/en/evaluation/{opened.tender_id}/progress")
    assert "Evaluation report</a>" not in page
