"""The API of an unattended key holder: it shows that it has a member's key and acts as the member.

Source: docs/adr/0201.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Response, g, jsonify, request

from accounts import access, credentials
from accounts import queries as people
from accounts.acts.visiting import actor_for
from bids.acts import releasing
from bids.acts.releasing import Denied
from bids.domain import key_proof
from bids.domain.key_proof import Challenge
from bids.domain.opening import OPENING_STAGES
from bids.domain.permissions import OpeningAct
from bids.domain.shares import Standing
from bids.queries import openings, shares
from bids.views import answering
from bids.views.blueprint import api
from bids.views.releasing import sealed_bytes
from foundation import machine
from foundation.database import database_instant
from foundation.values.refusal import Refusal
from sealing import age, base64
from sealing.age_keys import parse_recipient
from tendering import facts as tenders
from tendering.acts import rehearsing, seating
from tendering.domain.committee import Seat
from tendering.domain.tender import ENDED_STAGES, PUBLIC_STAGES, Stage, Tender
from transparency import readers

MARK_BY_KEY = "key"
_PATH = "/tenders/<tender_id>/key-holder"
_PROVING = frozenset({Stage.PUBLISHED, Stage.CLOSED})


@dataclass(frozen=True)
class Held:
    """A member's seat, by whose key this request comes."""

    tender: Tender
    seat: Seat


def by_key(view: Callable[..., Response]) -> Callable[..., Response]:
    """Mark a route for whoever shows a committee member's key; refuse others, ``key-not-proved``.

    The request then acts as that member, as after a fresh sign-in, while the account stands.
    """

    @wraps(view)
    def guarded(tender_id: str, **arguments: str) -> Response:
        member, expires, answer = key_proof.read_header(request.headers.get("Authorization", ""))
        now = int(database_instant(access.session()).timestamp())
        if not now <= expires <= now + key_proof.VALID_SECONDS:
            raise Refusal("key-not-proved")
        held = _seat(tender_id, lambda seat: seat.number == member)
        due = _challenge(tender_id, member, expires).answer
        person = people.person(access.session(), held.seat.account_id)
        if not hmac.compare_digest(due.encode(), answer.encode()) or not person.active:
            raise Refusal("key-not-proved")
        g.actor = actor_for(person, fresh=True)
        return view(held, **arguments)

    setattr(guarded, access.MARK, MARK_BY_KEY)
    return guarded


@api.post(f"{_PATH}/challenge")
@access.public
def key_challenge(tender_id: str) -> Response:
    """Seal a challenge to a member's public key; only who has the key can read it.

    `host` tells a holder whether it runs on the platform's own machine, and nobody else anything.
    """
    recipient = _given("recipient")
    held = _seat(tender_id, lambda seat: bool(recipient) and seat.recipient == recipient)
    now = int(database_instant(access.session()).timestamp())
    challenge = _challenge(tender_id, held.seat.number, now + key_proof.VALID_SECONDS)
    sealed = age.seal_bytes(
        challenge.to_bytes(), [parse_recipient(held.seat.recipient)], secrets.token_bytes
    )
    return jsonify(challenge=base64.encode(sealed), host=machine.host_mark(challenge.answer), v=1)


@api.post(f"{_PATH}/announcement")
@by_key
def key_announcement(held: Held) -> Response:
    """Put on public record that an unattended holder has the member's key, and where it runs."""
    with access.unit_of_work() as uow:
        seating.leave_to_holder(uow, held.tender.id, _given("same_host_by"))
    return jsonify(ok=True)


@api.get(f"{_PATH}/awaited")
@by_key
def key_awaited(held: Held) -> Response:
    """Tell what is awaited from the member now: a proof on a dummy, shares of bids, nothing."""
    session, tender, number = access.session(), held.tender, held.seat.number
    state = openings.opening_state(session, tender.id)
    approval = None
    if tender.stage is Stage.OPENING_PRICES:
        approval = readers.newest_of(session, tender.id, OpeningAct.OPEN_PRICES)
    return jsonify(
        ended=tender.stage in ENDED_STAGES,
        signature=(state.signature or "") if state else "",
        bids=[
            part.context.document()
            | {"sha256": part.sha256, "signature": state.signature_of(part.bid.round)}
            for part in _parts(tender)
            if state is not None and part.awaits(number)
        ],
        approval=approval.act_id if approval else "",
        dummy=_dummy(held),
    )


@api.get(f"{_PATH}/bids/<sha256>/ciphertext.age")
@by_key
def key_ciphertext(held: Held, sha256: str) -> Response:
    """Give the sealed bytes of a bid that awaits shares."""
    return sealed_bytes(_parts(held.tender), sha256)


@api.post(f"{_PATH}/bids/<sha256>/share")
@by_key
def key_share(held: Held, sha256: str) -> Response:
    """Take the member's share of a bid."""
    with access.unit_of_work() as uow:
        denied = releasing.post_share(uow, held.tender.id, sha256, _given("share"))
    return _answered(denied)


@api.post(f"{_PATH}/bids/<sha256>/evidence")
@by_key
def key_evidence(held: Held, sha256: str) -> Response:
    """Take the evidence that the bidder's share file does not hold."""
    with access.unit_of_work() as uow:
        denied = releasing.accuse_dealer(uow, held.tender.id, sha256, _given("file_key"))
    return _answered(denied)


@api.post(f"{_PATH}/proof")
@by_key
def key_dummy_proof(held: Held) -> Response:
    """Take the member's share of the dummy."""
    with access.unit_of_work() as uow:
        rehearsing.prove_key(uow, held.tender.id, _given("exercise"), _given("share"))
    return jsonify(ok=True)


def _answered(denied: Denied | None) -> Response:
    return answering.refuse(denied.code) if denied else jsonify(ok=True)


def _parts(tender: Tender) -> tuple[Standing, ...]:
    """Return the bids of a running opening whose outer files were read."""
    committee = tender.sealing_committee
    if tender.stage not in OPENING_STAGES or committee is None:
        return ()
    return shares.standings(access.session(), tender.id, committee.threshold)


def _dummy(held: Held) -> dict[str, object] | None:
    """Return the dummy on which the member has still to prove the key, or None."""
    exercise = tenders.newest_exercise(access.session(), held.tender.id)
    committee = held.tender.sealing_committee
    if exercise is None or committee is None or exercise.committee_id != committee.id:
        return None
    if held.tender.stage not in _PROVING or held.seat.number in exercise.proofs:
        return None
    part, eid = exercise.dummy.part.document(), exercise.dummy.eid.hex()
    return {"exercise": exercise.id, "part": part, "eid": eid}


def _seat(tender_id: str, is_it: Callable[[Seat], bool]) -> Held:
    """Return a seat of a published tender's committee.

    Raises:
        Refusal: `not-found`.
    """
    tender = tenders.tender(access.session(), tender_id)
    committee = tender.sealing_committee
    found = [seat for seat in committee.seats if is_it(seat)] if committee else []
    if len(found) != 1 or tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    return Held(tender, found[0])


def _challenge(tender_id: str, member: int, expires: int) -> Challenge:
    """Return the one challenge of a member and instant; every node works out the same."""
    keyring = credentials.keyring(access.context().settings)
    nonce = keyring.digest("key-holder", f"{tender_id}:{member}", str(expires))
    return Challenge(tender_id, member, expires, nonce)


def _given(name: str) -> str:
    value = answering.json_body().get(name, "")
    if not isinstance(value, str):
        raise Refusal("bad-request-body")
    return value.strip()
