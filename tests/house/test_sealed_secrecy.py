"""Before the opening nothing that is served tells a tender with bids from one without."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.acts.organising import write_organisation
from accounts.domain.organisations import OrganisationForm
from accounts.domain.roles import OrganisationKind, Role
from bids import jobs, opening_pool, queries
from bids.acts.reconfirming import confirm_bid
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from oversight.queries import scope_of
from tendering import facts
from tendering.acts import drafting
from tendering.domain.tender import ChangeKind, Stage, Tender
from tests.bids import committee_made
from tests.bids import made as sealed
from tests.house.test_matrix import NOBODY, _people, allowed, doors
from tests.tendering import made

LOOKERS = (NOBODY, Role.OFFICER, Role.APPROVER, Role.EVALUATOR, Role.AUDITOR,
           Role.ADMINISTRATOR, Role.VENDOR)  # fmt: skip
TOKEN = re.compile(r'name="csrf[^>]*>')
HASH = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{4}(?: [0-9a-f]{4}){3,}|W/|\b[a-z2-7]{26}\b")
BIDDERS = ("Indus Traders", "Mehran Works", "Chenab Supply")
ZIP = "application/zip"


@dataclass(frozen=True)
class Pair:
    """Two tenders alike in everything but the bids in their boxes."""

    app: Flask
    people: dict[str, str]
    council: made.Council
    empty: Tender
    full: Tender

    def client(self, role: str) -> FlaskClient:
        client = self.app.test_client()
        if role != NOBODY:
            client.post("/en/practice/sign-in", data={"account_id": self.people[role]})
        return client


@pytest.fixture
def pair(app: Flask, job_context: JobContext, clock: FrozenClock) -> Pair:
    sessions = job_context.sessions
    council = made.council(sessions)
    people = _people(sessions, job_context.settings, council.organisation_id)
    empty, full = (_published(job_context, council) for _ in range(2))
    firms = [_firm(job_context, name) for name in BIDDERS]
    for firm in firms:
        sealed.submit(job_context, full, firm)
        sealed.submit(job_context, full, firm, total="1.00")
    sealed.withdraw(job_context, full, firms[-1])
    sealed.commit(job_context, full, firms[-1], sealed.seal(full, firms[-1]))
    return Pair(app, people, council, empty, full)


def _published(context: JobContext, council: made.Council) -> Tender:
    draft = made.complete_draft(context.sessions, council, book="practice", items=sealed.ITEMS)
    with unit_of_work(context.sessions, council.officer) as uow:
        deadline_at = draft.schedule.deadline_at + timedelta(minutes=5)
        opening_at = deadline_at + timedelta(minutes=30)
        draft = drafting.edit_dates(uow, draft.id, draft.revision, deadline_at, opening_at)
    return made.published(context.sessions, council, draft, chain=sealed.CHAIN)


def _firm(context: JobContext, name: str) -> Actor:
    """Register a firm as the pages do: its name enters no public journal."""
    form = OrganisationForm(Text(name), city="Sukkur", tax_number="1234567-8")
    with unit_of_work(context.sessions, Actor.system("setup")) as uow:
        firm = write_organisation(uow, OrganisationKind.VENDOR, form)
    return made.person(firm.id, Role.VENDOR)


def _answers(pair: Pair, client: FlaskClient, role: str, tender: Tender) -> Iterator[str]:
    for method, address, mark in doors(pair.app):
        if method != "GET" or "{tender}" not in address or not allowed(mark, role):
            continue
        if address.endswith(".pdf"):
            continue  # a preview of facts known before the first bid, slow to print
        answer = client.get(address.format(tender=tender.id, id="1"))
        packed = answer.mimetype == "application/zip"
        passing = {"Date", "Content-Length"} if packed else {"Date"}
        headers = sorted(
            f"{name}: {value}" for name, value in answer.headers if name not in passing
        )
        text = _unpacked(answer.data) if packed else answer.text
        said = TOKEN.sub("", "\n".join([str(answer.status_code), *headers, text]))
        for own, name in ((tender.id, "T"), (tender.number or "", "N")):
            said = said.replace(own, name)
        yield f"{address}\n{HASH.sub('H', said)}"


def _text(answer: TestResponse) -> str:
    return _unpacked(answer.data) if answer.mimetype == ZIP else answer.text


def _unpacked(data: bytes) -> str:
    """Return what a ZIP file says, files within its files too, but for when it was written."""
    said = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            member = archive.read(name)
            if name != "docProps/core.xml":
                within = zipfile.is_zipfile(io.BytesIO(member))
                said.append(f"{name}\n{_unpacked(member) if within else member.decode()}")
    return "\n".join(said)


@pytest.mark.parametrize("stage", [Stage.PUBLISHED, Stage.CLOSED])
def test_pages_of_a_tender_with_bids_are_those_of_one_without(
    pair: Pair, job_context: JobContext, clock: FrozenClock, stage: Stage
) -> None:
    if stage is Stage.CLOSED:
        clock.move_to(max(pair.empty.schedule.deadline_at, pair.full.schedule.deadline_at))
        assert clock.at < pair.full.schedule.opening_at
        jobs.sweep(job_context, opening_pool.in_this_process)
    jobs.destroy_doomed(job_context)
    jobs.tick_boxes(job_context)
    with reading(job_context.sessions) as session:
        assert facts.tender(session, pair.full.id).stage is stage
    for role in LOOKERS:
        client = pair.client(role)
        without = list(_answers(pair, client, role, pair.empty))
        within = list(_answers(pair, client, role, pair.full))
        assert len(without) > 5
        for empty, full in zip(without, within, strict=True):
            assert full == empty, f"{role} at {stage}: {full[:80]}"


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_a_change_tells_a_tender_with_bids_from_no_other(
    pair: Pair, job_context: JobContext, kind: ChangeKind
) -> None:
    for tender in (pair.empty, pair.full):
        _changed(job_context, pair.council, tender, kind)
    jobs.destroy_doomed(job_context)
    jobs.tick_boxes(job_context)
    for role in LOOKERS:
        client = pair.client(role)
        without = list(_answers(pair, client, role, pair.empty))
        within = list(_answers(pair, client, role, pair.full))
        for empty, full in zip(without, within, strict=True):
            assert full == empty, f"{role} after {kind}: {full[:80]}"


@pytest.fixture
def committees(app: Flask, job_context: JobContext, clock: FrozenClock) -> Pair:
    """Two tenders with a committee whose dates moved; one has bids, confirmed and not."""
    first = committee_made.published(job_context)
    empty, full = first.tender, committee_made.another(job_context, first).tender
    people = _people(job_context.sessions, job_context.settings, first.who.organisation_id)
    firms = [_firm(job_context, name) for name in BIDDERS]
    for firm in firms:
        sealed.submit(job_context, full, firm)
    later = timedelta(minutes=10)
    empty, full = (
        made.dates_moved(job_context.sessions, first.who, each, later) for each in (empty, full)
    )
    with reading(job_context.sessions) as session:
        (own,) = queries.own_submissions(session, firms[0].organisation_id)
    with unit_of_work(job_context.sessions, firms[0]) as uow:
        confirm_bid(uow, own.number, full.notice or "", sealed.key(job_context))
    return Pair(app, people, first.who, empty, full)


@pytest.mark.parametrize("stage", [Stage.PUBLISHED, Stage.CLOSED])
def test_dates_moved_under_a_committee_tell_a_tender_with_bids_from_no_other(
    committees: Pair, job_context: JobContext, clock: FrozenClock, stage: Stage
) -> None:
    if stage is Stage.CLOSED:
        clock.move_to(
            max(each.schedule.deadline_at for each in (committees.empty, committees.full))
        )
        jobs._close_boxes(job_context)
    jobs.destroy_doomed(job_context)
    jobs.tick_boxes(job_context)
    for role in LOOKERS:
        client = committees.client(role)
        without = list(_answers(committees, client, role, committees.empty))
        within = list(_answers(committees, client, role, committees.full))
        assert len(without) > 5
        for empty, full in zip(without, within, strict=True):
            assert full == empty, f"{role} at {stage}: {full[:80]}"


def _changed(
    context: JobContext, council: made.Council, tender: Tender, kind: ChangeKind
) -> Tender:
    draft = made.change_begun(context.sessions, council, tender, kind)
    if kind is ChangeKind.ADDENDUM:
        later = timedelta(minutes=10)
        dates = draft.schedule
        with unit_of_work(context.sessions, council.officer) as uow:
            draft = drafting.edit_dates(
                uow, draft.id, draft.revision, dates.deadline_at + later, dates.opening_at + later
            )
    return made.carried_out(context.sessions, council, draft)


def test_auditors_see_a_cancelled_tender_when_it_would_have_opened(
    pair: Pair, job_context: JobContext, clock: FrozenClock
) -> None:
    cancelled = _changed(job_context, pair.council, pair.full, ChangeKind.CANCELLATION)
    jobs.destroy_doomed(job_context)
    opening_at = cancelled.schedule.opening_at
    for at, hidden in ((opening_at - timedelta(microseconds=1), True), (opening_at, False)):
        clock.move_to(at)
        with reading(job_context.sessions) as session:
            auditor = made.person(pair.council.organisation_id, Role.AUDITOR)
            scope = scope_of(session, auditor)
        assert (pair.full.id in scope.hidden_tenders) is hidden


def test_nobody_is_shown_who_bids_before_the_opening(
    pair: Pair, job_context: JobContext, clock: FrozenClock
) -> None:
    telling = re.compile(
        "|".join((*BIDDERS, r"bid\.(?:commit|record|refuse|withdraw|void|confirm|destroy)"))
    )
    clock.move_to(pair.full.schedule.opening_at - timedelta(microseconds=1))
    jobs.sweep(job_context, opening_pool.in_this_process)
    jobs.destroy_doomed(job_context)
    for role in LOOKERS:
        client = pair.client(role)
        for method, address, mark in doors(pair.app):
            if method != "GET" or "{id}" in address or not allowed(mark, role):
                continue
            if "/practice" in address or address.endswith(".pdf"):
                continue
            answer = client.get(address.format(tender=pair.full.id))
            found = telling.search(_text(answer) + str(answer.headers))
            assert found is None, f"{role} {address}: {found}"
        for kind in ("", "bids", "sign-ins"):
            path = f"/en/records.csv?tender={pair.full.number}&kind={kind}"
            assert client.get(path).status_code in {302, 403, 422}
