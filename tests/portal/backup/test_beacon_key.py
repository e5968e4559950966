"""The beacon's key is kept apart: an archive of its own, for a keeper of its own."""

import secrets
from dataclasses import replace

import pytest

from beacon.anchor import machine_clocks
from beacon.dealing import deal_key
from beacon.keys import read_key, store_key
from beacon.local import LocalBeacon
from foundation import clock
from foundation.settings import Settings
from foundation.values.refusal import Refusal
from portal.backup.restoring import restore_beacon
from portal.backup.taking import take_beacon_backup
from tests.portal.backup.conftest import KEEPER, OPERATOR, Place, sqlite_alone


@sqlite_alone
def test_the_beacons_key_goes_to_another_keeper(settings: Settings, place: Place) -> None:
    own = LocalBeacon.start(settings.folder("beacon"), machine_clocks(), secrets.token_bytes)

    archive = take_beacon_backup(settings, place.archives)
    restore_beacon(place.restored, archive, [KEEPER])

    again = LocalBeacon.start(
        place.restored.folder("beacon"), machine_clocks(), secrets.token_bytes
    )
    assert again.chain == own.chain
    with pytest.raises(Refusal, match="wrong-identity"):
        restore_beacon(replace(place.restored, data_dir=place.archives), archive, [OPERATOR])
    with pytest.raises(Refusal, match="beacon-key-there"):
        restore_beacon(place.restored, archive, [KEEPER])


@sqlite_alone
def test_one_keeper_for_bids_and_beacon_is_refused(settings: Settings, place: Place) -> None:
    (settings.folder("beacon") / "key.json").write_text("x")
    one = replace(settings, beacon_backup_recipient=settings.backup_recipient)

    with pytest.raises(Refusal, match="same-recipient"):
        take_beacon_backup(one, place.archives)


@sqlite_alone
def test_a_holders_share_goes_to_its_own_keeper(settings: Settings, place: Place) -> None:
    share = deal_key(2, 3, clock.now(), secrets.token_bytes)[1]
    store_key(settings.folder("beacon"), share)

    archive = take_beacon_backup(settings, place.archives)
    restore_beacon(place.restored, archive, [KEEPER])

    assert read_key(place.restored.folder("beacon")) == share
