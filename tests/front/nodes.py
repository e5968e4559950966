"""Two web nodes and two workers on one database; one of each is killed at the deadline."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from bids import facts, queries
from bids.domain.reception import SubmissionState
from foundation.database import database_instant, move_clock
from foundation.heartbeats import keep_door
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.steps import faults as faults_of_record
from tests.front.stack import Node, Stack
from tests.front.vendors import Answer, Vendor, arrived
from tests.portal.mail_server import MailServer
from transparency.models import Act

WAIT_SECONDS = 180
STEP_SECONDS = 45
MINUTES = "notice.opening_minutes"
PAUSE_SECONDS = 1.5  # thirty seals an hour for each envelope


@dataclass
class Submitter:
    """One vendor who submits one replacement after the other until told that it is too late."""

    vendor: Vendor
    tender: Tender
    receipts: list[str] = field(default_factory=list)
    cut: int = 0
    last: Answer | None = None

    def go_on(self) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end and not self.is_late:
            self._insist(made.seal(self.tender, self.vendor.actor, files=()))
            time.sleep(PAUSE_SECONDS)

    @property
    def is_late(self) -> bool:
        return self.last is not None and code_of(self.last) == "late"

    def _insist(self, sealed: made.Sealed) -> None:
        """Submit one bid, again and again until somebody answers, as a browser does."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.last = self.vendor.submit(self.tender, sealed)
                if self.last.status == 200:
                    self.receipts.append(str(self.last.json["number"]))
                    return
                if self.last.status < 500:
                    return
            self.cut += 1
            time.sleep(0.2)


def code_of(answer: Answer) -> str:
    """Return the code of a refusal, nothing for any other answer."""
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return str(answer.json.get("code", "")) if is_json else ""


@dataclass
class Run:
    """One run: its processes, its tender and what vendors hold at its end."""

    stack: Stack
    mail: MailServer
    nginx: Node
    tender: Tender
    doomed: list[Node]
    submitters: list[Submitter] = field(default_factory=list)


@contextlib.contextmanager
def prepared(stack: Stack, mail: MailServer, vendors: int) -> Iterator[Run]:
    """Start all processes, and let vendors arrive through nginx."""
    webs = [stack.start_web("--workers", "2") for _ in range(2)]
    nginx = stack.start_nginx(webs)
    workers = [stack.start_worker() for _ in range(2)]
    tender = made.tender(stack.context, opening_after=timedelta(), longer=timedelta(minutes=5))
    with arrived(stack.context, nginx.address, vendors) as people:
        submitters = [Submitter(vendor, tender) for vendor in people]
        yield Run(stack, mail, nginx, tender, [webs[0], workers[0]], submitters)


def kill_at_the_deadline(run: Run, *, seconds: int) -> None:
    """Let vendors submit from so many seconds before the deadline; then kill a web, a worker."""
    deadline_at = run.tender.schedule.deadline_at
    pass_time(run, until_left=timedelta(seconds=seconds))
    threads = [threading.Thread(target=one.go_on) for one in run.submitters]
    for thread in threads:
        thread.start()
    while _now(run) < deadline_at - timedelta(milliseconds=500):
        time.sleep(0.02)
    for node in run.doomed:
        node.kill()
    for thread in threads:
        thread.join()


def open_and_deliver(run: Run) -> None:
    """Let the hour come, and wait until the worker that is left has opened and sent all."""
    pass_time(run, until_left=-(made.unsealing_at(run.tender) - run.tender.schedule.deadline_at))
    _wait(run, "the opening", lambda: _stage(run) is Stage.OPENED)
    _wait(run, "the mail", lambda: _told(run) == len(run.submitters))


def pass_time(run: Run, *, until_left: timedelta) -> None:
    """Move the practice clock towards the deadline, with the signs of life of an open door."""
    while True:
        with unit_of_work(run.stack.context.sessions, Actor.system("test")) as uow:
            keep_door(uow)
            left = run.tender.schedule.deadline_at - uow.now - until_left
            if left <= timedelta():
                return
            move_clock(uow.session, min(left, timedelta(seconds=STEP_SECONDS)))


def broken(run: Run) -> list[str]:
    """Return which promises did not hold."""
    context, found = run.stack.context, faults_of_record(run.stack.context, run.tender.id)
    with reading(context.sessions) as session:
        kept = {
            bid.number: bid
            for one in run.submitters
            for bid in queries.own_submissions(session, one.vendor.actor.organisation_id)
        }
        opened = facts.opened_bids(session, run.tender.id)
        acts = session.scalars(
            select(Act.doc).where(Act.kind == "opening.envelope", Act.tender_id == run.tender.id)
        )
        recorded = Counter(doc["sha256"] for doc in acts if doc)
    for one in run.submitters:
        found += _broken_to(one, kept, {bid.sha256 for bid in opened})
    in_time = {n for n, bid in kept.items() if bid.state is SubmissionState.OPENED}
    deadline_at = run.tender.schedule.deadline_at
    found += [
        f"{number} came after the deadline"
        for number in in_time
        if (kept[number].completed_at or deadline_at) >= deadline_at
    ]
    if set(recorded.values()) != {1} or len(recorded) != len(opened):
        found.append(f"opened: {dict(recorded)} for {len(opened)} bids")
    if len(opened) != len(run.submitters):
        found.append(f"{len(opened)} of {len(run.submitters)} vendors' bids were opened")
    return [*found, *_broken_mail(run)]


def _broken_to(
    one: Submitter, kept: dict[str, queries.Submission], opened: set[str]
) -> Iterator[str]:
    """Every acknowledged bid is on record; the last one of each vendor was opened."""
    name = one.vendor.actor.organisation_id
    missing = [number for number in one.receipts if number not in kept or not kept[number].ack]
    if missing:
        yield f"{name}: receipts {missing} are not on record"
    elif not one.receipts:
        yield f"{name}: no receipt"
    else:
        # What the platform recorded last may have been acknowledged on a line that was cut.
        mine = [bid for bid in kept.values() if bid.vendor_id == name and bid.completed_at]
        last = max(mine, key=lambda bid: bid.committed_at)
        if last.sha256 not in opened:
            yield f"{name}: the last bid was not opened"
    if not one.is_late or one.last is None or not one.last.json.get("attempt"):
        yield f"{name}: not told that it was too late: {one.last}"


def _broken_mail(run: Run) -> Iterator[str]:
    with reading(run.stack.context.sessions) as session:
        events = set(
            session.scalars(select(MailMessage.id).where(MailMessage.sent_at.is_not(None)))
        )
    sent = Counter(
        line.split("<")[1].split("@")[0]
        for text in run.mail.taken
        for line in text.splitlines()
        if line.startswith("Message-ID:")
    )
    if set(sent) != events:
        yield f"{len(sent)} messages were sent for {len(events)} events"
    # A worker killed between handing over a message and noting that can only send it again.
    if sum(sent.values()) > len(sent) + 1:
        yield f"sent twice: {[name for name, count in sent.items() if count > 1]}"


def _now(run: Run) -> datetime:
    with reading(run.stack.context.sessions) as session:
        return database_instant(session)


def _stage(run: Run) -> Stage:
    with reading(run.stack.context.sessions) as session:
        return tenders.tender(session, run.tender.id).stage


def _told(run: Run) -> int:
    """Count the vendors to whom the minutes of the opening, and all before, were sent."""
    with reading(run.stack.context.sessions) as session:
        unsent = session.scalars(_messages(run).where(MailMessage.sent_at.is_(None))).all()
        minutes = session.scalars(_messages(run).where(MailMessage.kind == MINUTES)).all()
    return 0 if unsent else len(minutes)


def _messages(run: Run) -> Select[tuple[str]]:
    """Select the vendors' messages; the rig's council has no accounts."""
    people = [one.vendor.actor.account_id for one in run.submitters]
    return select(MailMessage.id).where(MailMessage.account_id.in_(people))


def _wait(run: Run, what: str, done: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not done():
        assert time.monotonic() < end, f"no end of {what}: {run.stack.log('work')}"
        time.sleep(0.2)
