"""Evidence against a bidder where others stay shut: only what names this very envelope is taken."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from bids import facts
from bids.acts import releasing
from bids.queries import shares
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from sealing import age, seal
from sealing.age_header import read_header
from sealing.reading import Reader
from tests.bids import made, two_envelopes
from tests.bids.acts.test_releasing import CHEATS, cheating, entries
from tests.bids.committee_made import Sitting
from tests.bids.conftest import TestBeacon

TIED, UNTIED = CHEATS


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return two_envelopes.published(job_context)


@pytest.fixture
def cheat(job_context: JobContext) -> Actor:
    return made.vendor(job_context, "Cheat")


def accused(context: JobContext, sitting: Sitting, sealed: made.Sealed) -> tuple[str, str]:
    """Let the first member give the age file key of the own share file; return code and key."""
    with reading(context.sessions) as session:
        (part,) = shares.read_parts(session, sitting.tender.id, sha256=sealed.sha256)
    member = sitting.members[0]
    header = read_header(Reader(io.BytesIO(part.part.shares[0])))
    key = age.find_file_key(header, [member.identity]).hex()
    with unit_of_work(context.sessions, member.actor) as uow:
        denied = releasing.accuse_dealer(uow, sitting.tender.id, sealed.sha256, key)
    return denied.code if denied else "", key


@pytest.mark.parametrize(("how", "code"), [(TIED, ""), (UNTIED, "bad-share")])
def test_a_file_that_names_no_envelope_is_no_evidence_and_its_key_is_not_published(
    how: str,
    code: str,
    job_context: JobContext,
    sitting: Sitting,
    cheat: Actor,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write: Callable[[dict[str, object]], bytes] = CHEATS[how]
    with monkeypatch.context() as patched:
        patched.setattr(seal, "deal", cheating(write))
        sealed = made.submit(job_context, sitting.tender, cheat, kind="technical")
    two_envelopes.to_the_shares(job_context, sitting, clock)
    said, key = accused(job_context, sitting, sealed)
    assert said == code
    shown = entries(job_context, sitting.tender.id, "opening.dealer-cheated")
    hidden = entries(job_context, sitting.tender.id, "opening.bad-share")
    assert (key in str(shown)) == (not code)
    assert key not in str(hidden)
    two_envelopes.sweep(job_context)
    with reading(job_context.sessions) as session:
        found = facts.opened_bids(session, sitting.tender.id)
    assert [bid.code for bid in found] == ([] if code else ["dealer-cheated"])
