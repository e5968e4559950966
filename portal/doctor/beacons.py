"""Looking at the beacon: does it sign now, do enough holders, and who signs for older tenders."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx

from beacon import client
from beacon.client import BeaconUnavailable
from beacon.domain.chain import ChainInfo, last_round, time_of_round
from beacon.domain.keepers import Kind
from beacon.watching import look_at_holders
from foundation import clock
from foundation.jobs import JobContext
from foundation.outgoing import http_client
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from portal.doctor import findings
from portal.doctor.findings import Finding, Part, State
from tendering import facts as tenders

SECONDS = 10
SETTLED = timedelta(seconds=15)


def look_at_beacon(context: JobContext) -> Finding:
    """Look at the beacon of new tenders, then at those that tenders not yet opened pin."""
    settings = context.settings
    first = settings.beacon_urls[0]
    try:
        if settings.local_beacon and _is_held(first):
            return Finding(Part.BEACON, State.BAD, "beacon-held")
        chain = client.fetch_chain(settings.beacon_url, settings.beacon_chain_hash, wait=_at_once)
        newest = client.newest_round(chain, settings.beacon_url, wait=_at_once)
    except BeaconUnavailable:
        return Finding(Part.BEACON, State.BAD, "beacon-silent", {"address": settings.beacon_url})
    except Refusal:
        return Finding(Part.BEACON, State.BAD, "beacon-other", {"address": settings.beacon_url})
    if chain.keepers.kind is Kind.LOCAL and not settings.local_beacon:
        return Finding(Part.BEACON, State.BAD, "beacon-own-as-other")
    at = clock.now()
    found = findings.judge_beacon(time_of_round(chain, newest), chain.period, at)
    if found.state is not State.BAD:
        found = _look_at_former(context, chain) or _look_at_holders(context, chain, at) or found
    return found


def _look_at_holders(context: JobContext, chain: ChainInfo, at: datetime) -> Finding | None:
    if chain.keepers.kind is not Kind.SHARED:
        return None
    settled = max(1, last_round(chain, at - SETTLED))
    return findings.judge_holders(look_at_holders(chain, context.settings.beacon_urls, settled))


def _look_at_former(context: JobContext, present: ChainInfo) -> Finding | None:
    """Return what is bad when a tender pins a chain that no address serves any more."""
    with reading(context.sessions) as session:
        pinned = tenders.pinned_chains(session)
    lost = 0
    for chain, count in pinned:
        if chain.hash == present.hash:
            continue
        try:
            client.newest_round(chain, context.settings.beacon_url, wait=_at_once)
        except (BeaconUnavailable, Refusal):
            lost += count
    if not lost:
        return None
    return Finding(Part.BEACON, State.BAD, "beacon-former", {"count": str(lost)})


def _is_held(address: str) -> bool:
    try:
        with http_client(address, timeout=SECONDS) as asking:
            answer = asking.get(f"{address}/health")
        return answer.status_code == 200 and answer.json().get("status") == "held"
    except (httpx.HTTPError, ValueError, AttributeError):
        return False


def _at_once(_seconds: float) -> None:
    """Wait for nothing between tries: a look must not take long."""
