"""Everybody in the last seconds, all from one address: each gets a receipt."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from bids import queries
from foundation.database import move_clock
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made
from tests.front.stack import Stack
from tests.front.vendors import Answer, Vendor, arrived


@dataclass(frozen=True)
class Outcome:
    """What every vendor was answered, in time and after the deadline, and what is on record."""

    answers: list[Answer]
    late: list[Answer]
    sealed: set[str]

    def faults(self) -> list[str]:
        """Return what does not hold."""
        statuses = Counter(answer.status for answer in self.answers)
        numbers = {answer.json["number"] for answer in self.answers if answer.status == 200}
        codes = Counter((answer.status, answer.json["code"]) for answer in self.late)
        found = []
        if set(statuses) != {200}:
            codes_of = Counter(a.json.get("code") for a in self.answers if a.status != 200)
            found.append(f"answers in time: {dict(statuses)}, {dict(codes_of)}")
        if len(numbers) != len(self.answers) or numbers != self.sealed:
            found.append(f"{len(numbers)} receipts, {len(self.sealed)} on record")
        if set(codes) != {(409, "late")}:
            found.append(f"answers after the deadline: {dict(codes)}")
        if not all(answer.json.get("attempt") for answer in self.late):
            found.append("a refusal without its signed attempt")
        return found


def run(stack: Stack, address: str, vendors: int, seconds: int) -> Outcome:
    """Let so many vendors submit at once, so many seconds before the deadline, some after it."""
    tender = made.tender(stack.context, opening_after=timedelta(), longer=timedelta(minutes=8))
    with arrived(stack.context, address, vendors) as people:
        sealed = [made.seal(tender, vendor.actor, files=()) for vendor in people]
        again = [made.seal(tender, vendor.actor, files=()) for vendor in people[:5]]
        move_to(stack, tender, timedelta(seconds=-seconds))
        answers = at_once(tender, people, sealed)
        move_to(stack, tender, timedelta(seconds=1))
        late = [v.submit(tender, bid) for v, bid in zip(people[:5], again, strict=True)]
        return Outcome(answers, late, _on_record(stack, people))


def at_once(tender: Tender, people: list[Vendor], sealed: list[made.Sealed]) -> list[Answer]:
    """Let all begin at the same moment, and return what each was answered in the end."""
    together = threading.Barrier(len(people))

    def submit(vendor: Vendor, bid: made.Sealed) -> Answer:
        together.wait()
        return vendor.submit(tender, bid)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(submit, people, sealed))


def move_to(stack: Stack, tender: Tender, after_deadline: timedelta) -> None:
    """Move the practice clock to an instant beside the deadline."""
    with unit_of_work(stack.context.sessions, Actor.system("test")) as uow:
        move_clock(uow.session, tender.schedule.deadline_at + after_deadline - uow.now)


def _on_record(stack: Stack, people: list[Vendor]) -> set[str]:
    with reading(stack.context.sessions) as session:
        return {
            found.number
            for vendor in people
            for found in queries.own_submissions(session, vendor.actor.organisation_id)
            if found.state == "sealed" and found.ack
        }
