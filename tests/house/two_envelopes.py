"""The ways through the doors of two envelopes, from the points to the opening of the prices."""

from evaluation.acts import awarding, reporting
from tests.bids import two_envelopes
from tests.evaluation.line import Line
from tests.house.owned import Owned
from tests.house.shown import NOT_PUBLIC, Shown
from tests.house.ways import Way

TWO = {"tender_id": "two envelopes"}


def _judged(owned: Owned) -> None:
    line = Line(owned.context, owned.clock, owned.people, owned.things["two envelopes"])
    line.judge(dict.fromkeys(line.bids, "80"))


def _reported(owned: Owned) -> None:
    _judged(owned)
    with owned.acting("officer") as uow:
        reporting.publish_technical_report(uow, owned.things["two envelopes"])


def _stood(owned: Owned) -> None:
    _reported(owned)
    owned.clock.advance(minutes=1)


def _priced(owned: Owned) -> None:
    _stood(owned)
    with owned.acting("officer") as uow:
        awarding.propose_prices(uow, owned.things["two envelopes"])
    with owned.acting("approver") as uow:
        awarding.approve_award(uow, owned.things["two envelopes"])
    assert owned.priced is not None
    sitting, price = owned.priced
    two_envelopes.sweep(owned.context)
    two_envelopes.release(owned.context, sitting, [price], sitting.members[:2])
    two_envelopes.sweep(owned.context)


WAYS = (
    Way("evaluation.publish_technical", "POST", "officer", TWO, page="evaluation.progress",
        before=_judged),
    Way("evaluation.propose_prices", "POST", "officer", TWO, page="evaluation.award_work",
        before=_stood),
    Way("evaluation.disqualify", "POST", "chair", {**TWO, "envelope_id": "priced envelope"},
        page="evaluation.bid", fields={"why": "The guarantee was forged."}, before=_priced,
        insiders=("third", "second")),
    Way("evaluation.own_result", "GET", "vendor", TWO, before=_reported,
        insiders=("other vendor",)),
)  # fmt: skip
SHOWN = (
    *(
        Shown(f"evaluation.{door}", "GET", TWO, NOT_PUBLIC, before=_reported)
        for door in ("technical_report", "technical_report_case", "technical_report_data")
    ),
    Shown("bids_public.approved_prices", "GET", TWO, NOT_PUBLIC, before=_priced),
)
