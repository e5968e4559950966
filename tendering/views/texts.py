"""The words for codes, stages and topics in the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime, get_timezone, get_timezone_name
from flask import g
from flask_babel import gettext

from foundation.values.refusal import N_, Refusal
from tendering.domain.award import PriceFormula, TechnicalScale
from tendering.domain.importing import ImportWarning
from tendering.domain.item_lines import RowError
from tendering.domain.listing import State
from tendering.domain.publication import Topic
from tendering.domain.questions import QuestionState, SetAsideReason
from tendering.domain.refusals import REFUSALS, WARNINGS
from tendering.domain.rulebook import Reading, Sourced, Span
from tendering.domain.tender import Category, Reach, Stage, Tender

_SHARED = {
    "bad-amount": N_("Write an amount in digits, for example 12,34,567.50."),
    "wrong-stage": N_("This cannot be done at the present stage."),
    "not-permitted": N_("Your account may not do this."),
}
TOPICS: Mapping[Topic, str] = {
    Topic.FACTS: N_("The facts"),
    Topic.LOTS: N_("Lots"),
    Topic.ITEMS: N_("Items to be priced"),
    Topic.DOCUMENTS: N_("Documents"),
    Topic.REQUIREMENTS: N_("Requirements, met or failed"),
    Topic.CRITERIA: N_("Scored criteria"),
    Topic.COMMITTEE: N_("Opening committee"),
    Topic.DATES: N_("Dates"),
    Topic.REASON: N_("Why it changes"),
}
TOPIC_HINTS: Mapping[Topic, str] = {
    Topic.FACTS: N_("Title, what is bought, estimate, bid security"),
    Topic.LOTS: N_("Parts that are awarded on their own; one is enough"),
    Topic.ITEMS: N_("Typed, pasted, or loaded from a spreadsheet or an OCDS file"),
    Topic.DOCUMENTS: N_("Drawings, conditions, forms"),
    Topic.REQUIREMENTS: N_("What every bid must prove"),
    Topic.CRITERIA: N_("Quality points with weights, and a pass mark"),
    Topic.COMMITTEE: N_("Whose keys open the bids besides the time lock"),
    Topic.DATES: N_("Deadline and opening; the earliest lawful ones are filled in"),
    Topic.REASON: N_("Everybody reads it, in both languages"),
}
CATEGORIES: Mapping[Category, str] = {
    Category.GOODS: N_("Goods"),
    Category.WORKS: N_("Works"),
    Category.SERVICES: N_("Services"),
}
REACHES: Mapping[Reach, str] = {
    Reach.NATIONAL: N_("Bidders of this country"),
    Reach.INTERNATIONAL: N_("Bidders of any country"),
}
STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.DRAFT: (N_("Draft"), ""),
    Stage.IN_APPROVAL: (N_("In approval"), "info"),
    Stage.PUBLISHED: (N_("Open for bids"), "open"),
    Stage.CLOSED: (N_("Closed, sealed"), "sealed"),
    Stage.OPENING: (N_("Opening now"), "soon"),
    Stage.OPENED: (N_("Under evaluation"), "info"),
    Stage.TECHNICAL_REPORTED: (N_("Technical report published"), "info"),
    Stage.OPENING_PRICES: (N_("Prices opening now"), "soon"),
    Stage.PRICES_OPENED: (N_("Prices open, under evaluation"), "info"),
    Stage.REPORTED: (N_("Report published"), "info"),
    Stage.AWARDED: (N_("Awarded"), "done"),
    Stage.UNSUCCESSFUL: (N_("No award"), "done"),
    Stage.CANCELLED: (N_("Cancelled"), "problem"),
}
STATES: Mapping[State, str] = {
    State.OPEN: N_("Open for bids"),
    State.EVALUATION: N_("Opening and evaluation"),
    State.AWARDED: N_("Awarded"),
    State.UNSUCCESSFUL: N_("No award"),
    State.CANCELLED: N_("Cancelled"),
}
CHANGE_STAGE = (N_("Change in preparation"), "info")
READINGS: Mapping[Reading, str] = {
    Reading.TEXT: N_("read in the rule itself"),
    Reading.SECONDARY: N_("taken from a guide, not from the rule itself"),
    Reading.MEMORY: N_("check it against the rule itself"),
    Reading.OWN: N_("set for practice"),
}
UNITS: Mapping[str, str] = {
    "calendar": N_("%(count)s calendar days"),
    "business": N_("%(count)s working days"),
    "minutes": N_("%(count)s minutes"),
}
QUESTION_STATES: Mapping[QuestionState, tuple[str, str]] = {
    QuestionState.WAITING: (N_("Waits for an answer"), "soon"),
    QuestionState.ANSWERED: (N_("Answered"), "done"),
    QuestionState.SET_ASIDE: (N_("Not published"), ""),
}
SET_ASIDE_REASONS: Mapping[SetAsideReason, str] = {
    SetAsideReason.ABUSE: N_("Insults or threats"),
    SetAsideReason.TELLS_A_BID: N_("Tells a price, or who bids"),
    SetAsideReason.OTHER_MATTER: N_("Not about this tender"),
}
AWARD_METHODS: Mapping[str, str] = {
    "lowest_price": N_("Lowest evaluated price among the bids that pass"),
    "quality_and_cost": N_("Quality and price together, among the bids that pass"),
}
PRICE_FORMULAS: Mapping[PriceFormula, str] = {
    PriceFormula.PROPORTIONAL: N_("In proportion (the lowest price gets 100, twice it gets 50)"),
    PriceFormula.LINEAR: N_("In a line (the lowest price gets 100, the highest 0)"),
}
TECHNICAL_SCALES: Mapping[TechnicalScale, str] = {
    TechnicalScale.ABSOLUTE: N_("As the evaluators gave them"),
    TechnicalScale.RELATIVE: N_("Against the best bid, which gets 100"),
}


def refusal_text(refusal: Refusal, zone: str) -> str:
    """Return why something was refused; instants are written in the tender's zone."""
    message = REFUSALS.get(refusal.code) or _SHARED.get(refusal.code)
    if message is None:
        return refusal.code
    shown = {
        name: instant_words(value, zone) if isinstance(value, datetime) else str(value)
        for name, value in refusal.params.items()
    }
    text: str = gettext(message, **shown)
    if refusal.rule and not refusal.rule.startswith("P"):
        text += " " + gettext("(Rule %(rule)s)", rule=refusal.rule.removeprefix("R"))
    return text


def row_error_text(error: RowError) -> str:
    """Return what is wrong with one row of a table."""
    text = refusal_text(Refusal(error.code, **error.params), "UTC")
    row: str = gettext("Row %(row)s: %(text)s", row=error.row, text=text)
    return row


def warning_text(warning: ImportWarning) -> str:
    """Return what an import left out."""
    text: str = gettext(WARNINGS[warning.code], **warning.params)
    return text


def instant_words(at: datetime, zone: str) -> str:
    """Return an instant with weekday and zone, in the page's language."""
    locale, comma = ("ur", "،") if language() == "ur" else ("en_GB", ",")
    pattern = f"EEEE{comma} d MMMM y{comma} HH:mm"
    if at.second:
        pattern += ":ss"
    local = format_datetime(at, pattern, tzinfo=get_timezone(zone), locale=locale)
    return f"\u2068{local} ({get_timezone_name(get_timezone(zone), locale=locale)})\u2069"


def span_words(span: Span) -> str:
    """Return a rule's span, "15 calendar days" say."""
    if span.unit.value == "minutes" and span.count == 1:
        return str(gettext("1 minute"))
    text: str = gettext(UNITS[span.unit.value], count=span.count)
    return text


def reading_words(sourced: Sourced[Span]) -> str:
    """Return how a rule's value was learnt."""
    text: str = gettext(READINGS[sourced.reading])
    return text


@dataclass(frozen=True)
class AwardWords:
    """By what a tender is awarded, in words; formula and scale only for quality and cost."""

    method: str
    formula: str = ""
    scale: str = ""


def award_words(tender: Tender) -> AwardWords:
    """Return by what a tender is awarded."""
    method = translated(AWARD_METHODS[tender.award_method])
    quality = tender.quality_and_cost
    if quality is None:
        return AwardWords(method)
    formula = translated(PRICE_FORMULAS[quality.price_formula])
    return AwardWords(method, formula, translated(TECHNICAL_SCALES[quality.technical_scale]))


def translated(message: str) -> str:
    """Return a marked text in the page's language."""
    text: str = gettext(message)
    return text


def language() -> str:
    """Return the page's language, "en" or "ur"."""
    return "ur" if g.get("lang") == "ur" else "en"
