"""What the pages that show a whole draft have in common."""

from datetime import datetime

from flask.globals import request_ctx

from tendering.domain import publication
from tendering.domain.tender import Tender
from tendering.views import texts
from tendering.views.own import book_of


def whole_draft(tender: Tender, at: datetime) -> dict[str, object]:
    """Return what ``tendering/_whole.html`` needs to show the draft as published at ``at``."""
    book = book_of(tender)
    return {
        "tender": tender,
        "book": book,
        "category": texts.translated(texts.CATEGORIES[tender.category]),
        "award": texts.award_words(tender),
        "reach": texts.translated(texts.REACHES[tender.reach]),
        "shown": publication.previewed(tender, book, at).schedule,
        "notice_preview": notice_preview(tender),
    }


def notice_preview(tender: Tender) -> str:
    """Return the address of the notice's PDF preview, empty where nothing serves it."""
    address = f"/{texts.language()}/tenders/{tender.id}/notice-preview.pdf"
    adapter = request_ctx.url_adapter
    return address if adapter is not None and adapter.test(address, "GET") else ""
