"""The way through the door of a bid that its vendor confirms after the dates moved."""

from datetime import timedelta

from bids import queries
from foundation.unit_of_work import reading
from tests.bids import committee_made
from tests.bids import made as sealed
from tests.house.owned import Owned
from tests.house.ways import Way
from tests.tendering import made


def _moved(owned: Owned) -> None:
    sitting, vendor = committee_made.published(owned.context), owned.actor("vendor")
    sealed.submit(owned.context, sitting.tender, vendor)
    made.dates_moved(owned.context.sessions, sitting.who, sitting.tender, timedelta(hours=1))
    with reading(owned.context.sessions) as session:
        newest, *_ = queries.own_submissions(session, vendor.organisation_id)
    owned.things["to confirm"] = newest.number


WAYS = (
    Way("bids.confirm_bid", "POST", "vendor", {"number": "to confirm"}, page="bids.receipt",
        before=_moved),
)  # fmt: skip
