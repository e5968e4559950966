"""A change to a published tender before its deadline: a next version, later dates, or the end.

Source: decisions 5, 6, 14 and 18.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from beacon.domain.chain import instant_of_round
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain import lifecycle, publication, schedule
from tendering.domain.difference import differences
from tendering.domain.publication import Gap, Topic
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import Change, ChangeKind, Stage, Tender

LONGEST_REASON = 2_000
REASONS: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.ADDENDUM: ("error", "question", "need", "more-time", "ordered", "other"),
    ChangeKind.CANCELLATION: ("need-ended", "no-funds", "flawed", "ordered", "other"),
}


def begin(tender: Tender, kind: ChangeKind, *, draft_id: str, by: str, now: datetime) -> Tender:
    """Return the draft of a change: the tender as it stands, in its author's hands.

    Raises:
        Refusal: ``change-too-late``, ``wrong-stage``.
    """
    check_in_time(tender, now)
    return replace(
        tender,
        id=draft_id,
        number=None,
        stage=Stage.DRAFT,
        revision=1,
        dates_set=True,
        notice=None,
        created_by=by,
        authors=(by,),
        submitted_by=None,
        approved_by=None,
        remarks="",
        created_at=now,
        amends=Change(of=tender.id, kind=kind, code="", reason=Text()),
    )


def change_of(draft: Tender) -> Change:
    """Return what a draft does to a published tender.

    Raises:
        Refusal: ``wrong-stage`` for the draft of a new tender.
    """
    if draft.amends is None:
        raise Refusal("wrong-stage", stage=draft.stage.value)
    return draft.amends


def check_in_time(tender: Tender, now: datetime) -> None:
    """Refuse a change to a tender that does not take bids any more.

    Raises:
        Refusal: ``wrong-stage``, ``change-too-late``.
    """
    if tender.stage is not Stage.PUBLISHED:
        raise Refusal("wrong-stage", stage=tender.stage.value)
    if now >= tender.schedule.deadline_at:
        raise Refusal("change-too-late", deadline=tender.schedule.deadline_at)


def explain(draft: Tender, code: str, reason: Text) -> Tender:
    """Return the draft with the reason of its change.

    Raises:
        Refusal: those of ``check_reason``; ``wrong-stage``.
    """
    change = replace(change_of(draft), code=code, reason=reason)
    check_reason(change)
    return replace(draft, amends=change)


def check_reason(change: Change) -> None:
    """Check why a tender is changed; everybody reads it, so it stands in both languages.

    Raises:
        Refusal: ``reason-code-missing``, ``reason-missing``, ``reason-too-long``.
    """
    if change.code not in REASONS[change.kind]:
        raise Refusal("reason-code-missing")
    if not (change.reason.en and change.reason.ur):
        raise Refusal("reason-missing")
    if max(len(change.reason.en), len(change.reason.ur)) > LONGEST_REASON:
        raise Refusal("reason-too-long", most=LONGEST_REASON)


def gaps(draft: Tender, tender: Tender, book: RuleBook, now: datetime) -> tuple[Gap, ...]:
    """Return everything that would refuse this change to ``tender`` at ``now``."""
    change = change_of(draft)
    late: publication.Checks = ((Topic.DATES, lambda: check_in_time(tender, now)),)
    why: publication.Checks = ((Topic.REASON, lambda: check_reason(change)),)
    found = publication.found_gaps(late)
    if change.kind is ChangeKind.ADDENDUM:
        found += publication.part_gaps(draft, book)
        found += publication.found_gaps(((Topic.FACTS, lambda: check_changed(draft, tender)),))
        if not any(gap.topic is Topic.DATES for gap in found):
            dates: publication.Checks = (
                (Topic.DATES, lambda: check_dates(draft, tender, book, now)),
            )
            found += publication.found_gaps(dates)
    return (*found, *publication.found_gaps(why))


def check_changed(draft: Tender, tender: Tender) -> None:
    """Refuse an addendum that changes nothing.

    Raises:
        Refusal: ``nothing-changed``.
    """
    if not differences(tender, draft):
        raise Refusal("nothing-changed")


def check_dates(draft: Tender, tender: Tender, book: RuleBook, now: datetime) -> None:
    """Check the dates of an addendum carried out at ``now``: kept, or later and lawful.

    Raises:
        Refusal: ``date-earlier``, ``extension-too-late``, ``time-to-seal``, and those of
            ``schedule.check_schedule``.

    Source:
        Decision 6.
    """
    old, new = tender.schedule, draft.schedule
    if new.deadline_at < old.deadline_at:
        raise Refusal("date-earlier", earliest=old.deadline_at)
    if new.opening_at < old.opening_at:
        raise Refusal("date-earlier", earliest=old.opening_at)
    moved = (new.deadline_at, new.opening_at) != (old.deadline_at, old.opening_at)
    # An opening that was held is past its deadline: only there a committee's tender comes so late.
    held = tender.sealing_committee is not None
    if moved and not held and now > last_extension_at(tender, book):
        raise Refusal("extension-too-late", latest=last_extension_at(tender, book))
    if moved or draft.reach is not tender.reach:
        schedule.check_schedule(book, draft.reach, new, old.published_at or now)
        if new.opening_at < new.deadline_at:
            raise Refusal("opening-too-early", earliest=new.deadline_at)
    earliest = schedule.add_span(book, now, book.addenda.time_to_seal.value)
    if new.deadline_at < earliest:
        raise Refusal("time-to-seal", earliest=earliest)


def move_dates(
    draft: Tender,
    tender: Tender,
    book: RuleBook,
    deadline_at: datetime | None,
    opening_at: datetime | None,
    now: datetime,
) -> Tender:
    """Return the draft with later dates; without a deadline those of ``tender`` stay.

    Raises:
        Refusal: those of ``check_dates``.
    """
    if deadline_at is None:
        return replace(draft, schedule=tender.schedule)
    opening = opening_at or max(
        schedule.earliest_opening(book, deadline_at).at, tender.schedule.opening_at
    )
    dates = replace(tender.schedule, deadline_at=deadline_at, opening_at=opening)
    moved = replace(draft, schedule=dates)
    check_dates(moved, tender, book, now)
    return moved


def postpone(
    tender: Tender, book: RuleBook, deadline_at: datetime, *, by: tuple[str, str], now: datetime
) -> Tender:
    """Return a closed tender that takes bids again until a later deadline, after an outage.

    Its committee holds what is sealed, though the old round may have passed long since.

    Args:
        tender: closed, nothing of it listed or opened.
        book: its rule book.
        deadline_at: the new one; the opening follows as the book says, never earlier than before.
        by: who proposed it and who approved it.
        now: the instant of the approval.

    Raises:
        Refusal: ``wrong-stage``, ``no-committee-holds``, and those of ``check_dates``.

    Source:
        Decision 8.
    """
    if tender.stage is not Stage.CLOSED:
        raise Refusal("wrong-stage", stage=tender.stage.value)
    if tender.sealing_committee is None:
        raise Refusal("no-committee-holds")
    opening = schedule.earliest_opening(book, deadline_at).at
    opening = max(opening, tender.schedule.opening_at)
    dates = replace(tender.schedule, deadline_at=deadline_at, opening_at=opening)
    later = replace(
        tender,
        stage=lifecycle.move(tender.stage, Stage.PUBLISHED),
        schedule=dates,
        version=tender.version + 1,
        closed_at=None,
        submitted_by=by[0],
        approved_by=by[1],
    )
    check_dates(later, tender, book, now)
    return later


def last_extension_at(tender: Tender, book: RuleBook) -> datetime:
    """Return the last instant at which the dates of a sealed tender may still move.

    Whatever is sealed to the old round opens then, wherever a copy of it lies; what a committee
    holds does not, so that there only the deadline counts.
    """
    if tender.sealing_committee is not None:
        return tender.schedule.deadline_at
    return old_round_at(tender) - timedelta(minutes=book.addenda.extension_minutes)


def old_round_at(tender: Tender) -> datetime:
    """Return when bids sealed to the tender as it stands can be opened.

    Raises:
        Refusal: ``wrong-stage`` for one never published.
    """
    if tender.chain is None or tender.round is None:
        raise Refusal("wrong-stage", stage=tender.stage.value)
    return instant_of_round(tender.chain, tender.round)


def submit(draft: Tender, tender: Tender, book: RuleBook, *, by: str, now: datetime) -> Tender:
    """Return the draft of a change handed to a second person.

    Raises:
        Refusal: the first gap, or ``wrong-stage``.
    """
    stage = lifecycle.move(draft.stage, Stage.IN_APPROVAL)
    _refuse_gaps(draft, tender, book, now)
    return replace(draft, stage=stage, submitted_by=by, remarks="")


def cancel(draft: Tender, tender: Tender, book: RuleBook, *, by: str, now: datetime) -> Tender:
    """Return the tender ended before its deadline; nothing of it is ever opened.

    Raises:
        Refusal: ``second-person``, the first gap, ``wrong-stage``.
    """
    _check_hands(draft, ChangeKind.CANCELLATION, by)
    _refuse_gaps(draft, tender, book, now)
    return replace(tender, stage=lifecycle.move(tender.stage, Stage.CANCELLED), ended_at=now)


def amend(draft: Tender, tender: Tender, book: RuleBook, *, by: str, now: datetime) -> Tender:
    """Return the next version of the tender; its pack, round and notice are made anew after this.

    What was pinned at the first publication stays: rule book, declarations, chain, box.

    Raises:
        Refusal: ``second-person``, the first gap, ``wrong-stage``.
    """
    _check_hands(draft, ChangeKind.ADDENDUM, by)
    _refuse_gaps(draft, tender, book, now)
    return replace(
        tender,
        title=draft.title,
        summary=draft.summary,
        category=draft.category,
        method=draft.method,
        reach=draft.reach,
        estimate=draft.estimate,
        validity_days=draft.validity_days,
        security=draft.security,
        lots=draft.lots,
        items=draft.items,
        requirements=draft.requirements,
        criteria=draft.criteria,
        pass_mark=draft.pass_mark,
        documents=draft.documents,
        envelopes=draft.envelopes,
        quality_and_cost=draft.quality_and_cost,
        seal=draft.seal,
        committee=draft.committee,
        schedule=replace(
            tender.schedule,
            deadline_at=draft.schedule.deadline_at,
            opening_at=draft.schedule.opening_at,
        ),
        version=tender.version + 1,
        approved_by=by,
        submitted_by=draft.submitted_by,
    )


def _check_hands(draft: Tender, kind: ChangeKind, by: str) -> None:
    lifecycle.move(draft.stage, Stage.PUBLISHED)
    if change_of(draft).kind is not kind:
        raise Refusal("wrong-stage", stage=draft.stage.value)
    if by in {*draft.authors, draft.created_by, draft.submitted_by}:
        raise Refusal("second-person")


def _refuse_gaps(draft: Tender, tender: Tender, book: RuleBook, now: datetime) -> None:
    for gap in gaps(draft, tender, book, now):
        raise gap.refusal
