"""Files of opened bids page by page: pictures drawn here, so that no browser runs the file."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from flask import Response, make_response, render_template

from accounts import access
from accounts.domain.roles import Role
from bids.facts import OpenedFile
from evaluation.acts.reading import look_at_page, readable_file
from evaluation.renditions import pages
from evaluation.views.blueprint import blueprint
from foundation.values.refusal import Refusal
from tendering import facts as tenders

SLICE = 256 * 1024
PAGE = re.compile(r"[1-9][0-9]{0,5}")
TOLD_ON_THE_PAGE = frozenset({"page-unreadable", "file-locked", "file-too-large-to-show"})


@blueprint.get("/evaluation/<tender_id>/files/<file_id>/pages/<page>")
@access.roles(Role.EVALUATOR)
def file_page(tender_id: str, file_id: str, page: str) -> Response:
    """Show one page of a file, or say in a sentence why it cannot be shown."""
    number = _number(page)
    session = access.session()
    found = readable_file(session, access.actor(), tender_id, file_id)
    count, problem = 0, None
    try:
        count = pages.count_pages(_bytes_of(found.file))
    except Refusal as refusal:
        if refusal.code not in TOLD_ON_THE_PAGE:
            raise
        problem = refusal
    if problem is None and number > count:
        raise Refusal("not-found")
    html = render_template(
        "evaluation/bid_page.html",
        tender=tenders.tender(session, tender_id),
        found=found,
        file=found.file,
        number=number,
        count=count,
        problem=problem,
    )
    return make_response(html, 422 if problem else 200)


@blueprint.get("/evaluation/<tender_id>/files/<file_id>/pages/<page>/picture")
@access.roles(Role.EVALUATOR)
def page_picture(tender_id: str, file_id: str, page: str) -> Response:
    """Send the picture of one page; the look is on record first."""
    number = _number(page)
    with access.unit_of_work() as uow:
        file = look_at_page(uow, tender_id, file_id, number)
    drawn = pages.draw_page(_bytes_of(file), number)
    response = Response(drawn.picture, mimetype="image/webp")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


def _number(page: str) -> int:
    """Return the number of a page, from 1."""
    if not PAGE.fullmatch(page):
        raise Refusal("not-found")
    return int(page)


def _bytes_of(file: OpenedFile) -> Iterator[bytes]:
    stream: BinaryIO = access.context().blobs.open(file.blob_key)
    with stream:
        while piece := stream.read(SLICE):
            yield piece
