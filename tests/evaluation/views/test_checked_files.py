"""Files of opened bids after their check: handed out, warned of, or held until it is done."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from bids.checking_jobs import check_opened_files
from foundation.unit_of_work import reading
from tests.bids.scanner import NAME, VIRUS, clamd
from tests.bids.test_unpacking import zipped
from tests.evaluation.views.test_pages import Browser
from transparency.models import SealedAct

FILES = (
    ("cv.pdf", b"%PDF-1.4 test"),
    ("harm.pdf", b"%PDF-1.4 " + VIRUS),
    ("plan.zip", zipped(b"a plan")),
)
OFFER = {"Alif Pumps": ("730000", {"1": ("2500", None), "2": ("12000", None)})}


@pytest.fixture
def line(make_line):
    line = make_line(offers=OFFER, files=FILES)
    line.convene("chair")
    line.declare("chair")
    return line


def with_settings(app: Flask, line, **changes):
    """Give the application and the jobs other settings."""
    settings = replace(line.context.settings, **changes)
    line.context = replace(line.context, settings=settings)
    app.extensions["muhr"] = replace(app.extensions["muhr"], settings=settings)


def address(line, name):
    file = next(each for each in line.bids["Alif Pumps"].files if each.name == name)
    return f"/en/evaluation/{line.tender_id}/files/{file.id}"


def told(line, kind):
    with reading(line.context.sessions) as session:
        rows = session.scalars(select(SealedAct).where(SealedAct.kind == kind)).all()
        return [row.doc for row in rows]


def bid_page(line, chair, language="en"):
    bid = line.bids["Alif Pumps"]
    return chair.get(f"/{language}/evaluation/{line.tender_id}/bids/{bid.envelope_id}")


def test_with_a_scanner_nothing_goes_out_before_it_looked(app, line, tmp_path):
    chair = Browser(app, line, "chair")
    assert "Not scanned for viruses" in bid_page(line, chair)
    with_settings(app, line, clamd=f"unix:{tmp_path}/clamd.ctl")
    check_opened_files(line.context)
    assert "Being checked for viruses" in bid_page(line, chair)
    assert "still being checked" in chair.get(address(line, "cv.pdf"), status=409)
    assert told(line, "evaluation.read-file") == []

    from bids import checking_jobs

    checking_jobs._set_aside.clear()
    with clamd(tmp_path) as socket_address:
        with_settings(app, line, clamd=socket_address)
        check_opened_files(line.context)
    states = {each["state"] for each in told(line, "bid.check-file")}
    assert states == {"clean", "found"}
    assert {each["found"] for each in told(line, "bid.check-file")} == {"", NAME}
    page = bid_page(line, chair)
    assert NAME in page
    assert "No virus found" in page
    assert "Being checked" not in page

    assert chair.client.get(address(line, "cv.pdf")).data == FILES[0][1]
    warning = chair.get(address(line, "harm.pdf"))
    assert NAME in warning
    assert "Look at the pages instead" in warning
    assert len(told(line, "evaluation.read-file")) == 1
    token = warning.split('name="csrf_token" value="')[1].split('"')[0]
    taken = chair.client.post(address(line, "harm.pdf"), data={"csrf_token": token})
    assert taken.data == FILES[1][1]
    assert taken.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert told(line, "evaluation.read-file")[1]["warned"] == "found"


def test_without_a_scanner_archives_are_counted_and_nothing_is_called_clean(app, line, monkeypatch):
    from bids import checking_jobs

    monkeypatch.setattr(checking_jobs, "unpacks_too_much", lambda chunks: b"PK" in b"".join(chunks))
    check_opened_files(line.context)
    chair = Browser(app, line, "chair")
    for language, words in (("en", "Not scanned for viruses"), ("ur", "512 MB")):
        assert words in bid_page(line, chair, language)
    assert "unpacks to more than 512 MB" in chair.get(address(line, "plan.zip"))
    assert chair.client.get(address(line, "cv.pdf")).data == FILES[0][1]
    check_opened_files(line.context)
    assert len(told(line, "bid.check-file")) == 4  # bid.json too, and each once


def test_files_leave_from_their_own_host_alone(app, line):
    with_settings(app, line, files_url="http://files.localhost")
    chair = Browser(app, line, "chair")
    led = chair.client.get(address(line, "cv.pdf"))
    assert led.status_code == 303
    assert b"%PDF" not in led.data
    assert led.headers["Cache-Control"] == "no-store"
    target = led.headers["Location"]
    assert target.startswith("http://files.localhost/files/")
    path = target.removeprefix("http://files.localhost")

    stranger = app.test_client()
    taken = stranger.get(path, base_url="http://files.localhost")
    assert taken.data == FILES[0][1]
    assert taken.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert taken.headers["Content-Disposition"].startswith('attachment; filename="bid-')
    assert "Set-Cookie" not in taken.headers
    assert stranger.get(path).status_code == 404  # never on the pages' host
    for other in ("/en/tenders", "/health", "/static/css/muhr.css", "/", path + "x"):
        refused = stranger.get(other, base_url="http://files.localhost")
        assert (refused.status_code, refused.data) == (404, b"")
    line.clock.advance(seconds=61)
    assert stranger.get(path, base_url="http://files.localhost").status_code == 404
