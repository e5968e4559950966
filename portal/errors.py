"""The only place where a refusal or a fault becomes a status and a page."""

import logging
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from foundation.values.refusal import Refusal
from portal.languages import current_language
from portal.wiring import REFUSALS

STATUS = {
    "not-permitted": 403,
    "not-found": 404,
    "sign-in": 401,
    "fresh-sign-in": 401,
    "wrong-stage": 409,
    "stale-form": 409,
    "late": 409,
    "duplicate": 409,
    "too-large": 413,
    "too-many-tries": 429,
    "busy": 503,
}
DEFAULT_STATUS = 422
log = logging.getLogger("muhr")


def refusal_text(refusal: Refusal) -> str:
    """Return the refusal's text in the page's language."""
    msgid = REFUSALS.get(refusal.code)
    if msgid is None:
        return refusal.code
    text: str = gettext(msgid, **{name: str(value) for name, value in refusal.params.items()})
    return text


def install(app: Flask) -> None:
    """Give ``app`` its error pages; the API answers the same in JSON."""
    app.jinja_env.globals["refusal_text"] = refusal_text

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> BaseResponse:
        status = STATUS.get(refusal.code, DEFAULT_STATUS)
        if not _wants_json() and request.method == "GET":
            if refusal.code == "sign-in":
                return redirect(_with_next("account/sign-in"))
            if refusal.code == "fresh-sign-in":
                return redirect(_with_next("account/confirm-it-is-you"))
        return _answer(status, refusal.code, refusal_text(refusal))

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> BaseResponse:
        return _answer(400, "csrf", gettext("This form had expired. Go back and send it again."))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> BaseResponse:
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        return _answer(error.code or 500, f"http-{error.code}", "")

    @app.errorhandler(Exception)
    def fault(error: Exception) -> BaseResponse:
        # The message of an exception may quote what a user sent: only its type and place are kept.
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
        log.error("fault %s at %s on %s", type(error).__name__, where, request.endpoint)
        if app.testing:
            raise error
        return _answer(500, "fault", "")


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.path.endswith(".json")


def _with_next(page: str) -> str:
    back = request.full_path.rstrip("?")
    return f"/{current_language()}/{page}?{urlencode({'next': back})}"


def _answer(status: int, code: str, text: str) -> Response:
    if _wants_json():
        return make_response(jsonify(code=code, message=text or code), status)
    page = render_template("portal/error.html", status=status, code=code, text=text)
    return make_response(page, status)
