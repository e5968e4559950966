"""What the page of practice keys shows: each tender's members, their keys, and where they lead."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from foundation.settings import Settings
from foundation.values.text import Text
from portal.demo.practice_keys import practice_keys
from tendering import facts
from tendering.domain.tender import Stage, Tender

# While these last, the member's page of the opening asks for the key.
RUNNING = (Stage.OPENING, Stage.OPENING_PRICES)


@dataclass(frozen=True)
class KeyLine:
    """A member and the key, as on the paper copy; ``path`` leads to the page that asks for it."""

    account_id: str
    name: Text
    organisation: Text
    key: str
    path: str


@dataclass(frozen=True)
class TenderKeys:
    """The keys of one tender that may still be needed."""

    id: str
    title: Text
    public: bool
    members: tuple[KeyLine, ...]


def key_lines(session: Session, settings: Settings) -> tuple[TenderKeys, ...]:
    """Return the practice keys by tender, those whose shares are awaited now first."""
    keys = practice_keys(settings)
    tenders = [facts.tender(session, tender_id) for tender_id in keys]
    tenders.sort(key=lambda tender: tender.stage not in RUNNING)
    return tuple(
        TenderKeys(
            tender.id,
            tender.title,
            tender.stage is not Stage.DRAFT,
            _lines(tender, keys[tender.id]),
        )
        for tender in tenders
    )


def _lines(tender: Tender, keys: Mapping[str, str]) -> tuple[KeyLine, ...]:
    path = f"committee/{tender.id}" + ("/opening" if tender.stage in RUNNING else "")
    seats = tender.committee.seats if tender.committee else ()
    return tuple(
        KeyLine(seat.account_id, seat.name, seat.organisation, keys[seat.account_id], path)
        for seat in seats
        if seat.account_id in keys
    )
