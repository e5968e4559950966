"""The demo's changes to published tenders: one corrected with later dates, one cancelled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bids.acts.voiding import carry_out_change
from foundation.values.identifiers import new_id
from portal.demo import story
from tendering.acts import approving, changing, drafting
from tendering.domain.tender import ChangeKind, Tender
from tendering.sealing_bundle import sealing_sha384

Act = Callable[..., None]
WEEK = timedelta(days=7)


def cancel(act: Act, tender: Tender) -> None:
    """Cancel a published tender by two persons."""
    draft_id, why = new_id(), story.BENCHES_CANCELLED
    act("officer", changing.begin_change, tender.id, ChangeKind.CANCELLATION, draft_id)
    act("officer", changing.explain_change, draft_id, 1, "need-ended", why)
    _carry_out(act, draft_id, revision=2)


def correct(act: Act, tender: Tender) -> None:
    """Ask for one more of every item and give seven more days, by two persons."""
    draft_id, why = new_id(), story.PUMPS_CORRECTED
    items = [replace(item, quantity=item.quantity + 1) for item in tender.items]
    deadline_at, opening_at = tender.schedule.deadline_at + WEEK, tender.schedule.opening_at + WEEK
    act("officer", changing.begin_change, tender.id, ChangeKind.ADDENDUM, draft_id)
    act("officer", drafting.edit_items, draft_id, 1, items)
    act("officer", drafting.edit_dates, draft_id, 2, deadline_at, opening_at)
    act("officer", changing.explain_change, draft_id, 3, "error", why)
    _carry_out(act, draft_id, revision=4)


def _carry_out(act: Act, draft_id: str, *, revision: int) -> None:
    act("officer", approving.submit_for_approval, draft_id, revision)
    act("approver", carry_out_change, draft_id, revision, sealing_sha384())
