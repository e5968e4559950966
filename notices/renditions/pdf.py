"""Facts to PDF/A-3u and PDF/UA-1, tagged, the facts attached, the same to the byte anywhere."""

import hashlib
import warnings
from dataclasses import dataclass
from datetime import datetime

from foundation.values.refusal import Refusal
from notices.domain import fact_documents
from notices.domain.kinds import BidAck, Facts
from notices.renditions import typefaces
from notices.renditions.composing import compose, pictures, stylesheet
from notices.renditions.printing import Printer

typefaces.use_own_fonts()

from weasyprint import (  # noqa: E402
    CSS,
    HTML,
    Attachment,
)
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError  # noqa: E402

from notices.renditions.conformance import finish, speaking_tags  # noqa: E402
from notices.renditions.fetching import OwnFetcher  # noqa: E402

FACTS_NAME = "facts.json"


@dataclass(frozen=True)
class Rendition:
    """A finished PDF and its fingerprint."""

    data: bytes
    sha256: str

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        return len(self.data)


def render(facts: Facts, *, preview: bool = False) -> Rendition:
    """Return the PDF of a notice; every date in it comes from the facts, none from a clock.

    Raises:
        Refusal: ``no-rendition`` when the document asks for anything that it was not given.
    """
    attached = fact_documents.to_bytes(facts)
    printer = Printer(typefaces.coverage())
    printable = printer.prepare(facts)
    html = compose(printable, preview=preview, substituted=printer.substituted)
    fetcher = OwnFetcher(pictures(printable))
    try:
        data = _write(html, fetcher, _attachments(facts, attached, fetcher))
    except FatalURLFetchingError as error:
        # A BaseException: it would pass every `except Exception` and hang a pool.
        raise Refusal("no-rendition") from error
    return Rendition(data, hashlib.sha256(data).hexdigest())


def _write(html: str, fetcher: OwnFetcher, attachments: list[Attachment]) -> bytes:
    fonts = FontConfiguration()
    css = CSS(string=stylesheet(), url_fetcher=fetcher, font_config=fonts)
    document = HTML(string=html, base_url="app:document", url_fetcher=fetcher)
    with speaking_tags(), warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        data: bytes = document.write_pdf(
            stylesheets=[css],
            font_config=fonts,
            pdf_variant="pdf/a-3u",
            pdf_tags=True,
            attachments=attachments,
            finisher=finish,
        )
    return data


def _attachments(facts: Facts, attached: bytes, fetcher: OwnFetcher) -> list[Attachment]:
    at = facts.head.issued_at
    files = [_attachment(FACTS_NAME, attached, "Data", at, fetcher)]
    if isinstance(facts, BidAck):
        note = facts.signed_note.encode("utf-8")
        files.append(_attachment("acknowledgement.txt", note, "Source", at, fetcher))
    return files


def _attachment(
    name: str, data: bytes, relationship: str, at: datetime, fetcher: OwnFetcher
) -> Attachment:
    return Attachment(
        string=data,
        name=name,
        relationship=relationship,
        created=at,
        modified=at,
        url_fetcher=fetcher,
    )
