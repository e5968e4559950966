"""Pass or fail under each requirement, and why a bid is set aside."""

from collections.abc import Mapping, Sequence

from evaluation.domain.case import Bid, Finding
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text

LONGEST_REASON = 2_000


def check_finding(requirement_id: str, passed: bool, reason: str, known: Sequence[str]) -> Finding:
    """Return the finding as it is kept.

    Raises:
        Refusal: ``unknown-requirement``; ``reason-needed`` when a failure gives no reason.
    """
    if requirement_id not in known:
        raise Refusal("unknown-requirement")
    kept = clean_text(reason, longest=LONGEST_REASON)
    if not passed and not kept:
        raise Refusal("reason-needed", rule="R30")
    return Finding(requirement_id, passed, kept)


def missing_findings(bid: Bid, requirements: Sequence[str]) -> tuple[str, ...]:
    """Return the requirements on which nothing was found yet; none for an unreadable bid."""
    if bid.setback:
        return ()
    found = {finding.requirement_id for finding in bid.findings}
    return tuple(each for each in requirements if each not in found)


def failed_requirements(bid: Bid) -> tuple[str, ...]:
    """Return the requirements the bid fails, in the order they were found."""
    return tuple(finding.requirement_id for finding in bid.findings if not finding.passed)


def meets_requirements(bid: Bid) -> bool:
    """Tell whether the bid can be read and fails no requirement."""
    return not bid.setback and not failed_requirements(bid)


def require_complete(bids: Mapping[str, Bid], requirements: Sequence[str]) -> None:
    """Demand a finding for every readable bid under every requirement.

    Raises:
        Refusal: ``findings-missing`` with ``count``.
    """
    count = sum(len(missing_findings(bid, requirements)) for bid in bids.values())
    if count:
        raise Refusal("findings-missing", count=count)
