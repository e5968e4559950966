"""One question to a beacon over HTTP: bounded in bytes and in time, answered with a JSON object."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue

import httpx

from foundation.outgoing import http_client
from foundation.values.canonical import Document
from foundation.values.refusal import Refusal
from sealing import documents

LONGEST_ANSWER = 16_384
TIMEOUT = httpx.Timeout(5.0, connect=3.0)
# From question to last byte: who sends a byte now and then would outlast every other limit.
WHOLE_SECONDS = 10.0


class BeaconUnavailable(Exception):
    """No signature now; asking again later is right. The envelope stays sealed."""


class BeaconLate(BeaconUnavailable):
    """The beacon answers, but the round is not signed yet."""


class BeaconUnreachable(BeaconUnavailable):
    """Nobody answers, or only with a fault."""


class BeaconUnknown(BeaconLate):
    """The beacon knows no such round or chain; drand says so of rounds to come, too."""


def ask(
    address: str, path: str, *, transport: httpx.BaseTransport | None = None
) -> Mapping[str, Document]:
    """Return what an address answers.

    Args:
        address: an http or https address that an operator configured.
        path: what follows it, with its slash.
        transport: for tests.

    Raises:
        BeaconUnavailable: late, unknown, unreachable, or not done after ten seconds.
        Refusal: ``bad-beacon-answer``, ``bad-setting``.
    """
    try:
        client = http_client(address, timeout=TIMEOUT, transport=transport)
    except ValueError as error:
        raise Refusal("bad-setting", name="MUHR_BEACON_URL") from error
    with client:
        return _within(WHOLE_SECONDS, lambda: read(client, address + path))


def read(client: httpx.Client, address: str) -> Mapping[str, Document]:
    """Return what an address answers, however long it takes to say it.

    Raises:
        BeaconUnavailable: late, unknown or unreachable.
        Refusal: ``bad-beacon-answer``.
    """
    try:
        with client.stream("GET", address, headers={"Accept": "application/json"}) as reply:
            _check_status(reply.status_code)
            data = _read_bounded(reply)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BeaconUnreachable(type(error).__name__) from error
    try:
        document = documents.parse(data)
    except ValueError as error:
        raise Refusal("bad-beacon-answer") from error
    if not isinstance(document, Mapping):
        raise Refusal("bad-beacon-answer")
    return document


def _within(
    seconds: float, question: Callable[[], Mapping[str, Document]]
) -> Mapping[str, Document]:
    answers: SimpleQueue[Mapping[str, Document] | Exception] = SimpleQueue()

    def put_answer() -> None:
        try:
            answers.put(question())
        except Exception as error:  # noqa: BLE001 - raised again where it was asked
            answers.put(error)

    threading.Thread(target=put_answer, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty as error:
        raise BeaconUnreachable("slow") from error
    if isinstance(answer, Exception):
        raise answer
    return answer


def _check_status(status: int) -> None:
    if status == 404:
        raise BeaconUnknown(str(status))
    if status == 425:
        raise BeaconLate(str(status))
    if status >= 500 or status == 429:
        raise BeaconUnreachable(str(status))
    if status != 200:
        raise Refusal("bad-beacon-answer")


def _read_bounded(reply: httpx.Response) -> bytes:
    data = bytearray()
    for piece in reply.iter_bytes(4096):
        data += piece
        if len(data) > LONGEST_ANSWER:
            raise Refusal("bad-beacon-answer")
    return bytes(data)
