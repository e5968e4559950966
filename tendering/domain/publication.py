"""What a draft still lacks, and the rule by which a second person publishes it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain import lifecycle, schedule
from tendering.domain.award import TWO_ENVELOPES
from tendering.domain.committee import COMMITTEE_SEAL, check_ready
from tendering.domain.criteria import check_criteria, check_quality_and_cost
from tendering.domain.lots import check_lots
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import BidSecurity, Requirement, Stage, Tender

if TYPE_CHECKING:
    from foundation.values.money import Money

LONGEST_VALIDITY_DAYS = 730
MOST_REQUIREMENTS = 60
MOST_DOCUMENTS = 60
HUNDRED = Decimal(100)


class Topic(StrEnum):
    """The pages of a draft's task list, in their order."""

    FACTS = "facts"
    LOTS = "lots"
    ITEMS = "items"
    DOCUMENTS = "documents"
    REQUIREMENTS = "requirements"
    CRITERIA = "criteria"
    COMMITTEE = "committee"  # only under rules that ask for one
    DATES = "dates"
    REASON = "reason"  # of a change to a published tender


DRAFT_TOPICS = tuple(topic for topic in Topic if topic is not Topic.REASON)

Checks = tuple[tuple[Topic, Callable[[], None]], ...]
OPTIONAL_TOPICS = frozenset({Topic.DOCUMENTS, Topic.REQUIREMENTS, Topic.CRITERIA})


@dataclass(frozen=True)
class Gap:
    """What stands between a draft and its publication, on one topic."""

    topic: Topic
    refusal: Refusal


def gaps(tender: Tender, book: RuleBook, now: datetime) -> tuple[Gap, ...]:
    """Return everything that would refuse a publication at ``now``, first per topic."""
    return (
        *part_gaps(tender, book),
        *found_gaps(((Topic.DATES, lambda: check_dates(tender, book, now)),)),
    )


def part_gaps(tender: Tender, book: RuleBook) -> tuple[Gap, ...]:
    """Return what would refuse a publication, the dates left aside."""
    checks: Checks = (
        (Topic.FACTS, lambda: check_facts(tender, book)),
        (Topic.LOTS, lambda: check_lots_only(tender)),
        (Topic.ITEMS, lambda: check_lots(tender.lots, tender.items)),
        (Topic.REQUIREMENTS, lambda: check_requirements(tender)),
        (Topic.CRITERIA, lambda: check_scoring(tender, book)),
        (Topic.COMMITTEE, lambda: check_committee(tender)),
    )
    return found_gaps(checks)


def found_gaps(checks: Checks) -> tuple[Gap, ...]:
    """Return the gap of every check that refuses."""
    found: list[Gap] = []
    for topic, check in checks:
        try:
            check()
        except Refusal as refusal:
            found.append(Gap(topic, refusal))
    return tuple(found)


def check_facts(tender: Tender, book: RuleBook) -> None:
    """Check the facts that stand above lots and items.

    Raises:
        Refusal: ``title-missing``, ``summary-missing``, ``unknown-method``,
            ``estimate-out-of-range``, ``validity-out-of-range``, and those of the security;
            ``security-tells-price`` for a percentage beside two envelopes.
    """
    if _empty(tender.title):
        raise Refusal("title-missing")
    if _empty(tender.summary):
        raise Refusal("summary-missing")
    method = book.method(tender.method)
    if method is None:
        raise Refusal("unknown-method")
    check_estimate(tender.estimate)
    limit = method.up_to
    if limit is not None and (tender.estimate is None or tender.estimate.amount > limit.value):
        raise Refusal("method-above-limit", rule=limit.rule, limit=format(limit.value, "f"))
    if not 1 <= tender.validity_days <= LONGEST_VALIDITY_DAYS:
        raise Refusal("validity-out-of-range", most=LONGEST_VALIDITY_DAYS)
    check_security(tender.security, tender.estimate, book)
    percent = tender.security is not None and tender.security.percent is not None
    if percent and book.envelopes_of(tender.method) == TWO_ENVELOPES:
        raise Refusal("security-tells-price")


def check_estimate(estimate: "Money | None") -> None:
    """Check the estimate, which may be left out.

    Raises:
        Refusal: ``estimate-out-of-range``.
    """
    if estimate is not None and estimate.amount <= 0:
        raise Refusal("estimate-out-of-range")


def check_security(security: BidSecurity | None, estimate: "Money | None", book: RuleBook) -> None:
    """Check a bid security against the most that the rule book allows.

    Raises:
        Refusal: ``security-unclear`` unless it is either a percentage or an amount,
            ``security-above-limit`` with ``most`` percent, ``security-needs-estimate``.
    """
    if security is None:
        return
    if (security.percent is None) == (security.fixed is None):
        raise Refusal("security-unclear")
    limit = book.bid_security_percent
    most = format(limit.value, "f")
    if security.percent is not None:
        if not Decimal(0) < security.percent <= limit.value:
            raise Refusal("security-above-limit", rule=limit.rule, most=most)
        return
    if estimate is None:
        raise Refusal("security-needs-estimate", rule=limit.rule)
    fixed = security.fixed
    if fixed is None or not Decimal(0) < fixed.amount * HUNDRED <= estimate.amount * limit.value:
        raise Refusal("security-above-limit", rule=limit.rule, most=most)


def check_lots_only(tender: Tender) -> None:
    """Check the lots without their items.

    Raises:
        Refusal: ``no-lots``, ``lot-untitled``.
    """
    if not tender.lots:
        raise Refusal("no-lots")
    untitled = [lot.id for lot in tender.lots if _empty(lot.title)]
    if len(tender.lots) > 1 and untitled:
        raise Refusal("lot-untitled", lot=untitled[0])


def check_requirements(tender: Tender) -> None:
    """Check the pass or fail requirements.

    Raises:
        Refusal: ``requirement-empty``, ``too-many-requirements``.
    """
    if len(tender.requirements) > MOST_REQUIREMENTS:
        raise Refusal("too-many-requirements", most=MOST_REQUIREMENTS)
    for requirement in tender.requirements:
        check_requirement(requirement)


def check_requirement(requirement: Requirement) -> None:
    """Check one requirement.

    Raises:
        Refusal: ``requirement-empty``.
    """
    if _empty(requirement.text):
        raise Refusal("requirement-empty")


def check_scoring(tender: Tender, book: RuleBook) -> None:
    """Check the criteria, and how quality and price count together where both decide.

    Raises:
        Refusal: those of ``criteria.check_criteria`` and ``criteria.check_quality_and_cost``.
    """
    check_criteria(tender.criteria, tender.pass_mark)
    check_quality_and_cost(
        tender.quality_and_cost, book.quality_of(tender.method), tender.criteria, tender.pass_mark
    )


def check_committee(tender: Tender) -> None:
    """Check that every key is ready where bids are sealed to a committee.

    Raises:
        Refusal: ``no-committee``, ``committee-not-ready``.
    """
    if tender.seal == COMMITTEE_SEAL:
        check_ready(tender.committee)


def check_dates(tender: Tender, book: RuleBook, now: datetime) -> None:
    """Check the dates for a publication at ``now``; unset ones are proposed anew and lawful.

    Raises:
        Refusal: those of ``schedule.check_schedule``.
    """
    if tender.dates_set:
        schedule.check_schedule(book, tender.reach, tender.schedule, now)


def previewed(tender: Tender, book: RuleBook, now: datetime) -> Tender:
    """Return a draft with the dates that a publication at ``now`` would give it."""
    if tender.dates_set:
        return tender
    return replace(tender, schedule=schedule.proposed(book, tender.reach, now))


def submit(tender: Tender, book: RuleBook, *, by: str, now: datetime) -> Tender:
    """Return the draft handed to a second person.

    Raises:
        Refusal: the first gap, or ``wrong-stage``.
    """
    stage = lifecycle.move(tender.stage, Stage.IN_APPROVAL)
    _refuse_gaps(tender, book, now)
    return replace(tender, stage=stage, submitted_by=by, remarks="")


def recall(tender: Tender) -> Tender:
    """Return the tender taken back by its authors.

    Raises:
        Refusal: ``wrong-stage``.
    """
    return replace(tender, stage=lifecycle.move(tender.stage, Stage.DRAFT))


def send_back(tender: Tender, *, remarks: str) -> Tender:
    """Return the tender to its authors with what should be changed.

    Raises:
        Refusal: ``remarks-missing``, ``wrong-stage``.
    """
    stage = lifecycle.move(tender.stage, Stage.DRAFT)
    if not remarks:
        raise Refusal("remarks-missing")
    return replace(tender, stage=stage, remarks=remarks)


def publish(tender: Tender, book: RuleBook, *, by: str, now: datetime) -> Tender:
    """Return the tender published at ``now`` by ``by``, its dates checked again and pinned.

    Dates that the author left to the rules are drawn from this very instant.

    Raises:
        Refusal: ``second-person`` for anyone who changed the draft, ``wrong-stage``, gaps.
    """
    stage = lifecycle.move(tender.stage, Stage.PUBLISHED)
    if by in {*tender.authors, tender.created_by, tender.submitted_by}:
        raise Refusal("second-person")
    tender = previewed(tender, book, now)
    _refuse_gaps(tender, book, now)
    dates = schedule.pinned(tender.schedule, book, now)
    # Whatever a book says, nothing opens before the deadline (decision 3).
    schedule.check_schedule(book, tender.reach, dates, now)
    if dates.opening_at < dates.deadline_at:
        raise Refusal("opening-too-early", earliest=dates.deadline_at)
    return replace(
        tender,
        stage=stage,
        version=1,
        rulebook=book.reference,
        schedule=dates,
        declarations=book.declarations,
        envelopes=book.envelopes_of(tender.method),
        seal=book.seal_of(tender.method),
        box_slots=book.box_slots,
        approved_by=by,
        remarks="",
    )


def _refuse_gaps(tender: Tender, book: RuleBook, now: datetime) -> None:
    for gap in gaps(tender, book, now):
        raise gap.refusal


def _empty(text: Text) -> bool:
    return not (text.en or text.ur)
