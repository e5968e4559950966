"""What tests of bids are given: a published practice tender and a beacon that signs."""

import pytest

from beacon import client
from beacon.client import BeaconLate
from beacon.domain.chain import ChainInfo, last_round
from foundation import clock as foundation_clock
from foundation.jobs import JobContext
from tendering.domain.tender import Tender
from tests.bids import made


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
