"""When a sealed bid is in: the deadline, the fingerprint, one live commitment, the limits.

Source: decisions 3-5, 9, 11 and 22; scenarios 3 and 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from foundation.values.refusal import Refusal
from sealing.slip import HandInSlip
from sealing.upload import LARGEST_ENVELOPE

MAX_FILES = 200
MAX_BID_BYTES = 200 * 1024 * 1024
# The sealed file adds headers and tags to at most 200 MiB of files.
MAX_SEALED_BYTES = LARGEST_ENVELOPE
MIN_SEALED_BYTES = 200
MAX_FINGERPRINTS_PER_HOUR = 30
# What one vendor may have under way at once, over all tenders (never a tender's quota).
VENDOR_ALLOWANCE_BYTES = 4 * MAX_SEALED_BYTES
SLICE_MAX = 1024 * 1024

_HEX64 = re.compile(r"[0-9a-f]{64}")


class SubmissionState(StrEnum):
    """Where one sealed file stands, from its fingerprint to its end."""

    COMMITTED = "committed"
    SEALED = "sealed"
    OPENED = "opened"
    UNREADABLE = "unreadable"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"
    REFUSED = "refused"
    UNOPENED = "unopened"
    UNCONFIRMED = "unconfirmed"


def sealed_key(upload_id: str) -> str:
    """Return the blob key of a sealed file: an upload has one for life."""
    return f"sealed/{upload_id}"


# What its vendor can take back or replace: an unconfirmed bid is opened by nobody.
HELD_STATES = frozenset({SubmissionState.SEALED, SubmissionState.UNCONFIRMED})
LIVE_STATES = frozenset(
    {SubmissionState.SEALED, SubmissionState.OPENED, SubmissionState.UNREADABLE}
)


@dataclass(frozen=True)
class EnvelopeKey:
    """Which envelope: one bid (vendor and tender), one lot, one kind."""

    tender_id: str
    lot_id: str
    kind: str
    vendor_id: str


@dataclass(frozen=True)
class Window:
    """What a tender says about reception; `grace_seconds` is the rule book's g."""

    taking_bids: bool
    deadline_at: datetime
    notice: str
    chain_hash: str
    round: int
    lots: frozenset[str]
    kinds: frozenset[str]
    grace_seconds: int = 0


@dataclass(frozen=True)
class Fingerprint:
    """What a vendor's browser posts before the bytes."""

    sha256: str
    size: int
    notice: str
    token_sha256: str


@dataclass(frozen=True)
class Usage:
    """What the vendor has already asked for."""

    fingerprints_last_hour: int
    bytes_reserved: int


def check_fingerprint(
    window: Window, key: EnvelopeKey, given: Fingerprint, usage: Usage, *, now: datetime
) -> None:
    """Refuse a fingerprint that can no longer or never become a bid.

    `now` is the database's instant, read after the lock.

    Raises:
        Refusal: `not-found`, `bad-fingerprint`, `late`, `not-taking-bids`, `wrong-notice`,
            `too-small`, `too-large`, `too-many-attempts`, `allowance-exceeded`.
    """
    if key.lot_id not in window.lots or key.kind not in window.kinds:
        raise Refusal("not-found")
    check_form(given)
    if usage.fingerprints_last_hour >= MAX_FINGERPRINTS_PER_HOUR:
        # Before all that leaves a trace: late attempts too could fill a disk.
        raise Refusal("too-many-attempts", limit=MAX_FINGERPRINTS_PER_HOUR)
    if not committed_in_time(window, now):
        raise Refusal("late", deadline=window.deadline_at)
    if not window.taking_bids:
        raise Refusal("not-taking-bids")
    check_notice(window, given.notice)
    _check_limits(given.size, usage)


def check_slip(slip: HandInSlip, key: EnvelopeKey, sha256: str) -> None:
    """Refuse a file whose slip belongs to another envelope or to other bytes.

    The slip's notice is judged with the fingerprint, which carries it.

    Raises:
        Refusal: `slip-of-another-bid`, `slip-of-another-file`.
    """
    of = slip.context
    if EnvelopeKey(of.tender, of.lot, of.kind, of.vendor) != key:
        raise Refusal("slip-of-another-bid")
    if slip.sha256 != sha256:
        raise Refusal("slip-of-another-file")


def _check_limits(size: int, usage: Usage) -> None:
    if size < MIN_SEALED_BYTES:
        raise Refusal("too-small")
    if size > MAX_SEALED_BYTES:
        raise Refusal("too-large", limit=MAX_SEALED_BYTES)
    if usage.bytes_reserved + size > VENDOR_ALLOWANCE_BYTES:
        raise Refusal("allowance-exceeded")


def check_form(given: Fingerprint) -> None:
    """Refuse a fingerprint that is no SHA-256 and size at all.

    Raises:
        Refusal: `bad-fingerprint`.
    """
    hashes = [given.sha256, given.notice]
    hashes += [given.token_sha256] if given.token_sha256 else []
    if given.size < 1 or not all(_HEX64.fullmatch(h) for h in hashes):
        raise Refusal("bad-fingerprint")


def committed_in_time(window: Window, committed_at: datetime) -> bool:
    """Tell whether a fingerprint posted at this instant is before the deadline."""
    return committed_at < window.deadline_at


def last_byte_at(window: Window) -> datetime:
    """The instant from which no bid can become complete any more."""
    return window.deadline_at + timedelta(seconds=window.grace_seconds)


def is_in(window: Window, *, committed_at: datetime, completed_at: datetime) -> bool:
    """Tell whether a bid is in (decision 4).

    With g = 0 it is in if and only if `completed_at < deadline`; with g > 0 the fingerprint
    must stand before the deadline and the last byte before deadline + g.
    """
    if completed_at >= last_byte_at(window):
        return False
    return window.grace_seconds == 0 or committed_in_time(window, committed_at)


def check_notice(window: Window, notice: str) -> None:
    """Refuse what was sealed to an earlier notice of a tender that takes bids.

    Raises:
        Refusal: `wrong-notice`.
    """
    if window.taking_bids and notice != window.notice:
        raise Refusal("wrong-notice")


def check_slice(window: Window, state: SubmissionState, *, now: datetime) -> None:
    """Refuse bytes that can no longer become a bid.

    Raises:
        Refusal: `late`, `upload-ended` (another seal took this one's place).
    """
    if state is not SubmissionState.COMMITTED:
        raise Refusal("upload-ended")
    if now >= last_byte_at(window):
        raise Refusal("late", deadline=window.deadline_at)


def check_completion(
    window: Window,
    given: Fingerprint,
    *,
    state: SubmissionState,
    committed_at: datetime,
    now: datetime,
) -> None:
    """Refuse to count a file whose bytes are all here, hashed, synced and inspected.

    `now`, the database's instant read after the lock, is `completed_at`.

    Raises:
        Refusal: `upload-ended`, `late`, `not-taking-bids`, `wrong-notice` (an addendum came).
    """
    ended = state is not SubmissionState.COMMITTED
    if ended and window.taking_bids and given.notice == window.notice:
        raise Refusal("upload-ended")
    if not is_in(window, committed_at=committed_at, completed_at=now):
        raise Refusal("late", deadline=window.deadline_at)
    if not window.taking_bids:
        raise Refusal("not-taking-bids")
    check_notice(window, given.notice)
    if ended:
        raise Refusal("upload-ended")
