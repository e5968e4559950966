"""How the API of bids answers: JSON with a code, a message and, when refused, a signed note."""

from __future__ import annotations

from flask import Response, jsonify, request

from accounts import access
from bids.acts.refusing import Refused
from bids.domain.refusals import REFUSALS
from bids.intake import Intake, intake_of
from bids.partial_uploads import PartialUploads
from bids.platform_key import PlatformKey, load_platform_key
from bids.views.texts import _, language
from foundation.values.nesting import check_nesting
from foundation.values.refusal import Refusal

LARGEST_JSON = 16 * 1024
DEEPEST_JSON = 4
STATUS = {
    "late": 409,
    "duplicate": 409,
    "wrong-notice": 409,
    "upload-ended": 410,
    "incomplete": 409,
    "wrong-offset": 409,
    "no-room": 503,
    "store-away": 503,
    "too-large": 413,
}
RETRY_AFTER = {"no-room": "20", "store-away": "10"}


def json_body() -> dict[str, object]:
    """Return the JSON object that a request carries.

    Raises:
        Refusal: `bad-request-body` for anything else, too deep or too large.
    """
    request.max_content_length = LARGEST_JSON
    try:
        check_nesting(request.get_data(), deepest=DEEPEST_JSON)
    except ValueError as error:
        raise Refusal("bad-request-body") from error
    body = request.get_json(silent=True, force=True)
    if not isinstance(body, dict):
        raise Refusal("bad-request-body")
    return body


def message(code: str) -> str:
    """Return a refusal's text in the language of this answer."""
    return _(REFUSALS[code]) if code in REFUSALS else code


def refuse(code: str, *, attempt: str = "", status: int | None = None) -> Response:
    """Answer with a refusal; `attempt` is the signed note of an attempt that is on record."""
    body = {"code": code, "message": message(code)}
    if attempt:
        body["attempt"] = attempt
    response = jsonify(body)
    response.status_code = status or STATUS.get(code, 422)
    if code in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[code]
    return response


def refused(outcome: Refused) -> Response:
    """Answer with a refusal that an act put on record."""
    return refuse(outcome.code, attempt=outcome.attempt)


def wrong_offset(refusal: Refusal) -> Response:
    """Answer with the place from which bytes are awaited."""
    response = refuse(refusal.code)
    response.headers["Upload-Offset"] = str(refusal.params.get("offset", 0))
    return response


def acknowledged(number: str, ack: str, sha256: str, completed_at: str) -> Response:
    """Answer with a bid's signed acknowledgement and where its page is."""
    lang = language()
    page = f"/{lang}/bids/receipts/{number}"
    return jsonify(
        ack=ack,
        number=number,
        completed_at=completed_at,
        sha256=sha256,
        page=page,
        pdf=f"/bids/receipts/{number}.pdf",
    )


def platform_key() -> PlatformKey:
    """Return the key that signs for the platform."""
    return load_platform_key(access.context().settings)


def intake() -> Intake:
    """Return the writer of this process."""
    return intake_of(access.context().sessions)


def partials() -> PartialUploads:
    """Return the partial files of this installation."""
    return PartialUploads(access.context().settings.folder("uploads"))
