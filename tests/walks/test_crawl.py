"""No link leads to nothing: every page of the demo is walked, in both languages, by every role."""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urldefrag, urljoin

import httpx
import pytest

from tests.walks.serving import Installation

LINK = re.compile(r'(?:href|src|data-poll|data-src)="([^"#][^"]*)"')
ANCHOR = re.compile(r'href="#([^"/][^"]*)"')
PRESS = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"')
PEOPLE = ("", "Nadia Aslam", "Imran Qureshi", "Samina Rauf", "Bilal Hashmi", "Rukhsana Bibi",
          "Tariq Mehmood", "Farah Naz", "New Vendor")  # fmt: skip
UNFILLED = re.compile(r"%\(\w+\)s|\{\{|\}\}|Undefined")
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
# The same bytes for everybody: fetched once, by the first who finds a link to it.
SAME_FOR_ALL = re.compile(r"/static/|\.pdf$|/api/|\.json$|/facts$|\.txt$|\.age$")
MOST_PAGES = 1200

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("walks")]


@dataclass
class Crawl:
    """One person's way through every link below one language."""

    client: httpx.Client
    address: str
    language: str
    fetched: set[str]
    seen: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def walk(self) -> list[str]:
        start = f"/{self.language}/"
        self.seen[start] = ""
        waiting = [start]
        while waiting:
            assert len(self.seen) < MOST_PAGES, "links without an end"
            path = waiting.pop(0)
            found = self.links_of(path)
            new = [link for link in dict.fromkeys(found) if link not in self.seen]
            self.seen.update(dict.fromkeys(new, path))
            waiting += new
        return self.broken

    def links_of(self, path: str) -> list[str]:
        if SAME_FOR_ALL.search(path):
            if path in self.fetched:
                return []
            self.fetched.add(path)
        answer = self.client.get(self.address + path)
        if answer.status_code != 200:
            self.broken.append(f"{answer.status_code} {path} linked from {self.seen[path]}")
            return []
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return []
        self.check(path, answer.text)
        targets = [
            urldefrag(urljoin(str(answer.url), unescape(link)))[0]
            for link in LINK.findall(answer.text)
        ]
        other = "/ur/" if self.language == "en" else "/en/"
        paths = [t.removeprefix(self.address) for t in targets if t.startswith(self.address + "/")]
        return [path for path in paths if not path.startswith(other)]

    def check(self, path: str, html: str) -> None:
        """Look for parameters without values, anchors without places, forms without token."""
        if UNFILLED.search(SCRIPT.sub("", html)):
            self.broken.append(f"unfilled text on {path}")
        for place in ANCHOR.findall(html):
            if f'id="{place}"' not in html:
                self.broken.append(f"no #{place} on {path}")
        if len(PRESS.findall(html)) > html.count('name="csrf_token"'):
            self.broken.append(f"a form without its token on {path}")


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
