"""The page of a draft on which criteria are weighed, and quality against price."""

from decimal import Decimal

from accounts import access
from accounts.domain.roles import Role
from foundation.values.money import parse_percent
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.acts import drafting
from tendering.domain.award import PriceFormula, QualityAndCost, TechnicalScale
from tendering.domain.importing import LONGEST_TITLE
from tendering.domain.pack import plain
from tendering.domain.tender import Criterion, Tender
from tendering.forms import CriteriaForm
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.own import book_of, own_tender
from tendering.views.saving import Page, blank_rows, edit_topic, long_text, short_text

LONGEST_TEXT = 2_000
FIELDS = {
    "pass-mark-out-of-range": "pass_mark",
    "pass-mark-missing": "pass_mark",
    "pass-mark-below-rule": "pass_mark",
    "bad-weight": "technical_weight",
    "technical-weight-out-of-range": "technical_weight",
    "formula-not-allowed": "price_formula",
}


@office.route("/<tender_id>/criteria", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def criteria(tender_id: str) -> Page:
    """Edit the scored criteria, their weights and the pass mark."""
    form = CriteriaForm()
    tender = own_tender(tender_id)
    rule = book_of(tender).quality_of(tender.method)
    form.price_formula.choices = [
        (each.value, texts.translated(texts.PRICE_FORMULAS[each]))
        for each in (rule.price_formulas if rule else ())
    ]
    form.technical_scale.choices = [
        (each.value, texts.translated(texts.TECHNICAL_SCALES[each]))
        for each in (rule.technical_scales if rule else ())
    ]

    def fill(tender: Tender) -> None:
        quality = tender.quality_and_cost
        if quality is not None:
            form.technical_weight.data = plain(quality.technical_weight)
            form.price_formula.data = quality.price_formula.value
            form.technical_scale.data = quality.technical_scale.value
        form.pass_mark.data = "" if tender.pass_mark is None else plain(tender.pass_mark)
        for each in tender.criteria:
            form.rows.append_entry(
                {
                    "title_en": each.title.en,
                    "title_ur": each.title.ur,
                    "description_en": each.description.en,
                    "description_ur": each.description.ur,
                    "weight": plain(each.weight),
                }
            )

    def save(tender: Tender) -> Tender:
        given, pass_mark = _criteria_given(form)
        quality = _quality_given(form) if rule is not None else None
        revision = form.revision_number()
        with access.unit_of_work() as uow:
            return drafting.edit_criteria(uow, tender.id, revision, given, pass_mark, quality)

    return edit_topic(
        tender_id,
        form,
        "criteria",
        fill=fill,
        save=save,
        fields=FIELDS,
        before=lambda _tender: {"rule": rule},
        more=lambda: blank_rows(form.rows, {}),
    )


def _criteria_given(form: CriteriaForm) -> tuple[list[Criterion], Decimal | None]:
    given: list[Criterion] = []
    for row in form.rows:
        title = short_text(row.title_en.data, row.title_ur.data, LONGEST_TITLE)
        description = long_text(row.description_en.data, row.description_ur.data, LONGEST_TEXT)
        weight = (row.weight.data or "").strip()
        if title == Text() and description == Text() and not weight:
            continue
        try:
            given.append(Criterion("", title, description, parse_percent(weight)))
        except Refusal as refusal:
            row.weight.errors = [*row.weight.errors, texts.refusal_text(refusal, "UTC")]
            raise Refusal("weight-out-of-range") from refusal
    mark = (form.pass_mark.data or "").strip()
    try:
        return given, parse_percent(mark) if mark else None
    except Refusal as refusal:
        raise Refusal("pass-mark-out-of-range") from refusal


def _quality_given(form: CriteriaForm) -> QualityAndCost:
    try:
        weight = parse_percent((form.technical_weight.data or "").strip())
    except Refusal as refusal:
        raise Refusal("bad-weight") from refusal
    try:
        formula = PriceFormula(form.price_formula.data or "")
        scale = TechnicalScale(form.technical_scale.data or "")
    except ValueError as error:
        raise Refusal("formula-not-allowed") from error
    return QualityAndCost(weight, formula, scale)
