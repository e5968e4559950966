"""Looking at a bid's files page by page: who may, what is recorded, what a hostile file gets."""

import pytest
from sqlalchemy import select

from foundation.unit_of_work import reading
from tests.evaluation.renditions import made
from tests.evaluation.views.test_pages import Browser
from transparency.models import SealedAct

FILES = (
    ("offer.pdf", made.pdf(2)),
    ("broken.pdf", b"%PDF-1.4 test"),
    ("locked.pdf", made.pdf(1, password="x")),
    ("plant.jpg", made.picture("JPEG")),
)
OFFER = {"Alif Pumps": ("730000", {"1": ("2500", None), "2": ("12000", None)})}


@pytest.fixture
def line(make_line):
    line = make_line(offers=OFFER, files=FILES)
    line.convene("chair", "second")
    line.declare("chair")
    return line


def address(line, name, rest="/1", language="en"):
    file = next(each for each in line.bids["Alif Pumps"].files if each.name == name)
    return f"/{language}/evaluation/{line.tender_id}/files/{file.id}/pages{rest}"


def looks(line):
    kind = "evaluation.read-file"
    with reading(line.context.sessions) as session:
        rows = session.scalars(select(SealedAct).where(SealedAct.kind == kind)).all()
        return [{key: row.doc[key] for key in row.doc if key != "by"} for row in rows]


def test_pages_are_turned_and_each_look_is_recorded(app, line):
    chair = Browser(app, line, "chair")
    bid = line.bids["Alif Pumps"]
    for language in ("en", "ur"):
        listed = chair.get(f"/{language}/evaluation/{line.tender_id}/bids/{bid.envelope_id}")
        first, second = (address(line, "offer.pdf", f"/{n}", language) for n in (1, 2))
        assert first in listed
        page = chair.get(first)
        assert f'href="{second}" rel="next"' in page
        assert 'rel="prev"' not in page
        assert f'src="{first}/picture"' in page
        assert "alt=" in page
        assert f'href="{first}" rel="prev"' in chair.get(second)
    assert looks(line) == []

    answer = chair.client.get(f"{second}/picture")
    assert answer.mimetype == "image/webp"
    assert answer.data[8:12] == b"WEBP"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    file = next(each for each in bid.files if each.name == "offer.pdf")
    look = {"envelope": bid.envelope_id, "file": file.sha256, "label": "E1", "page": 2}
    assert looks(line) == [look]

    assert "Page 1 of 1" in chair.get(address(line, "plant.jpg"))
    for rest in ("/2", "/2/picture", "/0", "/0/picture", "/x", "/١", "/1x/picture"):
        chair.get(address(line, "plant.jpg", rest), status=404)


def test_a_hostile_file_gets_a_sentence_and_the_download_stays(app, line):
    chair = Browser(app, line, "chair")
    for name, words in (("broken.pdf", "it is damaged"), ("locked.pdf", "locked with a password")):
        page = chair.get(address(line, name), status=422)
        assert words in page
        assert address(line, name, "").removesuffix("/pages") in page
        chair.get(address(line, name, "/1/picture"), status=422)


def test_nobody_else_looks(app, line):
    for name in ("second", "third", "officer", "auditor"):
        other = Browser(app, line, name)
        for rest in ("/1", "/1/picture"):
            answer = other.client.get(address(line, "offer.pdf", rest))
            assert answer.status_code in {403, 422}
            assert b"WEBP" not in answer.data
    assert looks(line) == []
