"""The chain to which new tenders are sealed, asked of the beacon outside any transaction."""

from beacon.client import BeaconUnavailable, fetch_chain
from beacon.domain.chain import ChainInfo
from beacon.domain.keepers import Kind
from foundation.settings import Settings
from foundation.values.refusal import Refusal


def present_chain(settings: Settings) -> ChainInfo:
    """Return the chain of the installation's beacon.

    Raises:
        Refusal: ``no-beacon`` when it does not answer, ``bad-chain-info`` when it is another,
            ``bad-setting`` when a local beacon is set as if it were an outside one: then the
            pages would claim more than it gives.
    """
    try:
        chain = fetch_chain(settings.beacon_url, settings.beacon_chain_hash)
    except BeaconUnavailable as error:
        raise Refusal("no-beacon") from error
    if chain.keepers.kind is Kind.LOCAL and not settings.local_beacon:
        raise Refusal("bad-setting", name="MUHR_BEACON_CHAIN")
    return chain
