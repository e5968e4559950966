"""A beacon's answers over HTTP, those of drand's own service, and a holder's part of a round."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from beacon.domain.chain import time_of_round
from beacon.holder import Holder, TooFewHolders
from beacon.local import LocalBeacon

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from foundation.values.canonical import Document

PATH = re.compile(
    r"/(?:(?P<hash>[0-9a-f]{64})/)?(?P<what>info|group|public|partial)(?:/(?P<round>[^/]+))?"
)
ROUND = re.compile(r"[1-9][0-9]{0,14}")
STATUS = {
    200: "200 OK",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    425: "425 Too Early",
    503: "503 Service Unavailable",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Answer:
    """Status, JSON document and caching of one answer."""

    status: int
    document: Document
    caching: str = "no-store"


UNKNOWN = Answer(404, {"error": "unknown path"})
NOT_DUE = Answer(425, {"error": "round not due"})


def make_application(
    beacon: LocalBeacon | Holder,
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


def answer(beacon: LocalBeacon | Holder, path: str) -> Answer:
    """Answer one path."""
    if path == "/health":
        return _health(beacon)
    if path == "/chains":
        return Answer(200, [beacon.chain.hash])
    found = PATH.fullmatch(path)
    if found is None or found["hash"] not in (None, beacon.chain.hash):
        return UNKNOWN
    if found["round"] is not None:
        return _of_round(beacon, found["what"], found["round"])
    if found["what"] == "info":
        return Answer(200, beacon.chain.document(), "public, max-age=60")
    if found["what"] == "group" and isinstance(beacon, Holder):
        return Answer(200, beacon.group.document(), "public, max-age=60")
    return UNKNOWN


def _of_round(beacon: LocalBeacon | Holder, what: str, wanted: str) -> Answer:
    if what == "public":
        return _round(beacon, wanted)
    if what == "partial" and isinstance(beacon, Holder):
        return _partial(beacon, wanted)
    return UNKNOWN


def _round(beacon: LocalBeacon | Holder, wanted: str) -> Answer:
    if wanted == "latest":
        number = beacon.latest()
    elif ROUND.fullmatch(wanted):
        number = int(wanted)
    else:
        return UNKNOWN
    try:
        signature = beacon.signature(number)
    except TooFewHolders:
        return Answer(503, {"error": "too few holders signed"})
    if signature is None:
        return NOT_DUE
    document: Mapping[str, Document] = {
        "round": number,
        "randomness": sha256(signature).hexdigest(),
        "signature": signature.hex(),
    }
    return Answer(200, document, "no-store" if wanted == "latest" else FOREVER)


def _partial(holder: Holder, wanted: str) -> Answer:
    if not ROUND.fullmatch(wanted):
        return UNKNOWN
    partial = holder.partial(int(wanted))
    if partial is None:
        return NOT_DUE
    document: Mapping[str, Document] = {
        "round": int(wanted),
        "holder": holder.index,
        "partial": partial.hex(),
    }
    return Answer(200, document, FOREVER)


def _health(beacon: LocalBeacon | Holder) -> Answer:
    latest = beacon.latest()
    genesis = datetime.fromtimestamp(beacon.chain.genesis_time, UTC)
    due = time_of_round(beacon.chain, latest) if latest else genesis
    document: dict[str, Document] = {
        "status": "held" if beacon.held() else "good",
        "current": latest,
        "due_at": due.isoformat(),
        "hash": beacon.chain.hash,
    }
    if isinstance(beacon, Holder):
        document |= beacon.health()
    return Answer(200, document)
