"""No link leads to nothing: every page of the demo is walked, in both languages, by every role."""

import re
from html import unescape
from urllib.parse import urldefrag, urljoin

import httpx
import pytest

from tests.walks.serving import Installation

LINK = re.compile(r'(?:href|src|data-poll|data-src)="([^"#][^"]*)"')
MOST_PAGES = 400
PEOPLE = ("", "Nadia Aslam", "Imran Qureshi", "Samina Rauf", "Bilal Hashmi", "Tariq Mehmood",
          "Farah Naz")  # fmt: skip
UNFILLED = re.compile(r"%\(\w+\)s|\{\{|\}\}|Undefined")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("person", PEOPLE)
def test_every_link_leads_somewhere(demo: Installation, person: str, language: str) -> None:
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as client:
        if person:
            demo.sign_in(client, person, language)
        broken = crawl(client, demo.address, f"/{language}/")

    assert broken == []


def crawl(client: httpx.Client, address: str, start: str) -> list[str]:
    waiting, seen, broken = [start], {start}, []
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        answer = client.get(address + path)
        if answer.status_code != 200:
            broken.append(f"{answer.status_code} {path}")
            continue
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        if UNFILLED.search(re.sub(r"<script.*?</script>", "", answer.text, flags=re.S)):
            broken.append(f"unfilled text on {path}")
        for link in LINK.findall(answer.text):
            target = urldefrag(urljoin(address + path, unescape(link)))[0]
            if not target.startswith(address + "/"):
                continue
            target = target.removeprefix(address)
            other_language = "/ur/" if start.startswith("/en/") else "/en/"
            if target not in seen and not target.startswith(other_language):
                seen.add(target)
                waiting.append(target)
    return broken
