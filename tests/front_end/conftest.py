"""A real site for Chromium: the app on a port, a published tender, a vendor signed in."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from accounts import access
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made as bids_made
from tests.front_end.node_runtime import ROOT, run_node
from tests.tendering import made as tenders_made


@dataclass
class Site:
    """The app on a port; ``actor`` is whoever is signed in."""

    address: str
    tender: Tender
    vendor: Actor
    clock: FrozenClock
    context: JobContext
    actor: Actor
    council: tenders_made.Council
    faults: list[str] = field(default_factory=list)

    def bid_url(self, language: str = "en") -> str:
        return f"{self.address}/{language}/tenders/{self.tender.id}/bid/1/single"

    def device_url(self, language: str = "en") -> str:
        return f"{self.address}/{language}/tenders/{self.tender.id}/before-you-start"


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The bundles, made anew from the present sources."""
    run_node("script/bundle.mjs")
    return ROOT / "static" / "built"


@pytest.fixture
def site(
    app: Flask,
    job_context: JobContext,
    clock: FrozenClock,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    who = tenders_made.council(job_context.sessions)
    tender = tenders_made.published(job_context.sessions, who, chain=bids_made.CHAIN)
    vendor = bids_made.vendor(job_context)
    app.config["WTF_CSRF_ENABLED"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://localhost:{server.server_port}"
    made = Site(address, tender, vendor, clock, job_context, vendor, who)
    monkeypatch.setattr(access, "actor", lambda: made.actor)
    monkeypatch.setattr(
        access,
        "actor_page",
        lambda: access.ActorPage(made.actor is vendor, "Ayesha Khan", frozenset()),
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def device(browser: Browser) -> Iterator[BrowserContext]:
    """A vendor's device: its storage lives as long as the test."""
    context = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(device: BrowserContext, site: Site) -> Page:
    return watched(device, site)


def watched(device: BrowserContext, site: Site) -> Page:
    """A page whose script errors and policy violations are collected."""
    opened = device.new_page()
    opened.bring_to_front()  # pages of other tests may be open in the same browser
    opened.on("pageerror", lambda error: site.faults.append(str(error)))
    opened.on(
        "console",
        lambda message: site.faults.append(message.text) if message.type == "error" else None,
    )
    return opened
