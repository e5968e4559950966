"""Reading how the openings stand: the signed list, what is awaited, what is left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bids.domain.reception import SubmissionState
from bids.models import BoxTickRow, EnvelopePartRow, OpeningRow, SubmissionRow


@dataclass(frozen=True)
class OpeningState:
    """How one tender's opening stands."""

    begun_at: datetime
    list_note: str
    seed: str
    beacon_late_since: datetime | None
    unlocked_at: datetime | None
    signature: str | None
    earlier_signatures: dict[int, str]
    paused_at: datetime | None
    pause_code: str | None
    pause_sha256: str | None
    concluded_at: datetime | None
    minimum_bids: int | None
    minimum_rule: str | None
    held_at: datetime | None
    prices_begun_at: datetime | None
    prices_read_at: datetime | None
    shares_destroyed_at: datetime | None

    def signature_of(self, round_number: int) -> str:
        """Return the signature of a round that the opening's bids are sealed to, "" before."""
        return self.earlier_signatures.get(round_number) or self.signature or ""


def opening_state(session: Session, tender_id: str) -> OpeningState | None:
    """Return how a tender's opening stands, None before T."""
    row = session.get(OpeningRow, tender_id)
    if row is None:
        return None
    return OpeningState(
        begun_at=row.begun_at,
        list_note=row.list_note,
        seed=row.seed,
        beacon_late_since=row.beacon_late_since,
        unlocked_at=row.unlocked_at,
        signature=row.signature,
        earlier_signatures={int(each): to for each, to in (row.earlier_signatures or {}).items()},
        paused_at=row.paused_at,
        pause_code=row.pause_code,
        pause_sha256=row.pause_sha256,
        concluded_at=row.concluded_at,
        minimum_bids=row.minimum_bids,
        minimum_rule=row.minimum_rule,
        held_at=row.held_at,
        prices_begun_at=row.prices_begun_at,
        prices_read_at=row.prices_read_at,
        shares_destroyed_at=row.shares_destroyed_at,
    )


@dataclass(frozen=True)
class Tick:
    """One published root of a box."""

    i: int
    at: datetime
    root: str
    closing: bool


def closing_tick(session: Session, tender_id: str) -> Tick | None:
    """Return the root at which a box was closed, None before."""
    row = session.scalars(
        select(BoxTickRow).where(BoxTickRow.tender_id == tender_id, BoxTickRow.closing.is_(True))
    ).one_or_none()
    return Tick(row.i, row.at, row.root, row.closing) if row else None


def listed_hashes(session: Session, tender_id: str) -> frozenset[str]:
    """Return the SHA-256 of every filled slot on the signed list; empty before T."""
    state = opening_state(session, tender_id)
    if state is None:
        return frozenset()
    document = json.loads(state.list_note.split("\n", 1)[0])
    hashes = {str(entry["document"]["sha256"]) for entry in document["envelopes"]}
    named = {*document["not_delivered"], *document.get("unconfirmed", ())}
    return frozenset(hashes | named)


def replaced_count(session: Session, tender_id: str) -> int:
    """Return how many sealed files were replaced; for pages after T only."""
    return session.execute(
        select(func.count()).where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.state == SubmissionState.SUPERSEDED.value,
        )
    ).scalar_one()


def holding_shares(session: Session) -> tuple[str, ...]:
    """Return the tenders whose members' shares are still held here, however they stand."""
    query = (
        select(EnvelopePartRow.tender_id)
        .join(OpeningRow, OpeningRow.tender_id == EnvelopePartRow.tender_id)
        .where(OpeningRow.shares_destroyed_at.is_(None))
        .distinct()
        .order_by(EnvelopePartRow.tender_id)
    )
    return tuple(session.scalars(query))


def rounds_sealed_to(session: Session, tender_id: str) -> frozenset[int]:
    """Return the rounds of a tender's sealed envelopes; for the opening's job, never for a page."""
    rows = session.scalars(
        select(SubmissionRow.round)
        .where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.state == SubmissionState.SEALED.value,
        )
        .distinct()
    )
    return frozenset(rows)


def sealed_count(session: Session, tender_id: str, kind: str) -> int:
    """Return how many envelopes of a kind are sealed; for the opening's job, never for a page."""
    return session.execute(
        select(func.count()).where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.kind == kind,
            SubmissionRow.state == SubmissionState.SEALED.value,
        )
    ).scalar_one()
