"""Weight and first paint of public pages on a slow line, in Debian's Chromium with empty caches.

The server has answered each page once before: what is measured is the line, not a first start.
Aims: at most 10 kB on the wire for a page, first paint within 3.5 s at 50 kbit/s.
"""

from __future__ import annotations

import contextlib
import re
import statistics
import sys
from collections.abc import Iterator

import httpx
from playwright.sync_api import Browser, sync_playwright

from bench.databases import scratch
from bench.report import figure
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.walks.serving import Installation, installation

MOST_BYTES = 10_000
LONGEST_SECONDS = 3.5
LINE_BYTES = 50_000 / 8
ROUNDS = 5
WAIT_SECONDS = 120
PAINT = """new Promise(done => new PerformanceObserver((list, all) => {
  const at = list.getEntriesByName("first-contentful-paint")[0];
  if (at) { all.disconnect(); done(at.startTime); }
}).observe({type: "paint", buffered: true}))"""


def main(*, quick: bool) -> None:
    """Print the figures of each page in both languages."""
    with scratch() as folder, installation(folder) as demo, _chromium() as browser:
        for name, path in _pages(demo).items():
            for language in ("en", "ur"):
                _measure(browser, name, language, f"{demo.address}/{language}{path}", quick=quick)


def _pages(demo: Installation) -> dict[str, str]:
    """Return the public pages of the demo's first opened tender and its notice."""
    listed = httpx.get(
        f"{demo.address}/en/tenders/?state=awarded&state=evaluation", timeout=WAIT_SECONDS
    ).text
    tender = re.findall(r'href="/en(/tenders/[a-z0-9]{26})"', listed)[0]
    notices = httpx.get(f"{demo.address}/en/notices/", timeout=WAIT_SECONDS).text
    notice = re.findall(r'href="/en(/notices/[A-Za-z0-9-]{6,})"', notices)[0]
    return {
        "home": "/",
        "list": "/tenders/",
        "tender": tender,
        "notice": notice,
        "opening": f"{tender}/opening",
    }


@contextlib.contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = list(CHROMIUM_ARGUMENTS)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def _measure(browser: Browser, name: str, language: str, address: str, *, quick: bool) -> None:
    httpx.get(address, timeout=WAIT_SECONDS).raise_for_status()
    weights, paints = [], []
    for _round in range(1 if quick else ROUNDS):
        weight, paint = _visit(browser, address)
        weights.append(weight)
        paints.append(paint)
    aim = "what is aimed at"
    weight = statistics.median(weights)
    figure(f"pages.{name} {language}.with all it loads", weight, "B", aim, MOST_BYTES)
    paint = statistics.median(paints)
    figure(f"pages.{name} {language}.first paint at 50 kbit/s", paint, "s", aim, LONGEST_SECONDS)


def _visit(browser: Browser, address: str) -> tuple[int, float]:
    """Return the bytes on the wire and the seconds to the first paint of one first visit."""
    with browser.new_context() as context:
        page = context.new_page()
        line = context.new_cdp_session(page)
        sizes: list[int] = []
        line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        line.send("Network.enable")
        line.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 0,
                "downloadThroughput": LINE_BYTES,
                "uploadThroughput": LINE_BYTES,
            },
        )
        page.goto(address, wait_until="networkidle", timeout=WAIT_SECONDS * 1000)
        paint = page.evaluate(PAINT) / 1000
        return round(sum(sizes)), paint


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
