"""The opening committee of a tender: who sits on it, whose keys are ready, and what that takes.

Source: decisions 16 and 24; the twelve steps of the interface's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from foundation.values.canonical import Document as JsonValue
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from sealing.age_keys import parse_recipient
from sealing.committee import Committee

COMMITTEE_SEAL = "committee"
TIME_LOCK_SEAL = "time_lock"
LEAST_THRESHOLD = 2
# Each share file of a post-quantum key takes some 2,600 of the manifest's 65,536 bytes.
MOST_MEMBERS = 15
LONGEST_RECIPIENT = 2_200
FINGERPRINT_DIGITS = 16


@dataclass(frozen=True)
class Seat:
    """A member's place; ``number`` counts from 1 as the indices of shares do.

    ``recipient`` is the member's public age key. ``compared_at`` is when the member read its
    fingerprint against the board, ``rehearsed_at`` when the key opened its share of a dummy bid,
    ``lost_at`` when the member reported the key lost, ``destroyed_at`` when the member stated
    after the tender's end that every copy of the key is destroyed.
    """

    number: int
    account_id: str
    name: Text
    organisation: Text
    recipient: str = ""
    key_at: datetime | None = None
    compared_at: datetime | None = None
    rehearsed_at: datetime | None = None
    lost_at: datetime | None = None
    destroyed_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """Return the first 16 hex digits of the key's SHA-256, empty without a key."""
        return fingerprint_of(self.recipient) if self.recipient else ""

    @property
    def ready(self) -> bool:
        """Tell whether the key was made, compared, rehearsed and not lost."""
        return self.rehearsed_at is not None and self.compared_at is not None and not self.lost_at


@dataclass(frozen=True)
class OpeningCommittee:
    """``threshold`` of these members open a bid."""

    threshold: int
    seats: tuple[Seat, ...]

    def seat_of(self, account_id: str) -> Seat | None:
        """Return a person's seat, or None."""
        return next((seat for seat in self.seats if seat.account_id == account_id), None)

    @property
    def id(self) -> str:
        """Return the fingerprint under which bids name the committee; "" before all keys are in."""
        return self.sealing().id if all(seat.recipient for seat in self.seats) else ""

    @property
    def has_all_keys(self) -> bool:
        """Tell whether every member has made a key that is not lost."""
        return all(seat.recipient and not seat.lost_at for seat in self.seats)

    @property
    def ready_count(self) -> int:
        """Return how many members are ready."""
        return sum(seat.ready for seat in self.seats)

    def sealing(self) -> Committee:
        """Return what bids are sealed to.

        Raises:
            Refusal: ``committee-not-ready`` before every member has made a key.
        """
        if not all(seat.recipient for seat in self.seats):
            raise not_ready(self)
        return Committee(self.threshold, tuple(seat.recipient for seat in self.seats))

    def pack_document(self) -> JsonValue:
        """Return the committee as the tender pack pins it."""
        committee = self.sealing()
        return {
            "id": committee.id,
            "t": committee.t,
            "members": list(committee.members),
            "names": [seat.name.as_document() for seat in self.seats],
        }


@dataclass(frozen=True)
class Named:
    """Somebody whom the officer names."""

    account_id: str
    name: Text
    organisation: Text


def fingerprint_of(recipient: str) -> str:
    """Return what is read aloud of a public key: 16 hex digits."""
    return sha256_hex(recipient.encode())[:FINGERPRINT_DIGITS]


def convene(
    members: Sequence[Named], threshold: int, before: OpeningCommittee | None
) -> OpeningCommittee:
    """Return the committee of these members; who sat on the one before keeps the key.

    One member more than the threshold at least, so that one lost key loses no bid.

    Raises:
        Refusal: ``committee-size``, ``member-twice``.
    """
    if not LEAST_THRESHOLD <= threshold < len(members) <= MOST_MEMBERS:
        raise Refusal("committee-size", least=LEAST_THRESHOLD, most=MOST_MEMBERS)
    if len({each.account_id for each in members}) != len(members):
        raise Refusal("member-twice")
    seats = []
    for number, each in enumerate(members, 1):
        old = before.seat_of(each.account_id) if before else None
        seat = Seat(number, each.account_id, each.name, each.organisation)
        if old is not None and not old.lost_at:
            kept = (old.recipient, old.key_at, old.compared_at)
            seat = replace(seat, recipient=kept[0], key_at=kept[1], compared_at=kept[2])
        seats.append(seat)
    found = OpeningCommittee(threshold, tuple(seats))
    return before if before is not None and _same_keys(before, found) else found


def admit_key(
    committee: OpeningCommittee, account_id: str, recipient: str, now: datetime
) -> OpeningCommittee:
    """Return the committee with a member's public key; what was rehearsed before counts no more.

    Raises:
        Refusal: ``bad-recipient``, ``key-twice``, ``key-stands`` for a member who has one.
    """
    seat = seated(committee, account_id)
    _check_recipient(recipient)
    if seat.recipient and not seat.lost_at:
        if seat.recipient == recipient:
            return committee
        raise Refusal("key-stands")
    if any(other.recipient == recipient for other in committee.seats):
        raise Refusal("key-twice")
    new = Seat(
        seat.number, account_id, seat.name, seat.organisation, recipient=recipient, key_at=now
    )
    unproved = tuple(replace(each, rehearsed_at=None) for each in committee.seats)
    return _with(OpeningCommittee(committee.threshold, unproved), new)


def compare_key(
    committee: OpeningCommittee, account_id: str, typed: str, now: datetime
) -> OpeningCommittee:
    """Return the committee after a member typed the fingerprint of the own copy of the key.

    Raises:
        Refusal: ``no-key`` before there is one, ``other-fingerprint`` if the board shows another.
    """
    seat = seated(committee, account_id)
    if not seat.recipient or seat.lost_at:
        raise Refusal("no-key")
    if "".join(typed.split()).lower() != seat.fingerprint:
        raise Refusal("other-fingerprint")
    return _with(committee, replace(seat, compared_at=seat.compared_at or now))


def note_rehearsed(committee: OpeningCommittee, account_id: str, now: datetime) -> OpeningCommittee:
    """Return the committee after a member's key opened its share of the dummy."""
    seat = seated(committee, account_id)
    return _with(committee, replace(seat, rehearsed_at=seat.rehearsed_at or now))


def report_lost(committee: OpeningCommittee, account_id: str, now: datetime) -> OpeningCommittee:
    """Return the committee after a member said that the key is lost or known to somebody else.

    Raises:
        Refusal: ``no-key``.
    """
    seat = seated(committee, account_id)
    if not seat.recipient:
        raise Refusal("no-key")
    return _with(committee, replace(seat, lost_at=seat.lost_at or now))


def state_destroyed(
    committee: OpeningCommittee, account_id: str, typed: str, now: datetime
) -> OpeningCommittee:
    """Return the committee after a member stated that the own key is destroyed.

    The member types the fingerprint of the key: a box to tick would be ticked unread. It is a
    statement; nobody can check it.

    Raises:
        Refusal: ``no-key``, ``other-fingerprint``.

    Source:
        Decision 16.
    """
    seat = seated(committee, account_id)
    if not seat.recipient:
        raise Refusal("no-key")
    if "".join(typed.split()).lower() != seat.fingerprint:
        raise Refusal("other-fingerprint")
    return _with(committee, replace(seat, destroyed_at=seat.destroyed_at or now))


def check_ready(committee: OpeningCommittee | None) -> None:
    """Refuse to publish before every member's key is ready.

    Raises:
        Refusal: ``no-committee``, ``committee-not-ready``.
    """
    if committee is None:
        raise Refusal("no-committee")
    if committee.ready_count < len(committee.seats):
        raise not_ready(committee)


def not_ready(committee: OpeningCommittee) -> Refusal:
    """Return the refusal that says how many are ready."""
    return Refusal("committee-not-ready", ready=committee.ready_count, members=len(committee.seats))


def seated(committee: OpeningCommittee | None, account_id: str) -> Seat:
    """Return a person's seat.

    Raises:
        Refusal: ``not-a-member``.
    """
    seat = committee.seat_of(account_id) if committee else None
    if seat is None:
        raise Refusal("not-a-member")
    return seat


def _check_recipient(recipient: str) -> None:
    try:
        if len(recipient) > LONGEST_RECIPIENT:
            raise ValueError("too long")
        parse_recipient(recipient)
    except ValueError as error:
        raise Refusal("bad-recipient") from error


def _with(committee: OpeningCommittee, seat: Seat) -> OpeningCommittee:
    seats = tuple(seat if each.number == seat.number else each for each in committee.seats)
    return OpeningCommittee(committee.threshold, seats)


def _same_keys(one: OpeningCommittee, other: OpeningCommittee) -> bool:
    def keys(committee: OpeningCommittee) -> tuple[tuple[str, str], ...]:
        return tuple((seat.account_id, seat.recipient) for seat in committee.seats)

    return one.threshold == other.threshold and keys(one) == keys(other)
