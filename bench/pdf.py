"""The award notice as PDF beside bare WeasyPrint on the same HTML; aim: at least 0.9 times as fast.

Ours writes PDF/A-3u and PDF/UA-1, tags speak Urdu, facts are attached. WeasyPrint is measured
as it comes and with the same variant and tags asked of it; both get our style and typefaces.
"""

from __future__ import annotations

import sys
import warnings

from bench.report import figure
from bench.timing import Work, by_turns
from notices.renditions import pdf, typefaces
from notices.renditions.composing import compose, pictures, stylesheet
from notices.renditions.fetching import OwnFetcher
from notices.renditions.printing import Printer
from tests.notices.facts_made import award_notice

ROUNDS = 11
BIDDERS = (3, 30)


def main(*, quick: bool) -> None:
    """Print the figures of notices with few and with many bidders."""
    for bidders in BIDDERS:
        facts = award_notice(bidders)
        printable = Printer(typefaces.coverage()).prepare(facts)
        html = compose(printable, preview=False, substituted=False)
        fetcher = OwnFetcher(pictures(printable))
        works: dict[str, Work] = {
            "ours": lambda facts=facts: pdf.render(facts),
            "bare": lambda html=html, fetcher=fetcher: _weasyprint(html, fetcher),
            "same": lambda html=html, fetcher=fetcher: _weasyprint(
                html, fetcher, pdf_variant="pdf/a-3u", pdf_tags=True
            ),
        }
        taken = by_turns(works, 3 if quick else ROUNDS)
        for name, against in (
            ("bare", "bare WeasyPrint on the same HTML"),
            ("same", "WeasyPrint asked for PDF/A-3u and tags"),
        ):
            figure(
                f"pdf.award notice, {bidders} bidders",
                1 / taken["ours"],
                "1/CPU s",
                against,
                1 / taken[name],
            )


def _weasyprint(html: str, fetcher: OwnFetcher, **options: object) -> bytes:
    fonts = pdf.FontConfiguration()
    css = pdf.CSS(string=stylesheet(), url_fetcher=fetcher, font_config=fonts)
    document = pdf.HTML(string=html, base_url="app:document", url_fetcher=fetcher)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        data: bytes = document.write_pdf(stylesheets=[css], font_config=fonts, **options)
    return data


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
