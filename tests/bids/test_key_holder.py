"""An unattended key holder: openings without people, and all that it refuses."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.serving import make_server

from bids import facts, jobs, opening_pool
from bids.key_holder import Given, KeyHolder
from bids.queries import shares
from foundation import machine, outgoing
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.refusal import Refusal
from portal.commands_key_holder import key_holder as command
from sealing import age, base64, seal
from tendering import facts as tenders
from tendering import jobs as tendering_jobs
from tendering.acts import seating
from tests.bids import committee_made, made, two_envelopes
from tests.bids.acts.test_releasing import CHEATS, cheating
from tests.bids.committee_made import Member, Sitting
from tests.bids.conftest import TestBeacon
from transparency.models import Act

SITE = "http://platform.example"


class Site(httpx.BaseTransport):
    """The platform's routes without a network; `change` may lie on the way."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client(use_cookies=False)
        self.asked: list[str] = []
        self.change: Callable[[str, Any], Any] = lambda _path, body: body
        self.papers: dict[str, bytes] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        parts = urlsplit(str(request.url))
        self.asked.append(f"{request.method} {parts.path}")
        answer = self.client.open(
            f"{parts.path}?{parts.query}",
            method=request.method,
            data=request.read(),
            headers={**request.headers, "accept-encoding": "identity"},
        )
        data = answer.get_data()
        answer.close()
        if (paper := self.papers.get(parts.path.rsplit("/", 1)[-1])) is not None:
            return httpx.Response(200, content=paper)
        if answer.status_code == 200 and answer.mimetype == "application/json":
            told = json.loads(data)
            if (changed := self.change(parts.path, told)) != told:
                data = json.dumps(changed).encode()
        return httpx.Response(answer.status_code, content=data)


@pytest.fixture
def site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(outgoing, "addresses_of", lambda _host, _port: ["192.0.2.1"])
    monkeypatch.setattr(machine, "_MACHINE_ID", Path("/nonexistent"))
    return Site(app)


@pytest.fixture
def sitting(job_context: JobContext) -> Sitting:
    return committee_made.published(job_context)


def holder(site: Site, sitting: Sitting, member: Member, folder: Path, **more: Any) -> KeyHolder:
    pin = folder / f"{member.actor.account_id}.pin"
    return KeyHolder(SITE, sitting.tender.id, member.identity, pin, transport=site, **more)


def to_the_shares(context: JobContext, sitting: Sitting, clock: FrozenClock) -> None:
    clock.move_to(sitting.tender.schedule.deadline_at)
    jobs.sweep(context, opening_pool.in_this_process)
    clock.move_to(made.unsealing_at(sitting.tender))
    clock.advance(seconds=3)
    jobs.sweep(context, opening_pool.in_this_process)


def acts(context: JobContext, kind: str) -> list[Mapping[str, Any]]:
    with reading(context.sessions) as session:
        return [act.doc for act in session.query(Act).filter(Act.kind == kind)]


def test_a_tender_opens_without_people(
    job_context: JobContext,
    sitting: Sitting,
    site: Site,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
) -> None:
    holders = [holder(site, sitting, member, tmp_path) for member in sitting.members[:2]]
    assert [each.once() for each in holders] == [([], False)] * 2
    assert [each["member"] for each in acts(job_context, "committee.unattended")] == [1, 2]
    sealed = made.submit(job_context, sitting.tender, made.vendor(job_context))
    to_the_shares(job_context, sitting, clock)
    for each in holders:
        assert each.once() == ([Given("share", sealed.sha256)], False)
        assert each.once() == ([], False)
    jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        (bid,) = facts.opened_bids(session, sitting.tender.id)
    assert (bid.state, bid.code) == ("opened", None)


def test_a_confirmed_bid_gets_its_share_when_the_new_round_is_signed(
    job_context: JobContext,
    sitting: Sitting,
    site: Site,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
) -> None:
    later, sealed = committee_made.confirmed(job_context, sitting, made.vendor(job_context))
    to_the_shares(job_context, later, clock)
    early, good = (holder(site, later, member, tmp_path) for member in later.members[:2])
    old = made.sign_round(sitting.tender.round or 0).hex()

    def only_the_old_round(path: str, told: Any) -> Any:
        return told | {"signature": old} if path.endswith("/awaited") else told

    site.change = only_the_old_round
    assert early.once() == ([Given("refused wrong-signature", sealed.sha256)], False)
    site.change = lambda _path, told: told
    assert good.once() == ([Given("share", sealed.sha256)], False)


def test_the_key_is_proved_on_a_dummy_before_the_opening(
    job_context: JobContext, sitting: Sitting, site: Site, clock: FrozenClock, tmp_path: Path
) -> None:
    clock.move_to(sitting.tender.schedule.opening_at)
    clock.advance(seconds=-60)
    tendering_jobs.watch_committees(job_context)
    mine = holder(site, sitting, sitting.members[2], tmp_path)
    assert mine.once()[0] == [Given("proof")]
    assert mine.once()[0] == []
    assert {"member": 3, "occasion": "last"}.items() <= acts(job_context, "committee.prove")[
        -1
    ].items()


def test_whoever_has_not_the_key_comes_through_no_door(
    sitting: Sitting, site: Site, tmp_path: Path
) -> None:
    stranger = age.Identity(bytes(range(32)))
    mine = holder(site, sitting, replace(sitting.members[0], identity=stranger), tmp_path)
    with pytest.raises(Refusal, match="not-found"):
        mine.once()
    for header in ("", "Muhr-Key 1.99999999999.aa", "Muhr-Key 1.x.y", "Bearer 1", "Muhr-Key 9.1.a"):
        answer = site.client.get(
            f"/api/tenders/{sitting.tender.id}/key-holder/awaited",
            headers={"Authorization": header},
        )
        assert answer.status_code in {401, 404}


def test_an_answer_is_good_for_minutes_only_and_for_one_tender(
    job_context: JobContext, sitting: Sitting, site: Site, clock: FrozenClock, tmp_path: Path
) -> None:
    mine = holder(site, sitting, sitting.members[0], tmp_path)
    mine.once()
    path = f"/api/tenders/{sitting.tender.id}/key-holder/awaited"
    headers = {"Authorization": mine._header}
    assert site.client.get(path, headers=headers).status_code == 200
    other = headers["Authorization"].replace("Muhr-Key 1.", "Muhr-Key 2.")
    assert site.client.get(path, headers={"Authorization": other}).status_code == 401
    clock.advance(seconds=301)
    assert site.client.get(path, headers=headers).status_code == 401


def test_a_share_dressed_up_as_a_challenge_or_a_dummy_is_not_opened(
    job_context: JobContext,
    sitting: Sitting,
    site: Site,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
) -> None:
    made.submit(job_context, sitting.tender, made.vendor(job_context))
    to_the_shares(job_context, sitting, clock)
    with reading(job_context.sessions) as session:
        (read,) = shares.read_parts(session, sitting.tender.id)
    mine = holder(site, sitting, sitting.members[0], tmp_path)
    share_file = base64.encode(read.part.shares[0])
    site.change = lambda path, body: (
        body | {"challenge": share_file} if path.endswith("/challenge") else body
    )
    with pytest.raises(Refusal, match="bad-challenge"):
        mine.once()
    dummy = {"exercise": "x", "part": read.part.document(), "eid": read.eid.hex()}
    site.change = lambda path, body: (
        body | {"dummy": dummy, "bids": []} if path.endswith("/awaited") else body
    )
    with pytest.raises(Refusal, match="share-not-for-this-envelope"):
        mine.once()
    assert not any("proof" in asked or "share" in asked for asked in site.asked)


@pytest.mark.parametrize(
    "lie",
    [
        {"vendor": "somebody-else"},
        {"notice": "0" * 64},
        {"round": 1},
        {"chain": "0" * 64},
        {"kind": "financial"},
        {"sha256": "0" * 64},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_bid_that_is_not_the_listed_one_gets_no_share(
    lie: Mapping[str, object],
    job_context: JobContext,
    sitting: Sitting,
    site: Site,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
) -> None:
    made.submit(job_context, sitting.tender, made.vendor(job_context))
    to_the_shares(job_context, sitting, clock)
    site.change = lambda path, body: (
        body | {"bids": [bid | lie for bid in body["bids"]]} if path.endswith("/awaited") else body
    )
    mine = holder(site, sitting, sitting.members[0], tmp_path)
    (done,), _ = mine.once()
    assert done.what.startswith("refused ")
    assert not any(asked.endswith("/share") for asked in site.asked)


def test_a_list_signed_by_another_key_than_the_pinned_one_is_refused(
    job_context: JobContext,
    sitting: Sitting,
    site: Site,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
) -> None:
    made.submit(job_context, sitting.tender, made.vendor(job_context))
    to_the_shares(job_context, sitting, clock)
    mine = holder(site, sitting, sitting.members[0], tmp_path)
    other = made.platform_key_of(b"another platform's key, 32 bytes")
    mine.pin.write_text(f"{other.verifier()}\n")
    (done,), _ = mine.once()
    assert done.what == "refused wrong-note-signature"


@pytest.fixture
def prices(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> tuple[Sitting, dict[str, two_envelopes.Handed]]:
    """Let the prices of A and B be approved for opening, and that of D stay closed."""
    sitting = two_envelopes.published(job_context)
    handed = two_envelopes.hand_in(job_context, sitting, dict.fromkeys("ABD", "1000"))
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    two_envelopes.open_prices(job_context, sitting, [handed["A"], handed["B"]])
    two_envelopes.sweep(job_context)
    return sitting, handed


def test_prices_that_a_second_person_approved_get_their_shares_and_no_other(
    prices: tuple[Sitting, dict[str, two_envelopes.Handed]], site: Site, tmp_path: Path
) -> None:
    sitting, handed = prices
    mine = holder(site, sitting, sitting.members[0], tmp_path)
    passed = {handed[name].financial.sha256 for name in "AB"}
    assert {(each.what, each.sha256) for each in mine.once()[0]} == {
        ("share", sha256) for sha256 in passed
    }
    paper = site.client.get(f"/tenders/{sitting.tender.id}/approved-prices.txt").text
    assert all(sha256 in paper for sha256 in passed)


def test_an_approval_of_prices_counts_only_signed_and_public(
    job_context: JobContext,
    prices: tuple[Sitting, dict[str, two_envelopes.Handed]],
    site: Site,
    tmp_path: Path,
) -> None:
    sitting, handed = prices
    path = f"/tenders/{sitting.tender.id}/approved-prices.txt"
    paper = site.client.get(path).get_data()
    told = json.loads(paper.split(b"\n")[0])
    key, failed = made.key(job_context), handed["D"].financial.sha256
    forged = json.dumps(told | {"opened": [{"lot": "1", "vendor": "x", "sha256": failed}]})
    nothing_public = [doc | {"sha256": "0" * 64} for doc in told["opened"]]

    def unlisted(path: str, body: Any) -> Any:
        return body | {"doc": {"opened": nothing_public}} if "/journal/" in path else body

    for papers, change, code in (
        ({"approved-prices.txt": b"not found"}, None, "bad-note"),
        ({"approved-prices.txt": paper.replace(b"opened", b"OPENED", 1)}, None, "wrong-note-sig"),
        ({"approved-prices.txt": key.sign(f"{forged}\n").encode()}, None, "not-approved"),
        ({}, unlisted, "not-approved"),
    ):
        site.papers, site.change = papers, change or (lambda _path, body: body)
        mine = holder(site, sitting, sitting.members[0], tmp_path)
        done, _ = mine.once()
        assert len(done) == 2
        assert all(each.what.startswith(f"refused {code}") for each in done), done
    assert not any(asked.endswith("/share") for asked in site.asked)


@pytest.mark.parametrize("how", CHEATS.values(), ids=CHEATS.keys())
def test_a_share_file_that_does_not_hold_is_answered_with_the_evidence(
    how: Callable[[dict[str, object]], bytes],
    job_context: JobContext,
    sitting: Sitting,
    site: Site,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(seal, "deal", cheating(how))
        sealed = made.submit(job_context, sitting.tender, made.vendor(job_context))
    to_the_shares(job_context, sitting, clock)
    mine = holder(site, sitting, sitting.members[0], tmp_path)
    assert mine.once()[0] == [Given("evidence", sealed.sha256)]
    assert len(acts(job_context, "opening.dealer-cheated")) == 1


def test_the_platforms_own_machine_is_refused_unless_somebody_accepts_it(
    job_context: JobContext,
    sitting: Sitting,
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = tmp_path / "machine-id"
    own.write_text("0123456789abcdef\n")
    monkeypatch.setattr(machine, "_MACHINE_ID", own)
    member = sitting.members[0]
    with pytest.raises(Refusal, match="on-platform-host"):
        holder(site, sitting, member, tmp_path).once()
    monkeypatch.setattr(machine, "_MACHINE_ID", Path("/nonexistent"))
    monkeypatch.setattr(outgoing, "is_own", lambda address: address == "192.0.2.1")
    with pytest.raises(Refusal, match="on-platform-host"):
        holder(site, sitting, member, tmp_path).once()
    assert acts(job_context, "committee.unattended") == []

    holder(site, sitting, member, tmp_path, same_host_by="Asma Bibi, secretary").once()
    assert acts(job_context, "committee.unattended")[0]["same_host_by"] == "Asma Bibi, secretary"
    page = site.client.get(f"/en/tenders/{sitting.tender.id}").text
    assert "Asma Bibi, secretary" in page


def test_the_process_itself_speaks_to_a_site_on_a_port(
    job_context: JobContext,
    app: Flask,
    sitting: Sitting,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
) -> None:
    sealed = made.submit(job_context, sitting.tender, made.vendor(job_context))
    to_the_shares(job_context, sitting, clock)
    key = tmp_path / "key.txt"
    key.write_text(f"# a member's key\n{sitting.members[1].identity}\n")
    key.chmod(0o600)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        tender = f"http://127.0.0.1:{server.server_port}/ur/tenders/{sitting.tender.id}"
        refused = run("serve", tender, "--identity", str(key), "--once")
        assert (refused.returncode, refused.stdout) == (1, "on-platform-host\n")
        done = run("serve", tender, "--identity", str(key), "--once", "--same-host", "A test")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.strip().endswith(f"share {sealed.sha256}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert [each["member"] for each in acts(job_context, "opening.share")] == [2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "from portal.commands import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "key-holder", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_lost_key_and_a_closed_account_give_nothing(
    job_context: JobContext, sitting: Sitting, site: Site, tmp_path: Path
) -> None:
    with unit_of_work(job_context.sessions, sitting.members[0].actor) as uow:
        seating.report_lost(uow, sitting.tender.id)
    with pytest.raises(Refusal, match="no-key"):
        holder(site, sitting, sitting.members[0], tmp_path).once()
    with reading(job_context.sessions) as session:
        assert tenders.tender(session, sitting.tender.id).committee is not None


def test_a_file_that_others_can_read_is_no_place_for_a_key(tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text(f"{age.Identity(bytes(range(32)))}\n")
    key.chmod(0o644)
    done = CliRunner().invoke(
        command, ["serve", f"{SITE}/en/tenders/abc", "--identity", str(key), "--once"]
    )
    assert done.exit_code == 2
    assert "chmod 600" in done.output
