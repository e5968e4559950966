"""An envelope that ends its opening process every time gets a code and delays no other."""

from __future__ import annotations

import dataclasses
import os
import signal
from datetime import timedelta
from typing import BinaryIO

import pytest

from beacon.domain.chain import ChainInfo
from bids import facts, jobs, opening_jobs, opening_pool
from bids.domain.bid_content import Expected
from bids.domain.opening import LEASE_SECONDS, OPENING_CRASHED, Claim, Contents
from bids.unsealing import HeldReveal, Task
from foundation.blobs.filesystem import FilesystemBlobs
from foundation.blobs.store import BlobStore
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from sealing import age
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon


class PoisonedBlobs(FilesystemBlobs):
    """Kills the process that opens one of its blobs, as a fault in a library would."""

    poisoned = ""

    def open(self, key: str) -> BinaryIO:
        if key.endswith(self.poisoned) and self.poisoned:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().open(key)


def poison(context: JobContext, tender: Tender, sha256: str) -> JobContext:
    """Return a context in which the envelope with this fingerprint cannot be opened."""
    blobs = PoisonedBlobs(context.settings.folder("blobs"))
    found = {claim.sha256: claim.blob_key for claim in claims_of(context, tender)}
    blobs.poisoned = found[sha256]
    return dataclasses.replace(context, blobs=blobs)


def claims_of(context: JobContext, tender: Tender) -> tuple[Claim, ...]:
    jobs._close_boxes(context)
    jobs._begin_openings(context)
    claims = opening_jobs._claim(context, tender.id, "test")
    with opening_jobs.system(context, "opening") as uow:
        opening_jobs.opening._release(uow, tender.id)
    return claims


def outcomes(context: JobContext, tender: Tender) -> dict[str, tuple[str, str | None]]:
    with reading(context.sessions) as session:
        return {
            bid.vendor_name: (bid.state, bid.code) for bid in facts.opened_bids(session, tender.id)
        }


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


@pytest.fixture
def poisoned(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
) -> JobContext:
    bad = made.submit(job_context, tender, made.vendor(job_context, "Poison"))
    made.submit(job_context, tender, made.vendor(job_context, "Sound"))
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    monkeypatch.setattr(opening_jobs, "MOST_CRASHES", 2)
    return poison(job_context, tender, bad.sha256)


def test_a_poisoned_envelope_gets_its_code_and_the_opening_ends(
    poisoned: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    jobs.sweep(poisoned)
    assert outcomes(poisoned, tender) == {"Sound": ("opened", None)}
    assert stage(poisoned, tender) is Stage.OPENING
    clock.advance(seconds=LEASE_SECONDS)
    jobs.sweep(poisoned)
    assert outcomes(poisoned, tender) == {
        "Sound": ("opened", None),
        "Poison": ("unreadable", "opening-crashed"),
    }
    assert stage(poisoned, tender) is Stage.OPENED


def test_an_envelope_is_called_unreadable_at_its_fifth_crash(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening_jobs, "can_open", lambda _task: True)
    made.submit(job_context, tender, made.vendor(job_context, "Poison"))
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    (claim,) = claims_of(job_context, tender)
    folder = job_context.settings.data_dir
    task = opening_jobs._task(job_context, tender, made.signed(tender), claim, folder)
    recorded = []
    for _ in range(5):
        opening_jobs._record(job_context, task, Contents(code=OPENING_CRASHED))
        recorded.append(outcomes(job_context, tender))
    assert recorded == [{}] * 4 + [{"Poison": ("unreadable", "opening-crashed")}]


@pytest.mark.sqlite
def test_no_bid_is_called_unreadable_on_a_machine_that_opens_none(
    poisoned: JobContext, tender: Tender, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_jobs, "can_open", lambda _task: False)
    for _ in range(3):
        jobs.sweep(poisoned)
        clock.advance(seconds=LEASE_SECONDS)
    assert "Poison" not in outcomes(poisoned, tender)
    assert stage(poisoned, tender) is Stage.OPENING


@pytest.mark.sqlite
def test_the_machine_proves_itself_with_the_rounds_key_and_no_other(
    job_context: JobContext, tender: Tender
) -> None:
    assert tender.chain is not None
    assert tender.round is not None
    task = _task(tender.id, tender.chain, tender.round, job_context.blobs)
    assert opening_pool.can_open(task)
    wrong = dataclasses.replace(task, signature=made.sign_round(tender.round + 1))
    assert not opening_pool.can_open(wrong)


@pytest.mark.sqlite
def test_in_an_incident_the_machine_proves_itself_with_a_dummys_own_receipt(
    job_context: JobContext, tender: Tender
) -> None:
    assert tender.chain is not None
    assert tender.round is not None
    task = _task(tender.id, tender.chain, tender.round, job_context.blobs)
    held = HeldReveal("i", b"", age.Identity(bytes(32)))
    assert opening_pool.can_open(dataclasses.replace(task, signature=b"", revealed=held))


def _task(tender_id: str, chain: ChainInfo, round_number: int, blobs: BlobStore) -> Task:
    claim = Claim(
        "s", tender_id, "1", "single", "v", "0" * 64, 1, "b", "0" * 64, chain.hash, round_number
    )
    return Task(
        claim=claim,
        public_key=chain.public_key,
        signature=made.sign_round(round_number),
        expected=Expected(kind="single", lot="1", items=frozenset(), currency="PKR"),
        blobs=blobs,
        folder=None,  # type: ignore[arg-type]  # a dummy touches no folder
    )
