"""The links that notices add to a tender's page."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from accounts import access
from notices import queries
from notices.domain.kinds import Kind
from notices.queries import NoticeLine
from notices.views import texts
from tendering.domain.tender import PUBLIC_STAGES, Tender
from tendering.views.links import Link, Place, register


@register
def notice_links(tender: Tender, _now: datetime) -> Iterator[Link]:
    """Give every notice of the tender that was issued."""
    if tender.stage not in PUBLIC_STAGES:
        return
    for line in queries.notices_of_tender(access.session(), tender.id):
        href = url_for("notices.notice_page", number=line.number)
        note = f"PDF, {texts.version(line.version)}" if _of_a_version(line, tender) else "PDF"
        yield Link(Place.RECORD, texts.notice_link(line.kind), href, note=note)
        if line.kind is Kind.AWARD_NOTICE:
            yield Link(Place.ACTION, texts.kind_name(line.kind), href)


def _of_a_version(line: NoticeLine, tender: Tender) -> bool:
    return line.kind is Kind.TENDER_NOTICE and tender.version > 1
