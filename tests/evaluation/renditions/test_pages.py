"""Pages of files as pictures, drawn by the real confined child."""

import io
import threading
from dataclasses import replace

import pytest
from PIL import Image

from evaluation.renditions import pages
from evaluation.renditions.bounds import DRAWING, LONGEST_SIDE
from foundation.values.refusal import Refusal
from tests.evaluation.renditions import made


def drawn(data: bytes, number: int = 1) -> tuple[int, Image.Image]:
    page = pages.draw_page([data], number)
    return page.pages, Image.open(io.BytesIO(page.picture), formats=("WEBP",))


def black(picture: Image.Image) -> int:
    return sum(picture.convert("L").histogram()[:64])


def test_each_page_is_drawn_at_150_dots_an_inch():
    data = made.pdf(pages=3)
    assert pages.count_pages([data[:100], data[100:]]) == 3
    count, first = drawn(data, 1)
    _, third = drawn(data, 3)
    assert count == 3
    assert first.size == (1240, 1755)
    assert 2.8 < black(third) / black(first) < 3.2


def test_a_page_too_large_for_a_screen_is_made_smaller():
    _, picture = drawn(made.pdf(1, box=(14_400, 7_200)))
    assert picture.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_made_anew_and_nothing_else_of_it_is_passed_on(kind):
    data = made.picture(kind)
    page = pages.draw_page([data + b"PK\x03\x04 trailing"], 1)
    picture = Image.open(io.BytesIO(page.picture))
    assert (page.pages, picture.format, picture.size) == (1, "WEBP", (300, 200))
    red, green, blue = picture.convert("RGB").getpixel((10, 10))
    assert red > 200 > 60 > max(green, blue)
    assert b"secret-comment" not in page.picture
    assert b"trailing" not in page.picture


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.4 test", "page-unreadable"),
        (b"", "page-unreadable"),
        (b"MZ\x90 a program", "page-unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "page-unreadable"),
        (made.picture()[:60], "page-unreadable"),
        (made.huge_png(), "page-unreadable"),
        (made.pdf(password="x"), "file-locked"),
    ],
    ids=["broken", "empty", "program", "svg", "cut", "huge", "locked"],
)
def test_what_cannot_be_drawn_gets_its_code(data, code):
    with pytest.raises(Refusal) as refused:
        pages.count_pages([data])
    assert refused.value.code == code


def test_a_page_that_is_not_there_is_missing():
    with pytest.raises(Refusal) as refused:
        pages.draw_page([made.pdf(1)], 2)
    assert refused.value.code == "page-missing"


def test_whoever_comes_when_all_places_are_taken_is_told_to_come_again(monkeypatch):
    drawing, done = threading.Event(), threading.Event()

    def slow():
        drawing.set()
        assert done.wait(30)
        yield made.pdf(1)

    monkeypatch.setattr(pages, "_places", threading.BoundedSemaphore(1))
    first = threading.Thread(target=lambda: list(map(pages.count_pages, [slow()])))
    first.start()
    try:
        assert drawing.wait(30)
        with pytest.raises(Refusal) as refused:
            pages.count_pages([made.pdf(1)])
        assert refused.value.code == "busy"
    finally:
        done.set()
        first.join(30)
    assert pages.count_pages([made.pdf(1)]) == 1


def test_a_page_that_draws_without_end_is_killed(monkeypatch):
    monkeypatch.setattr(pages, "DRAWING", replace(DRAWING, wall_seconds=3))
    with pytest.raises(Refusal) as refused:
        pages.draw_page([made.endless_pdf()], 1)
    assert refused.value.code == "page-unreadable"
