"""What bids add to a tender's page: begin a bid, watch the opening."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import render_template, url_for
from markupsafe import Markup

from accounts import access
from accounts.domain.roles import Role
from bids import opening_pages
from bids.domain.incident import declarable_from
from bids.domain.opening import OPENING_STAGES
from bids.facts import holds
from bids.opening_pages import ShownIncident
from bids.queries import incidents
from bids.views.opening_steps import end_words
from bids.views.texts import _, trouble_words
from tendering.domain.tender import PUBLIC_STAGES, Stage, Tender
from tendering.rulebooks import rulebook
from tendering.views.links import Link, Place, register

DECIDING = frozenset({Role.OFFICER, Role.APPROVER})
BEFORE_THE_RECORD = frozenset({Stage.PUBLISHED, Stage.CLOSED, Stage.OPENING})


@register
def incident_links(tender: Tender, now: datetime) -> Iterator[Link]:
    """Tell everybody of an incident, ask its bidders to reveal, lead the buyer to declaring one."""
    if tender.stage not in OPENING_STAGES:
        return
    session, actor = access.session(), access.actor()
    found = incidents.newest(session, tender.id)
    if found is not None and found.live:
        shown = opening_pages.shown_incidents(session, tender.id)[-1]
        opening = url_for("bids.opening", tender_id=tender.id)
        title = _("This opening was declared an incident")
        yield Link(Place.NOTICE, title, opening, _notice(shown, tender.schedule.zone))
        vendor = actor.organisation_id if Role.VENDOR in actor.roles else ""
        if vendor and incidents.own_envelopes(session, tender, found.id, vendor):
            reveal = url_for("bids.reveal", tender_id=tender.id)
            yield Link(Place.ACTION, _("Reveal your private receipt"), reveal)
        return
    if actor.organisation_id != tender.organisation_id or not actor.roles & DECIDING:
        return
    ripe = declarable_from(incidents.stuck(session, tender, now), rulebook(tender.rulebook))
    if any(now >= at for at in ripe.values()):
        href = url_for("bids.incident", tender_id=tender.id)
        yield Link(Place.OFFICE, _("The opening cannot go on"), href, todo=True)


@register
def bid_links(tender: Tender, now: datetime) -> Iterator[Link]:
    """Give the links that lead somewhere at the tender's stage."""
    if tender.stage is Stage.PUBLISHED and now < tender.schedule.deadline_at and _may_bid():
        for lot in tender.lots:
            for kind in tender.envelopes:
                yield Link(
                    Place.ACTION,
                    _link_text(tender, lot.id, kind),
                    url_for("bids.bid_shell", tender_id=tender.id, lot_id=lot.id, kind=kind),
                )
        before = url_for("bids.before_you_start", tender_id=tender.id)
        yield Link(Place.ACTION, _("Before you start: test this device"), before)
    if tender.stage in PUBLIC_STAGES - {Stage.CANCELLED}:
        opening = url_for("bids.opening", tender_id=tender.id)
        yield Link(Place.RECORD, _("Public opening"), opening)
        if tender.stage in BEFORE_THE_RECORD and now >= tender.schedule.deadline_at:
            yield Link(Place.ACTION, _("Watch the public opening"), opening)


@register
def committee_links(tender: Tender, now: datetime) -> Iterator[Link]:
    """Lead a member to the shares that are awaited, and the officer to the board of keys."""
    del now
    committee, actor = tender.sealing_committee, access.actor()
    if committee is None or tender.stage not in BEFORE_THE_RECORD:
        return
    if tender.stage in OPENING_STAGES and committee.seat_of(actor.account_id) is not None:
        release = url_for("bids.release", tender_id=tender.id)
        yield Link(Place.ACTION, _("Give your shares at the opening"), release)
    if Role.OFFICER in actor.roles and actor.organisation_id == tender.organisation_id:
        board = url_for("drafts.committee", tender_id=tender.id)
        yield Link(Place.OFFICE, _("Opening committee"), board)


@register
def decision_link(tender: Tender, now: datetime) -> Iterator[Link]:
    """Lead the buyer's people to a decision that an opening waits for."""
    actor = access.actor()
    if tender.stage is not Stage.CLOSED or actor.organisation_id != tender.organisation_id:
        return
    hold = holds.hold(access.session(), tender.id)
    if hold is not None and hold.released_at is None and actor.roles & DECIDING:
        decision = url_for("bids.opening_decision", tender_id=tender.id)
        yield Link(Place.OFFICE, _("Decide about the opening"), decision, todo=True)


def _notice(shown: ShownIncident, zone: str) -> Markup:
    """Return an incident as the tender's page shows it; the template has escaped it."""
    given = {"shown": shown, "zone": zone, "trouble_words": trouble_words, "end_words": end_words}
    name = "bids/_incident_notice.html"
    return Markup(render_template(name, **given).strip())  # noqa: S704  # nosec B704


def _may_bid() -> bool:
    """Tell whether a bid page is there for the reader; nobody in particular may still sign in."""
    actor = access.actor()
    return not actor.signed_in or Role.VENDOR in actor.roles


def _link_text(tender: Tender, lot_id: str, kind: str) -> str:
    text = {
        "single": _("Prepare a bid"),
        "technical": _("Prepare the technical envelope"),
        "financial": _("Prepare the financial envelope"),
    }[kind]
    if len(tender.lots) > 1:
        return _("%(action)s for lot %(lot)s", action=text, lot=lot_id)
    return text
