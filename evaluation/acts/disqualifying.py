"""The chair takes a bid out after its price was opened, or takes that back, before the report.

What the panel found before the prices is closed; this is for what came to light afterwards, such
as a forged guarantee. The report shows the ranking with and without the bid.
"""

from accounts.domain import authority
from evaluation.domain import panel as panels
from evaluation.domain.findings import LONGEST_REASON
from evaluation.domain.permissions import PERMISSIONS, PanelAct
from evaluation.models import DisqualificationRow
from evaluation.queries import cases
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text
from tendering import facts as tenders
from tendering.domain.tender import Tender
from transparency import journal


def disqualify_bid(uow: UnitOfWork, tender_id: str, envelope_id: str, reason: str) -> None:
    """Take one bid out of the comparison; the last reason stands.

    Raises:
        Refusal: ``chair-only``, ``price-not-open``, ``reason-needed``, or what panel and
            permission say.
    """
    tender = _by_chair(uow, tender_id, PanelAct.DISQUALIFY)
    bid = cases.bids_of(cases.case_of(uow.session, tender)).get(envelope_id)
    if bid is None or bid.price is None:
        raise Refusal("price-not-open")
    said = clean_text(reason, longest=LONGEST_REASON)
    if not said:
        raise Refusal("reason-needed", rule="R30")
    uow.session.merge(
        DisqualificationRow(
            envelope_id=envelope_id, tender_id=tender_id, reason=said, disqualified_at=uow.now
        )
    )
    uow.session.flush()
    document = {"envelope": envelope_id, "reason": said}
    journal.append(uow, PanelAct.DISQUALIFY, document, tender_id=tender_id)


def reinstate_bid(uow: UnitOfWork, tender_id: str, envelope_id: str) -> None:
    """Take a disqualification back.

    Raises:
        Refusal: ``chair-only``, ``not-disqualified``, or what panel and permission say.
    """
    _by_chair(uow, tender_id, PanelAct.REINSTATE)
    row = uow.session.get(DisqualificationRow, envelope_id)
    if row is None or row.tender_id != tender_id:
        raise Refusal("not-disqualified")
    uow.session.delete(row)
    uow.session.flush()
    journal.append(uow, PanelAct.REINSTATE, {"envelope": envelope_id}, tender_id=tender_id)


def _by_chair(uow: UnitOfWork, tender_id: str, act: PanelAct) -> Tender:
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, act, tender, PERMISSIONS)
    panels.require_chair(facts.require_panel(uow.session, tender_id), uow.actor.account_id)
    return tender
