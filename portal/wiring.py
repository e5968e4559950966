"""The one page that joins the packages: blueprints, permission tables, refusals, mails, jobs."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import accounts.domain.permissions
import accounts.domain.refusals
import accounts.jobs
import accounts.mails
import accounts.views
import beacon.domain.refusals
import bids.checking_jobs
import bids.domain.permissions
import bids.domain.refusals
import bids.jobs
import bids.mails
import bids.views
import evaluation.domain.permissions
import evaluation.domain.refusals
import evaluation.mails
import evaluation.views
import foundation.database
import notices.domain.permissions
import notices.domain.refusals
import notices.jobs
import notices.mails
import notices.views
import oversight.domain.permissions
import oversight.domain.refusals
import oversight.views
import sealing.refusals
import tendering.domain.permissions
import tendering.domain.refusals
import tendering.jobs
import tendering.mails
import tendering.views
from accounts.domain.authority import Permission
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.refusal import N_
from tendering import public_list as tenders
from tendering.domain.listing import Order, Search

PORTAL_REFUSALS: Mapping[str, str] = {
    "sign-in": N_("Sign in to see this page."),
    "fresh-sign-in": N_("Confirm that it is you, then do it again."),
    "fresh-second-factor": N_("Confirm with your second factor that it is you, then do it again."),
    "not-permitted": N_("Your account may not do this."),
    "not-found": N_("There is nothing at this address."),
    "wrong-stage": N_("This cannot be done at the present stage."),
    "bad-identifier": N_("There is nothing at this address."),
    "bad-amount": N_("Write an amount in digits, for example 12,34,567.50."),
    "not-canonical": N_("Something in this text cannot be recorded. Type it again."),
    "practice-only": N_("This is possible in practice only."),
}
REFUSALS: dict[str, str] = {
    **sealing.refusals.REFUSALS,
    **beacon.domain.refusals.REFUSALS,
    **accounts.domain.refusals.REFUSALS,
    **tendering.domain.refusals.REFUSALS,
    **bids.domain.refusals.REFUSALS,
    **evaluation.domain.refusals.REFUSALS,
    **notices.domain.refusals.REFUSALS,
    **oversight.domain.refusals.REFUSALS,
    **foundation.database.UNREACHABLE,
    **PORTAL_REFUSALS,
}
PERMISSION_TABLES: tuple[Mapping[str, Permission], ...] = (
    accounts.domain.permissions.PERMISSIONS,
    tendering.domain.permissions.PERMISSIONS,
    bids.domain.permissions.PERMISSIONS,
    evaluation.domain.permissions.PERMISSIONS,
    notices.domain.permissions.PERMISSIONS,
    oversight.domain.permissions.PERMISSIONS,
)
BLUEPRINTS = (
    *accounts.views.BLUEPRINTS,
    *tendering.views.BLUEPRINTS,
    *bids.views.BLUEPRINTS,
    *evaluation.views.BLUEPRINTS,
    *notices.views.BLUEPRINTS,
    *oversight.views.BLUEPRINTS,
)
MAILS: dict[str, tuple[str, str]] = {
    **accounts.mails.MAILS,
    **tendering.mails.MAILS,
    **bids.mails.MAILS,
    **evaluation.mails.MAILS,
    **notices.mails.MAILS,
}
JOB_GROUPS: dict[str, list[Callable[[JobContext], None]]] = {
    "accounts": list(accounts.jobs.JOBS.values()),
    "tendering": list(tendering.jobs.JOBS.values()),
    "bids": list(bids.jobs.JOBS.values()),
    # Checking files may take minutes and keeps no opening waiting.
    "files": [bids.checking_jobs.check_opened_files],
    # Issuing never waits for the slower rendering.
    "notices": [notices.jobs.issue_due_notices],
    "papers": [notices.jobs.render_due_pdfs],
}


def due_instants(context: JobContext) -> Iterator[datetime]:
    """Yield the next instants at which the worker has something to do."""
    with reading(context.sessions) as session:
        lines = tenders.public_tenders(session, Search(order=Order.CLOSING)).lines
    for line in lines:
        yield line.deadline_at
        yield line.opening_at
