"""Following links: one person's way through every page that a page leads to."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urldefrag, urljoin

import httpx

LINK = re.compile(r'(?:href|src|data-poll|data-src)="([^"#][^"]*)"')
ANCHOR = re.compile(r'href="#([^"/][^"]*)"')
PRESS = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"')
UNFILLED = re.compile(r"%\(\w+\)s|\{\{|\}\}|Undefined")
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
# The same bytes for everybody: fetched once, by the first who finds a link to it.
SAME_FOR_ALL = re.compile(r"/static/|\.pdf$|/api/|\.json$|\.txt$|\.age$")
NAME = re.compile(r"(?<=/)(?:[a-z0-9]{20,}|[A-Z2-7]{8}|[0-9]+|[A-Z]+-[0-9-]+)(?=/|\.|$)")
MOST_PAGES = 1200


def kind_of(path: str) -> str:
    """Return a path without the names of things and without its query: what kind of page it is."""
    return NAME.sub("*", path.partition("?")[0]).rstrip("/")


@dataclass
class Crawl:
    """One person's way through the links below one language.

    ``most`` bounds how many pages of one kind are visited.
    """

    client: httpx.Client
    address: str
    language: str
    fetched: set[str]
    most: int = MOST_PAGES
    seen: dict[str, str] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def walk(self) -> list[str]:
        """Follow every link; return what is wrong."""
        start = f"/{self.language}/"
        self.seen[start] = ""
        waiting, kinds = [start], Counter([kind_of(start)])
        while waiting:
            assert len(self.seen) < MOST_PAGES, "links without an end"
            path = waiting.pop(0)
            for link in self.links_of(path):
                if link not in self.seen and kinds[kind_of(link)] < self.most:
                    kinds[kind_of(link)] += 1
                    self.seen[link] = path
                    waiting.append(link)
        return self.broken

    def links_of(self, path: str) -> list[str]:
        """Read a page and return its links to pages of this site in this language."""
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
        self.pages.append(str(answer.url).removeprefix(self.address))
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
