"""A tender's public page, its seal, its instants, and the stored pack for other programs."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from foundation.values.refusal import Refusal
from tendering import facts, queries
from tendering.acts import following
from tendering.domain.pack import plain
from tendering.domain.schedule import add_span, unsealing_at, windows
from tendering.domain.tender import PUBLIC_STAGES, Stage, Tender
from tendering.views import texts
from tendering.views.blueprint import api, public
from tendering.views.links import Place, links_of
from tendering.views.own import book_of, now
from tendering.views.questions import questions_part


@dataclass(frozen=True)
class Step:
    """One instant of the tender's timeline; ``state`` is done, now or next."""

    title: str
    at: datetime | None
    text: str
    state: str


@public.get("/tenders/<tender_id>", strict_slashes=False)
@access.public
def tender_page(tender_id: str) -> BaseResponse:
    """Show a published tender; a draft's people are led to their own page."""
    tender = facts.tender(access.session(), tender_id)
    if tender.stage not in PUBLIC_STAGES:
        if tender.organisation_id != access.actor().organisation_id:
            raise Refusal("not-found")
        return redirect(url_for("drafts.task_list", tender_id=tender_id))
    at = now()
    status, kind = texts.STAGES[tender.stage]
    if tender.stage is Stage.PUBLISHED and not windows(tender.schedule, at).bids_open:
        status, kind = texts.STAGES[Stage.CLOSED]
    book = book_of(tender)
    html = render_template(
        "tendering/tender.html",
        tender=tender,
        book=book,
        now=at,
        open=tender.stage is Stage.PUBLISHED and windows(tender.schedule, at).bids_open,
        changes=facts.changes(access.session(), tender_id) if _may_be_changed(tender) else (),
        status=texts.translated(status),
        kind=kind,
        category=texts.translated(texts.CATEGORIES[tender.category]),
        reach=texts.translated(texts.REACHES[tender.reach]),
        method=book.method(tender.method),
        award=texts.award_words(tender),
        report_span=texts.span_words(book.evaluation.report_before_award.value),
        steps=timeline(tender, at),
        actions=links_of(tender, at, Place.ACTION),
        records=links_of(tender, at, Place.RECORD),
        notices=links_of(tender, at, Place.NOTICE),
        office=_office_links(tender, at),
        follows=_follows(tender),
        unverified=_unverified(tender),
        questions=questions_part(tender, at),
        plain=plain,
    )
    answer = make_response(html)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@public.post("/tenders/<tender_id>/follow")
@access.signed_in
def follow(tender_id: str) -> BaseResponse:
    """Follow the tender, or stop following it, as the button says."""
    with access.unit_of_work() as uow:
        if request.form.get("stop"):
            following.unfollow_tender(uow, tender_id)
        else:
            following.follow_tender(uow, tender_id)
    return redirect(url_for("tendering.tender_page", tender_id=tender_id), 303)


@api.post("/<tender_id>/follow")
@access.signed_in
def follow_by_starting(tender_id: str) -> BaseResponse:
    """Make whoever starts a bid a follower."""
    with access.unit_of_work() as uow:
        following.follow_tender(uow, tender_id)
    return make_response("", 204)


@api.get("/<tender_id>/pack")
@access.public
def pack(tender_id: str) -> Response:
    """Give the stored bytes of the tender pack; their SHA-256 is the notice.

    With ``?notice=`` those of that version, so that a device can tell what changed since.
    """
    notice = request.args.get("notice", "")
    if notice:
        stored = facts.pack_of_notice(access.session(), tender_id, notice)
    else:
        stored = facts.pack(access.session(), tender_id)
    answer = make_response(stored.data)
    answer.mimetype = "application/json"
    answer.headers["X-Notice"] = stored.notice
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(stored.notice)
    answer.make_conditional(request)
    return answer


def _may_be_changed(tender: Tender) -> bool:
    return tender.version > 1 or tender.stage is Stage.CANCELLED


def _unlocking(tender: Tender) -> str:
    text: str = gettext(
        "The beacon's key for this instant opens them, and each one is read out here."
    )
    if tender.sealing_committee is not None:
        text = gettext(
            "The beacon's key for this instant opens the time lock; the committee's shares open "
            "each bid, and it is read out here."
        )
    return text


def timeline(tender: Tender, at: datetime) -> list[Step]:
    """Return every instant of a published tender, past and to come."""
    if tender.stage is Stage.CANCELLED:
        return _until_cancelled(tender)
    schedule, book = tender.schedule, book_of(tender)
    span = book.evaluation.report_before_award.value
    award_at = tender.ended_at
    if award_at is None and tender.reported_at is not None:
        award_at = add_span(book, tender.reported_at, span)
    ended = tender.stage in {Stage.AWARDED, Stage.UNSUCCESSFUL}
    last = gettext("No award") if tender.stage is Stage.UNSUCCESSFUL else gettext("Award")
    rows = [
        (
            gettext("Published"),
            schedule.published_at,
            gettext("Anyone can read and download the documents."),
            True,
        ),
        *_questions_row(tender, at),
        (
            gettext("Bids close"),
            schedule.deadline_at,
            gettext("A bid is in only if it is complete before this instant."),
            at >= schedule.deadline_at,
        ),
        (
            gettext("Public opening begins"),
            tender.opening_started_at or schedule.opening_at,
            gettext(
                "The signed list of all sealed bids is published. "
                "Until then nobody is told how many there are."
            ),
            tender.opening_started_at is not None,
        ),
        (
            gettext("Bids are unlocked"),
            unsealing_at(schedule),
            _unlocking(tender),
            tender.opened_at is not None,
        ),
        *_price_rows(tender),
        (
            gettext("Evaluation report"),
            tender.reported_at,
            gettext("Public for %(span)s before an award.", span=texts.span_words(span)),
            tender.reported_at is not None,
        ),
        (
            last,
            award_at,
            gettext("The winner, the amount and the reasons.") if not ended else "",
            ended,
        ),
    ]
    first_open = next((place for place, row in enumerate(rows) if not row[3]), len(rows))
    return [
        Step(title, when, text, "done" if reached else "now" if place == first_open else "next")
        for place, (title, when, text, reached) in enumerate(rows)
    ]


def _price_rows(tender: Tender) -> list[tuple[str, datetime | None, str, bool]]:
    """Return what two envelopes have besides: a technical report, and a day for the prices."""
    if not tender.has_two_envelopes:
        return []
    span = book_of(tender).evaluation.technical_report_before_prices
    text = gettext("Whose quality passes, and why.")
    if span is not None:
        stands = gettext(
            "Public for %(span)s before any price is opened.", span=texts.span_words(span.value)
        )
        text = f"{text} {stands}"
    rows = [
        (gettext("Technical report"), tender.technical_reported_at, text),
        (
            gettext("Prices are opened"),
            tender.prices_opened_at,
            gettext("Only of those whose quality passes. All other prices stay sealed."),
        ),
    ]
    # What a tender that ended without an award never came to is left out.
    over = tender.stage is Stage.UNSUCCESSFUL
    return [(*row, row[1] is not None) for row in rows if row[1] is not None or not over]


def _until_cancelled(tender: Tender) -> list[Step]:
    nothing = gettext("No bid is opened. What was sealed is destroyed unopened.")
    return [
        Step(gettext("Published"), tender.schedule.published_at, "", "done"),
        Step(gettext("Cancelled"), tender.ended_at, nothing, "done"),
    ]


def _questions_row(tender: Tender, at: datetime) -> list[tuple[str, datetime, str, bool]]:
    """Return the cut-off of questions where it differs from the deadline."""
    close_at = tender.schedule.questions_close_at
    if close_at is None:
        return []
    text = gettext("Until then bidders can ask. Every answer stands on this page.")
    return [(gettext("Questions close"), close_at, text, at >= close_at)]


def _follows(tender: Tender) -> bool | None:
    """Tell whether the reader follows the tender; None for one without an account."""
    who = access.actor()
    if not who.signed_in:
        return None
    return queries.follows(access.session(), tender.id, who.account_id)


def _office_links(tender: Tender, at: datetime) -> tuple[object, ...]:
    if access.actor().organisation_id != tender.organisation_id:
        return ()
    return links_of(tender, at, Place.OFFICE)


def _unverified(tender: Tender) -> list[str]:
    """Return the rules of the pinned book that this tender rests on and nobody read in full."""
    book = book_of(tender)
    method, quality = book.method(tender.method), book.quality_of(tender.method)
    sourced = (
        book.response[tender.reach],
        book.opening_after,
        book.bid_security_percent,
        book.validity_days,
        book.evaluation.award_method,
        book.evaluation.report_before_award,
        *((method.envelopes,) if method is not None and method.envelopes else ()),
        *((quality.technical_weight, quality.pass_mark) if quality is not None else ()),
    )
    numbers = {each.rule_number for each in sourced if not each.verified}
    return sorted(numbers, key=lambda number: (len(number), number))
