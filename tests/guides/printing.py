"""Prints a guide: its template in one language and its pictures become an A4 PDF."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notices.renditions import typefaces
from notices.renditions.composing import TEMPLATES as PAPERS
from notices.renditions.fetching import OwnFetcher
from portal.languages import TRANSLATIONS

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"


def environment(language: str) -> Environment:
    """Return the templates' environment speaking one language."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    texts = Translations.load(TRANSLATIONS, [language])
    env.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
    return env


def compose(role: str, language: str, *, size: str, phone: str = "") -> str:
    """Return the HTML of a guide; ``size`` is ``phone`` or ``desk``, that of its pictures."""
    return (
        environment(language)
        .get_template(f"guides/{role}.html")
        .render(lang=language, dir="rtl" if language == "ur" else "ltr", size=size, phone=phone)
    )


def pdf(html: str, pictures: Mapping[str, bytes]) -> bytes:
    """Return the PDF of a guide.

    Raises:
        FatalURLFetchingError: a step shows a picture that was not taken.
    """
    typefaces.use_own_fonts()
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    served = {name: ("image/jpeg", data) for name, data in pictures.items()}
    emblem = ("image/svg+xml", (PAPERS / "emblem.svg").read_bytes())
    fetcher, fonts = OwnFetcher({**served, "emblem": emblem}), FontConfiguration()
    style = (TEMPLATES / "guides" / "guide.css").read_text("utf-8")
    with warnings.catch_warnings():
        # WeasyPrint leaves files to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        css = CSS(string=style, url_fetcher=fetcher, font_config=fonts)
        document = HTML(string=html, base_url="app:guide", url_fetcher=fetcher)
        data: bytes = document.write_pdf(stylesheets=[css], font_config=fonts, pdf_tags=True)
    return data
