"""The printed guides show the pages as they are: a page that changed stops its guide."""

import inspect
import io
import re

import pikepdf
import pytest
from playwright.sync_api import Browser

from portal.guides import NAMES
from tests.guides import printing
from tests.guides.__main__ import printed, toured
from tests.guides.touring import Tour
from tests.guides.tours import TOURS
from tests.walks.serving import Installation

TAKEN = re.compile(r'\.take\(\s*"([^"]+)"')
SHOWN = re.compile(r'src="app:([a-z-]+)"')


def taken(role: str) -> set[str]:
    """Return the names of the pictures that a tour takes, those of its parts among them."""
    walk = TOURS[role][1]
    sources = [inspect.getsource(walk)]
    parts = {name for name in re.findall(r"\b(_\w+)\(tour", sources[0])}
    module = inspect.getmodule(walk)
    sources += [inspect.getsource(getattr(module, name)) for name in parts]
    return {name for source in sources for name in TAKEN.findall(source)}


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("role", sorted(NAMES))
def test_a_guide_shows_every_picture_that_is_taken_and_no_other(role: str, language: str) -> None:
    html = printing.compose(role, language, size="desk")

    assert set(SHOWN.findall(html)) - {"emblem"} == taken(role)
    assert len(taken(role)) > 4
    assert f'lang="{language}"' in html


def test_the_phone_number_is_printed_where_it_is_known() -> None:
    assert "042-3555 0142" in printing.compose("bidder", "ur", size="phone", phone="042-3555 0142")
    assert 'class="blank"' in printing.compose("bidder", "ur", size="phone")


def test_a_missing_picture_stops_the_guide() -> None:
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        printing.pdf(printing.compose("auditor", "en", size="desk"), {})


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("role", "language"), [("citizen", "ur"), ("officer", "en")])
def test_a_tour_finds_its_pages_and_is_printed(
    demo: Installation, browser: Browser, role: str, language: str
) -> None:
    tour = toured(Tour(browser, demo, language, TOURS[role][0]), role)
    with pikepdf.open(io.BytesIO(printed(tour, role, ""))) as pdf:
        assert 2 <= len(pdf.pages) <= 6
        width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    assert set(tour.pictures) == taken(role)
