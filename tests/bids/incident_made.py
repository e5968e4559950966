"""An opening that cannot go on: two real persons declare an incident, and bidders reveal."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import text

from accounts.acts.practising import create_practice_account
from accounts.acts.visiting import actor_for
from accounts.credentials import keyring
from accounts.domain.organisations import PersonForm
from accounts.domain.roles import Role
from bids import facts, jobs, opening_pool
from bids.acts import declaring, revealing
from bids.domain.incident import Incident
from bids.domain.opening import EnvelopeOutcome
from bids.queries import incidents
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from sealing import age
from sealing.receipt import PrivateReceipt
from sealing.reveal import Reveal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import committee_made, made

REASON = "The beacon has not answered for days; its operator has given it up."
PATIENCE = timedelta(minutes=1)
WINDOW = timedelta(minutes=2)


@dataclass(frozen=True)
class Office:
    """The buyer's officer and approver, with accounts whose names are shown."""

    officer: Actor
    approver: Actor


def office(context: JobContext, tender: Tender) -> Office:
    """Make the two persons' accounts."""
    found = []
    for name, role in (("Omar", Role.OFFICER), ("Amina", Role.APPROVER)):
        form = PersonForm(Text(name), f"{name.lower()}@example.org")
        with unit_of_work(context.sessions, Actor.system("setup")) as uow:
            account = create_practice_account(
                uow,
                keyring(context.settings),
                tender.organisation_id,
                form,
                (role,),
                committee_made.password(),
            )
        found.append(actor_for(account, fresh=True))
    return Office(*found)


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def to_the_trouble(context: JobContext, tender: Tender, clock: FrozenClock) -> None:
    """Let the opening begin and wait for a beacon or members that do not come."""
    clock.move_to(tender.schedule.deadline_at)
    sweep(context)
    clock.move_to(made.unsealing_at(tender))
    clock.advance(seconds=3)
    sweep(context)


def propose(
    context: JobContext,
    tender: Tender,
    who: Actor,
    until_at: datetime,
    trouble: str = "beacon-gone",
    reason: str = REASON,
) -> None:
    with unit_of_work(context.sessions, who) as uow:
        declaring.propose_incident(uow, tender.id, trouble, reason, until_at)


def declare(context: JobContext, tender: Tender, who: Actor) -> Incident:
    with unit_of_work(context.sessions, who) as uow:
        declaring.declare_incident(
            uow, tender.id, keyring(context.settings), age.Identity(secrets.token_bytes(32))
        )
    return newest(context, tender)


def declared(
    context: JobContext,
    tender: Tender,
    by: Office,
    clock: FrozenClock,
    trouble: str = "beacon-gone",
) -> Incident:
    """Let patience end, and two persons declare an incident with the shortest window."""
    clock.advance(seconds=60)
    propose(context, tender, by.officer, clock.at + WINDOW + timedelta(seconds=30), trouble)
    return declare(context, tender, by.approver)


def newest(context: JobContext, tender: Tender) -> Incident:
    with reading(context.sessions) as session:
        found = incidents.newest(session, tender.id)
    assert found is not None
    return found


def reveal(
    context: JobContext, who: Actor, receipt: PrivateReceipt, of: Incident, **changed: object
) -> bytes:
    """Seal what a receipt reveals, as the device does, and send it."""
    document = replace(Reveal.of(receipt, of.id), **changed)  # type: ignore[arg-type]
    sealed = document.seal(of.recipient, secrets.token_bytes)
    with unit_of_work(context.sessions, who) as uow:
        revealing.reveal_envelope(uow, of.tender_id, of.id, receipt.sha256, sealed)
    return sealed


def end_window(context: JobContext, incident: Incident, clock: FrozenClock) -> None:
    clock.move_to(incident.until_at)
    sweep(context)


OPENED = (EnvelopeOutcome.OPENED, None, True)
NOT_REVEALED = (EnvelopeOutcome.NOT_REVEALED, "not-revealed", False)
WRONG = (EnvelopeOutcome.NOT_REVEALED, "wrong-receipt", False)


def entries(context: JobContext, tender_id: str, kind: str, table: str = "act") -> list[dict]:  # type: ignore[type-arg]
    with reading(context.sessions) as session:
        found = session.execute(
            text(f"SELECT doc FROM {table} WHERE tender_id = :t AND kind = :k ORDER BY seq"),
            {"t": tender_id, "k": kind},
        )
        rows = [row[0] for row in found]
    return [json.loads(row) if isinstance(row, str) else row for row in rows]


def outcomes(context: JobContext, tender: Tender, kind: str = "single") -> dict[str, tuple]:  # type: ignore[type-arg]
    with reading(context.sessions) as session:
        lines = facts.minutes(session, tender.id).envelopes
    return {
        line.vendor_name: (line.outcome, line.code, line.by_receipt)
        for line in lines
        if line.kind == kind
    }


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


class Gone:
    """A tender with three bids whose beacon is silent."""

    def __init__(self, context: JobContext, tender: Tender, clock: FrozenClock) -> None:
        self.tender = tender
        self.vendors = [made.vendor(context, name) for name in ("Alif", "Bano", "Chand")]
        self.sealed = [made.submit(context, tender, vendor) for vendor in self.vendors]
        self.office = office(context, tender)
        to_the_trouble(context, tender, clock)
