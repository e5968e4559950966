"""The client and the service together: right, late, unreachable, lying."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.test import Client

from beacon import asking
from beacon.answers import make_application
from beacon.client import (
    BeaconLate,
    BeaconUnavailable,
    BeaconUnreachable,
    fetch_chain,
    newest_round,
)
from beacon.client import fetch_signature as fetch
from beacon.local import LocalBeacon
from foundation.values.refusal import Refusal
from sealing import bls
from tests.beacon.made import Machine
from tests.sealing.made import CHAIN, KEY, ROUND

BASE = "http://beacon.example/some/path"


@pytest.fixture
def beacon(tmp_path: Path) -> LocalBeacon:
    return Machine().beacon(tmp_path)


def served(beacon: LocalBeacon) -> httpx.WSGITransport:
    return httpx.WSGITransport(app=make_application(beacon))


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> dict[str, Any]:
    return {"transport": httpx.MockTransport(handler), "wait": lambda _: None}


def body(**changes: object) -> dict[str, object]:
    return {"round": ROUND, "signature": KEY.signature.hex(), "randomness": "00"} | changes


def test_client_and_service_understand_each_other(beacon: LocalBeacon) -> None:
    transport = served(beacon)
    base = "http://127.0.0.1:1"
    newest = beacon.latest()
    assert fetch_chain(base, transport=transport) == beacon.chain
    assert fetch_chain(base, beacon.chain.hash, transport=transport) == beacon.chain
    for address in (base, base + "/", f"{base}/{beacon.chain.hash}"):
        signature = fetch(beacon.chain, address, newest, transport=transport)
        assert signature == beacon.signature(newest)
    with pytest.raises(BeaconLate):
        fetch(beacon.chain, base, newest + 1, transport=transport)


def test_paths_of_the_service(beacon: LocalBeacon) -> None:
    client = Client(make_application(beacon))
    newest, name = beacon.latest(), beacon.chain.hash
    for path in ("/info", f"/{name}/info"):
        assert client.get(path).json == beacon.chain.document()
    for path in (f"/public/{newest}", f"/{name}/public/{newest}", "/public/latest"):
        found = client.get(path).json
        assert found["round"] == newest
        bls.verify_signature(beacon.chain.public_key, newest, bytes.fromhex(found["signature"]))
    assert client.get("/chains").json == [name]
    health = client.get("/health")
    assert health.status_code == 200
    assert health.json["status"] == "good"
    assert health.json["current"] == newest
    assert client.get(f"/public/{newest + 1}").status_code == 425
    assert client.get(f"/public/{newest}").headers["Cache-Control"].endswith("immutable")
    assert client.get("/public/latest").headers["Cache-Control"] == "no-store"
    head = client.head("/info")
    assert head.status_code == 200
    assert head.data == b""
    assert client.post("/info").status_code == 405
    wrong = ["/", "/public/", "/public/0", "/public/01", "/public/-1", "/public/1/2"]
    wrong += [f"/{'0' * 64}/info", "/public/１", "/public/" + "9" * 16, "/key.json", "/../key.json"]
    for path in wrong:
        assert client.get(path).status_code == 404


def test_a_right_answer_of_any_address() -> None:
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=body())

    assert fetch(CHAIN, BASE, ROUND, **answering(handler)) == KEY.signature
    assert fetch(CHAIN, f"{BASE}/{CHAIN.hash}/", ROUND, **answering(handler)) == KEY.signature
    assert asked == [f"/some/path/{CHAIN.hash}/public/{ROUND}"] * 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (body(signature=bls.sign_round(5, ROUND).hex()), "wrong-signature"),
        (body(signature=(bytes([0xC0]) + bytes(47)).hex()), "wrong-signature"),
        (body(round=ROUND + 1), "bad-beacon-answer"),
        (body(round=str(ROUND)), "bad-beacon-answer"),
        (body(round=True), "bad-beacon-answer"),
        (body(signature="zz"), "bad-beacon-answer"),
        (body(signature=KEY.signature.hex()[:-2]), "bad-beacon-answer"),
        (body(signature=None), "bad-beacon-answer"),
        ({}, "bad-beacon-answer"),
        ([], "bad-beacon-answer"),
        (body(more="x" * 20_000), "bad-beacon-answer"),
    ],
)
def test_a_lying_beacon_is_refused(answer: object, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        fetch(CHAIN, BASE, ROUND, **answering(lambda _: httpx.Response(200, json=answer)))
    assert refused.value.code == code


@pytest.mark.parametrize("text", [b"", b"<html>", b"\xff", b"[" * 10_000])
def test_an_answer_that_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        fetch(CHAIN, BASE, ROUND, **answering(lambda _: httpx.Response(200, content=text)))
    assert refused.value.code == "bad-beacon-answer"


def test_no_redirect_is_followed() -> None:
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(Refusal) as refused:
        fetch(CHAIN, BASE, ROUND, **answering(handler))
    assert refused.value.code == "bad-beacon-answer"
    assert len(asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_faults_are_tried_again_with_growing_waits(status: int) -> None:
    waits: list[float] = []
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    with pytest.raises(BeaconUnreachable):
        fetch(CHAIN, BASE, ROUND, transport=transport, wait=waits.append)
    assert waits == sorted(waits)
    assert len(waits) == 3


def test_nobody_there() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(BeaconUnreachable):
        fetch(CHAIN, BASE, ROUND, **answering(handler))
    assert issubclass(BeaconUnreachable, BeaconUnavailable)
    assert issubclass(BeaconLate, BeaconUnavailable)


def test_it_recovers_when_the_beacon_does() -> None:
    answers = [httpx.Response(503), httpx.Response(200, json=body())]
    assert fetch(CHAIN, BASE, ROUND, **answering(lambda _: answers.pop(0))) == KEY.signature


@pytest.mark.parametrize("status", [404, 425])
def test_late_is_not_tried_again(status: int) -> None:
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status)

    with pytest.raises(BeaconLate):
        fetch(CHAIN, BASE, ROUND, **answering(handler))
    assert len(asked) == 1


@pytest.mark.parametrize("base", ["", "ftp://x", "file:///etc/passwd", "http://", "beacon"])
def test_addresses_that_are_none(base: str) -> None:
    with pytest.raises(Refusal) as refused:
        fetch(CHAIN, base, ROUND)
    assert refused.value.code == "bad-setting"


def test_another_chain_than_the_pinned_one_is_refused() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=json.dumps(CHAIN.document()))

    assert fetch_chain(BASE, CHAIN.hash, **answering(handler)) == CHAIN
    with pytest.raises(Refusal) as refused:
        fetch_chain(BASE, "0" * 64, **answering(handler))
    assert refused.value.code == "bad-chain-info"


def test_the_newest_round_is_the_services_and_verified(beacon: LocalBeacon) -> None:
    transport = served(beacon)

    assert newest_round(beacon.chain, "http://127.0.0.1:1", transport=transport) == beacon.latest()
    forged = answering(lambda _: httpx.Response(200, json=body(round=ROUND + 1)))
    with pytest.raises(Refusal, match="wrong-signature"):
        newest_round(CHAIN, BASE, **forged)
    with pytest.raises(Refusal, match="bad-beacon-answer"):
        newest_round(CHAIN, BASE, **answering(lambda _: httpx.Response(200, json={"round": 1})))


def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WHOLE_SECONDS", 0.05)
    done = threading.Event()

    def handler(_: httpx.Request) -> httpx.Response:
        done.wait(20)
        return httpx.Response(200, json=body())

    with pytest.raises(BeaconUnreachable, match="slow"):
        fetch(CHAIN, BASE, ROUND, **answering(handler))
    done.set()
