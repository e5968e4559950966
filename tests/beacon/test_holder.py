"""Holders of a shared key: any two of three sign, one never does, whatever the third is up to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from werkzeug.test import Client

from beacon import client, peers
from beacon.answers import make_application
from beacon.client import BeaconLate, fetch_chain, fetch_signature, newest_round
from beacon.domain.chain import last_round
from beacon.domain.group import Group
from beacon.due import request_confirmation
from beacon.holder import MOST_GATHERINGS, Holder, TooFewHolders
from beacon.peers import State
from foundation.values.refusal import Refusal
from sealing import bls
from tests.beacon.made import START, Ring

HOURS = 6 * 3600


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    ring = Ring(tmp_path)
    ring.tick()
    ring.tick()  # at its first tick the first holder does not know yet that the others live
    return ring


def gone(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def saying(document: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(200, json=document)


def seen(holder: Holder) -> dict[int, State]:
    return {peer.index: peer.state for peer in holder._peers}


def test_every_holder_serves_the_same_whole_round(ring: Ring) -> None:
    newest = last_round(ring.chain, START)
    signatures = {holder.signature(newest) for holder in ring.holders.values()}
    (signature,) = signatures
    assert signature is not None
    bls.verify_signature(ring.chain.public_key, newest, signature)
    assert {holder.latest() for holder in ring.holders.values()} == {newest}


def test_a_drand_client_reads_it(ring: Ring) -> None:
    transport = httpx.MockTransport(ring.line)
    addresses = " ".join(ring.addresses)
    assert fetch_chain(addresses, ring.chain.hash, transport=transport) == ring.chain
    newest = newest_round(ring.chain, addresses, transport=transport)
    assert newest == last_round(ring.chain, START)
    for round_number in (newest, newest - 1, 1):
        assert fetch_signature(ring.chain, addresses, round_number, transport=transport)
    with pytest.raises(BeaconLate):
        fetch_signature(ring.chain, addresses, newest + 1, transport=transport)


def test_paths_of_a_holder(ring: Ring) -> None:
    holder = ring.holders[2]
    pages = Client(make_application(holder))
    newest = holder.latest()
    partial = pages.get(f"/{ring.chain.hash}/partial/{newest}").json
    assert (partial["round"], partial["holder"]) == (newest, 2)
    ring.group.verify_partial(2, newest, bytes.fromhex(partial["partial"]))
    assert pages.get(f"/partial/{newest + 1}").status_code == 425
    assert Group.from_document(pages.get("/group").json) == ring.group
    assert pages.get("/info").json == ring.chain.document()
    health = pages.get("/health").json
    assert (health["holder"], health["threshold"], health["holders"]) == (2, 2, 3)
    assert health["seen"]["signs"] == [1, 2, 3]
    share = f"{ring.keys[1].share:064x}"
    wrong = ["/partial", "/partial/latest", "/partial/0", "/info/1", "/group/1", "/share"]
    for path in wrong:
        assert pages.get(path).status_code == 404, path
    for path in (*wrong, "/info", "/group", "/health", f"/partial/{newest}"):
        assert share not in pages.get(path).get_data(as_text=True)


def test_a_local_beacon_gives_no_parts(tmp_path: Path) -> None:
    pages = Client(make_application(Ring(tmp_path / "ring").machines[1].beacon(tmp_path / "own")))
    for path in ("/partial/1", "/group"):
        assert pages.get(path).status_code == 404


@pytest.mark.parametrize("dead", [1, 2, 3])
def test_one_dead_holder_stops_nobody(ring: Ring, dead: int) -> None:
    ring.bent[dead] = gone
    for _ in range(3):
        ring.run(3)
    newest = last_round(ring.chain, ring.machines[1].wall)
    for index in {1, 2, 3} - {dead}:
        assert ring.holders[index].latest() == newest
        assert seen(ring.holders[index])[dead] is State.SILENT
    del ring.bent[dead]
    ring.run(3)
    ring.run(3)
    assert seen(ring.holders[1 if dead != 1 else 2])[dead] is State.SIGNS


def test_two_dead_holders_stop_the_third_and_nothing_is_lost(ring: Ring) -> None:
    before = ring.holders[1].latest()
    kept = ring.holders[1].signature(before)
    ring.bent |= {2: gone, 3: gone}
    for _ in range(3):
        ring.run(3)
    alone = ring.holders[1]
    assert alone.latest() == before
    assert alone.signature(before) == kept
    with pytest.raises(TooFewHolders):
        alone.signature(before + 1)
    assert Client(make_application(alone)).get(f"/public/{before + 1}").status_code == 503
    ring.bent.clear()
    ring.run(3)
    ring.run(3)
    assert alone.latest() == last_round(ring.chain, ring.machines[1].wall)
    assert alone.signature(before + 1) is not None


def lies(ring: Ring) -> dict[str, object]:
    """Return what a lying holder 3 may say of a round that holder 2 signed."""
    newest = last_round(ring.chain, ring.machines[2].wall) - 1
    other = bls.sign_round(ring.keys[1].share, newest).hex()
    flipped = bytearray(bls.sign_round(ring.keys[2].share, newest))
    flipped[-1] ^= 1
    return {
        "another's part": {"round": newest, "holder": 3, "partial": other},
        "another round's part": {
            "round": newest,
            "holder": 3,
            "partial": bls.sign_round(ring.keys[2].share, newest + 1).hex(),
        },
        "flipped": {"round": newest, "holder": 3, "partial": flipped.hex()},
        "identity": {"round": newest, "holder": 3, "partial": "c0" + "00" * 47},
        "no hex": {"partial": "zz"},
        "nothing": {},
        "a list": [],
        "much": {"partial": "00" * 40_000},
    }


@pytest.mark.parametrize(
    "lie",
    ["another's part", "another round's part", "flipped", "identity", "no hex", "nothing",
     "a list", "much"],
)  # fmt: skip
def test_a_lying_holder_is_named_and_stops_nobody(ring: Ring, lie: str) -> None:
    ring.bent[3] = saying(lies(ring)[lie])
    for _ in range(2):
        ring.run(3)
    newest = last_round(ring.chain, ring.machines[1].wall)
    for index in (1, 2):
        holder = ring.holders[index]
        assert holder.latest() == newest
        signature = holder.signature(newest)
        assert signature is not None
        bls.verify_signature(ring.chain.public_key, newest, signature)
        assert seen(holder)[3] is State.LIES
        assert holder.health()["seen"] == {
            "unknown": [], "signs": [1, 2], "silent": [], "late": [], "lies": [3],
        }  # fmt: skip


def test_a_liar_and_a_dead_holder_together_stop_two_of_three_but_forge_nothing(ring: Ring) -> None:
    newest = ring.holders[1].latest()
    ring.bent |= {2: gone, 3: saying(lies(ring)["flipped"])}
    ring.run(3)
    with pytest.raises(TooFewHolders):
        ring.holders[1].signature(newest + 1)


def test_a_holder_that_never_finishes_its_answer_stops_nobody(ring: Ring) -> None:
    done = threading.Event()

    def slow(request: httpx.Request) -> httpx.Response:
        done.wait(20)
        raise httpx.ReadTimeout("slow", request=request)

    ring.bent[3] = slow
    try:
        for _ in range(peers.MOST_QUESTIONS + 3):
            peers.gather(ring.holders[1]._peers, 5, 2, seconds=0.05)
            ring.machines[1].run(3)
            ring.machines[2].run(3)
            assert ring.holders[1].signature(last_round(ring.chain, ring.machines[1].wall))
        assert seen(ring.holders[1])[3] is State.SILENT
        assert seen(ring.holders[1])[2] is State.SIGNS
    finally:
        done.set()


@pytest.mark.parametrize("pushed", [1, 2, 3])
def test_a_clock_pushed_hours_forward_opens_nothing(ring: Ring, pushed: int) -> None:
    """Even where the kernel vouches for the wrong clock, one part is no key."""
    ring.machines[pushed].step(HOURS)
    ring.machines[pushed].in_step = True
    for _ in range(3):
        ring.run(3)
    true_time = ring.machines[1 if pushed != 1 else 2].wall
    newest = last_round(ring.chain, true_time)
    assert ring.holders[pushed].partial(newest + 100) is not None
    for ahead in (1, 2, 100, HOURS // 3 - 2):
        for index, holder in ring.holders.items():
            try:
                assert holder.signature(newest + ahead) is None
            except TooFewHolders:
                assert index == pushed
    for index in {1, 2, 3} - {pushed}:
        assert ring.holders[index].latest() == newest
    ring.machines[pushed].step(-HOURS)
    ring.tick()
    assert ring.holders[pushed].partial(newest + 100) is None


def test_a_pushed_clock_that_nobody_vouches_for_is_held_by_its_own_anchor(ring: Ring) -> None:
    ring.machines[3].step(HOURS)
    ring.run(3)
    holder = ring.holders[3]
    assert holder.held()
    assert holder.partial(last_round(ring.chain, START + timedelta(seconds=70))) is None
    assert holder.partial(last_round(ring.chain, START)) is not None


def test_two_clocks_of_three_are_the_threshold(ring: Ring) -> None:
    """What the pages say: it needs two. With two wrong clocks the seal is broken."""
    for index in (1, 2):
        ring.machines[index].step(HOURS)
        ring.machines[index].in_step = True
    assert ring.holders[1].signature(last_round(ring.chain, START) + 1000) is not None


def test_a_holder_behind_is_late_and_takes_a_word(ring: Ring) -> None:
    machine = ring.machines[3]
    machine.restart("boot-2")
    machine.step(-HOURS)
    ring.holders[3] = ring.start(3)
    for index in (1, 2):
        ring.machines[index].run(HOURS)
    ring.tick()
    assert seen(ring.holders[1])[3] is State.LATE
    assert ring.holders[1].latest() == last_round(ring.chain, ring.machines[1].wall)
    machine.wall = ring.machines[1].wall
    assert ring.holders[3].held()
    request_confirmation(ring.folder / "3")
    ring.tick()
    ring.tick()
    assert seen(ring.holders[1])[3] is State.SIGNS


def test_a_restart_keeps_share_anchor_and_rounds(ring: Ring) -> None:
    newest = ring.holders[1].latest()
    kept = ring.holders[1].signature(newest)
    ring.machines[1].step(-60)
    ring.holders[1] = ring.start(1)
    assert ring.holders[1].partial(newest) is not None
    ring.holders[1].tick()
    assert ring.holders[1].signature(newest) == kept


def test_a_silent_holder_is_not_asked_by_those_who_want_old_rounds(ring: Ring) -> None:
    ring.bent[3] = gone
    ring.run(3)
    ring.asked.clear()
    for old in range(1, 20):
        assert ring.holders[1].signature(old) is not None
    assert {index for index, _ in ring.asked} == {2}


@pytest.mark.parametrize("addresses", [[], ["http://a.example"], ["http://a.example"] * 4])
def test_addresses_that_do_not_fit_the_group(ring: Ring, addresses: list[str]) -> None:
    with pytest.raises(Refusal, match="bad-setting"):
        Holder.start(ring.folder / "1", ring.keys[0], ring.machines[1].clocks(), addresses)


def test_an_address_that_is_none(ring: Ring) -> None:
    addresses = ["http://a.example", "ftp://b.example", "http://c.example"]
    with pytest.raises(Refusal, match="bad-setting"):
        Holder.start(ring.folder / "1", ring.keys[0], ring.machines[1].clocks(), addresses)


def test_one_right_address_of_several_is_enough(
    ring: Ring, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    newest = ring.holders[1].latest()
    wrong = {"round": newest, "signature": bls.sign_round(7, newest).hex()}
    ring.bent |= {1: gone, 2: saying(wrong)}
    waits: list[float] = []
    transport = httpx.MockTransport(ring.line)
    found = fetch_signature(
        ring.chain, " ".join(ring.addresses), newest, transport=transport, wait=waits.append
    )
    bls.verify_signature(ring.chain.public_key, newest, found)
    assert waits == []
    assert "address=2 code=wrong-signature" in caplog.text
    ring.bent[3] = gone
    with pytest.raises(client.BeaconUnreachable):
        fetch_signature(
            ring.chain, " ".join(ring.addresses), newest, transport=transport, wait=waits.append
        )
    assert len(waits) == len(client.WAITS_SECONDS)


def test_without_a_pinned_hash_only_the_first_address_names_the_chain(ring: Ring) -> None:
    ring.bent[1] = gone
    transport = httpx.MockTransport(ring.line)
    with pytest.raises(client.BeaconUnreachable):
        fetch_chain(" ".join(ring.addresses), transport=transport, wait=lambda _: None)


def test_many_questions_at_once_leave_threads_for_the_other_holders(ring: Ring) -> None:
    """Holders that wait for each other's parts must go on giving their own."""
    done, asked = threading.Event(), threading.Semaphore(0)

    def slow(request: httpx.Request) -> httpx.Response:
        asked.release()
        done.wait(20)
        raise httpx.ReadTimeout("slow", request=request)

    ring.bent |= {2: slow, 3: slow}
    alone = ring.holders[1]
    found: list[str] = []

    def want(number: int) -> None:
        try:
            alone.signature(number)
        except TooFewHolders:
            found.append("too few")

    threads = [threading.Thread(target=want, args=(number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for _ in range(2 * MOST_GATHERINGS):
        assert asked.acquire(timeout=10)
    with pytest.raises(TooFewHolders):
        alone.signature(50)
    assert not found
    assert alone.partial(60) is not None
    done.set()
    for thread in threads:
        thread.join(10)
    assert found == ["too few"] * MOST_GATHERINGS
    ring.bent.clear()
    ring.run(3)
    assert alone.signature(50) is not None
