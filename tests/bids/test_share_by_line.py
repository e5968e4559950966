"""`muhr envelope share` with the signed papers: what it gives, what it shows, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from bids.acts import releasing
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from portal.commands_envelope import envelope
from sealing import seal
from sealing.package import Context
from tests.bids import committee_made, made, two_envelopes
from tests.bids.acts.test_releasing import CHEATS, cheating
from tests.bids.committee_made import Sitting
from tests.bids.conftest import TestBeacon


@dataclass
class Desk:
    """A member at the command line: the sealed file, the own key, and the papers as they came."""

    app: Flask
    folder: Path
    sitting: Sitting
    sealed: made.Sealed
    number: int = 1

    @property
    def bound(self) -> Context:
        return self.sealed.receipt.context

    def write(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def paper(self, address: str, tail: str = "") -> bytes:
        answer = self.app.test_client().get(f"{address}{tail}")
        assert answer.status_code == 200, answer.text
        return answer.get_data()

    def listed(self) -> bytes:
        return self.paper(f"/tenders/{self.sitting.tender.id}/opening-list.txt")

    def pack(self, notice: str) -> bytes:
        return self.paper(f"/api/tenders/{self.sitting.tender.id}/pack?notice={notice}")

    def approved(self, **papers: bytes) -> list[str]:
        """Return the options that name the papers; some may be given in others' place."""
        told = {
            "list": self.listed,
            "pin": lambda: self.paper("/keys/platform.txt"),
            "pack": lambda: self.pack(self.bound.notice),
        }
        names = [*told, *(name for name in papers if name not in told)]
        found = {name: papers[name] if name in papers else told[name]() for name in names}
        return [
            part for name, data in found.items() for part in (f"--{name}", self.write(name, data))
        ]

    def share(self, *options: str) -> Result:
        member, chain = self.sitting.members[self.number - 1], self.sitting.tender.chain
        assert chain is not None
        arguments = [
            "share", self.write("bid.age", self.sealed.data),
            "--chain", self.write("chain.json", chain.to_bytes()),
            "--signature", made.sign_round(self.bound.round).hex(),
            "--context", self.write("context.json", json.dumps(self.bound.document()).encode()),
            "--member", str(self.number),
            "--identity", self.write("key", f"{member.identity}\n".encode()),
        ]  # fmt: skip
        return CliRunner().invoke(envelope, [*arguments, *options])


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return committee_made.published(job_context)


@pytest.fixture
def desk(
    app: Flask, job_context: JobContext, sitting: Sitting, clock: FrozenClock, tmp_path: Path
) -> Desk:
    sealed = made.submit(job_context, sitting.tender, made.vendor(job_context))
    two_envelopes.to_the_shares(job_context, sitting, clock)
    return Desk(app, tmp_path, sitting, sealed)


def test_a_listed_bid_gets_its_share_and_it_is_taken(job_context: JobContext, desk: Desk) -> None:
    done = desk.share(*desk.approved())
    assert (done.exit_code, done.stderr) == (0, "")
    taken = committee_made.release(
        job_context, desk.sitting, desk.sitting.members[0], desk.sealed, done.stdout.strip()
    )
    assert taken is None


def test_the_platforms_key_may_lie_beside_the_own_one(desk: Desk) -> None:
    options = desk.approved()
    missing = desk.share(*options[:2], *options[4:])
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "key.pin" in missing.stderr
    desk.write("key.pin", desk.paper("/keys/platform.txt"))
    assert desk.share(*options[:2], *options[4:]).exit_code == 0


def test_without_the_list_it_says_that_nothing_shows_the_approval(desk: Desk) -> None:
    done = desk.share()
    assert done.exit_code == 0
    assert "without --list" in done.stderr
    assert len(done.stdout.strip()) == 66


@pytest.mark.parametrize("paper", ["list", "pin", "pack"])
def test_a_paper_that_says_something_else_gets_no_share(paper: str, desk: Desk) -> None:
    other = made.platform_key_of(b"another platform's key, 32 bytes")
    papers, code = {
        "list": (other.sign(desk.listed().decode().split("\n")[0] + "\n"), "wrong-note-signature"),
        "pin": (f"{other.verifier()}\n", "wrong-note-signature"),
        "pack": ("{}", "not-approved"),
    }[paper]
    done = desk.share(*desk.approved(**{paper: papers.encode()}))
    assert (done.exit_code, done.stdout) == (1, f"{code}\n")
    assert done.stderr


def test_a_bid_that_is_not_on_the_list_gets_no_share(desk: Desk, job_context: JobContext) -> None:
    told = json.loads(desk.listed().decode().split("\n")[0])
    emptied = json.dumps(told | {"envelopes": []})
    done = desk.share(*desk.approved(list=made.key(job_context).sign(f"{emptied}\n").encode()))
    assert (done.exit_code, done.stdout) == (1, "not-approved\n")


def test_another_place_in_the_committee_is_not_ones_own(desk: Desk) -> None:
    options = desk.approved()
    desk.number = 2
    third = replace(desk.sitting, members=(*desk.sitting.members[:1], desk.sitting.members[2]))
    done = replace(desk, sitting=third).share(*options)
    assert (done.exit_code, done.stdout) == (1, "wrong-identity\n")


@pytest.mark.parametrize("how", CHEATS.values(), ids=CHEATS.keys())
def test_a_share_file_that_does_not_hold_is_shown_by_its_key_for_a_listed_bid_alone(
    how: Callable[[dict[str, object]], bytes],
    app: Flask,
    job_context: JobContext,
    sitting: Sitting,
    clock: FrozenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(seal, "deal", cheating(how))
        sealed = made.submit(job_context, sitting.tender, made.vendor(job_context))
    two_envelopes.to_the_shares(job_context, sitting, clock)
    desk = Desk(app, tmp_path, sitting, sealed)
    assert desk.share().stdout == "dealer-cheated\n"
    done = desk.share(*desk.approved())
    evidence, code = done.stdout.splitlines()
    assert (done.exit_code, code) == (1, "dealer-cheated")
    found = json.loads(evidence)
    assert list(found) == ["file_key"]
    with unit_of_work(job_context.sessions, sitting.members[0].actor) as uow:
        denied = releasing.accuse_dealer(uow, sitting.tender.id, sealed.sha256, found["file_key"])
    assert denied is None


def test_a_confirmed_bid_needs_the_newest_notice_and_its_round(
    app: Flask, job_context: JobContext, sitting: Sitting, clock: FrozenClock, tmp_path: Path
) -> None:
    later, sealed = committee_made.confirmed(job_context, sitting, made.vendor(job_context))
    tender = later.tender
    two_envelopes.to_the_shares(job_context, later, clock)
    desk = Desk(app, tmp_path, later, sealed)
    newer = ["--pack", desk.write("newer", desk.pack(tender.notice or ""))]
    signed = ["--newest-signature", made.sign_round(tender.round or 0).hex()]
    old = ["--newest-signature", made.sign_round(sitting.tender.round or 0).hex()]
    papers = desk.approved()
    for options, code in (
        ([], "not-approved"),
        (signed, "not-approved"),
        (newer, "wrong-signature"),
        ([*newer, *old], "wrong-signature"),
        ([*newer, "--newest-signature", "zz"], "wrong-signature"),
    ):
        assert desk.share(*papers, *options).stdout == f"{code}\n", options
    assert len(desk.share(*papers, *newer, *signed).stdout.strip()) == 66


def test_a_price_needs_the_signed_approval(
    app: Flask, job_context: JobContext, beacon: TestBeacon, clock: FrozenClock, tmp_path: Path
) -> None:
    sitting = two_envelopes.published(job_context)
    handed = two_envelopes.hand_in(job_context, sitting, {"A": "1000", "D": "900"})
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    two_envelopes.open_prices(job_context, sitting, [handed["A"]])
    two_envelopes.sweep(job_context)
    passed, failed = (Desk(app, tmp_path, sitting, handed[name].financial) for name in "AD")
    approval = passed.paper(f"/tenders/{sitting.tender.id}/approved-prices.txt")
    assert passed.share(*passed.approved()).stdout == "not-approved\n"
    assert len(passed.share(*passed.approved(prices=approval)).stdout.strip()) == 66
    assert failed.share(*failed.approved(prices=approval)).stdout == "not-approved\n"
