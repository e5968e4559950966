"""The only place where a refusal or a fault becomes a status and a page."""

import sqlite3
from urllib.parse import urlencode

from flask import (
    Flask,
    Response,
    current_app,  # noqa: TID251  whether tests want to see the fault
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from accounts.views.carrying import interrupted
from foundation.blobs.store import BlobsAway
from foundation.log_lines import Event, Log, fault_fields
from foundation.values.refusal import N_, Refusal
from portal.languages import current_language
from portal.wiring import REFUSALS

STATUS = {
    "not-permitted": 403,
    "not-found": 404,
    "no-panel": 403,
    "not-on-panel": 403,
    "declaration-needed": 403,
    "conflict-declared": 403,
    "chair-only": 403,
    "page-missing": 404,
    "sign-in": 401,
    "fresh-sign-in": 401,
    "fresh-second-factor": 401,
    "key-not-proved": 401,
    "wrong-stage": 409,
    "stale-form": 409,
    "file-unchecked": 409,
    "late": 409,
    "duplicate": 409,
    "too-large": 413,
    "too-many-tries": 429,
    "busy": 503,
}
DEFAULT_STATUS = 422
SIGN_IN_PAGES = {
    "sign-in": "account/sign-in",
    "fresh-sign-in": "account/confirm-it-is-you",
    "fresh-second-factor": "account/confirm-it-is-you",
}
# PostgreSQL: connection lost, deadlock or lock not available, server ending or starting, too
# much asked of it at once.
PASSING_STATES = ("08", "40", "53", "55P03", "57P")
DISK_FULL_STATE = "53100"
AWAY = N_("The database does not answer just now. Nothing was half done. Try again in a minute.")
STORE_AWAY = N_(
    "The files of this platform cannot be reached just now. Nothing was half done. Try again in a "
    "minute."
)
FULL = N_(
    "The disk of this server is full. Nothing was half done. Try again in some minutes; if it "
    "stays so, tell whoever runs the server."
)
BID_ROUTES = "bids"
log = Log("muhr.web")


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

    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database_fault)
    app.register_error_handler(BlobsAway, _store_away)
    if not app.testing:
        app.register_error_handler(Exception, _fault)


def _refused(refusal: Refusal) -> BaseResponse:
    carrying_page = interrupted(refusal)
    if carrying_page is not None:
        return carrying_page
    status = STATUS.get(refusal.code, DEFAULT_STATUS)
    if not _wants_json() and request.method == "GET" and refusal.code in SIGN_IN_PAGES:
        asked = {"factor": "1"} if refusal.code == "fresh-second-factor" else {}
        back = urlencode({**asked, "next": request.full_path.rstrip("?")})
        return redirect(f"/{current_language()}/{SIGN_IN_PAGES[refusal.code]}?{back}")
    return _answer(status, refusal.code, refusal_text(refusal))


def _forged(_error: CSRFError) -> BaseResponse:
    return _answer(400, "csrf", gettext("This form had expired. Go back and send it again."))


def _http(error: HTTPException) -> BaseResponse:
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, DBAPIError):
        return _database_fault(cause)  # met before the request reached a view
    if isinstance(error, RequestRedirect):
        return error.get_response()
    return _answer(error.code or 500, f"http-{error.code}", "")


def _database_fault(error: DBAPIError) -> BaseResponse:
    """Answer 503 while the database is away, full or too busy; the page asks it for nothing."""
    state = getattr(error.orig, "sqlstate", None) or ""
    away = isinstance(error, OperationalError) and not state
    if not (away or error.connection_invalidated or state.startswith(PASSING_STATES)):
        if current_app.testing:
            raise error
        return _fault(error)
    full = _is_full(error)
    told = {"sqlstate": state} if state else {}
    event = Event.DISK_FULL if full else Event.DATABASE_AWAY
    log.error(event, fault=type(error).__name__, **told)
    message = gettext(FULL) if full else gettext(AWAY)
    if _wants_json():
        code = "no-room" if full else "no-database"
        response = make_response(jsonify(code=code, message=message), 503)
    else:
        response = make_response(_page_without_database(message), 503)
    response.headers["Retry-After"] = "10"
    return response


def _store_away(_error: BlobsAway) -> BaseResponse:
    response = _answer(503, "store-away", gettext(STORE_AWAY))
    response.headers["Retry-After"] = "10"
    return response


def _is_full(error: BaseException | None) -> bool:
    """Tell whether a full disk is what began it: undoing may have failed for it, too."""
    while error is not None:
        found = getattr(error, "orig", None)
        full = getattr(found, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        if full or getattr(found, "sqlstate", None) == DISK_FULL_STATE:
            return True
        error = error.__context__
    return False


def _page_without_database(message: str) -> str:
    """Render past the context processors: they would ask the database who is looking."""
    language = current_language()
    return current_app.jinja_env.get_template("portal/no_database.html").render(
        text=message,
        lang=language,
        dir="rtl" if language == "ur" else "ltr",
        entity_phone=current_app.extensions["muhr"].settings.entity_phone,
    )


def _fault(error: Exception) -> BaseResponse:
    # Which page it was is told of no bid route: that somebody bids just now is nobody's business.
    page = request.endpoint or ""
    told = {} if not page or page.startswith(BID_ROUTES) else {"page": page}
    log.error(Event.FAULT, **fault_fields(error), **told)
    return _answer(500, "fault", "")


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.path.endswith(".json")


def _answer(status: int, code: str, text: str) -> Response:
    if _wants_json():
        return make_response(jsonify(code=code, message=text or code), status)
    page = render_template("portal/error.html", status=status, code=code, text=text)
    return make_response(page, status)
