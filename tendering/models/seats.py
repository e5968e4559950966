"""Between a committee as the tender's row keeps it and its facts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from foundation.values.instants import instant_from_text, instant_text
from foundation.values.text import Text
from tendering.domain.committee import OpeningCommittee, Seat

_INSTANTS = ("key_at", "compared_at", "rehearsed_at", "lost_at", "destroyed_at")


def committee_of(document: Mapping[str, Any]) -> OpeningCommittee:
    """Return the facts that the document holds."""
    return OpeningCommittee(document["t"], tuple(_seat(seat) for seat in document["seats"]))


def committee_document(committee: OpeningCommittee) -> dict[str, Any]:
    """Return the committee as JSON."""
    return {
        "t": committee.threshold,
        "seats": [
            {
                "number": seat.number,
                "account": seat.account_id,
                "name": seat.name.as_document(),
                "organisation": seat.organisation.as_document(),
                "recipient": seat.recipient,
                **{name: _written(getattr(seat, name)) for name in _INSTANTS},
            }
            for seat in committee.seats
        ],
    }


def _seat(document: Mapping[str, Any]) -> Seat:
    instants = {name: _read(document.get(name)) for name in _INSTANTS}
    return Seat(
        number=document["number"],
        account_id=document["account"],
        name=Text(**document["name"]),
        organisation=Text(**document["organisation"]),
        recipient=document["recipient"],
        **instants,
    )


def _written(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _read(text: str | None) -> datetime | None:
    return None if text is None else instant_from_text(text)
