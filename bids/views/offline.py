"""A bid sealed on another computer: its tender pack, and the page that takes the sealed file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Response, redirect, render_template, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from bids import queries
from bids.acts import registering
from bids.acts.places import Place, key_of
from bids.acts.refusing import Refused
from bids.domain import reception
from bids.domain.reception import SLICE_MAX, Fingerprint
from bids.forms import SealedFileForm
from bids.offline_pack import make_offline_pack
from bids.views import answering, uploads
from bids.views.blueprint import api, pages
from foundation.database import database_instant
from foundation.unit_of_work import UnitOfWork, reading
from foundation.values.refusal import Refusal
from sealing.slip import LONGEST, HandInSlip
from tendering import facts as tenders
from tendering.domain.tender import PUBLIC_STAGES, Lot, Stage, Tender

_PATH = "/tenders/<tender_id>/sealed-file/<lot_id>/<kind>"


@dataclass(frozen=True)
class SealedFilePage:
    """What the page knows: the tender, the envelope, whether it takes files now."""

    tender: Tender
    lot: Lot
    kind: str
    vendor_id: str
    taking: bool
    fresh: bool


@pages.get(_PATH)
@access.roles(Role.VENDOR)
def sealed_file(tender_id: str, lot_id: str, kind: str) -> str:
    """Show how a bid is sealed without this site's bid page, and take the sealed file."""
    return _shown(_page(tender_id, lot_id, kind), SealedFileForm(formdata=None))


@pages.post(_PATH)
@access.roles(Role.VENDOR)
def hand_in_sealed_file(
    tender_id: str, lot_id: str, kind: str
) -> BaseResponse | str | tuple[str, int]:
    """Take a sealed file whole, from a browser that runs no program."""
    page, form = _page(tender_id, lot_id, kind), SealedFileForm()
    try:
        return redirect(_hand_in(page, form), 303)
    except Refusal as refusal:
        if refusal.code == "fresh-sign-in":
            raise
        field = form.slip if refusal.code in {"bad-slip", "slip-of-another-bid"} else form.sealed
        field.errors = [*field.errors, answering.message(refusal.code)]
        return _shown(page, form), 422


@api.get("/tenders/<tender_id>/lots/<lot_id>/envelopes/<kind>/offline-pack.zip")
@access.roles(Role.VENDOR)
def offline_pack(tender_id: str, lot_id: str, kind: str) -> Response:
    """Give a vendor what `muhr envelope seal --pack` needs for one envelope."""
    page = _page(tender_id, lot_id, kind)
    stored = tenders.pack(access.session(), tender_id)
    response = Response(
        make_offline_pack(stored.data, page.vendor_id, lot_id, kind), mimetype="application/zip"
    )
    name = f"{page.tender.number}-{lot_id}-{kind}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(tender_id: str, lot_id: str, kind: str) -> SealedFilePage:
    session = access.session()
    tender = tenders.tender(session, tender_id)
    lot = tender.lot(lot_id)
    if tender.stage not in PUBLIC_STAGES or lot is None or kind not in tender.envelopes:
        raise Refusal("not-found")
    open_now = database_instant(session) < tender.schedule.deadline_at
    actor = access.actor()
    return SealedFilePage(
        tender=tender,
        lot=lot,
        kind=kind,
        vendor_id=actor.organisation_id,
        taking=tender.stage is Stage.PUBLISHED and open_now,
        fresh=actor.fresh,
    )


def _shown(page: SealedFilePage, form: SealedFileForm) -> str:
    tender_id, lot_id = page.tender.id, page.lot.id
    return render_template(
        "bids/sealed_file.html",
        page=page,
        tender=page.tender,
        form=form,
        pack_url=url_for(
            "bids_api.offline_pack", tender_id=tender_id, lot_id=lot_id, kind=page.kind
        ),
        refusal_of=answering.message,
    )


def _hand_in(page: SealedFilePage, form: SealedFileForm) -> str:
    """Announce, store and count the file; return the address of its receipt.

    Raises:
        Refusal: what the API of uploads refuses, `no-file`, `bad-slip`, `slip-of-another-bid`,
            `slip-of-another-file`.
    """
    data = _sent(form.sealed.data, SLICE_MAX)
    if not data:
        raise Refusal("no-file")
    place = Place(page.tender.id, page.lot.id, page.kind)
    given = _fingerprint(page, place, data, _sent(form.slip.data, LONGEST))
    signer = answering.platform_key()

    def act(uow: UnitOfWork) -> registering.Committed | Refused:
        return registering.commit_fingerprint(uow, place, given, signer)

    found = answering.intake().run(access.actor(), act)
    if isinstance(found, Refused):
        raise Refusal(found.code)
    if found.ack is None:
        partials = answering.partials()
        partials.discard(found.upload_id)
        partials.check_room(len(data))
        partials.append(found.upload_id, 0, data, whole=len(data))
        # This request's own session began before the fingerprint was recorded.
        with reading(access.context().sessions) as session:
            own = queries.own_upload(session, found.upload_id, page.vendor_id)
        answer = uploads.complete(own)
        if answer.status_code != 200:
            raise Refusal(answer.get_json()["code"])
    return url_for("bids.receipt", number=found.number)


def _fingerprint(page: SealedFilePage, place: Place, data: bytes, slip: bytes) -> Fingerprint:
    """Return the file's fingerprint; the slip says for which notice it was sealed."""
    digest = hashlib.sha256(data).hexdigest()
    if not slip:
        return Fingerprint(digest, len(data), page.tender.notice or "", "")
    read = HandInSlip.parse(slip)
    reception.check_slip(read, key_of(place, page.vendor_id), digest)
    return Fingerprint(digest, len(data), read.context.notice, read.token_sha256)


def _sent(file: FileStorage | None, most: int) -> bytes:
    """Return the bytes of a chosen file; one byte too many is one too large, and refused."""
    if file is None or not file.filename:
        return b""
    data = file.stream.read(most + 1)
    if len(data) > most:
        raise Refusal("too-large-at-once" if most == SLICE_MAX else "bad-slip")
    return data
