"""What the public page of an opening shows, gathered from facts; before T it knows no bid."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from accounts import queries as people
from bids import facts
from bids.domain.bid_content import Discount
from bids.domain.bid_content import Kind as BidKind
from bids.domain.incident import End, Incident
from bids.domain.opening import EnvelopeOutcome, decryptable_at, kind_opened
from bids.domain.outage import Hold
from bids.domain.permissions import OpeningAct
from bids.domain.shares import AwaitedKey, awaited_keys
from bids.facts import ListedEnvelope, OpenedBid, holds
from bids.queries import incidents, openings, shares
from bids.queries.openings import OpeningState
from foundation.values.instants import instant_text
from foundation.values.money import Money
from foundation.values.text import Text
from tendering.domain.tender import ENDED_STAGES, Stage, Tender
from transparency import readers


class Waiting(StrEnum):
    """What an opening waits for."""

    DEADLINE = "deadline"
    OPENING = "opening"
    GUARD = "guard"
    BEACON = "beacon"
    PAUSED = "paused"
    CLOCK = "clock"
    DECISION = "decision"
    TOO_FEW = "too-few"
    SHARES = "shares"
    ENVELOPES = "envelopes"
    PRICES = "prices"
    INCIDENT = "incident"
    NOTHING = "nothing"
    CANCELLED = "cancelled"


# What the record shows of envelopes that were not sealed any more at the deadline.
GONE = (
    EnvelopeOutcome.WITHDRAWN,
    EnvelopeOutcome.NOT_DELIVERED,
    EnvelopeOutcome.REPLACED,
    EnvelopeOutcome.NOT_CONFIRMED,
)


@dataclass(frozen=True)
class ReadOut:
    """One line of the opening: who, what was read out, when received, or why not."""

    lot_id: str
    kind: str
    vendor_name: str
    total: Money | None
    discounts: tuple[Discount, ...]
    received_at: datetime | None
    sha256: str
    listed: bool
    outcome: EnvelopeOutcome
    code: str | None
    finding: str | None
    by_receipt: bool = False
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class ShownIncident:
    """A declared incident and the names of the two persons who declared it."""

    incident: Incident
    proposer: Text
    declarer: Text


@dataclass(frozen=True)
class OpeningPage:
    """The public page; `lines` is None before T, whatever the box holds."""

    tender: Tender
    now: datetime
    waiting: Waiting
    decryptable_at: datetime
    box_root: str | None
    box_closed_at: datetime | None
    begun_at: datetime | None
    unlocked_at: datetime | None
    beacon_late_since: datetime | None
    pause_sha256: str | None
    concluded_at: datetime | None
    hold: Hold | None
    lines: tuple[ReadOut, ...] | None
    replaced: int
    etag: str
    minimum_bids: int | None = None
    minimum_rule: str = ""
    held_at: datetime | None = None
    awaited: tuple[AwaitedKey, ...] = ()
    prices_begun_at: datetime | None = None
    prices_read_at: datetime | None = None
    shares_destroyed_at: datetime | None = None
    incidents: tuple[ShownIncident, ...] = ()

    def incident_of(self, *, prices: bool) -> Incident | None:
        """Return the newest incident of the opening of the prices, or of the first opening."""
        found = [
            each.incident
            for each in self.incidents
            if (each.incident.envelope == BidKind.FINANCIAL) is prices
        ]
        return found[-1] if found else None

    @property
    def first(self) -> tuple[ReadOut, ...]:
        """Return the lines of the envelopes that are opened first: technical ones, or single."""
        return tuple(line for line in self.lines or () if line.kind != BidKind.FINANCIAL)

    @property
    def prices(self) -> tuple[ReadOut, ...]:
        """Return the lines of the financial envelopes, where prices have their own."""
        return tuple(line for line in self.lines or () if line.kind == BidKind.FINANCIAL)

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing more happens in the tender."""
        return self.tender.stage in ENDED_STAGES

    @property
    def bidder_count(self) -> int:
        """Return how many bidders had a sealed bid at the deadline."""
        return len({line.vendor_name for line in self.first if line.outcome not in GONE})

    @property
    def below_minimum(self) -> bool:
        """Tell whether fewer bidders than the rules ask for stand on the list."""
        return self.minimum_bids is not None and self.bidder_count < self.minimum_bids

    @property
    def unopened(self) -> bool:
        """Tell whether the bids stay unopened for good."""
        return any(line.outcome is EnvelopeOutcome.UNOPENED for line in self.first)

    @staticmethod
    def count_of(lines: tuple[ReadOut, ...], *outcomes: EnvelopeOutcome) -> int:
        """Return how many of these lines ended so."""
        return sum(line.outcome in outcomes for line in lines)

    @property
    def envelope_count(self) -> int:
        """Return how many envelopes were sealed at the deadline."""
        return sum(line.outcome not in GONE for line in self.lines or ())


def gather(
    session: Session, tender: Tender, now: datetime, *, clock_doubtful: bool = False
) -> OpeningPage:
    """Return the page of a published tender at this instant.

    Before T nothing is read but the tender and its ticks: the same statements for 0 and N bids.
    """
    state = openings.opening_state(session, tender.id)
    hold = holds.hold(session, tender.id)
    tick = openings.closing_tick(session, tender.id)
    lines = None if state is None else _lines(session, tender)
    replaced = 0 if state is None else openings.replaced_count(session, tender.id)
    awaited = _awaited(session, tender) if lines else ()
    waiting = _waiting(tender, state, now, lines, hold)
    if waiting is Waiting.ENVELOPES and awaited:
        waiting = Waiting.SHARES
    declared = () if state is None else shown_incidents(session, tender.id)
    waiting = _in_incident(tender, waiting, declared)
    if clock_doubtful and waiting not in {Waiting.DEADLINE, Waiting.NOTHING}:
        waiting = Waiting.CLOCK
    return OpeningPage(
        tender=tender,
        now=now,
        waiting=waiting,
        decryptable_at=decryptable_at(tender.schedule),
        box_root=tick.root if tick else None,
        box_closed_at=tick.at if tick else None,
        begun_at=state.begun_at if state else None,
        unlocked_at=state.unlocked_at if state else None,
        beacon_late_since=state.beacon_late_since if state else None,
        pause_sha256=state.pause_sha256 if state else None,
        concluded_at=state.concluded_at if state else None,
        hold=hold,
        lines=lines,
        replaced=replaced,
        minimum_bids=state.minimum_bids if state else None,
        minimum_rule=(state.minimum_rule or "") if state else "",
        held_at=state.held_at if state else None,
        awaited=awaited,
        prices_begun_at=state.prices_begun_at if state else None,
        prices_read_at=state.prices_read_at if state else None,
        shares_destroyed_at=state.shares_destroyed_at if state else None,
        incidents=declared,
        etag=_etag(
            tender, state, tick.root if tick else "", lines, waiting, hold, awaited, declared
        ),
    )


def shown_incidents(session: Session, tender_id: str) -> tuple[ShownIncident, ...]:
    """Return the declared incidents of a tender with the names of who declared them."""
    return tuple(
        ShownIncident(
            each,
            people.person(session, each.proposed_by).name,
            people.person(session, each.declared_by).name,
        )
        for each in incidents.declared(session, tender_id)
    )


def _in_incident(tender: Tender, waiting: Waiting, shown: tuple[ShownIncident, ...]) -> Waiting:
    """Return what an opening waits for whose beacon or quorum does not come."""
    stuck = waiting in {Waiting.BEACON, Waiting.SHARES, Waiting.ENVELOPES}
    newest = shown[-1].incident if shown else None
    if newest is None or not stuck or newest.envelope != kind_opened(tender):
        return waiting
    if newest.live:
        return Waiting.INCIDENT
    return Waiting.ENVELOPES if newest.end is End.REVEALED else waiting


def _awaited(session: Session, tender: Tender) -> tuple[AwaitedKey, ...]:
    committee = tender.sealing_committee
    if committee is None:
        return ()
    standings = shares.standings(session, tender.id, committee.threshold)
    if not any(bid.sealed for bid in standings):
        return ()
    refused = {
        (int(act.doc["member"]), str(act.doc["sha256"])): act.at
        for act in readers.each_of(session, tender.id, OpeningAct.BAD_SHARE)
        if act.doc is not None
    }
    return awaited_keys(committee, standings, refused)


def _waiting(
    tender: Tender,
    state: OpeningState | None,
    now: datetime,
    lines: tuple[ReadOut, ...] | None,
    hold: Hold | None,
) -> Waiting:
    schedule = tender.schedule
    if tender.stage is Stage.CANCELLED:
        return Waiting.CANCELLED
    if state is None:
        if hold is not None and hold.released_at is None:
            return Waiting.DECISION
        return Waiting.DEADLINE if now < schedule.deadline_at else Waiting.OPENING
    stopped = _stopped(tender, state)
    if stopped is not None:
        return stopped
    if now < decryptable_at(schedule):
        return Waiting.GUARD
    if state.unlocked_at is None and lines:
        return Waiting.BEACON
    return Waiting.ENVELOPES


def _stopped(tender: Tender, state: OpeningState) -> Waiting | None:
    """Return why an opening that has begun does not go on by itself; None if it does."""
    if state.concluded_at is not None and tender.stage is not Stage.OPENING_PRICES:
        prices_to_come = tender.has_two_envelopes and state.prices_begun_at is None
        ended = tender.stage in ENDED_STAGES
        return Waiting.PRICES if prices_to_come and not ended else Waiting.NOTHING
    if state.paused_at is not None:
        return Waiting.PAUSED
    return Waiting.TOO_FEW if state.held_at is not None else None


def _lines(session: Session, tender: Tender) -> tuple[ReadOut, ...]:
    kinds = (None, BidKind.FINANCIAL) if tender.has_two_envelopes else (None,)
    found = [bid for kind in kinds for bid in facts.opened_bids(session, tender.id, kind)]
    contents = {bid.sha256: bid for bid in found}
    listed = openings.listed_hashes(session, tender.id)
    minutes = facts.minutes(session, tender.id)
    return tuple(
        _read_out(line, contents.get(line.sha256), line.sha256 in listed)
        for line in sorted(minutes.envelopes, key=_in_order)
    )


def _in_order(line: ListedEnvelope) -> tuple[bool, datetime, str]:
    """In the order of receipt; what was never delivered stands last."""
    never = line.received_at is None
    return never, line.received_at or datetime.max.replace(tzinfo=UTC), line.sha256


def _read_out(line: ListedEnvelope, bid: OpenedBid | None, listed: bool) -> ReadOut:
    content = bid.content if bid else None
    total = None
    if content is not None and content.total is not None and content.currency is not None:
        total = Money(content.total, content.currency)
    return ReadOut(
        lot_id=line.lot_id,
        kind=line.kind,
        vendor_name=line.vendor_name,
        total=total,
        discounts=content.discounts if content else (),
        received_at=line.received_at,
        sha256=line.sha256,
        listed=listed,
        outcome=line.outcome,
        code=line.code,
        finding=line.finding,
        by_receipt=line.by_receipt,
        confirmed_at=line.confirmed_at,
    )


def _etag(
    tender: Tender,
    state: OpeningState | None,
    root: str,
    lines: tuple[ReadOut, ...] | None,
    waiting: Waiting,
    hold: Hold | None,
    awaited: tuple[AwaitedKey, ...],
    shown: tuple[ShownIncident, ...],
) -> str:
    """Return a tag that changes when the page does; before T it depends on no bid."""
    parts = [tender.id, tender.stage.value, str(tender.version), root]
    parts.append(waiting.value)
    for seat in tender.committee.seats if tender.committee else ():
        parts.append(instant_text(seat.destroyed_at) if seat.destroyed_at else "-")
    if hold is not None:
        for at in (hold.held_at, hold.proposed_at, hold.released_at, hold.later_deadline_at):
            parts.append(instant_text(at) if at else "-")
    parts += [f"{each.incident.id}:{each.incident.end or '-'}" for each in shown]
    for key in awaited:
        refused_at = instant_text(key.refused_at) if key.refused_at else "-"
        parts.append(f"{key.seat.number}:{key.bids}:{instant_text(key.since)}")
        parts.append(f"{key.answer}:{refused_at}")
    if state is not None:
        instants = (state.begun_at, state.unlocked_at, state.paused_at, state.concluded_at)
        later = (state.prices_begun_at, state.prices_read_at, state.shares_destroyed_at)
        for at in (*instants, *later):
            parts.append(instant_text(at) if at else "-")
        parts.append(instant_text(state.beacon_late_since) if state.beacon_late_since else "-")
        parts += [f"{line.sha256}:{line.outcome.value}" for line in lines or ()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
