"""The ways through the doors of dates that moved: a bid confirmed, a deadline after an outage."""

from datetime import timedelta

from bids import jobs, queries
from bids.acts import postponing
from foundation import heartbeats
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tests.bids import committee_made
from tests.bids import made as sealed
from tests.house.owned import Owned
from tests.house.ways import Way
from tests.tendering import made

REASON = Text("The power failed.", "بجلی چلی گئی۔")
KEPT_OUT = {"tender_id": "kept out"}


def _moved(owned: Owned) -> None:
    sitting, vendor = committee_made.published(owned.context), owned.actor("vendor")
    sealed.submit(owned.context, sitting.tender, vendor)
    made.dates_moved(owned.context.sessions, sitting.who, sitting.tender, timedelta(hours=1))
    with reading(owned.context.sessions) as session:
        newest, *_ = queries.own_submissions(session, vendor.organisation_id)
    owned.things["to confirm"] = newest.number


def _kept_out(owned: Owned) -> None:
    """Let the platform be away over the deadline of a tender whose bids a committee holds."""
    assert owned.sitting is not None
    tender = committee_made.another(owned.context, owned.sitting).tender
    with unit_of_work(owned.context.sessions, Actor.system("door")) as uow:
        heartbeats.keep_door(uow)
    owned.clock.move_to(tender.schedule.opening_at + timedelta(seconds=90))
    jobs.sweep(owned.context)
    owned.things["kept out"] = tender.id


def _proposed(owned: Owned) -> None:
    _kept_out(owned)
    at = owned.clock.at + timedelta(hours=1)
    with owned.acting("officer") as uow:
        postponing.propose_later_deadline(uow, owned.things["kept out"], at, REASON)


WAYS = (
    Way("bids.confirm_bid", "POST", "vendor", {"number": "to confirm"}, page="bids.receipt",
        before=_moved),
    Way("bids.propose_later_deadline", "POST", "officer", KEPT_OUT, page="bids.opening_decision",
        fields={"deadline": "2027-01-01 11:00", "reason_en": REASON.en, "reason_ur": REASON.ur},
        before=_kept_out),
    Way("bids.set_later_deadline", "POST", "approver", KEPT_OUT, page="bids.opening_decision",
        before=_proposed),
)  # fmt: skip
