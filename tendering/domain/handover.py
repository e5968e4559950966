"""Handing a tender, or its approval, to a colleague while somebody is away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.domain.roles import Role
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text
from tendering.domain.tender import Stage, Tender

LONGEST_NOTE = 500


class Part(StrEnum):
    """What is handed over: the work on the tender, or its approvals."""

    TENDER = "tender"
    APPROVAL = "approval"


class Why(StrEnum):
    """Why, in a word that may be public; an illness is an absence and nobody's business."""

    ABSENCE = "absence"
    LEFT = "left"
    INTEREST = "interest"
    WORKLOAD = "workload"


ROLE_OF = {Part.TENDER: Role.OFFICER, Part.APPROVAL: Role.APPROVER}
ENDED = frozenset({Stage.AWARDED, Stage.UNSUCCESSFUL})


@dataclass(frozen=True)
class Handover:
    """One handing over; ``until_at`` None holds until the end of the tender."""

    id: str
    part: Part
    from_account: str
    to_account: str
    why: Why
    note: str
    from_at: datetime
    until_at: datetime | None
    made_by: str
    made_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """What a handing over shall be, before it is judged."""

    part: Part
    from_account: str
    to_account: str
    why: Why
    note: str
    from_at: datetime
    until_at: datetime | None


def hands_of(tender: Tender) -> frozenset[str]:
    """Return everybody who made the draft or took it over."""
    made = {*tender.authors, tender.created_by, tender.submitted_by}
    return frozenset(each for each in made if each)


def stands(handover: Handover, now: datetime) -> bool:
    """Tell whether the handing over holds at ``now``."""
    if handover.ended_at is not None or now < handover.from_at:
        return False
    return handover.until_at is None or now < handover.until_at


def is_ahead(handover: Handover, now: datetime) -> bool:
    """Tell whether it holds now or later."""
    over = handover.until_at is not None and now >= handover.until_at
    return handover.ended_at is None and not over


def responsible(tender: Tender, handovers: Iterable[Handover], now: datetime) -> str:
    """Return whose tender it is at ``now``: the latest to take it over, or its author."""
    standing = [each for each in handovers if each.part is Part.TENDER and stands(each, now)]
    if not standing:
        return tender.submitted_by or tender.created_by
    return max(standing, key=lambda each: (each.from_at, each.made_at, each.id)).to_account


def check(
    tender: Tender,
    asked: Asked,
    standing: Iterable[Handover],
    *,
    eligible: Collection[str],
    now: datetime,
) -> Asked:
    """Return what was asked, cleaned.

    Args:
        tender: what is handed over.
        asked: to whom, from when until when, and why.
        standing: its earlier handings over.
        eligible: accounts of the tender's organisation with the role of the part.
        now: the present instant.

    Raises:
        Refusal: ``handover-over`` for a tender that has ended, ``handover-nobody`` for one who
            does not hold the role, ``handover-to-oneself``, ``handover-dates``,
            ``handover-standing``, or ``second-person`` where an approval would go to one who
            made the tender.
    """
    if tender.stage in ENDED:
        raise Refusal("handover-over")
    if asked.to_account not in eligible:
        raise Refusal("handover-nobody")
    if asked.to_account == asked.from_account:
        raise Refusal("handover-to-oneself")
    if asked.until_at is not None and asked.until_at <= max(now, asked.from_at):
        raise Refusal("handover-dates")
    if asked.part is Part.APPROVAL and asked.to_account in hands_of(tender):
        raise Refusal("second-person")
    if any(
        each.part is asked.part and each.to_account == asked.to_account and is_ahead(each, now)
        for each in standing
    ):
        raise Refusal("handover-standing")
    return Asked(
        asked.part, asked.from_account, asked.to_account, asked.why,
        clean_text(asked.note, longest=LONGEST_NOTE), max(now, asked.from_at), asked.until_at,
    )  # fmt: skip
