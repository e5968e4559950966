"""Languages of the pages: the ``/<lang>/`` prefix, the switch that keeps the place, texts."""

from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, get_domain, get_locale
from werkzeug.exceptions import NotFound

LANGUAGES = ("en", "ur")
API = "/api/"
TRANSLATIONS = Path(__file__).parent / "translations"
NAMES = {"en": "English", "ur": "اردو"}


def current_language() -> str:
    """Return "en" or "ur": the address decides, elsewhere ``?lang=`` or Accept-Language."""
    if "lang" not in g:
        start = request.path.split("/", 2)[1]
        asked = start if start in LANGUAGES else request.args.get("lang", "")
        g.lang = (
            asked
            if asked in LANGUAGES
            else request.accept_languages.best_match(LANGUAGES, default="en") or "en"
        )
    return str(g.lang)


def switch_address(language: str) -> str:
    """Return this page's address in ``language``, path and query kept."""
    query = request.query_string.decode("latin-1")
    tail = f"?{query}" if query else ""
    parts = request.path.split("/", 2)
    if len(parts) > 1 and parts[1] in LANGUAGES:
        rest = parts[2] if len(parts) > 2 else ""
        return f"/{language}/{rest}{tail}"
    return f"/{language}/"


def install(app: Flask) -> None:
    """Give ``app`` its languages."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, default_locale="en", default_timezone="UTC", locale_selector=current_language)
    app.before_request(_translate_forms)

    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "lang" in values:
            language = values.pop("lang")
            if language not in LANGUAGES:
                raise NotFound
            g.lang = language

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()

    @app.context_processor
    def language_variables() -> dict[str, object]:
        language = current_language()
        other = "ur" if language == "en" else "en"
        return {
            "lang": language,
            "dir": "rtl" if language == "ur" else "ltr",
            "locale": str(get_locale()),
            "switch_language": other,
            "switch_language_name": NAMES[other],
            "switch_language_url": switch_address(other),
        }


def _translate_forms() -> None:
    """Let Flask-WTF find the texts of WTForms in our catalogue: WTForms has no Urdu."""
    if not request.path.startswith(API):  # it has no forms
        setattr(request, "wtforms_translations", get_domain().get_translations())  # noqa: B010
