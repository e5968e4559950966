"""The chain to which new tenders are sealed, asked of the beacon outside any transaction."""

from beacon.client import BeaconUnavailable, fetch_chain
from beacon.domain.chain import ChainInfo
from foundation.settings import Settings
from foundation.values.refusal import Refusal


def present_chain(settings: Settings) -> ChainInfo:
    """Return the chain of the installation's beacon.

    Raises:
        Refusal: ``no-beacon`` when it does not answer, ``bad-chain-info`` when it is another.
    """
    try:
        return fetch_chain(settings.beacon_url, settings.beacon_chain_hash)
    except BeaconUnavailable as error:
        raise Refusal("no-beacon") from error
