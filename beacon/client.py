"""Asks drand services over HTTP and believes nothing that does not verify.

Where several addresses are given (separated by spaces) any one that answers rightly is enough: a
service that is gone, late or lying is told in the log and stops nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import httpx

from beacon.asking import BeaconLate, BeaconUnavailable, BeaconUnreachable, ask
from beacon.domain.chain import ChainInfo
from foundation.log_lines import Event, Log
from foundation.values.refusal import Refusal
from sealing import bls, documents

__all__ = [
    "BeaconLate", "BeaconUnavailable", "BeaconUnreachable", "fetch_chain", "fetch_signature",
    "newest_round",
]  # fmt: skip
WAITS_SECONDS = (0.2, 0.6, 1.8)
log = Log("muhr.beacon")
R = TypeVar("R")


def fetch_signature(
    chain: ChainInfo,
    addresses: str,
    round_number: int,
    *,
    transport: httpx.BaseTransport | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> bytes:
    """Return a round's signature of 48 bytes, verified against the chain's public key.

    Args:
        chain: the pinned chain.
        addresses: drand addresses, each with or without the chain hash as its path.
        round_number: the round.
        transport: for tests.
        wait: sleeps between tries.

    Raises:
        BeaconLate: nobody has the round, and somebody says that it is not signed yet.
        BeaconUnreachable: no answer after all tries.
        Refusal: ``bad-beacon-answer`` or ``wrong-signature``: all lie or serve another chain.
    """

    def fetch(address: str) -> bytes:
        return _fetch_round(chain, address, round_number, transport)[1]

    return _of_any(addresses, fetch, wait)


def fetch_chain(
    addresses: str,
    chain_hash: str = "",
    *,
    transport: httpx.BaseTransport | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> ChainInfo:
    """Return the chain that a service serves, its hash recomputed.

    Args:
        addresses: drand addresses, each with or without the chain hash as its path.
        chain_hash: what the hash must be; empty takes the first address's only or first chain.
        transport: for tests.
        wait: sleeps between tries.

    Raises:
        BeaconUnavailable: no answer.
        Refusal: ``bad-chain-info`` or ``bad-beacon-answer``.
    """

    def fetch(address: str) -> ChainInfo:
        prefix = _chain_address(address, chain_hash) if chain_hash else address.rstrip("/")
        chain = ChainInfo.from_document(ask(prefix, "/info", transport=transport))
        if chain_hash and chain.hash != chain_hash:
            raise Refusal("bad-chain-info")
        return chain

    return _of_any(addresses if chain_hash else _first(addresses), fetch, wait)


def newest_round(
    chain: ChainInfo,
    addresses: str,
    *,
    transport: httpx.BaseTransport | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Return the newest round that a service has signed, its signature verified.

    Raises:
        BeaconUnavailable: no answer.
        Refusal: ``bad-beacon-answer`` or ``wrong-signature``.
    """
    return _of_any(addresses, lambda one: _fetch_round(chain, one, None, transport)[0], wait)


def _fetch_round(
    chain: ChainInfo, address: str, wanted: int | None, transport: httpx.BaseTransport | None
) -> tuple[int, bytes]:
    """Return number and verified signature of a round, of the newest where none is wanted."""
    path = f"/public/{wanted or 'latest'}"
    answer = ask(_chain_address(address, chain.hash), path, transport=transport)
    try:
        number = documents.integer(answer["round"])
        signature = documents.octets(answer["signature"], bls.SIGNATURE_SIZE)
    except (KeyError, ValueError) as error:
        raise Refusal("bad-beacon-answer") from error
    if wanted is not None and number != wanted:
        raise Refusal("bad-beacon-answer")
    bls.verify_signature(chain.public_key, number, signature)
    return number, signature


def _of_any(addresses: str, fetch: Callable[[str], R], wait: Callable[[float], None]) -> R:
    """Return what the first address gives that gives it rightly; ask again where nobody answers."""
    for seconds in WAITS_SECONDS:
        try:
            return _of_each(addresses, fetch)
        except BeaconUnreachable:
            wait(seconds)
    return _of_each(addresses, fetch)


def _of_each(addresses: str, fetch: Callable[[str], R]) -> R:
    faults: list[BeaconUnavailable | Refusal] = []
    for place, address in enumerate(addresses.split() or [""], start=1):
        try:
            return fetch(address)
        except (BeaconUnavailable, Refusal) as error:
            faults.append(error)
            if isinstance(error, Refusal):
                log.warning(Event.BEACON_LIES, address=place, code=error.code)
            elif isinstance(error, BeaconUnreachable):
                log.info(Event.BEACON_SILENT, address=place)
    raise min(faults, key=_hopelessness)


def _hopelessness(fault: BeaconUnavailable | Refusal) -> int:
    """Late passes by itself, silence perhaps, a lie does not."""
    if isinstance(fault, BeaconLate):
        return 0
    return 1 if isinstance(fault, BeaconUnreachable) else 2


def _first(addresses: str) -> str:
    return addresses.split()[0] if addresses.split() else ""


def _chain_address(address: str, chain_hash: str) -> str:
    base = address.rstrip("/")
    return base if base.endswith("/" + chain_hash) else f"{base}/{chain_hash}"
