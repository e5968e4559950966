"""One topic a page of a draft: facts, lots, requirements, criteria."""

from flask_babel import gettext

from accounts import access
from accounts.domain.roles import Role
from foundation.values.money import Money, parse_amount, parse_percent, western_digits
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.acts import drafting
from tendering.acts.drafting import DraftFacts
from tendering.domain.importing import LONGEST_SUMMARY, LONGEST_TITLE
from tendering.domain.lots import next_lot_id
from tendering.domain.pack import plain
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import (
    BidSecurity,
    Category,
    Lot,
    Reach,
    Requirement,
    Tender,
)
from tendering.forms import FactsForm, LotsForm, RequirementsForm
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.own import book_of, own_tender
from tendering.views.saving import Page, blank_rows, edit_topic, long_text, short_text

LONGEST_TEXT = 2_000
FACTS_FIELDS = {
    "title-missing": "title_en",
    "summary-missing": "summary_en",
    "unknown-method": "method",
    "bad-amount": "estimate",
    "estimate-out-of-range": "estimate",
    "validity-out-of-range": "validity_days",
    "security-unclear": "security",
    "security-tells-price": "security",
    "security-above-limit": "security",
    "security-needs-estimate": "estimate",
    "bad-security": "security",
}


@office.route("/<tender_id>/facts", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def facts(tender_id: str) -> Page:
    """Edit title, summary, category, estimate, validity and bid security."""
    form = FactsForm()
    book = book_of(own_tender(tender_id))
    language = texts.language()
    form.category.choices = [(c.value, texts.translated(texts.CATEGORIES[c])) for c in Category]
    form.reach.choices = [(r.value, texts.translated(texts.REACHES[r])) for r in Reach]
    form.method.choices = [(m.id, m.title.in_language(language)) for m in book.methods]
    form.security.choices = [
        ("none", gettext("None")),
        ("percent", gettext("A percentage of the estimate")),
        ("fixed", gettext("A fixed amount")),
    ]

    def save(tender: Tender) -> Tender:
        given = _facts_given(form, book)
        with access.unit_of_work() as uow:
            return drafting.edit_facts(uow, tender.id, form.revision_number(), given)

    return edit_topic(
        tender_id,
        form,
        "facts",
        fill=lambda tender: _fill_facts(form, tender),
        save=save,
        fields=FACTS_FIELDS,
    )


def _fill_facts(form: FactsForm, tender: Tender) -> None:
    form.title_en.data, form.title_ur.data = tender.title.en, tender.title.ur
    form.summary_en.data, form.summary_ur.data = tender.summary.en, tender.summary.ur
    form.category.data = tender.category.value
    form.method.data = tender.method
    form.reach.data = tender.reach.value
    form.estimate.data = "" if tender.estimate is None else plain(tender.estimate.amount)
    form.validity_days.data = str(tender.validity_days)
    form.security.data = "none"
    security = tender.security
    if security is not None and security.percent is not None:
        form.security.data, form.security_percent.data = "percent", plain(security.percent)
    elif security is not None and security.fixed is not None:
        form.security.data, form.security_amount.data = "fixed", plain(security.fixed.amount)


def _facts_given(form: FactsForm, book: RuleBook) -> DraftFacts:
    estimate = (form.estimate.data or "").strip()
    days = western_digits((form.validity_days.data or "").strip())
    return DraftFacts(
        title=short_text(form.title_en.data, form.title_ur.data, LONGEST_TITLE),
        summary=long_text(form.summary_en.data, form.summary_ur.data, LONGEST_SUMMARY),
        category=Category(form.category.data)
        if form.category.data in set(Category)
        else Category.GOODS,
        method=form.method.data or book.methods[0].id,
        reach=Reach(form.reach.data) if form.reach.data in set(Reach) else Reach.NATIONAL,
        estimate=Money(parse_amount(estimate), book.currency) if estimate else None,
        validity_days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        security=_security_given(form, book),
    )


def _security_given(form: FactsForm, book: RuleBook) -> BidSecurity | None:
    try:
        if form.security.data == "percent":
            return BidSecurity(parse_percent(form.security_percent.data or ""), None)
        if form.security.data == "fixed":
            amount = parse_amount((form.security_amount.data or "").strip())
            return BidSecurity(None, Money(amount, book.currency))
    except Refusal as refusal:
        raise Refusal("bad-security") from refusal
    return None


@office.route("/<tender_id>/lots", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def lots(tender_id: str) -> Page:
    """Edit the lots; a row left empty goes, unless it is the only one."""
    form = LotsForm()

    def fill(tender: Tender) -> None:
        for lot in tender.lots:
            form.rows.append_entry(
                {"id": lot.id, "title_en": lot.title.en, "title_ur": lot.title.ur}
            )

    def save(tender: Tender) -> Tender:
        with access.unit_of_work() as uow:
            return drafting.edit_lots(
                uow, tender.id, form.revision_number(), _lots_given(form, tender)
            )

    return edit_topic(
        tender_id,
        form,
        "lots",
        fill=fill,
        save=save,
        fields={},
        more=lambda: blank_rows(form.rows, {"id": ""}),
    )


def _lots_given(form: LotsForm, tender: Tender) -> list[Lot]:
    given: list[Lot] = []
    known = {lot.id for lot in tender.lots}
    for row in form.rows:
        title = short_text(row.title_en.data, row.title_ur.data, LONGEST_TITLE)
        lot_id = row.form.id.data if row.form.id.data in known else ""
        if title.en or title.ur:
            # Ids of rows not yet saved are drawn here, above all that stand on the page.
            taken = [*given, *tender.lots]
            given.append(Lot(lot_id or next_lot_id(taken), title))
        elif lot_id and len(tender.lots) == 1:
            given.append(Lot(lot_id, title))
    return given


@office.route("/<tender_id>/requirements", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def requirements(tender_id: str) -> Page:
    """Edit what every bid must prove."""
    form = RequirementsForm()

    def fill(tender: Tender) -> None:
        for each in tender.requirements:
            form.rows.append_entry(
                {"text_en": each.text.en, "text_ur": each.text.ur, "needs_file": each.needs_file}
            )

    def save(tender: Tender) -> Tender:
        given = [
            Requirement("", text, bool(row.needs_file.data))
            for row in form.rows
            if (text := long_text(row.text_en.data, row.text_ur.data, LONGEST_TEXT)) != Text()
        ]
        with access.unit_of_work() as uow:
            return drafting.edit_requirements(uow, tender.id, form.revision_number(), given)

    return edit_topic(
        tender_id,
        form,
        "requirements",
        fill=fill,
        save=save,
        fields={},
        more=lambda: blank_rows(form.rows, {}),
    )
