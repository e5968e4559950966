"""The page of a draft's dates: left to the rules, or fixed and checked against them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from accounts import access
from accounts.domain.roles import Role
from foundation.values.typed_dates import parse_local_time
from tendering.acts import drafting
from tendering.domain import changing, schedule
from tendering.domain.tender import Schedule, Tender
from tendering.forms import DatesForm
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.own import book_of, now, own_tender, tender_changed_by
from tendering.views.saving import Page, edit_topic

TYPED = "%Y-%m-%d %H:%M"
DATE_FIELDS = {
    "bad-date": "deadline",
    "deadline-too-early": "deadline",
    "deadline-too-far": "deadline",
    "opening-too-early": "opening",
    "opening-other-day": "opening",
    "date-earlier": "deadline",
    "extension-too-late": "deadline",
    "time-to-seal": "deadline",
    "questions-close-late": "questions",
}


@office.route("/<tender_id>/dates", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def dates(tender_id: str) -> Page:
    """Leave the dates to the rules, or fix a deadline and an opening."""
    draft = own_tender(tender_id)
    form = DatesForm()
    form.mode.choices = [
        ("rules", gettext("As early as the rules allow, counted from the publication")),
        ("fixed", gettext("At a time that I set")),
    ]
    if draft.amends is not None:
        form.mode.choices = [
            ("rules", gettext("As published")),
            ("fixed", gettext("Later")),
        ]

    def fill(tender: Tender) -> None:
        form.mode.data = "fixed" if tender.dates_set else "rules"
        changed = tender_changed_by(tender)
        if changed is not None and changed.schedule == tender.schedule:
            form.mode.data = "rules"
        shown = tender.schedule if tender.dates_set else _proposal(tender)
        zone = ZoneInfo(shown.zone)
        form.deadline.data = shown.deadline_at.astimezone(zone).strftime(TYPED)
        form.opening.data = shown.opening_at.astimezone(zone).strftime(TYPED)
        if tender.dates_set and shown.questions_close_at is not None:
            local = shown.questions_close_at.astimezone(zone)
            form.questions.data = local.strftime(TYPED)

    def save(tender: Tender) -> Tender:
        deadline_at = opening_at = questions_close_at = None
        if form.mode.data == "fixed":
            deadline_at = _local_instant(form.deadline.data, tender)
            opening_at = _perhaps(form.opening.data, tender)
            questions_close_at = _perhaps(form.questions.data, tender)
        with access.unit_of_work() as uow:
            return drafting.edit_dates(
                uow,
                tender.id,
                form.revision_number(),
                deadline_at,
                opening_at,
                questions_close_at,
            )

    later = draft.amends is not None
    return edit_topic(
        tender_id,
        form,
        "change_dates" if later else "dates",
        fill=fill,
        save=save,
        fields=DATE_FIELDS,
        before=_later_dates_page if later else _dates_page,
    )


def _proposal(tender: Tender) -> Schedule:
    return schedule.proposed(book_of(tender), tender.reach, now())


def _dates_page(tender: Tender) -> dict[str, object]:
    book = book_of(tender)
    lawful = schedule.earliest(book, tender.reach, now())
    rule, after = book.response[tender.reach], book.opening_after
    proposal = _proposal(tender)
    return {
        "lawful": lawful,
        "proposal": proposal,
        "response": texts.span_words(rule.value),
        "response_reading": texts.reading_words(rule),
        "response_rule": rule,
        "opening_after": texts.span_words(after.value),
        "opening_reading": texts.reading_words(after),
        "opening_rule": after,
        "minutes": schedule.is_minutes(rule.value),
        "holidays": [
            holiday
            for holiday in book.holidays
            if lawful.published_at.date() <= holiday.on <= proposal.deadline_at.date()
        ],
        "chosen_day_off": tender.dates_set
        and not book.calendar.is_business_day(
            book.calendar.local_date(tender.schedule.deadline_at)
        ),
    }


def _later_dates_page(draft: Tender) -> dict[str, object]:
    book, tender = book_of(draft), tender_changed_by(draft) or draft
    span = book.addenda.time_to_seal.value
    return {
        "published": tender,
        "last_extension_at": changing.last_extension_at(tender, book),
        "old_round_at": changing.old_round_at(tender),
        "least_deadline_at": schedule.add_span(book, now(), span),
        "time_to_seal": texts.span_words(span),
    }


def _perhaps(given: str | None, tender: Tender) -> datetime | None:
    """Return the instant typed, or None for an empty field."""
    return _local_instant(given, tender) if (given or "").strip() else None


def _local_instant(given: str | None, tender: Tender) -> datetime:
    """Return the instant typed as local time in the tender's zone, digits of any script."""
    local = parse_local_time(given or "")
    return local.replace(tzinfo=ZoneInfo(tender.schedule.zone)).astimezone(UTC)
