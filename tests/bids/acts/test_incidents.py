"""Incidents: declared by two, revealed sealed, opened together, or ended because help came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from accounts.credentials import keyring
from accounts.domain.roles import Role
from bids import facts, incident_jobs, jobs
from bids.acts import opening
from bids.acts.registering import Committed
from bids.domain.incident import End, Trouble
from bids.domain.opening import Contents, EnvelopeOutcome
from bids.queries import incidents
from evaluation.acts import awarding
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from oversight.queries import scope_of
from sealing import age
from sealing.reveal import Reveal
from tendering.acts import following
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon
from tests.bids.incident_made import (
    NOT_REVEALED,
    OPENED,
    PATIENCE,
    WINDOW,
    WRONG,
    Gone,
    declare,
    declared,
    end_window,
    entries,
    newest,
    office,
    outcomes,
    propose,
    reveal,
    stage,
    sweep,
    to_the_trouble,
)
from tests.bids.made import Sealed

SECOND = timedelta(seconds=1)


def mails(context: JobContext, kind: str) -> int:
    with reading(context.sessions) as session:
        return session.execute(
            text("SELECT count(*) FROM mail_message WHERE kind = :k"), {"k": kind}
        ).scalar_one()


@pytest.fixture
def gone(job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon) -> Gone:
    beacon.late = True
    return Gone(job_context, tender, clock)


def test_a_bid_announced_twice_is_revealed_once(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    """A fingerprint that another one took the place of leaves a row that was never completed."""
    beacon.late = True
    vendor = made.vendor(job_context, "Alif")
    first, second = made.seal(tender, vendor), made.seal(tender, vendor)
    for sealed in (first, second, first):
        committed = made.commit(job_context, tender, vendor, sealed)
    assert isinstance(committed, Committed)
    made.complete(job_context, tender, vendor, committed.upload_id, first.data)
    by = office(job_context, tender)
    to_the_trouble(job_context, tender, clock)
    found = declared(job_context, tender, by, clock)
    with pytest.raises(Refusal) as refused:
        reveal(job_context, vendor, second.receipt, found)
    assert refused.value.code == "not-found"
    reveal(job_context, vendor, first.receipt, found)
    end_window(job_context, found, clock)
    assert outcomes(job_context, tender) == {"Alif": OPENED}


def test_what_was_revealed_is_opened_together_and_the_others_are_named(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    tender = gone.tender
    found = declared(job_context, tender, gone.office, clock)
    for vendor, sealed in list(zip(gone.vendors, gone.sealed, strict=True))[:2]:
        reveal(job_context, vendor, sealed.receipt, found)
    clock.move_to(found.until_at - SECOND)
    sweep(job_context)
    assert stage(job_context, tender) is Stage.OPENING
    assert {line[0] for line in outcomes(job_context, tender).values()} == {EnvelopeOutcome.AWAITED}

    end_window(job_context, found, clock)
    assert stage(job_context, tender) is Stage.OPENED
    assert outcomes(job_context, tender) == {"Alif": OPENED, "Bano": OPENED, "Chand": NOT_REVEALED}
    with reading(job_context.sessions) as session:
        bids = facts.opened_bids(session, tender.id)
    assert {bid.vendor_name: bid.content.total for bid in bids if bid.content} == {
        "Alif": 245000,
        "Bano": 245000,
    }

    (told,) = entries(job_context, tender.id, "incident.declare")
    assert told["reason"].startswith("The beacon")
    assert told["proposed_by"] == gone.office.officer.account_id
    assert told["by"]["account"] == gone.office.approver.account_id
    (closed,) = entries(job_context, tender.id, "incident.window-closed")
    assert str(age.Identity.parse(closed["identity"]).recipient()) == told["recipient"]
    assert {line["sha256"] for line in closed["revealed"]} == {
        sealed.sha256 for sealed in gone.sealed[:2]
    }
    (unrevealed,) = entries(job_context, tender.id, "incident.not-revealed")
    assert unrevealed["sha256"] == gone.sealed[2].sha256
    opened = entries(job_context, tender.id, "opening.envelope")
    assert [line["key"] for line in opened] == ["bidder's receipt"] * 2
    (concluded,) = entries(job_context, tender.id, "opening.conclude")
    assert (concluded["opened"], concluded["unreadable"], concluded["unopened"]) == (2, 0, 1)


@pytest.mark.sqlite
def test_processes_of_their_own_open_what_was_revealed(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    reveal(job_context, gone.vendors[0], gone.sealed[0].receipt, found)
    reveal(job_context, gone.vendors[1], gone.sealed[1].receipt, found, file_key=bytes(16))
    clock.move_to(found.until_at)
    jobs.sweep(job_context)
    assert outcomes(job_context, gone.tender) == {
        "Alif": OPENED,
        "Bano": WRONG,
        "Chand": NOT_REVEALED,
    }


def test_a_wrong_receipt_gets_a_code_and_its_bid_stays_unopened(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    first, second, third = zip(gone.vendors, gone.sealed, strict=True)
    reveal(job_context, first[0], first[1].receipt, found, file_key=bytes(16))
    reveal(job_context, second[0], second[1].receipt, found, sha256=first[1].sha256)
    reveal(job_context, third[0], third[1].receipt, found, incident="another")
    end_window(job_context, found, clock)
    assert stage(job_context, gone.tender) is Stage.OPENED
    assert set(outcomes(job_context, gone.tender).values()) == {WRONG}
    with reading(job_context.sessions) as session:
        assert facts.opened_bids(session, gone.tender.id) == ()


def test_the_last_reveal_within_the_window_counts(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    vendor, sealed = gone.vendors[0], gone.sealed[0]
    reveal(job_context, vendor, sealed.receipt, found, file_key=bytes(16))
    clock.move_to(found.until_at - SECOND)
    last = reveal(job_context, vendor, sealed.receipt, found)
    clock.move_to(found.until_at)
    with pytest.raises(Refusal, match="window-over"):
        reveal(job_context, vendor, sealed.receipt, found, file_key=bytes(16))
    sweep(job_context)
    assert outcomes(job_context, gone.tender)["Alif"] == OPENED
    traces = entries(job_context, gone.tender.id, "bid.reveal", "sealed_act")
    assert len(traces) == 2
    (closed,) = entries(job_context, gone.tender.id, "incident.window-closed")
    assert closed["revealed"][0]["reveal_sha256"] == traces[1]["reveal_sha256"]
    assert last


def test_nobody_reveals_for_another_or_something_else(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    vendor, sealed = gone.vendors[0], gone.sealed[0]
    found = declared(job_context, gone.tender, gone.office, clock)
    cases = [
        ("not-found", gone.vendors[1], sealed.receipt, found),
        ("no-window", vendor, sealed.receipt, replace(found, id="other")),
        ("not-found", vendor, replace(sealed.receipt, sha256="ab" * 32), found),
        ("fresh-sign-in", replace(vendor, fresh=False), sealed.receipt, found),
        ("not-permitted", gone.office.officer, sealed.receipt, found),
    ]
    for code, who, receipt, incident in cases:
        with pytest.raises(Refusal) as refused:
            reveal(job_context, who, receipt, incident)
        assert refused.value.code == code
    end_window(job_context, found, clock)
    assert set(outcomes(job_context, gone.tender).values()) == {NOT_REVEALED}


def test_a_beacon_that_comes_back_ends_the_incident_and_destroys_what_was_revealed(
    job_context: JobContext, gone: Gone, clock: FrozenClock, beacon: TestBeacon
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    reveal(job_context, gone.vendors[0], gone.sealed[0].receipt, found)
    beacon.late = False
    sweep(job_context)
    assert stage(job_context, gone.tender) is Stage.OPENED
    expected = (EnvelopeOutcome.OPENED, None, False)
    assert set(outcomes(job_context, gone.tender).values()) == {expected}
    ended = newest(job_context, gone.tender)
    assert ended.end is End.RECOVERED
    with reading(job_context.sessions) as session:
        (held,) = incidents.reveals(session, found.id)
        assert held.sealed is None
        with pytest.raises(Refusal, match="not-found"):
            incidents.sealed_identity(session, found.id)
    assert entries(job_context, gone.tender.id, "incident.window-closed") == []
    (told,) = entries(job_context, gone.tender.id, "incident.end")
    assert told["outcome"] == "recovered"


def test_a_beacon_that_comes_back_at_the_very_end_comes_first(
    job_context: JobContext, gone: Gone, clock: FrozenClock, beacon: TestBeacon
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    beacon.late = False
    end_window(job_context, found, clock)
    assert newest(job_context, gone.tender).end is End.RECOVERED
    clock.advance(seconds=1)
    sweep(job_context)
    assert len(entries(job_context, gone.tender.id, "incident.end")) == 1


def test_two_persons_declare_it_and_nobody_before_patience_ends(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    by = gone.office
    tender = gone.tender

    def refused(code: str, step: object) -> None:
        with pytest.raises(Refusal) as found:
            step()  # type: ignore[operator]
        assert found.value.code == code

    until_at = clock.at + PATIENCE + WINDOW + timedelta(minutes=5)
    refused("incident-too-early", lambda: propose(job_context, tender, by.officer, until_at))
    clock.advance(seconds=60)
    refused("not-permitted", lambda: propose(job_context, tender, by.approver, until_at))
    stranger = made.made.person(tender.organisation_id + "x", Role.OFFICER)
    refused("not-permitted", lambda: propose(job_context, tender, stranger, until_at))
    stale = replace(by.officer, fresh=False)
    refused("fresh-sign-in", lambda: propose(job_context, tender, stale, until_at))
    early = clock.at + WINDOW - SECOND
    refused("window-too-short", lambda: propose(job_context, tender, by.officer, early))
    refused("incident-not-proposed", lambda: declare(job_context, tender, by.approver))
    propose(job_context, tender, by.officer, until_at, reason="First.")
    propose(job_context, tender, by.officer, until_at)
    refused("not-permitted", lambda: declare(job_context, tender, by.officer))
    both = replace(by.officer, roles=frozenset({Role.OFFICER, Role.APPROVER}))
    refused("own-decision", lambda: declare(job_context, tender, both))
    assert declare(job_context, tender, by.approver).trouble is Trouble.BEACON_GONE
    refused("incident-declared", lambda: declare(job_context, tender, by.approver))
    refused("incident-declared", lambda: propose(job_context, tender, by.officer, until_at))
    assert len(entries(job_context, tender.id, "incident.propose")) == 2
    assert len(entries(job_context, tender.id, "incident.declare")) == 1


def test_a_proposal_alone_opens_nothing_and_takes_nothing(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    clock.advance(seconds=60)
    until_at = clock.at + 2 * WINDOW
    propose(job_context, gone.tender, gone.office.officer, until_at)
    proposal = newest(job_context, gone.tender)
    with pytest.raises(Refusal, match="no-window"):
        reveal(
            job_context,
            gone.vendors[0],
            gone.sealed[0].receipt,
            replace(proposal, recipient=str(age.Identity(bytes(32)).recipient())),
        )
    clock.move_to(until_at)
    sweep(job_context)
    assert stage(job_context, gone.tender) is Stage.OPENING


def test_followers_hear_the_same_and_bidders_are_asked(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    bidder, curious = gone.vendors[0], gone.office.officer
    for who in (bidder, curious):
        with unit_of_work(job_context.sessions, who) as uow:
            following.follow_tender(uow, gone.tender.id)
    declared(job_context, gone.tender, gone.office, clock)
    assert mails(job_context, "bids.incident-declared") == 2
    assert mails(job_context, "bids.incident-proposed") == 1


def test_who_reveals_is_hidden_from_the_auditor_until_the_window_ends(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    auditor = replace(gone.office.officer, roles=frozenset({Role.AUDITOR}))
    found = declared(job_context, gone.tender, gone.office, clock)
    reveal(job_context, gone.vendors[0], gone.sealed[0].receipt, found)
    with reading(job_context.sessions) as session:
        assert gone.tender.id in scope_of(session, auditor).hidden_tenders
    end_window(job_context, found, clock)
    with reading(job_context.sessions) as session:
        assert gone.tender.id not in scope_of(session, auditor).hidden_tenders


def test_a_worker_that_ends_between_closing_and_opening_is_taken_up(
    job_context: JobContext, gone: Gone, clock: FrozenClock, beacon: TestBeacon
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    reveal(job_context, gone.vendors[0], gone.sealed[0].receipt, found)
    clock.move_to(found.until_at)
    assert incident_jobs.settle(job_context, gone.tender.id)
    beacon.late = False
    asked = beacon.asked
    sweep(job_context)
    assert beacon.asked == asked
    assert outcomes(job_context, gone.tender) == {
        "Alif": OPENED,
        "Bano": NOT_REVEALED,
        "Chand": NOT_REVEALED,
    }
    sweep(job_context)
    assert len(entries(job_context, gone.tender.id, "incident.window-closed")) == 1


def test_a_revealed_bid_opens_once_and_a_copy_is_refused(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    reveal(job_context, gone.vendors[0], gone.sealed[0].receipt, found)
    clock.move_to(found.until_at)
    incident_jobs.settle(job_context, gone.tender.id)
    with unit_of_work(job_context.sessions, Actor.system("opening")) as uow:
        (claim,) = opening.claim_envelopes(uow, gone.tender.id, "worker", 9)
    contents = Contents(code=None, eid="00" * 16)
    with unit_of_work(job_context.sessions, Actor.system("opening")) as uow:
        opening.record_opened(uow, claim, contents)
    with (
        pytest.raises(Refusal, match="already-opened"),
        unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
    ):
        opening.record_opened(uow, claim, contents)


def test_a_tender_of_which_nothing_was_revealed_does_not_end_as_if_no_bid_had_come(
    job_context: JobContext, gone: Gone, clock: FrozenClock
) -> None:
    end_window(job_context, declared(job_context, gone.tender, gone.office, clock), clock)
    assert stage(job_context, gone.tender) is Stage.OPENED
    with unit_of_work(job_context.sessions, gone.office.officer) as uow:
        awarding.end_without_bids(uow, gone.tender.id)
    (ended,) = entries(job_context, gone.tender.id, "award.no-bids")
    assert ended["outcome"] == "none-opened"
    assert [lot["outcome"] for lot in ended["lots"]] == ["none-opened"]


# Nothing to be found before the end


def test_no_revealed_key_and_no_plaintext_lies_anywhere_before_the_window_ends(
    job_context: JobContext,
    gone: Gone,
    clock: FrozenClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = declared(job_context, gone.tender, gone.office, clock)
    sealed: Sealed = gone.sealed[0]
    reveal(job_context, gone.vendors[0], sealed.receipt, found)
    sweep(job_context)
    with reading(job_context.sessions) as session:
        under = incidents.sealed_identity(session, found.id)
        secret = keyring(job_context.settings).open(under, found.id)
        dumped = "\n".join(
            repr(tuple(row))
            for (name,) in session.execute(text(_TABLES[session.get_bind().dialect.name]))
            for row in session.execute(text(f'SELECT * FROM "{name}"'))
        ).encode()
    files = b"\n".join(
        path.read_bytes() for path in job_context.settings.data_dir.rglob("*") if path.is_file()
    )
    needles = [sealed.receipt.file_key, sealed.receipt.token, secret]
    written = [needle.hex().encode() for needle in needles]
    written += [str(age.Identity(secret)).encode(), b"245000.00", b"Three years"]
    for needle in [*needles, *written]:
        assert needle not in files
        assert needle not in dumped
        assert repr(needle)[2:-1].encode() not in dumped
        assert needle.decode("latin-1") not in caplog.text
    # The search finds what is there: after the end the key is public.
    end_window(job_context, found, clock)
    (closed,) = entries(job_context, gone.tender.id, "incident.window-closed")
    assert closed["identity"] == str(age.Identity(secret))
    with reading(job_context.sessions) as session:
        (held,) = incidents.reveals(session, found.id)
    assert held.sealed is not None
    opened = Reveal.open(held.sealed, age.Identity(secret), found.id, sealed.sha256)
    assert opened.file_key == sealed.receipt.file_key


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%search%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
