"""Files of opened bids: to evaluators with a declaration only, each reading on record first."""

import re

from flask import make_response, render_template
from werkzeug.wrappers import Response

from accounts import access, handing_out
from accounts.domain.roles import Role
from accounts.handing_out import StoredFile
from bids.facts import OpenedFile
from evaluation.acts.reading import read_file, readable_file
from evaluation.views.blueprint import blueprint
from foundation.values.refusal import Refusal
from tendering import facts as tenders

SAFE_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")


@blueprint.get("/evaluation/<tender_id>/files/<file_id>")
@access.roles(Role.EVALUATOR)
def file(tender_id: str, file_id: str) -> Response:
    """Send one file as an attachment that no browser runs (decision 23), or warn of it first."""
    try:
        with access.unit_of_work() as uow:
            found = read_file(uow, tender_id, file_id, scanner=_has_scanner())
    except Refusal as refusal:
        if refusal.code != "file-warning":
            raise
        return make_response(_warning(tender_id, file_id))
    return handing_out.hand_out(stored(found.file))


@blueprint.post("/evaluation/<tender_id>/files/<file_id>")
@access.roles(Role.EVALUATOR)
def file_all_the_same(tender_id: str, file_id: str) -> Response:
    """Hand out a file in spite of what its check found; the step is on record."""
    with access.unit_of_work() as uow:
        found = read_file(uow, tender_id, file_id, scanner=_has_scanner(), warned=True)
    if access.context().settings.files_url:
        # The policy of pages lets no form lead to another host, but a link may.
        address = handing_out.signed_address(stored(found.file))
        return make_response(_warning(tender_id, file_id, address))
    return handing_out.hand_out(stored(found.file))


def stored(found: OpenedFile) -> StoredFile:
    """Return what is handed out, under a harmless name.

    The name is the start of the fingerprint and the ending, if it is plain.
    """
    ending = SAFE_ENDING.search(found.name)
    name = f"bid-{found.sha256[:16]}" + (f".{ending.group(1).lower()}" if ending else "")
    return StoredFile(found.blob_key, found.size, found.sha256, name)


def _warning(tender_id: str, file_id: str, address: str = "") -> str:
    session = access.session()
    found = readable_file(session, access.actor(), tender_id, file_id)
    tender = tenders.tender(session, tender_id)
    return render_template(
        "evaluation/file_warning.html", tender=tender, found=found, file=found.file, address=address
    )


def _has_scanner() -> bool:
    return bool(access.context().settings.clamd)
