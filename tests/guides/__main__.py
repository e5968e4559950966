"""Makes the printed guides from the pages as they are now, for ``script/guides``.

The demo is started in a fresh folder; each role's steps are taken in Chromium in each language.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from portal.guides import FOLDER, NAMES
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.guides import printing
from tests.guides.touring import PHONE, Tour
from tests.guides.tours import TOURS
from tests.walks.serving import installation


def main() -> int:
    """Return 0 when every guide that was asked for is made."""
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
        )
        for language in asked.language:
            # The tours do what cannot be undone, so that each language has a demo of its own.
            with tempfile.TemporaryDirectory(prefix="muhr-guides-") as folder:
                _make(browser, Path(folder), language, asked)
        browser.close()
    return 0


def _make(browser: Browser, folder: Path, language: str, asked: argparse.Namespace) -> None:
    with installation(folder) as site:
        for role in asked.role or TOURS:
            begun = time.monotonic()
            tour = toured(Tour(browser, site, language, TOURS[role][0]), role)
            data = printed(tour, role, asked.phone)
            path = asked.out / f"{role}-{language}.pdf"
            path.write_bytes(data)
            seconds = time.monotonic() - begun
            sys.stdout.write(f"{path} {len(data) // 1024} kB, {seconds:.0f} s\n")
            sys.stdout.flush()


def toured(tour: Tour, role: str) -> Tour:
    """Walk a role's tour; a page that has changed stops it with its step's picture missing."""
    try:
        TOURS[role][1](tour)
    finally:
        tour.close()
    return tour


def printed(tour: Tour, role: str, phone: str) -> bytes:
    """Return the guide of a tour as a PDF."""
    size = "phone" if tour.size == PHONE else "desk"
    html = printing.compose(role, tour.language, size=size, phone=phone)
    return printing.pdf(html, tour.pictures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/guides", description=__doc__)
    parser.add_argument("role", nargs="*", choices=[[], *NAMES], help="all when none is named")
    parser.add_argument("--language", action="append", choices=("en", "ur"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    phone = os.environ.get("MUHR_ENTITY_PHONE", "")
    parser.add_argument("--phone", default=phone, help="to print; else a line to write on")
    asked = parser.parse_args()
    asked.language = asked.language or ["en", "ur"]
    return asked


if __name__ == "__main__":
    sys.exit(main())
