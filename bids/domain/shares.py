"""The members' shares at an opening: whether enough came, and whose are awaited since when.

Source: decision 16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bids.domain.opening import Claim
from sealing.package import CommitteePart, Context
from tendering.domain.committee import OpeningCommittee, Seat


@dataclass(frozen=True)
class Standing:
    """How one bid stands whose outer file was read: the shares that hold, by their members.

    ``sealed`` ends when the bid is opened or found unreadable; ``threshold`` shares open it.
    """

    bid: Claim
    vendor_name: str
    sealed: bool
    threshold: int
    read_at: datetime
    cheated_at: datetime | None
    posted: Mapping[int, bytes]

    @property
    def submission_id(self) -> str:
        """Return the id of the bid's upload."""
        return self.bid.submission_id

    @property
    def sha256(self) -> str:
        """Return the hash under which the bid stands on the signed list."""
        return self.bid.sha256

    @property
    def context(self) -> Context:
        """Return what the bid, and each share of it, must be bound to."""
        bid = self.bid
        return Context(
            bid.tender_id, bid.lot_id, bid.kind, bid.vendor_id, bid.chain, bid.round, bid.notice
        )

    def awaits(self, number: int) -> bool:
        """Tell whether the bid stays closed and this member's share has not come."""
        return self.sealed and not self.ready and number not in self.posted

    @property
    def ready(self) -> bool:
        """Tell whether the bid can be opened, or called unreadable for the bidder's fault."""
        return self.cheated_at is not None or self.has_quorum

    @property
    def has_quorum(self) -> bool:
        """Tell whether enough members gave their shares."""
        return len(self.posted) >= self.threshold

    @property
    def shares(self) -> tuple[tuple[int, bytes], ...]:
        """Return the posted shares in the order of their members."""
        return tuple(sorted(self.posted.items()))


@dataclass(frozen=True)
class ReadPart(Standing):
    """The same with what the outer file says of its committee, by which shares are checked."""

    eid: bytes
    part: CommitteePart


@dataclass(frozen=True)
class AwaitedKey:
    """A member without whose key bids stay closed: of how many, and since when."""

    seat: Seat
    bids: int
    since: datetime


def awaited_keys(committee: OpeningCommittee, bids: Sequence[Standing]) -> tuple[AwaitedKey, ...]:
    """Return whose keys are awaited, in the order of the seats; nobody's once enough have come."""
    found = []
    for seat in committee.seats:
        waiting = [bid for bid in bids if bid.awaits(seat.number)]
        if waiting:
            since = min(bid.read_at for bid in waiting)
            found.append(AwaitedKey(seat, len(waiting), since))
    return tuple(found)
