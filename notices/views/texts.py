"""The names of kinds, results and outcomes in the page's language."""

from collections.abc import Mapping

from flask_babel import get_locale, gettext

from bids.views.texts import kind_words
from foundation.values.refusal import N_
from notices.domain.evaluated import Result
from notices.domain.kinds import Kind, Reading
from tendering.domain.tender import ChangeKind
from tendering.views.change_texts import reason_words

KIND_NAMES: Mapping[Kind, str] = {
    Kind.TENDER_NOTICE: N_("Tender notice"),
    Kind.OPENING_MINUTES: N_("Minutes of bid opening"),
    Kind.TECHNICAL_REPORT: N_("Technical report"),
    Kind.PRICE_MINUTES: N_("Minutes of the opening of prices"),
    Kind.EVALUATION_REPORT: N_("Evaluation report"),
    Kind.AWARD_NOTICE: N_("Award notice"),
    Kind.CANCELLATION: N_("Cancellation notice"),
    Kind.BID_ACK: N_("Acknowledgement of receipt"),
}
KIND_PLURALS: Mapping[Kind, str] = {
    Kind.TENDER_NOTICE: N_("Tender notices"),
    Kind.OPENING_MINUTES: N_("Opening minutes"),
    Kind.TECHNICAL_REPORT: N_("Technical reports"),
    Kind.PRICE_MINUTES: N_("Minutes of prices"),
    Kind.EVALUATION_REPORT: N_("Evaluation reports"),
    Kind.AWARD_NOTICE: N_("Award notices"),
    Kind.CANCELLATION: N_("Cancellations"),
}
READINGS: Mapping[Reading, str] = {
    Reading.READ_OUT: N_("Read out"),
    Reading.OPENED: N_("Opened"),
    Reading.KEPT_SEALED: N_("Kept sealed"),
    Reading.NO_READABLE_PRICE: N_("No readable price"),
    Reading.UNREADABLE: N_("Could not be opened"),
    Reading.WITHDRAWN: N_("Withdrawn, unopened"),
    Reading.NOT_DELIVERED: N_("Announced, not delivered"),
    Reading.UNOPENED: N_("Left unopened"),
    Reading.NOT_REVEALED: N_("Not revealed in the incident, unopened"),
    Reading.NOT_CONFIRMED: N_("Not confirmed after the dates moved, unopened"),
}
RESULTS: Mapping[Result, str] = {
    Result.AWARDED: N_("Awarded"),
    Result.PASSED: N_("Passed"),
    Result.FAILED: N_("Failed"),
}
SETBACKS: Mapping[str, str] = {
    "requirement-failed": N_("A requirement was not met."),
    "below-pass-mark": N_("The score is below the pass mark."),
    "item-omitted": N_("An item was left without a price."),
    "no-readable-price": N_("No price could be read in the bid."),
    "no-readable-bid": N_("The form of the bid could not be read."),
    "not-delivered": N_("No price envelope was delivered."),
    "disqualified": N_("Disqualified after its price was opened."),
    "wrong-currency": N_("The price is in another currency than the tender's."),
}
OUTCOMES: Mapping[str, str] = {
    "no-bids": N_("No bid was received by the deadline."),
    "none-opened": N_("Bids were received, but none could be opened."),
    "no-responsive-bid": N_("No bid met every requirement."),
    "all-bids-rejected": N_("All bids were rejected."),
    "too-few-bids": N_("Fewer bids came than the rules ask for. They were left unopened."),
}
CATEGORIES: Mapping[str, str] = {
    "goods": N_("Goods"),
    "works": N_("Works"),
    "services": N_("Services"),
}


def _say(msgid: str, **params: str) -> str:
    text: str = gettext(msgid, **params)
    return text


def kind_name(kind: Kind) -> str:
    """Return the name of a kind of notice."""
    return _say(KIND_NAMES[kind])


def notice_link(kind: Kind) -> str:
    """Return the text of a link to a notice from the page of its tender."""
    return _say(N_("Notice: %(kind)s"), kind=kind_name(kind))


def version(number: int) -> str:
    """Return the words for a version of a tender."""
    return _say(N_("version %(n)s"), n=str(number))


def change_reason(code: str, cancels: bool) -> str:
    """Return why a tender was changed or cancelled, in words."""
    kind = ChangeKind.CANCELLATION if cancels else ChangeKind.ADDENDUM
    return reason_words(kind, code)


def kind_plural(kind: Kind) -> str:
    """Return the name of all notices of a kind."""
    return _say(KIND_PLURALS[kind])


def every_kind() -> str:
    """Return the name of the list without a filter."""
    return _say(N_("All notices"))


def setback(code: str) -> str:
    """Return why a bid was not ranked."""
    if not code:
        return ""
    known = SETBACKS.get(code)
    return _say(known) if known else _say("The sealed bid could not be opened: %(code)s", code=code)


def outcome(code: str) -> str:
    """Return why a lot was not awarded."""
    return _say(OUTCOMES[code]) if code in OUTCOMES else code


def reading(value: Reading) -> str:
    """Return what an opening gave for an envelope."""
    return _say(READINGS[value])


def result(value: Result) -> str:
    """Return what the evaluation came to for a bid."""
    return _say(RESULTS[value])


def category(code: str) -> str:
    """Return the name of a procurement category."""
    return _say(CATEGORIES[code]) if code in CATEGORIES else code


def language() -> str:
    """Return the page's language, "en" or "ur"."""
    return "ur" if str(get_locale()).startswith("ur") else "en"


def envelope_name(envelope: str) -> str:
    """Return what an envelope is called; nothing where a bid has but one."""
    return kind_words(envelope)
