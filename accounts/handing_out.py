"""The one way by which a stored file leaves: as an attachment in a sandbox, from the files' host.

Where an operator gave files a host name of their own (MUHR_FILES_URL), the pages' host never
sends one: it leads to a signed address there that lives a minute. That host sends nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,  # noqa: TID251  the key that signs addresses
    make_response,
    redirect,
    request,
)
from itsdangerous import BadData, URLSafeSerializer

from accounts import access
from foundation.database import database_instant

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

SANDBOX = "sandbox; default-src 'none'"
LIFE_SECONDS = 60
SLICE = 256 * 1024
ENDPOINT = "files.signed"
blueprint = Blueprint("files", "accounts.handing_out")


@dataclass(frozen=True)
class StoredFile:
    """What is handed out: where the bytes lie, their size and SHA-256, a harmless plain name.

    What is ``public`` may be kept by caches that ask again; nothing else may.
    """

    blob_key: str
    size: int
    sha256: str
    name: str
    media_type: str = "application/octet-stream"
    public: bool = False


def install(app: Flask) -> None:
    """Keep pages off the files' host; install it before whatever answers a request."""

    @app.before_request
    def serve_files_alone() -> Response | None:
        if on_files_host() and request.endpoint != ENDPOINT:
            return _nothing()
        return None


def on_files_host() -> bool:
    """Tell whether the request came to the files' own host."""
    address = access.context().settings.files_url
    return bool(address) and request.host == urlsplit(address).netloc


def hand_out(file: StoredFile) -> BaseResponse:
    """Send the file, or lead to where it is sent from."""
    if access.context().settings.files_url:
        answer = redirect(signed_address(file), 303)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return _sent(file)


def signed_address(file: StoredFile) -> str:
    """Return an address on the files' host under which the file lies for a minute."""
    ends = database_instant(access.session()).timestamp() + LIFE_SECONDS
    token = _signer().dumps({**asdict(file), "ends": int(ends)})
    return f"{access.context().settings.files_url}/files/{token}"


@blueprint.get("/files/<token>")
@access.public
def signed(token: str) -> BaseResponse:
    """Send what a signed address names, on the files' host and before its end."""
    if not on_files_host():
        return _nothing()
    try:
        told = _signer().loads(token)
        ends = told.pop("ends")
        file = StoredFile(**told)
    except (BadData, KeyError, TypeError, AttributeError):
        return _nothing()
    if database_instant(access.session()).timestamp() > ends:
        return _nothing()
    return _sent(file)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt="muhr.files")


def _sent(file: StoredFile) -> BaseResponse:
    stream = access.context().blobs.open(file.blob_key)
    answer = Response(_slices(stream), mimetype=file.media_type)
    answer.content_length = file.size
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Content-Security-Policy"] = SANDBOX
    if not file.public:
        answer.headers["Cache-Control"] = "no-store"
        return answer
    answer.set_etag(file.sha256)
    answer.headers["Cache-Control"] = "no-cache"
    return answer.make_conditional(request)


def _slices(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(SLICE):
            yield piece


def _nothing() -> Response:
    answer = make_response("", 404)
    answer.mimetype = "text/plain"
    return answer
