"""No link leads to nothing: every page of the demo is walked, in both languages, by every role."""

import httpx
import pytest

from tests.walks.crawling import Crawl
from tests.walks.serving import Installation

PEOPLE = ("", "Nadia Aslam", "Imran Qureshi", "Samina Rauf", "Bilal Hashmi", "Rukhsana Bibi",
          "Tariq Mehmood", "Farah Naz", "New Vendor")  # fmt: skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fetched() -> set[str]:
    """What any walk has found to be there for everybody."""
    return set()


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("person", PEOPLE)
def test_every_link_leads_somewhere(
    demo: Installation, fetched: set[str], person: str, language: str
) -> None:
    with httpx.Client(follow_redirects=True, timeout=60, trust_env=False) as client:
        if person:
            demo.sign_in(client, person, language)
        found = Crawl(client, demo.address, language, fetched).walk()

    assert found == []
