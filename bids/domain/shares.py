"""The members' shares at an opening: whether enough came, and whose are awaited since when.

Source: decision 16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


class Answer(StrEnum):
    """What has come from a member whose key is awaited; nothing says why nothing came."""

    NONE = "none"
    SOME = "some"
    REFUSED = "refused"


@dataclass(frozen=True)
class AwaitedKey:
    """A member without whose key bids stay closed: of how many, and since when.

    ``answer`` tells apart who is silent, who gave shares of other bids of this opening, and whose
    share was refused as bad, last at ``refused_at``.
    """

    seat: Seat
    bids: int
    since: datetime
    answer: Answer = Answer.NONE
    refused_at: datetime | None = None


Refused = Mapping[tuple[int, str], datetime]


def awaited_keys(
    committee: OpeningCommittee, bids: Sequence[Standing], refused: Refused
) -> tuple[AwaitedKey, ...]:
    """Return whose keys are awaited, in the order of the seats; nobody's once enough have come.

    Args:
        committee: of the tender.
        bids: whose outer files were read.
        refused: when a bad share was last refused, by its member and the bid's hash.
    """
    found = []
    for seat in committee.seats:
        waiting = [bid for bid in bids if bid.awaits(seat.number)]
        if waiting:
            since = min(bid.read_at for bid in waiting)
            answer, at = _answer(seat.number, waiting, bids, refused)
            found.append(AwaitedKey(seat, len(waiting), since, answer, at))
    return tuple(found)


def _answer(
    number: int, waiting: Sequence[Standing], bids: Sequence[Standing], refused: Refused
) -> tuple[Answer, datetime | None]:
    """Return what a member answered in this opening; a refusal counts while its bid waits."""
    pairs = [(number, bid.sha256) for bid in waiting]
    last = max((refused[pair] for pair in pairs if pair in refused), default=None)
    if last is not None:
        return Answer.REFUSED, last
    kinds = {bid.bid.kind for bid in waiting}
    gave = any(number in bid.posted and bid.bid.kind in kinds for bid in bids)
    return Answer.SOME if gave else Answer.NONE, None
