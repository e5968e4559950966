"""Shares at an opening: too early, tampered, another bid's, below the quorum, a cheating bidder."""

import io
import json
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from bids import facts, jobs, opening_pool
from bids.acts import opening, releasing
from bids.domain.opening import Contents
from bids.queries import shares
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from sealing import age, committee, seal
from sealing.age_header import read_header
from sealing.age_keys import parse_recipient
from sealing.committee import Committee, prove_cheating
from sealing.package import CommitteePart, Context
from sealing.reading import Reader
from tendering import facts as tenders
from tendering.domain.tender import Stage
from tests.bids import committee_made, made
from tests.bids.committee_made import Sitting, release, share_of
from tests.bids.conftest import TestBeacon

Deal = Callable[..., CommitteePart]


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def entries(context: JobContext, tender_id: str, kind: str) -> list[dict[str, object]]:
    """What the public journal says of one kind."""
    with reading(context.sessions) as session:
        found = session.execute(
            text("SELECT doc FROM act WHERE tender_id = :t AND kind = :k ORDER BY n"),
            {"t": tender_id, "k": kind},
        )
        rows = [row[0] for row in found]
    return [json.loads(row) if isinstance(row, str) else row for row in rows]


def bids_of(context: JobContext, sitting: Sitting) -> dict[str, str | None]:
    with reading(context.sessions) as session:
        found = facts.opened_bids(session, sitting.tender.id)
    return {bid.vendor_name: bid.code for bid in found}


def to_the_shares(context: JobContext, sitting: Sitting, clock: FrozenClock) -> None:
    clock.move_to(sitting.tender.schedule.deadline_at)
    sweep(context)
    clock.move_to(made.unsealing_at(sitting.tender))
    clock.advance(seconds=3)
    sweep(context)


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return committee_made.published(job_context)


@pytest.fixture
def indus(job_context: JobContext) -> Actor:
    return made.vendor(job_context)


def test_a_share_before_the_rounds_key_is_refused_and_the_attempt_is_public(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    member = sitting.members[0]
    share = share_of(job_context, sitting, member, sealed)
    instants = (clock.now(), sitting.tender.schedule.deadline_at)
    for at in instants:
        clock.move_to(at)
        sweep(job_context)
        denied = release(job_context, sitting, member, sealed, share)
        assert denied is not None
        assert denied.code == "too-early"
    found = entries(job_context, sitting.tender.id, "opening.refused-attempt")
    assert [(each["code"], each["member"]) for each in found] == [("too-early", 1)] * 2
    with reading(job_context.sessions) as session:
        assert shares.read_parts(session, sitting.tender.id) == ()


def test_the_opening_tells_apart_who_is_silent_and_whose_share_was_refused(
    app: Flask, job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    other = made.submit(job_context, sitting.tender, made.vendor(job_context, "Mehran Works"))
    to_the_shares(job_context, sitting, clock)
    first, second, _third = sitting.members
    address = f"/tenders/{sitting.tender.id}/opening"
    public = app.test_client()

    def awaited() -> dict[int, tuple[str, bool]]:
        told = public.get(f"{address}.json").get_json()["committee"]["awaited"]
        return {each["member"]: (each["answer"], bool(each["refused_at"])) for each in told}

    assert awaited() == dict.fromkeys((1, 2, 3), ("none", False))
    tag = public.get(f"/en{address}").headers["ETag"]
    release(job_context, sitting, first, sealed, "00" * 33)
    release(job_context, sitting, second, other)
    assert awaited() == {1: ("refused", True), 2: ("some", False), 3: ("none", False)}
    page = public.get(f"/en{address}", headers={"If-None-Match": tag})
    assert page.status_code == 200
    for words in ("Share refused", "bad-share", "Gave some shares", "No answer yet"):
        assert page.text.count(words) == 1
    assert "حصہ مسترد" in public.get(f"/ur{address}").text
    release(job_context, sitting, first, sealed)
    assert awaited()[1] == ("some", False)


def test_a_tampered_share_names_its_member_with_evidence_and_counts_as_missing(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    to_the_shares(job_context, sitting, clock)
    first, second, third = sitting.members
    good = share_of(job_context, sitting, first, sealed)
    tampered = ("00" if good[:2] != "00" else "01") + good[2:]
    for wrong in (tampered, share_of(job_context, sitting, second, sealed), "zz", ""):
        denied = release(job_context, sitting, first, sealed, wrong or " ")
        assert denied is not None
        assert denied.code == "bad-share"
    evidence = entries(job_context, sitting.tender.id, "opening.bad-share")[0]
    posted = bytes.fromhex(str(evidence["share"]))
    assert (
        committee.commit(bytes.fromhex(str(evidence["eid"])), 1, posted) != evidence["commitment"]
    )
    assert evidence["sha256"] == sealed.sha256

    assert release(job_context, sitting, third, sealed) is None
    sweep(job_context)
    assert bids_of(job_context, sitting) == {}
    assert release(job_context, sitting, first, sealed) is None
    sweep(job_context)
    assert bids_of(job_context, sitting) == {"Indus Traders": None}


def test_a_share_of_another_bid_is_refused_and_not_published(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    other = made.submit(job_context, sitting.tender, made.vendor(job_context, "Sutlej Works"))
    to_the_shares(job_context, sitting, clock)
    member = sitting.members[0]
    share = share_of(job_context, sitting, member, other)
    denied = release(job_context, sitting, member, sealed, share)
    assert denied is not None
    assert denied.code == "share-not-for-this-envelope"
    assert share not in str(entries(job_context, sitting.tender.id, "opening.refused-attempt"))
    assert entries(job_context, sitting.tender.id, "opening.bad-share") == []


def test_a_share_of_another_tender_is_bad_here(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    assert sitting.tender.committee is not None
    elsewhere = replace(sitting, tender=replace(sitting.tender, id="elsewhere"))
    copied = made.seal(elsewhere.tender, indus)
    sealed = made.submit(job_context, sitting.tender, indus)
    to_the_shares(job_context, sitting, clock)
    member = sitting.members[0]
    share = share_of(job_context, elsewhere, member, copied)
    denied = release(job_context, sitting, member, sealed, share)
    assert denied is not None
    assert denied.code == "bad-share"
    with pytest.raises(Refusal, match="binding-tender"):
        share_of(job_context, sitting, member, replace(copied, receipt=sealed.receipt))


def test_below_the_quorum_nothing_opens_whoever_asks(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    to_the_shares(job_context, sitting, clock)
    release(job_context, sitting, sitting.members[0], sealed)
    sweep(job_context)
    with unit_of_work(job_context.sessions, sitting.members[1].actor) as uow:
        denied = releasing.ask_to_open(uow, sitting.tender.id)
    assert denied is not None
    assert denied.code == "quorum"
    (attempt,) = entries(job_context, sitting.tender.id, "opening.refused-attempt")
    assert (attempt["code"], attempt["member"]) == ("quorum", 2)
    with reading(job_context.sessions) as session:
        (part,) = shares.read_parts(session, sitting.tender.id)
    forced = Contents(code=None, eid=part.eid.hex())
    with (
        pytest.raises(Refusal, match="quorum"),
        unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
    ):
        opening.record_opened(uow, part.bid, forced)
    assert bids_of(job_context, sitting) == {}


def test_only_members_release_and_only_after_a_fresh_sign_in(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    to_the_shares(job_context, sitting, clock)
    member = sitting.members[0]
    share = share_of(job_context, sitting, member, sealed)
    stale = replace(member.actor, fresh=False)
    refused = (
        (sitting.who.officer, "not-a-member"),
        (indus, "not-permitted"),
        (stale, "fresh-sign-in"),
    )
    for actor, code in refused:
        with (
            pytest.raises(Refusal, match=code),
            unit_of_work(job_context.sessions, actor) as uow,
        ):
            releasing.post_share(uow, sitting.tender.id, sealed.sha256, share)


def test_each_bid_opens_by_itself_when_its_own_shares_are_there(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    one = made.submit(job_context, sitting.tender, indus)
    made.submit(job_context, sitting.tender, made.vendor(job_context, "Sutlej Works"))
    to_the_shares(job_context, sitting, clock)
    for member in sitting.members[:2]:
        release(job_context, sitting, member, one)
    sweep(job_context)
    assert bids_of(job_context, sitting) == {"Indus Traders": None}
    with reading(job_context.sessions) as session:
        assert tenders.tender(session, sitting.tender.id).stage is Stage.OPENING


def test_a_bid_under_the_time_lock_alone_is_unreadable_for_its_committee(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    alone = replace(sitting.tender, committee=None)
    made.submit(job_context, alone, indus)
    to_the_shares(job_context, sitting, clock)
    assert bids_of(job_context, sitting) == {"Indus Traders": "binding-committee"}


def test_a_bid_sealed_to_other_keys_is_unreadable_for_this_committee(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    assert sitting.tender.committee is not None
    seats = sitting.tender.committee.seats
    turned = replace(sitting.tender.committee, seats=tuple(reversed(seats)))
    made.submit(job_context, replace(sitting.tender, committee=turned), indus)
    to_the_shares(job_context, sitting, clock)
    assert bids_of(job_context, sitting) == {"Indus Traders": "binding-committee"}


def cheating(how: Callable[[dict[str, object]], bytes]) -> Deal:
    """Deal as a bidder who writes something else into the first member's share file."""
    honest = committee.deal

    def deal(
        of: Committee,
        context: Context,
        eid: bytes,
        inner: age.Identity,
        random: Callable[[int], bytes],
    ) -> CommitteePart:
        part = honest(of, context, eid, inner, random)
        document: dict[str, object] = {
            "v": 1, "tender": context.tender, "lot": context.lot, "kind": context.kind,
            "vendor": context.vendor, "eid": eid.hex(), "i": 1, "share": "00" * 33,
        }  # fmt: skip
        recipient = parse_recipient(of.members[0])
        first = age.seal_bytes(how(document), [recipient], random)
        return replace(part, shares=(first, *part.shares[1:]))

    return deal


CHEATS = {
    "a share that is not the committed one": lambda document: canonical(document),
    "no share at all": lambda _document: b"nothing",
}


@pytest.mark.parametrize("how", CHEATS.values(), ids=CHEATS.keys())
def test_a_bidder_who_cheats_one_member_is_shown_by_evidence_that_anyone_can_check(
    how: Callable[[dict[str, object]], bytes],
    job_context: JobContext,
    sitting: Sitting,
    indus: Actor,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(seal, "deal", cheating(how))
        sealed = made.submit(job_context, sitting.tender, indus)
    to_the_shares(job_context, sitting, clock)
    member = sitting.members[0]
    with pytest.raises(Refusal, match="dealer-cheated"):
        share_of(job_context, sitting, member, sealed)
    key = file_key_of(job_context, sitting)

    for wrong in (secrets.token_bytes(16).hex(), "zz", ""):
        assert accuse(job_context, sitting, sealed, wrong) == "bad-share"
    assert accuse(job_context, sitting, sealed, key) == ""
    sweep(job_context)

    assert bids_of(job_context, sitting) == {"Indus Traders": "dealer-cheated"}
    (evidence,) = entries(job_context, sitting.tender.id, "opening.dealer-cheated")
    assert evidence["file_key"] == key
    with reading(job_context.sessions) as session:
        (part,) = shares.read_parts(session, sitting.tender.id)
    prove_cheating(part.part, part.context, part.eid, 1, bytes.fromhex(key))


def test_a_member_cannot_accuse_an_honest_bidder(
    job_context: JobContext, sitting: Sitting, indus: Actor, clock: FrozenClock
) -> None:
    sealed = made.submit(job_context, sitting.tender, indus)
    to_the_shares(job_context, sitting, clock)
    assert accuse(job_context, sitting, sealed, file_key_of(job_context, sitting)) == "bad-share"
    with reading(job_context.sessions) as session:
        (part,) = shares.read_parts(session, sitting.tender.id)
    assert part.cheated_at is None


def accuse(context: JobContext, sitting: Sitting, sealed: made.Sealed, key: str) -> str:
    with unit_of_work(context.sessions, sitting.members[0].actor) as uow:
        denied = releasing.accuse_dealer(uow, sitting.tender.id, sealed.sha256, key)
    return denied.code if denied else ""


def file_key_of(context: JobContext, sitting: Sitting) -> str:
    """The age file key of the first member's share file, as the member's device finds it."""
    with reading(context.sessions) as session:
        (part,) = shares.read_parts(session, sitting.tender.id)
    header = read_header(Reader(io.BytesIO(part.part.shares[0])))
    return age.find_file_key(header, [sitting.members[0].identity]).hex()
