"""The page on which a committee member gives shares at the opening, and the bids' bytes for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from bids.acts import releasing
from bids.acts.releasing import Denied
from bids.domain.opening import OPENING_STAGES
from bids.domain.shares import Standing
from bids.queries import openings, shares
from bids.queries.openings import OpeningState
from bids.views import answering
from bids.views.blueprint import api, pages
from bids.views.texts import _, kind_words
from foundation.values.refusal import Refusal
from sealing.package import Context
from tendering import facts as tenders
from tendering.domain.committee import Seat
from tendering.domain.permissions import COMMITTEE_ROLES
from tendering.domain.tender import Stage, Tender

CHUNK = 1 << 16
BEFORE_THE_PRICES = frozenset({Stage.OPENED, Stage.TECHNICAL_REPORTED})


@dataclass(frozen=True)
class ReleasePage:
    """What a member sees at the opening: the bids that await the member's share, and the others."""

    tender: Tender
    seat: Seat
    opening: OpeningState | None
    parts: tuple[Standing, ...]

    @property
    def running(self) -> bool:
        """Tell whether shares can be given now."""
        return self.tender.stage in OPENING_STAGES

    @property
    def between(self) -> bool:
        """Tell whether the prices of two envelopes are still to be opened."""
        return self.tender.has_two_envelopes and self.tender.stage in BEFORE_THE_PRICES

    @staticmethod
    def kind_words(kind: str) -> str:
        """Return what an envelope is called."""
        return kind_words(kind)

    @property
    def awaited(self) -> tuple[Standing, ...]:
        """Return the bids to which the member has still to give a share."""
        return tuple(part for part in self.parts if part.awaits(self.seat.number))

    def signature_of(self, part: Standing) -> str:
        """Return the signature of the round that a bid is sealed to, in hex."""
        return self.opening.signature_of(part.bid.round) if self.opening else ""

    @property
    def papers(self) -> dict[str, str]:
        """Return where the device fetches the papers by which it sees what was approved."""
        tender, priced = self.tender, self.tender.stage is Stage.OPENING_PRICES
        prices = url_for("bids_public.approved_prices", tender_id=tender.id) if priced else ""
        return {
            "list": url_for("bids_public.opening_list", tender_id=tender.id),
            "prices": prices,
            "packs": url_for("tendering_api.pack", tender_id=tender.id),
            "newest": (self.opening.signature or "") if self.opening else "",
        }

    def packs_of(self, part: Standing) -> tuple[str, ...]:
        """Return the addresses of the pack bid upon and, after dates moved, of the newest one."""
        notices = dict.fromkeys((part.bid.notice, self.tender.notice or part.bid.notice))
        packs = self.papers["packs"]
        return tuple(f"{packs}?notice={notice}" for notice in notices)

    def links_of(self, part: Standing) -> list[dict[str, str]]:
        """Return the papers that the command line needs for one bid, beside its own bytes."""
        papers = self.papers
        found = [(papers["list"], _("The signed list"), "TXT")]
        for at, pack in enumerate(self.packs_of(part), 1):
            found.append((pack, _("The tender pack"), f"pack-{at}.json"))
        if papers["prices"]:
            found.append((papers["prices"], _("The signed approval of prices"), "TXT"))
        return [{"href": href, "text": text, "note": note} for href, text, note in found]

    @property
    def facts(self) -> dict[str, object]:
        """Return what the page's program needs; all of it is public after T."""
        return {
            "recipient": self.seat.recipient,
            **self.papers,
            "bids": [
                part.context.document()
                | {"sha256": part.sha256, "address": _address(part)}
                | {"signature": self.signature_of(part)}
                for part in self.awaited
            ],
        }


@pages.get("/committee/<tender_id>/opening")
@access.roles(*COMMITTEE_ROLES)
def release(tender_id: str) -> str:
    """Show which bids await the reader's share."""
    page = _own_page(tender_id)
    if page.awaited and not access.actor().fresh:
        raise Refusal("fresh-sign-in")
    return render_template("bids/release.html", view=page)


@pages.post("/committee/<tender_id>/opening")
@access.roles(*COMMITTEE_ROLES)
def give_shares(tender_id: str) -> BaseResponse:
    """Take the shares, or the evidence against a bidder, that the member's device made."""
    _own_page(tender_id)
    said = [_give(tender_id, name, given) for name, given in sorted(request.form.items()) if given]
    codes = [each.code if each else "" for each in said if each is not _NOTHING]
    for code in sorted(set(codes)):
        count = codes.count(code)
        if code:
            flash(f"{answering.message(code)} ({count})", "problem")
        else:
            flash(_("Shares given: %(count)s.", count=count), "done")
    return redirect(url_for("bids.release", tender_id=tender_id), 303)


@pages.post("/committee/<tender_id>/opening/now")
@access.roles(*COMMITTEE_ROLES)
def ask_to_open(tender_id: str) -> BaseResponse:
    """Refuse, on public record, to open before the time or without enough shares."""
    _own_page(tender_id)
    with access.unit_of_work() as uow:
        denied = releasing.ask_to_open(uow, tender_id)
    if denied is not None:
        flash(
            _("%(why)s The attempt is on public record.", why=answering.message(denied.code)),
            "problem",
        )
    else:
        flash(_("Nothing is lacking. The bids open by themselves."), "done")
    return redirect(url_for("bids.release", tender_id=tender_id), 303)


@api.get("/tenders/<tender_id>/committee/bids/<sha256>/ciphertext.age")
@access.roles(*COMMITTEE_ROLES)
def sealed_bid(tender_id: str, sha256: str) -> Response:
    """Give a member the sealed bytes of a bid that awaits shares."""
    return sealed_bytes(_own_page(tender_id).parts, sha256)


def sealed_bytes(parts: Sequence[Standing], sha256: str) -> Response:
    """Return the sealed bytes of a bid whose outer file was read at the opening.

    Raises:
        Refusal: `not-found`.
    """
    part = _part(parts, sha256)
    stream = access.context().blobs.open(part.bid.blob_key)

    def chunks() -> Iterator[bytes]:
        with stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    response = Response(chunks(), mimetype="application/octet-stream")
    response.headers["Content-Length"] = str(part.bid.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{sha256[:16]}.age"'
    return response


@api.get("/tenders/<tender_id>/committee/bids/<sha256>/context.json")
@access.roles(*COMMITTEE_ROLES)
def bid_context(tender_id: str, sha256: str) -> Response:
    """Give a member what the share of a bid must be bound to, for `muhr envelope share`."""
    context: Context = _part(_own_page(tender_id).parts, sha256).context
    return jsonify(context.document())


@api.get("/tenders/<tender_id>/committee/chain.json")
@access.roles(*COMMITTEE_ROLES)
def chain_info(tender_id: str) -> Response:
    """Give a member the beacon's chain info as drand writes it, for `muhr envelope share`."""
    chain = _own_page(tender_id).tender.chain
    if chain is None:
        raise Refusal("not-found")
    return jsonify(chain.document())


_NOTHING = Denied("")


def _give(tender_id: str, name: str, given: str) -> Denied | None:
    """Take one field of the form: `share-HASH` or `file-key-HASH`."""
    for prefix, act in (
        ("share-", releasing.post_share),
        ("file-key-", releasing.accuse_dealer),
    ):
        if name.startswith(prefix):
            with access.unit_of_work() as uow:
                return act(uow, tender_id, name.removeprefix(prefix), given.strip())
    return _NOTHING


def _own_page(tender_id: str) -> ReleasePage:
    """Return the page of a member; to everybody else there is none."""
    session = access.session()
    tender = tenders.tender(session, tender_id)
    committee = tender.sealing_committee
    seat = committee.seat_of(access.actor().account_id) if committee else None
    if seat is None or tender.notice is None:
        raise Refusal("not-found")
    state = openings.opening_state(session, tender_id)
    parts = shares.standings(session, tender_id, committee.threshold) if committee else ()
    return ReleasePage(tender, seat, state, parts)


def _part(parts: Sequence[Standing], sha256: str) -> Standing:
    found = next((part for part in parts if part.sha256 == sha256 and part.sealed), None)
    if found is None:
        raise Refusal("not-found")
    return found


def _address(part: Standing) -> str:
    return url_for("bids_api.sealed_bid", tender_id=part.bid.tender_id, sha256=part.sha256)
