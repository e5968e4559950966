"""The demo with two envelopes: awarded, before prices, open, awaiting a share, a draft."""

import hashlib
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from accounts import access
from bids import facts as bids
from bids.jobs import sweep
from bids.opening_pool import in_this_process
from bids.queries import shares
from evaluation import queries as evaluation
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from portal.demo import consulting_story as story
from portal.demo import world
from portal.demo.practice_keys import path_of, practice_keys
from portal.demo.sitting import Sitting
from portal.demo.story import DemoTender
from portal.demo.walking import World
from sealing.hybrid import HybridIdentity
from tendering import facts
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon, beacon

__all__ = ["beacon"]
FIRST, _, THIRD = story.MEMBERS


@pytest.fixture
def demo(
    job_context: JobContext,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    monkeypatch.setattr(world, "present_chain", lambda _settings: made.CHAIN)
    return world.build(job_context)


def told(demo: World, wanted: DemoTender) -> Tender:
    """Return a tender of the story as it stands."""
    with reading(demo.context.sessions) as session:
        seats = facts.seats_of(session, demo.people[FIRST].id)
    (tender,) = [each for each in seats if each.title == wanted.title]
    return tender


def test_the_story_of_two_envelopes_is_told_by_real_acts(demo: World, client: FlaskClient) -> None:
    drains, accounts, maps = (
        told(demo, wanted) for wanted in (story.DRAINAGE, story.ACCOUNTS, story.MAPS)
    )
    with reading(demo.context.sessions) as session:
        award = evaluation.award(session, drains.id)
        minutes = bids.minutes(session, drains.id)
        prices = bids.opened_bids(session, drains.id, "financial")
        awaited = shares.read_parts(session, accounts.id)
    assert award is not None
    assert award.lots[0].vendor_name == "Margalla Supplies"
    # The failed bidder's price, the lowest of all, was never opened.
    assert {bid.vendor_name for bid in prices} == {
        "Margalla Supplies", "Sutlej Works", "Indus Brothers",
    }  # fmt: skip
    (failed,) = [e for e in minutes.envelopes if e.outcome.value == "unopened"]
    assert (failed.vendor_name, failed.kind) == ("Chenab Enterprises", "financial")

    water = told(demo, story.WATER)
    assert water.stage is Stage.TECHNICAL_REPORTED
    assert accounts.stage is Stage.OPENING
    assert [set(part.posted) for part in awaited] == [{1}, {1}]
    assert maps.stage is Stage.DRAFT
    assert maps.committee is not None
    assert [bool(seat.recipient) for seat in maps.committee.seats] == [False, True, True]

    schools = told(demo, story.SCHOOLS)
    assert schools.stage is Stage.PUBLISHED
    assert schools.schedule.deadline_at > demo.now()

    settings = demo.context.settings
    kept = practice_keys(settings)
    assert set(kept) == {accounts.id, maps.id, schools.id}
    assert len(kept[schools.id]) == len(story.MEMBERS)
    assert path_of(settings).stat().st_mode & 0o077 == 0
    page = client.get("/en/practice/keys").text
    assert all(key in page for keys in kept.values() for key in keys.values())
    assert "These keys are public, so they protect nothing." in page
    shown = client.get("/keys/platform.txt").text.strip()
    assert hashlib.sha256(shown.encode()).hexdigest()[:16] in page


def test_a_visitor_opens_the_waiting_bids_and_finishes_the_draft_with_the_practice_keys(
    demo: World,
) -> None:
    accounts, maps = told(demo, story.ACCOUNTS), told(demo, story.MAPS)
    kept = practice_keys(demo.context.settings)

    def keys(tender: Tender) -> dict[str, HybridIdentity]:
        ids = {member: demo.people[member].id for member in story.MEMBERS}
        found = kept[tender.id]
        return {
            name: HybridIdentity.parse(found[account])
            for name, account in ids.items()
            if account in found
        }

    Sitting(demo, accounts.id, keys(accounts)).give((THIRD,))
    sweep(demo.context, in_this_process)
    assert demo.tender(accounts.id).stage is Stage.OPENED

    own = HybridIdentity(bytes(range(32)))
    draft = Sitting(demo, maps.id, {**keys(maps), FIRST: own})
    draft.hand_in((FIRST,))
    draft.prove()
    committee = demo.tender(maps.id).committee
    assert committee is not None
    assert committee.ready_count == len(committee.seats)


def test_no_practice_key_is_shown_outside_practice(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = access.context
    with client.application.app_context():
        real = replace(found(), settings=replace(found().settings, practice=False))
    monkeypatch.setattr(access, "context", lambda: real)
    assert client.get("/en/practice/keys").status_code == 404
