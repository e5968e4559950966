"""What tests of bids are given: a published practice tender and a beacon that signs."""

from collections.abc import Iterator

import pytest
from flask import Flask

from accounts import access
from beacon import client
from beacon.client import BeaconLate
from beacon.domain.chain import ChainInfo, last_round
from foundation import clock as foundation_clock
from foundation.jobs import JobContext
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.browser import Browser


class TestBeacon:
    """Signs rounds that are due by the frozen clock, unless told to be late."""

    __test__ = False

    def __init__(self) -> None:
        self.late = False
        self.asked = 0

    def fetch(self, chain: ChainInfo, _url: str, round_number: int) -> bytes:
        self.asked += 1
        if self.late or round_number > last_round(chain, foundation_clock.now()):
            raise BeaconLate("404")
        return made.sign_round(round_number)


@pytest.fixture
def beacon(monkeypatch: pytest.MonkeyPatch) -> TestBeacon:
    fake = TestBeacon()
    monkeypatch.setattr(client, "fetch_signature", fake.fetch)
    return fake


@pytest.fixture
def tender(job_context: JobContext) -> Tender:
    return made.tender(job_context)


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Actor]]:
    current = {"now": Actor.anonymous()}
    monkeypatch.setattr(access, "actor", lambda: current["now"])
    monkeypatch.setattr(access, "actor_page", lambda: access.ActorPage(True, "Ayesha", frozenset()))
    return current  # type: ignore[return-value]


@pytest.fixture
def indus(app: Flask, job_context: JobContext, tender: Tender, who: dict[str, Actor]) -> Browser:
    app.config["WTF_CSRF_ENABLED"] = False
    return Browser(app, made.vendor(job_context), who)


@pytest.fixture
def mehran(app: Flask, job_context: JobContext, who: dict[str, Actor], indus: Browser) -> Browser:
    return Browser(app, made.vendor(job_context, "Mehran Works"), who)
