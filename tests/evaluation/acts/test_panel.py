"""Who may look at opened bids, and how a seat changes hands."""

import json
from decimal import Decimal

from evaluation.acts import convening, reading
from evaluation.queries import bid_reading, working
from foundation.unit_of_work import reading as reading_session
from tests.evaluation.steps import (
    SCORED,
    journal,
    publish,
    refused,
    report_of,
)
from transparency.models import Act, SealedAct


def test_an_undeclared_evaluator_sees_nothing(opened):
    opened.convene("chair", "second")
    bid = opened.bids["Alif Pumps"]
    with reading_session(opened.context.sessions) as session:
        for look in (
            lambda who: working.panel_page(session, who, opened.tender_id),
            lambda who: bid_reading.bid_page(session, who, opened.tender_id, bid.envelope_id),
        ):
            with refused("declaration-needed"):
                look(opened.actor("chair"))
            with refused("not-on-panel"):
                look(opened.actor("third"))
    with refused("declaration-needed"), opened.acting("chair") as uow:
        reading.read_file(uow, opened.tender_id, bid.files[0].id, scanner=False)


def test_a_declared_interest_closes_the_door_until_somebody_takes_the_seat(opened):
    opened.convene("chair", "second")
    opened.declare("chair", interest=True, statement="My brother owns Alif Pumps.")
    with refused("conflict-declared"):
        opened.find()
    with opened.acting("officer") as uow:
        convening.replace_evaluator(
            uow, opened.tender_id, opened.people["chair"].id, opened.people["third"].id, "Interest"
        )
    opened.declare("third")
    opened.find(by="third")
    entry = journal(opened, Act, "evaluation.declare")[0]
    assert entry["interest"] is True
    assert "brother" not in json.dumps(entry)


def test_reading_a_file_is_on_record(opened):
    opened.convene("chair")
    opened.declare("chair")
    file = opened.bids["Alif Pumps"].files[0]
    with opened.acting("chair") as uow:
        found = reading.read_file(uow, opened.tender_id, file.id, scanner=False)
    assert found.file.sha256 == file.sha256
    (entry,) = journal(opened, SealedAct, "evaluation.read-file")
    assert entry["file"] == file.sha256
    assert entry["by"]["account"] == opened.people["chair"].id
    with refused("not-found"), opened.acting("chair") as uow:
        reading.read_file(uow, opened.tender_id, "nothing", scanner=False)


def test_a_missing_evaluator_is_replaced_and_the_old_points_are_not_used(make_line):
    line = make_line(**SCORED)
    line.convene("chair", "second")
    line.declare("chair")
    line.declare("second")
    line.find()
    line.score("second", "10")
    line.score("chair", "80")
    line.hand_in("chair")
    with line.acting("officer") as uow:
        convening.replace_evaluator(
            uow, line.tender_id, line.people["second"].id, line.people["third"].id, "Ill"
        )
    with refused("not-on-panel"):
        line.hand_in("second")
    line.declare("third")
    line.score("third", "80")
    line.hand_in("third")
    publish(line)
    assert report_of(line).lots[0].ranked[0].score == Decimal("80.0000")
