"""Files of opened bids: to evaluators with a declaration only, each reading on record first."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from flask import Response

from accounts import access
from accounts.domain.roles import Role
from bids.facts import OpenedFile
from evaluation.acts.reading import read_file
from evaluation.views.blueprint import blueprint

SLICE = 64 * 1024
SAFE_ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")


@blueprint.get("/evaluation/<tender_id>/files/<file_id>")
@access.roles(Role.EVALUATOR)
def file(tender_id: str, file_id: str) -> Response:
    """Send one file as an attachment that no browser runs (decision 23)."""
    with access.unit_of_work() as uow:
        found = read_file(uow, tender_id, file_id)
    stream = access.context().blobs.open(found.blob_key)
    response = Response(_slices(stream), mimetype="application/octet-stream")
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{generated_name(found)}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def generated_name(found: OpenedFile) -> str:
    """Return a harmless name: the start of the fingerprint and the ending, if it is plain."""
    ending = SAFE_ENDING.search(found.name)
    return f"bid-{found.sha256[:16]}" + (f".{ending.group(1).lower()}" if ending else "")


def _slices(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(SLICE):
            yield piece
