"""The local beacon's answers over HTTP, those of drand's own service."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from beacon.local import LocalBeacon, randomness

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from foundation.values.canonical import Document

PATH = re.compile(r"/(?:(?P<hash>[0-9a-f]{64})/)?(?P<what>info|public/(?P<round>[^/]+))")
ROUND = re.compile(r"[1-9][0-9]{0,14}")
STATUS = {200: "200 OK", 404: "404 Not Found", 405: "405 Method Not Allowed", 425: "425 Too Early"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Answer:
    """Status, JSON document and caching of one answer."""

    status: int
    document: Document
    caching: str = "no-store"


def make_application(
    beacon: LocalBeacon,
) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """Return the WSGI application of a beacon."""

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            reply = Answer(405, {"error": "only GET"})
        else:
            reply = answer(beacon, environ.get("PATH_INFO", ""))
        body = json.dumps(reply.document).encode("utf-8") + b"\n"
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Cache-Control": reply.caching,
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
        }
        start(STATUS[reply.status], list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return application


def answer(beacon: LocalBeacon, path: str) -> Answer:
    """Answer one path."""
    if path == "/health":
        return _health(beacon)
    if path == "/chains":
        return Answer(200, [beacon.chain.hash])
    found = PATH.fullmatch(path)
    if found is None or found["hash"] not in (None, beacon.chain.hash):
        return Answer(404, {"error": "unknown path"})
    if found["what"] == "info":
        return Answer(200, beacon.chain.document(), "public, max-age=60")
    return _round(beacon, found["round"])


def _round(beacon: LocalBeacon, wanted: str) -> Answer:
    if wanted == "latest":
        number = beacon.latest()
    elif ROUND.fullmatch(wanted):
        number = int(wanted)
    else:
        return Answer(404, {"error": "no round"})
    signature = beacon.signature(number)
    if signature is None:
        return Answer(425, {"error": "round not due"})
    document: Mapping[str, Document] = {
        "round": number,
        "randomness": randomness(signature),
        "signature": signature.hex(),
    }
    return Answer(200, document, "no-store" if wanted == "latest" else FOREVER)


def _health(beacon: LocalBeacon) -> Answer:
    latest = beacon.latest()
    due = (
        beacon.due_at(latest) if latest else datetime.fromtimestamp(beacon.chain.genesis_time, UTC)
    )
    return Answer(
        200,
        {
            "status": "held" if beacon.held() else "good",
            "current": latest,
            "due_at": due.isoformat(),
            "hash": beacon.chain.hash,
        },
    )
