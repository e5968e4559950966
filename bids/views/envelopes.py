"""The API of one envelope: its fingerprint, its state, its ciphertext, its withdrawal."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, jsonify

from accounts import access
from accounts.domain.roles import Role
from bids import queries
from bids.acts import registering, withdrawing
from bids.acts.places import Place, key_of
from bids.acts.refusing import Refused
from bids.domain.reception import HELD_STATES, SLICE_MAX, Fingerprint
from bids.views import answering
from bids.views.blueprint import api
from bids.views.texts import language
from foundation.unit_of_work import UnitOfWork
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal

CHUNK = 1 << 16
_ENVELOPE = "/tenders/<tender_id>/lots/<lot_id>/envelopes/<kind>"


@api.post(f"{_ENVELOPE}/fingerprints")
@access.roles(Role.VENDOR)
def post_fingerprint(tender_id: str, lot_id: str, kind: str) -> Response:
    """Record fingerprint and size, and say where the bytes go."""
    given = _fingerprint(answering.json_body())
    place = Place(tender_id, lot_id, kind)
    signer = answering.platform_key()

    def act(uow: UnitOfWork) -> registering.Committed | Refused:
        return registering.commit_fingerprint(uow, place, given, signer)

    found = answering.intake().run(access.actor(), act)
    if isinstance(found, Refused):
        return answering.refused(found)
    if found.ack is not None and found.completed_at is not None:
        at = instant_text(found.completed_at)
        return answering.acknowledged(found.number, found.ack, found.sha256, at)
    response = jsonify(
        upload=f"/api/uploads/{found.upload_id}",
        offset=answering.partials().size(found.upload_id),
        committed_at=instant_text(found.committed_at),
        attempt=found.attempt,
        number=found.number,
        slice_max=SLICE_MAX,
    )
    response.status_code = 201
    return response


@api.get(_ENVELOPE)
@access.roles(Role.VENDOR)
def get_envelope(tender_id: str, lot_id: str, kind: str) -> Response:
    """Tell a vendor what stands in its own envelope."""
    found = _own(tender_id, lot_id, kind)
    if found is None:
        return jsonify(state="empty")
    completed_at = found.completed_at
    return jsonify(
        state=found.state.value,
        sha256=found.sha256,
        size=found.size,
        notice=found.notice,
        committed_at=instant_text(found.committed_at),
        completed_at=instant_text(completed_at) if completed_at else None,
        number=found.number,
    )


@api.get(f"{_ENVELOPE}/ciphertext")
@access.roles(Role.VENDOR)
def get_ciphertext(tender_id: str, lot_id: str, kind: str) -> Response:
    """Give a vendor its own sealed bytes, which its private receipt opens in its browser."""
    found = _own(tender_id, lot_id, kind)
    if found is None or found.state not in HELD_STATES or found.blob_key is None:
        raise Refusal("not-found")
    stream = access.context().blobs.open(found.blob_key)

    def chunks() -> Iterator[bytes]:
        with stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    response = Response(chunks(), mimetype="application/octet-stream")
    response.headers["Content-Length"] = str(found.size)
    response.headers["Content-Disposition"] = f'attachment; filename="bid-{found.number}.age"'
    return response


@api.post(f"{_ENVELOPE}/withdrawal")
@access.roles(Role.VENDOR)
def post_withdrawal(tender_id: str, lot_id: str, kind: str) -> Response:
    """Withdraw the sealed bid of this envelope."""
    token = answering.json_body().get("token")
    if token is not None and not isinstance(token, str):
        raise Refusal("bad-request-body")
    place = Place(tender_id, lot_id, kind)
    signer = answering.platform_key()

    def act(uow: UnitOfWork) -> withdrawing.Withdrawn:
        return withdrawing.withdraw_envelope(uow, place, token, signer)

    done = answering.intake().run(access.actor(), act)
    page = f"/{language()}/bids/receipts/{done.number}"
    return jsonify(ack=done.ack, number=done.number, proof=done.proof.value, page=page)


def _own(tender_id: str, lot_id: str, kind: str) -> queries.Submission | None:
    key = key_of(Place(tender_id, lot_id, kind), access.actor().organisation_id)
    return queries.own_live(access.session(), key)


def _fingerprint(body: dict[str, object]) -> Fingerprint:
    names = ("sha256", "size", "notice", "token_sha256")
    values = [body.get(name, "") for name in names]
    digest, size, notice, token = values
    texts = (digest, notice, token or "")
    well_formed = all(isinstance(text, str) for text in texts)
    if not well_formed or not isinstance(size, int) or isinstance(size, bool):
        raise Refusal("bad-fingerprint")
    return Fingerprint(str(digest), size, str(notice), str(token or ""))
