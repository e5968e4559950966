"""The public page of an opening, live by polling with ETag, and the same for machines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from flask import Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from bids import opening_pages
from bids.domain.approved import prices_statement
from bids.domain.outage import Hold
from bids.domain.permissions import OpeningAct
from bids.domain.refusals import FINDINGS
from bids.opening_pages import OpeningPage, ReadOut, ShownIncident
from bids.queries import ciphertexts, openings
from bids.queries.openings import OpeningState
from bids.views import answering
from bids.views.blueprint import pages, public
from bids.views.opening_steps import end_words, steps_of, waiting_text
from bids.views.texts import _, language, trouble_words
from foundation import clock
from foundation.database import clock_held, database_instant
from foundation.values.canonical import Document, canonical
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import PUBLIC_STAGES
from transparency import readers

CHUNK = 1 << 16


@pages.get("/tenders/<tender_id>/opening")
@access.public
def opening(tender_id: str) -> BaseResponse:
    """Show the opening; `?hall=1` is the large layout for the hall's screen."""
    page = _gather(tender_id)
    hall = request.args.get("hall") == "1"
    account = access.actor().account_id
    tag = _tag(page.etag, language(), str(hall), account)
    if request.if_none_match.contains(tag):
        response = make_response("", 304)
    else:
        template = "bids/opening_hall.html" if hall else "bids/opening.html"
        response = make_response(
            render_template(
                template,
                page=page,
                steps=steps_of(page),
                waiting=waiting_text(page),
                code_text=answering.message,
                finding_text=_finding_text,
                trouble_words=trouble_words,
                end_words=end_words,
                live_url=_live_url(tender_id, hall=hall),
                hall=hall,
            )
        )
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie"
    return response


@public.get("/tenders/<tender_id>/opening.json")
@access.public
def opening_json(tender_id: str) -> BaseResponse:
    """Give the opening as JSON: the signed list, the round's signature, each line."""
    page = _gather(tender_id)
    tag = _tag(page.etag, "json")
    if request.if_none_match.contains(tag):
        response = make_response("", 304)
    else:
        response = Response(canonical(_document(page)), mimetype="application/json")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@public.get("/tenders/<tender_id>/box.json")
@access.public
def box_json(tender_id: str) -> BaseResponse:
    """Give the opened box: seed, slots, documents and salts, so that anybody can check it."""
    state = openings.opening_state(access.session(), tender_id)
    if state is None:
        raise Refusal("not-found")
    response = Response(state.list_note.split("\n", 1)[0], mimetype="application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@public.get("/tenders/<tender_id>/opening-list.txt")
@access.public
def opening_list(tender_id: str) -> BaseResponse:
    """Give the signed list of all ciphertext hashes as it was signed at T."""
    state = openings.opening_state(access.session(), tender_id)
    if state is None:
        raise Refusal("not-found")
    return Response(state.list_note, mimetype="text/plain; charset=utf-8")


@public.get("/tenders/<tender_id>/approved-prices.txt")
@access.public
def approved_prices(tender_id: str) -> BaseResponse:
    """Give, signed, whose prices a second person let be opened; members give shares for no other.

    The act and its document never change, and Ed25519 signs the same line the same way each time.
    """
    act = readers.newest_of(access.session(), tender_id, OpeningAct.OPEN_PRICES)
    if act is None or act.doc is None:
        raise Refusal("not-found")
    line = prices_statement(tender_id, act.act_id, act.doc)
    return Response(answering.platform_key().sign(line), mimetype="text/plain; charset=utf-8")


@public.get("/tenders/<tender_id>/unreadable/<sha256>.age")
@access.public
def unreadable(tender_id: str, sha256: str) -> BaseResponse:
    """Give the sealed bytes of a bid that could not be opened, so that anybody can try."""
    stored = ciphertexts.unreadable_ciphertext(access.session(), tender_id, sha256)
    stream = access.context().blobs.open(stored.blob_key)
    response = Response(_chunks(stream), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{stored.sha256}.age"'
    return response


@public.get("/keys/platform.txt")
@access.public
def platform_key() -> BaseResponse:
    """Give the public key by which the platform's signed notes are checked."""
    text = f"{answering.platform_key().verifier()}\n"
    return Response(text, mimetype="text/plain; charset=utf-8")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _gather(tender_id: str) -> OpeningPage:
    session = access.session()
    tender = tenders.tender(session, tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    doubtful = clock.jumped() or clock_held(session)
    now = database_instant(session)
    return opening_pages.gather(session, tender, now, clock_doubtful=doubtful)


def _tag(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _live_url(tender_id: str, *, hall: bool) -> str:
    return url_for("bids.opening", tender_id=tender_id, hall="1" if hall else None)


def _finding_text(finding: str) -> str:
    return _(FINDINGS[finding]) if finding in FINDINGS else finding


def _document(page: OpeningPage) -> dict[str, Document]:
    state = openings.opening_state(access.session(), page.tender.id)
    return {
        "v": 1,
        "tender": page.tender.id,
        "number": page.tender.number or "",
        "stage": page.tender.stage.value,
        "waiting_for": page.waiting.value,
        "deadline_at": instant_text(page.tender.schedule.deadline_at),
        "opening_at": instant_text(page.tender.schedule.opening_at),
        "decryptable_at": instant_text(page.decryptable_at),
        "hold": _hold(page.hold),
        "incidents": [_incident(each) for each in page.incidents],
        "box_root": page.box_root or "",
        "minimum_bids": page.minimum_bids,
        "held_at": _at(page.held_at),
        "begun_at": _at(page.begun_at),
        "unlocked_at": _at(page.unlocked_at),
        "concluded_at": _at(page.concluded_at),
        "prices_begun_at": _at(page.prices_begun_at),
        "prices_read_at": _at(page.prices_read_at),
        "round": page.tender.round or 0,
        "chain": page.tender.chain.hash if page.tender.chain else "",
        "signature": (state.signature or "") if state else "",
        "earlier_signatures": _earlier(state),
        "committee": _committee(page),
        "list": json.loads(state.list_note.split("\n", 1)[0]) if state else None,
        "list_note": state.list_note if state else "",
        "envelopes": [_line(line) for line in page.lines or ()],
    }


def _earlier(state: OpeningState | None) -> dict[str, Document]:
    """Return the signatures of earlier rounds that confirmed bids are sealed to."""
    found = state.earlier_signatures if state else {}
    return {str(number): signature for number, signature in sorted(found.items())}


def _committee(page: OpeningPage) -> Document:
    """Return the committee and whose key is awaited since when; None under the time lock alone."""
    committee = page.tender.sealing_committee
    if committee is None:
        return None
    return {
        "t": committee.threshold,
        "members": [
            {"number": seat.number, "name": seat.name.as_document(), "recipient": seat.recipient}
            for seat in committee.seats
        ],
        "awaited": [
            {
                "member": key.seat.number,
                "bids": key.bids,
                "since": instant_text(key.since),
                "answer": key.answer.value,
                "refused_at": _at(key.refused_at),
            }
            for key in page.awaited
        ],
    }


def _hold(hold: Hold | None) -> Document:
    if hold is None:
        return None
    return {
        "held_at": instant_text(hold.held_at),
        "lost": [
            {
                "cause": one.cause.value,
                "start_at": instant_text(one.start_at),
                "end_at": instant_text(one.end_at),
            }
            for one in hold.lost
        ],
        "reason": hold.reason,
        "reason_ur": hold.reason_ur,
        "later_deadline_at": _at(hold.later_deadline_at),
        "proposed_at": _at(hold.proposed_at),
        "released_at": _at(hold.released_at),
    }


def _incident(shown: ShownIncident) -> dict[str, Document]:
    found = shown.incident
    return {
        "id": found.id,
        "trouble": found.trouble.value,
        "envelope": found.envelope,
        "reason": found.reason,
        "proposed_by": shown.proposer.as_document(),
        "proposed_at": instant_text(found.proposed_at),
        "declared_by": shown.declarer.as_document(),
        "declared_at": _at(found.declared_at),
        "until_at": instant_text(found.until_at),
        "recipient": found.recipient,
        "ended_at": _at(found.ended_at),
        "outcome": found.end.value if found.end else "",
    }


def _line(line: ReadOut) -> dict[str, Document]:
    return {
        "lot": line.lot_id,
        "kind": line.kind,
        "vendor": line.vendor_name,
        "outcome": line.outcome.value,
        "total": format(line.total.amount, "f") if line.total else "",
        "currency": line.total.currency if line.total else "",
        "received_at": _at(line.received_at),
        "confirmed_at": _at(line.confirmed_at),
        "sha256": line.sha256,
        "on_list": line.listed,
        "code": line.code or "",
        "finding": line.finding or "",
        "opened_by": "bidder-receipt" if line.by_receipt else "",
    }


def _at(at: datetime | None) -> str:
    return instant_text(at) if at else ""
