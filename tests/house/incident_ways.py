"""The ways of the buyer's people and of a bidder in an incident; see ``ways``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.credentials import keyring
from bids.acts import declaring
from sealing import age
from tests.house.owned import Owned
from tests.house.way import Way, file_of, get

SHARED = {"tender_id": "shared"}


def _patience(owned: Owned) -> None:
    """Let the time pass that the rule book waits for the members' shares."""
    owned.clock.advance(seconds=60)


def _soon(owned: Owned) -> datetime:
    return owned.clock.at + timedelta(minutes=5)


def _incident_proposed(owned: Owned) -> None:
    _patience(owned)
    with owned.acting("officer") as uow:
        declaring.propose_incident(
            uow, owned.things["shared"], "quorum-lost", "Two keys are lost.", _soon(owned)
        )


def incident_declared(owned: Owned) -> None:
    _incident_proposed(owned)
    with owned.acting("approver") as uow:
        ring, identity = keyring(owned.context.settings), age.Identity(bytes(range(32)))
        declaring.declare_incident(uow, owned.things["shared"], ring, identity)


def _receipt(owned: Owned) -> Any:
    assert owned.awaited is not None
    return file_of("receipt.json", owned.awaited.receipt.to_bytes())(owned)


def _typed(owned: Owned) -> str:
    return _soon(owned).astimezone(ZoneInfo("Asia/Karachi")).strftime("%Y-%m-%d %H:%M")


INCIDENT = (
    get("bids.incident", "officer", tender_id="shared"),
    Way("bids.propose_incident", "POST", "officer", SHARED, page="bids.incident",
        fields={"trouble": "quorum-lost", "reason": "Two keys are lost.", "until": _typed},
        before=_patience),
    Way("bids.declare_incident", "POST", "approver", SHARED, page="bids.incident",
        before=_incident_proposed),
    Way("bids.reveal", "GET", "vendor", SHARED, before=incident_declared,
        insiders=("other vendor",)),
    Way("bids.send_reveal", "POST", "vendor", SHARED, page="bids.reveal",
        fields={"receipt": _receipt}, before=incident_declared, insiders=("other vendor",)),
)  # fmt: skip
