"""Asks a drand service over HTTP and believes nothing that does not verify."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from beacon.domain.chain import ChainInfo
from foundation.outgoing import http_client
from foundation.values.canonical import Document
from foundation.values.refusal import Refusal
from sealing import bls, documents

LONGEST_ANSWER = 16_384
WAITS_SECONDS = (0.2, 0.6, 1.8)
TIMEOUT = httpx.Timeout(5.0, connect=3.0)
NOT_YET = frozenset({404, 425})


class BeaconUnavailable(Exception):
    """No signature now; asking again later is right. The envelope stays sealed."""


class BeaconLate(BeaconUnavailable):
    """The beacon answers, but the round is not signed yet."""


class BeaconUnreachable(BeaconUnavailable):
    """Nobody answers, or only with a fault."""


def fetch_signature(
    chain: ChainInfo,
    base_url: str,
    round_number: int,
    *,
    transport: httpx.BaseTransport | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> bytes:
    """Return a round's signature of 48 bytes, verified against the chain's public key.

    Args:
        chain: the pinned chain.
        base_url: any drand address, with or without the chain hash as its path.
        round_number: the round.
        transport: for tests.
        wait: sleeps between tries.

    Raises:
        BeaconLate: the round is not signed yet.
        BeaconUnreachable: no answer after all tries.
        Refusal: ``bad-beacon-answer`` or ``wrong-signature``: the beacon lies or is another.
    """
    address = f"{_chain_address(base_url, chain.hash)}/public/{round_number}"
    with _client(address, transport) as client:
        answer = _with_retries(lambda: _get(client, address), wait)
    try:
        number = documents.integer(answer["round"])
        signature = documents.octets(answer["signature"], bls.SIGNATURE_SIZE)
    except (KeyError, ValueError) as error:
        raise Refusal("bad-beacon-answer") from error
    if number != round_number:
        raise Refusal("bad-beacon-answer")
    bls.verify_signature(chain.public_key, round_number, signature)
    return signature


def fetch_chain(
    base_url: str,
    chain_hash: str = "",
    *,
    transport: httpx.BaseTransport | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> ChainInfo:
    """Return the chain that a service serves, its hash recomputed.

    Args:
        base_url: any drand address, with or without the chain hash as its path.
        chain_hash: what the hash must be; empty takes the service's only or first chain.
        transport: for tests.
        wait: sleeps between tries.

    Raises:
        BeaconUnavailable: no answer.
        Refusal: ``bad-chain-info`` or ``bad-beacon-answer``.
    """
    prefix = _chain_address(base_url, chain_hash) if chain_hash else base_url.rstrip("/")
    address = f"{prefix}/info"
    with _client(address, transport) as client:
        answer = _with_retries(lambda: _get(client, address), wait)
    chain = ChainInfo.from_document(answer)
    if chain_hash and chain.hash != chain_hash:
        raise Refusal("bad-chain-info")
    return chain


def newest_round(
    chain: ChainInfo,
    base_url: str,
    *,
    transport: httpx.BaseTransport | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Return the newest round that a service has signed, its signature verified.

    Raises:
        BeaconUnavailable: no answer.
        Refusal: ``bad-beacon-answer`` or ``wrong-signature``.
    """
    address = f"{_chain_address(base_url, chain.hash)}/public/latest"
    with _client(address, transport) as client:
        answer = _with_retries(lambda: _get(client, address), wait)
    try:
        number = documents.integer(answer["round"])
        signature = documents.octets(answer["signature"], bls.SIGNATURE_SIZE)
    except (KeyError, ValueError) as error:
        raise Refusal("bad-beacon-answer") from error
    bls.verify_signature(chain.public_key, number, signature)
    return number


def _chain_address(base_url: str, chain_hash: str) -> str:
    base = base_url.rstrip("/")
    return base if base.endswith("/" + chain_hash) else f"{base}/{chain_hash}"


@contextmanager
def _client(address: str, transport: httpx.BaseTransport | None) -> Iterator[httpx.Client]:
    try:
        client = http_client(address, timeout=TIMEOUT, transport=transport)
    except ValueError as error:
        raise Refusal("bad-setting", name="MUHR_BEACON_URL") from error
    with client:
        yield client


def _with_retries(
    ask: Callable[[], Mapping[str, Document]], wait: Callable[[float], None]
) -> Mapping[str, Document]:
    for seconds in WAITS_SECONDS:
        try:
            return ask()
        except BeaconUnreachable:
            wait(seconds)
    return ask()


def _get(client: httpx.Client, address: str) -> Mapping[str, Document]:
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


def _check_status(status: int) -> None:
    if status in NOT_YET:
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
