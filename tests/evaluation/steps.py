"""The steps from opened bids to the award that tests of evaluation take, and what they read."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from evaluation import queries
from evaluation.acts import awarding, reporting
from foundation.unit_of_work import reading as reading_session
from foundation.values.refusal import Refusal
from tests.tendering.made import CRITERIA

SCORED = {"criteria": CRITERIA, "pass_mark": Decimal(70)}


def refused(code):
    return pytest.raises(Refusal, match=f"^{code}$")


def report_of(line):
    with reading_session(line.context.sessions) as session:
        return queries.report(session, line.tender_id)


def award_of(line):
    with reading_session(line.context.sessions) as session:
        return queries.award(session, line.tender_id)


def publish(line):
    with line.acting("officer") as uow:
        reporting.publish_report(uow, line.tender_id)


def propose(line, **options):
    with line.acting("officer") as uow:
        awarding.propose_award(uow, line.tender_id, **options)


def approve(line, by="approver"):
    with line.acting(by) as uow:
        awarding.approve_award(uow, line.tender_id)


def wait_out(line):
    line.clock.move_to(report_of(line).standing_ends_at)


def journal(line, table, kind):
    with reading_session(line.context.sessions) as session:
        rows = session.scalars(select(table).where(table.kind == kind).order_by(table.seq))
        return [row.doc for row in rows]
