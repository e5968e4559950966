"""The chair records what the panel found: pass or fail under each requirement."""

from collections.abc import Mapping

from accounts.domain import authority
from evaluation.domain import findings as rules
from evaluation.domain import panel as panels
from evaluation.domain.case import Finding
from evaluation.domain.permissions import PERMISSIONS, PanelAct
from evaluation.models import FindingRow
from evaluation.queries import cases
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from transparency import journal


def record_findings(
    uow: UnitOfWork,
    tender_id: str,
    envelope_id: str,
    findings: Mapping[str, tuple[bool, str]],
) -> None:
    """Record findings on one bid, ``{requirement: (passed, reason)}``; the last word stands.

    Raises:
        Refusal: ``chair-only``, ``findings-closed``, ``unknown-bid``, ``unknown-requirement``,
            ``reason-needed``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, PanelAct.FIND, tender, PERMISSIONS)
    panel = facts.require_panel(uow.session, tender_id)
    panels.require_chair(panel, uow.actor.account_id)
    if panel.any_finished:
        raise Refusal("findings-closed")
    bid = cases.opened_bids(uow.session, tender_id).get(envelope_id)
    if bid is None or bid.state != "opened":
        raise Refusal("unknown-bid")
    known = [each.id for each in tender.requirements]
    checked = [rules.check_finding(r, ok, why, known) for r, (ok, why) in findings.items()]
    for finding in checked:
        uow.session.merge(
            FindingRow(
                envelope_id=envelope_id,
                requirement_id=finding.requirement_id,
                tender_id=tender_id,
                passed=finding.passed,
                reason=finding.reason,
                found_at=uow.now,
            )
        )
    uow.session.flush()
    document = {"envelope": envelope_id, "findings": [_document(each) for each in checked]}
    journal.append(uow, PanelAct.FIND, document, tender_id=tender_id)


def _document(found: Finding) -> dict[str, str | bool]:
    return {
        "requirement": found.requirement_id,
        "passed": found.passed,
        "reason": found.reason,
    }
