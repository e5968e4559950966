"""An incident: the beacon gone or the quorum lost, one announced window, and what follows.

Source: docs/adr/0203; sealed-envelope format, "Who can open what".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bids.domain.outage import check_reason
from bids.domain.reception import SubmissionState
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from tendering.domain.rulebook import RuleBook
from tendering.domain.schedule import add_span


class Trouble(StrEnum):
    """What keeps an opening from ever going on by itself."""

    BEACON_GONE = "beacon-gone"
    QUORUM_LOST = "quorum-lost"


class End(StrEnum):
    """How an incident ended."""

    REVEALED = "revealed"  # the window ended, and what was revealed is opened
    RECOVERED = "recovered"  # beacon or quorum came back before that
    TENDER_ENDED = "tender-ended"  # by a decision of two persons, with these bids unopened


class Step(StrEnum):
    """The next thing to do for an opening in an incident."""

    WAIT = "wait"
    END = "end"
    CLOSE_WINDOW = "close-window"
    OPEN_REVEALED = "open-revealed"


@dataclass(frozen=True)
class Incident:
    """An incident of one opening; a proposal until a second person has declared it.

    ``envelope`` is the kind of envelope that the opening opens; ``recipient`` the age key to
    which reveals are sealed; ``until_at`` the end of the window.
    """

    id: str
    tender_id: str
    envelope: str
    trouble: Trouble
    reason: str
    until_at: datetime
    proposed_by: str
    proposed_at: datetime
    declared_by: str = ""
    declared_at: datetime | None = None
    recipient: str = ""
    ended_at: datetime | None = None
    end: End | None = None

    @property
    def declared(self) -> bool:
        """Tell whether a second person has declared it."""
        return self.declared_at is not None

    @property
    def live(self) -> bool:
        """Tell whether it was declared and has not ended."""
        return self.declared and self.ended_at is None

    def takes_reveals(self, now: datetime) -> bool:
        """Tell whether bidders can reveal now; the window's end itself is too late."""
        return self.live and now < self.until_at


@dataclass(frozen=True)
class Stuck:
    """What an opening lacks.

    ``envelope`` is the kind that it opens, empty where none runs; ``tender_over`` tells whether
    the whole tender has ended, ``running`` whether envelopes may be opened and are left, and
    nothing else holds them. ``late_since`` is since when the beacon was asked in vain;
    ``shares_since`` since when some bid lacks shares, None when none does; with ``out_of_reach``
    so many keys are reported lost that enough can never come.
    """

    running: bool
    unlocked: bool
    late_since: datetime | None
    shares_since: datetime | None
    out_of_reach: bool = False
    envelope: str = ""
    tender_over: bool = False


def declarable_from(stuck: Stuck, book: RuleBook) -> Mapping[Trouble, datetime]:
    """Return from when on each trouble that is there may be declared an incident."""
    if not stuck.running:
        return {}
    patience = book.incident.patience.value
    if not stuck.unlocked:
        since = stuck.late_since
        return {} if since is None else {Trouble.BEACON_GONE: add_span(book, since, patience)}
    if stuck.shares_since is None:
        return {}
    ripe = (
        stuck.shares_since if stuck.out_of_reach else add_span(book, stuck.shares_since, patience)
    )
    return {Trouble.QUORUM_LOST: ripe}


def earliest_end(book: RuleBook, now: datetime) -> datetime:
    """Return the earliest end of a window that is declared now."""
    return add_span(book, now, book.incident.window.value)


def propose(
    stuck: Stuck,
    book: RuleBook,
    before: Incident | None,
    trouble: str,
    reason: str,
    until_at: datetime,
    *,
    now: datetime,
) -> tuple[Trouble, str]:
    """Check that an incident may be proposed; a later proposal replaces an earlier one.

    Returns:
        What the trouble is, and the reason for the record.

    Raises:
        Refusal: ``incident-declared``, ``no-incident``, ``incident-too-early``, ``no-reason``,
            ``reason-too-long``, ``window-too-short``.
    """
    if before is not None and before.live:
        raise Refusal("incident-declared")
    if trouble not in set(Trouble):
        raise Refusal("no-incident")
    found = Trouble(trouble)
    _check_ripe(stuck, book, found, now)
    said = check_reason(reason)
    _check_window(book, until_at, now)
    return found, said


def declare(
    stuck: Stuck, book: RuleBook, proposed: Incident | None, account_id: str, *, now: datetime
) -> None:
    """Check that ``account_id`` may declare the proposed incident as the second person.

    The trouble must still be there, and the window as long as the book asks from now.

    Raises:
        Refusal: ``incident-not-proposed``, ``incident-declared``, ``own-decision``,
            ``no-incident``, ``incident-too-early``, ``window-too-short``.
    """
    if proposed is None or proposed.ended_at is not None:
        raise Refusal("incident-not-proposed")
    if proposed.declared:
        raise Refusal("incident-declared")
    if proposed.proposed_by == account_id:
        raise Refusal("own-decision")
    _check_ripe(stuck, book, proposed.trouble, now)
    _check_window(book, proposed.until_at, now)


def check_reveal(
    incident: Incident | None, kind: str, state: SubmissionState, *, now: datetime
) -> Incident:
    """Return the incident in which an own envelope may be revealed.

    Raises:
        Refusal: ``no-window``, ``window-over``, ``stays-sealed`` for an envelope that this
            opening does not open, such as a failed bidder's price.
    """
    if incident is None or not incident.live:
        raise Refusal("no-window")
    if not incident.takes_reveals(now):
        raise Refusal("window-over")
    if state is not SubmissionState.SEALED or kind != incident.envelope:
        raise Refusal("stays-sealed")
    return incident


def next_step(incident: Incident | None, stuck: Stuck, *, now: datetime) -> Step:
    """Return what is to be done; what opens by itself again always comes before the reveals."""
    if incident is None or not incident.declared:
        return Step.WAIT
    here = incident.envelope == stuck.envelope
    if incident.end is not None:
        by_reveals = incident.end is End.REVEALED and here and stuck.running
        return Step.OPEN_REVEALED if by_reveals else Step.WAIT
    if not here:
        return Step.END
    if not stuck.running:
        return Step.WAIT
    if _recovered(incident.trouble, stuck):
        return Step.END
    return Step.CLOSE_WINDOW if now >= incident.until_at else Step.WAIT


def end_of(stuck: Stuck) -> End:
    """Return how an incident ends whose reveals are not opened."""
    return End.TENDER_ENDED if stuck.tender_over else End.RECOVERED


def _recovered(trouble: Trouble, stuck: Stuck) -> bool:
    if trouble is Trouble.BEACON_GONE:
        return stuck.unlocked
    return stuck.shares_since is None


def _check_ripe(stuck: Stuck, book: RuleBook, trouble: Trouble, now: datetime) -> None:
    ripe_at = declarable_from(stuck, book).get(trouble)
    if ripe_at is None:
        raise Refusal("no-incident")
    if now < ripe_at:
        raise Refusal("incident-too-early", at=instant_text(ripe_at))


def _check_window(book: RuleBook, until_at: datetime, now: datetime) -> None:
    if until_at < earliest_end(book, now):
        raise Refusal("window-too-short")
