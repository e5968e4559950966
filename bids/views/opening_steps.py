"""The words of an opening's page: its steps with their instants, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from beacon.domain.keepers import Kind
from bids.domain.incident import End, Incident
from bids.domain.opening import EnvelopeOutcome
from bids.opening_pages import GONE, OpeningPage, ReadOut, Waiting
from bids.views.texts import _

NEVER_OPENED = (*GONE, EnvelopeOutcome.UNOPENED)


@dataclass(frozen=True)
class Step:
    """One step of the opening as the page shows it."""

    title: str
    at: datetime | None
    text: str
    state: str


def steps_of(page: OpeningPage) -> list[Step]:
    """Return the steps of an opening, those done and those to come; none of a cancelled tender."""
    if page.waiting is Waiting.CANCELLED:
        return []
    schedule = page.tender.schedule
    done = page.concluded_at is not None
    rows = [
        (_closed_title(page), page.box_closed_at, schedule.deadline_at, _closed_text(page)),
        (_("List of sealed bids published"), page.begun_at, schedule.opening_at, _list_text(page)),
        *_unlocking(page),
        (_opened_title(page), page.concluded_at, None, _opened_text(page)),
    ]
    if page.unopened:
        del rows[2:]
        rows.append((_("Ended unopened"), page.concluded_at, None, _unopened_text(page)))
    elif done and page.unlocked_at is None:
        rows = [row for row in rows if row[1] is not None]
    if page.tender.has_two_envelopes and not page.unopened:
        rows += _price_steps(page)
    steps: list[Step] = []
    for title, happened_at, planned_at, text in rows:
        before = all(step.state == "done" for step in steps)
        state = "done" if happened_at else ("now" if before else "next")
        steps.append(Step(title, happened_at or planned_at, text, state))
    return steps


Row = tuple[str, datetime | None, datetime | None, str]


def _unlocking(page: OpeningPage) -> list[Row]:
    """Return what unlocks the bids: the key and the committee's shares, or an incident."""
    found = page.incident_of(prices=False)
    rows: list[Row] = []
    if found is None or page.unlocked_at is not None:
        title = _("Key of the lock released")
        rows.append((title, page.unlocked_at, page.decryptable_at, _key_text(page)))
    if page.tender.sealing_committee is not None and not _by_reveals(found):
        rows.append(_shares_step(page))
    return rows if found is None else [*rows, _incident_step(found)]


def _opened_title(page: OpeningPage) -> str:
    two = page.tender.has_two_envelopes
    return _("Technical envelopes opened") if two else _("Bids opened")


def _price_steps(page: OpeningPage) -> list[Row]:
    """Return the day of the prices; a tender that ended on quality alone never has it."""
    if page.prices_begun_at is None and page.has_ended:
        return []
    approved = _("Only of those whose quality passes. All other prices stay sealed.")
    read = ""
    if page.prices_begun_at is not None:
        read = _(
            "%(done)s of %(all)s opened.",
            done=page.count_of(page.prices, EnvelopeOutcome.OPENED),
            all=len(page.prices) - page.count_of(page.prices, *NEVER_OPENED),
        )
        unopened = page.count_of(page.prices, EnvelopeOutcome.UNOPENED)
        read += " " + _("Left unopened for good: %(count)s.", count=unopened)
        read += _unrevealed(page, page.prices)
    found = page.incident_of(prices=True)
    return [
        (_("Prices approved for opening"), page.prices_begun_at, None, approved),
        *([_incident_step(found)] if found is not None else []),
        (_("Prices opened"), page.prices_read_at, None, read),
    ]


def _by_reveals(found: Incident | None) -> bool:
    return found is not None and found.end is End.REVEALED


def _incident_step(found: Incident) -> Row:
    return (
        _("Incident: private receipts revealed"),
        found.ended_at,
        found.until_at,
        end_words(found),
    )


def end_words(found: Incident) -> str:
    """Return how an incident ended, or how it will."""
    if found.end is None:
        return _("When the window ends, all that was revealed is opened together.")
    return {
        End.REVEALED: _("The window ended. What was revealed was opened together."),
        End.RECOVERED: _(
            "It ended before the window did: the opening goes on by itself. What was revealed was "
            "destroyed unopened."
        ),
        End.TENDER_ENDED: _("The tender ended. What was revealed was destroyed unopened."),
    }[found.end]


def _closed_title(page: OpeningPage) -> str:
    return _("Bids close") if page.box_closed_at is None else _("Bids closed")


def _closed_text(page: OpeningPage) -> str:
    if page.box_closed_at is None:
        return _("Until then bids can be handed in, replaced and withdrawn.")
    return _("The box was closed. Its fingerprint was published; it tells no number of bids.")


def _list_text(page: OpeningPage) -> str:
    if page.lines is None:
        return _("Then the fingerprints of all sealed bids become public, before any can be read.")
    if not page.lines:
        return _("The box was empty.")
    if page.tender.has_two_envelopes:
        return _("Sealed envelopes on the list: %(count)s.", count=page.envelope_count)
    return _("Sealed bids on the list: %(count)s.", count=page.envelope_count)


def _key_text(page: OpeningPage) -> str:
    if page.unlocked_at is not None:
        return _(
            "The beacon signed round %(round)s. Anybody can check it.", round=page.tender.round
        )
    if page.tender.sealing_committee is not None:
        return _("At this instant the beacon publishes the key of the time lock.")
    return _("At this instant the beacon publishes the key that opens the bids.")


def _shares_step(page: OpeningPage) -> Row:
    given = page.concluded_at if page.unlocked_at is not None else None
    committee = page.tender.sealing_committee
    text = ""
    if committee is not None:
        text = _(
            "%(t)s of %(n)s members open a bid together.",
            t=committee.threshold,
            n=len(committee.seats),
        )
    return _("Committee's shares given"), given, None, text


def _unopened_text(page: OpeningPage) -> str:
    return _(
        "Sealed bids destroyed unopened by the decision of two persons: %(count)s.",
        count=page.envelope_count,
    )


def _opened_text(page: OpeningPage) -> str:
    by_reveals = _by_reveals(page.incident_of(prices=False))
    if page.lines is None or (page.unlocked_at is None and not by_reveals):
        return ""
    opened = page.count_of(page.first, EnvelopeOutcome.OPENED)
    unreadable = page.count_of(page.first, EnvelopeOutcome.UNREADABLE)
    sealed = len(page.first) - page.count_of(page.first, *GONE)
    text = _("%(done)s of %(all)s opened.", done=opened, all=sealed)
    if unreadable:
        text += " " + _("Could not be opened: %(count)s.", count=unreadable)
    return text + _unrevealed(page, page.first)


def _unrevealed(page: OpeningPage, lines: tuple[ReadOut, ...]) -> str:
    count = page.count_of(lines, EnvelopeOutcome.NOT_REVEALED)
    return " " + _("Left unopened in the incident: %(count)s.", count=count) if count else ""


def _beacon_text(page: OpeningPage) -> str:
    text = _(
        "Waiting for the beacon's key of round %(round)s. No valid one has come yet; "
        "the bids stay sealed.",
        round=page.tender.round,
    )
    keepers = page.tender.chain.keepers if page.tender.chain else None
    if keepers is not None and keepers.kind is Kind.SHARED:
        text += " " + _(
            "%(threshold)s of the %(holders)s holders of the key must sign it.",
            threshold=keepers.threshold,
            holders=keepers.holders,
        )
    return text


def _complete_text(page: OpeningPage) -> str:
    if page.tender.has_two_envelopes:
        return _(
            "The opening is complete. A price whose bidder's quality did not pass stays sealed."
        )
    return _("The opening is complete.")


def waiting_text(page: OpeningPage) -> str:
    """Return what the opening waits for now."""
    return {
        Waiting.DEADLINE: _(
            "Bids can still be handed in. How many there are is published at the opening."
        ),
        Waiting.OPENING: _("Bids are closed. The list is published at the opening time."),
        Waiting.GUARD: _("The list is public. The key is released in a moment."),
        Waiting.BEACON: _beacon_text(page),
        Waiting.PAUSED: _(
            "The opening is paused: stored bytes are not those that were received. "
            "This is the platform's fault. It goes on when the sealed file is brought back, "
            "from a backup or by its bidder."
        ),
        Waiting.CLOCK: _(
            "This server's clock jumped. Bids stay sealed until its operator has set it right "
            "and confirmed it."
        ),
        Waiting.DECISION: _(
            "The platform was down near the deadline, so nothing opens by itself. "
            "Two persons of the buyer decide, with a public reason."
        ),
        Waiting.TOO_FEW: _(
            "Fewer bids came than the rules ask for. They stay sealed until the buyer decides."
        ),
        Waiting.SHARES: _(
            "The round's key is out. Bids open when enough members of the committee have given "
            "their keys' shares."
        ),
        Waiting.INCIDENT: _(
            "This opening cannot go on by itself. Two persons declared an incident: bidders may "
            "reveal their private receipts until the window ends; then all that was revealed is "
            "opened together."
        ),
        Waiting.ENVELOPES: _("The bids are being opened now."),
        Waiting.PRICES: _(
            "The technical envelopes are open. The prices stay sealed until it is published whose "
            "quality passes; only theirs are opened."
        ),
        Waiting.NOTHING: _("The bids stay unopened: fewer came than the rules ask for.")
        if page.unopened
        else _complete_text(page),
        Waiting.CANCELLED: _("This tender was cancelled before the deadline. No bid is opened."),
    }[page.waiting]
