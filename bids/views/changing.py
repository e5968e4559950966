"""The door through which a second person carries out a change, and with it voids sealed bids."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from bids.acts.voiding import carry_out_change
from bids.views.blueprint import pages
from bids.views.texts import _
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage
from tendering.forms import ApprovalForm
from tendering.sealing_bundle import sealing_sha384
from tendering.views.approving import approval_page
from tendering.views.telling import done, tell


@pages.post("/drafts/<tender_id>/carry-out")
@access.roles(Role.APPROVER)
def carry_out(tender_id: str) -> Response | tuple[str, int]:
    """Approve and carry out the change that the page showed."""
    form = ApprovalForm()
    past = tenders.change_done(access.session(), tender_id)
    shown = tenders.tender(access.session(), past.tender_id if past else tender_id)
    if shown.organisation_id != access.actor().organisation_id:
        raise Refusal("not-found")
    try:
        bundle = sealing_sha384()
        with access.unit_of_work() as uow:
            changed = carry_out_change(uow, tender_id, form.revision_number(), bundle)
    except Refusal as refusal:
        tell(form, refusal, shown.schedule.zone, {})
        draft = tenders.tender(access.session(), tender_id)
        if draft.amends is None or draft.stage is not Stage.IN_APPROVAL:
            raise
        return approval_page(draft, form), 422
    if changed.stage is Stage.CANCELLED:
        done(_("The tender is cancelled."))
    else:
        done(_("The change is public: version %(n)s.", n=changed.version))
    return redirect(url_for("tendering.tender_page", tender_id=changed.id), 303)
