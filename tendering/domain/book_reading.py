"""Reading a rule book's table into its types: an unknown, missing or mistyped key is refused."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from foundation.values.calendar import Calendar, DayUnit
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain.award import (
    SINGLE_ENVELOPE,
    TWO_ENVELOPES,
    PriceFormula,
    TechnicalScale,
)
from tendering.domain.committee import TIME_LOCK_SEAL
from tendering.domain.rulebook import (
    Addenda,
    CommitteeRule,
    Evaluation,
    Holiday,
    IncidentRule,
    Limits,
    Method,
    MinimumBids,
    QualityRule,
    Reading,
    RuleBook,
    Sourced,
    Span,
)
from tendering.domain.tender import Declaration, Reach

Value = TypeVar("Value")
Word = TypeVar("Word", PriceFormula, TechnicalScale)
YEARS = range(2024, 2041)


class _Table:
    """A table whose every key must be taken exactly once."""

    def __init__(self, table: object, where: str) -> None:
        if not isinstance(table, Mapping):
            raise Refusal("bad-rulebook", where=where)
        self._left: dict[str, object] = {str(key): value for key, value in table.items()}
        self._where = where

    def fail(self, key: str) -> Refusal:
        return Refusal("bad-rulebook", where=f"{self._where}.{key}")

    def has(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, kind: type[Value]) -> Value:
        value = self._left.pop(key, None)
        # bool is an int in Python; a book that says "days = true" is mistaken.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(key)
        return value

    def table(self, key: str) -> "_Table":
        return _Table(self._left.pop(key, None), f"{self._where}.{key}")

    def tables(self, key: str) -> "list[_Table]":
        rows: list[object] = self.take(key, list) if self.has(key) else []
        return [_Table(row, f"{self._where}.{key}[{place}]") for place, row in enumerate(rows)]

    def decimal(self, key: str) -> Decimal:
        try:
            return Decimal(self.take(key, str))
        except InvalidOperation as error:
            raise self.fail(key) from error

    def close(self) -> None:
        if self._left:
            raise self.fail(min(self._left))


def read_holidays(table: Mapping[str, object]) -> tuple[Holiday, ...]:
    """Return the holidays of a list, dates in order.

    Raises:
        Refusal: ``bad-rulebook`` naming the place.
    """
    top = _Table(table, "holidays")
    found: list[Holiday] = []
    for row in top.tables("yearly"):
        month, day, title = row.take("month", int), row.take("day", int), _text(row.table("title"))
        row.close()
        found += [Holiday(date(year, month, day), title, verified=True) for year in YEARS]
    for row in top.tables("once"):
        first, days, title = row.take("on", date), row.take("days", int), _text(row.table("title"))
        row.close()
        found += [Holiday(first + timedelta(days=n), title, verified=False) for n in range(days)]
    top.close()
    return tuple(sorted(found, key=lambda holiday: holiday.on))


def holiday_list(table: Mapping[str, object]) -> str:
    """Return the name of the holiday list that a book asks for, or an empty string."""
    name = table.get("holidays")
    return name if isinstance(name, str) else ""


def read_rulebook(table: Mapping[str, object], holidays: tuple[Holiday, ...]) -> RuleBook:
    """Return the book written in ``table``.

    Raises:
        Refusal: ``bad-rulebook`` with ``where``, for keys unknown, missing or mistyped.
    """
    top = _Table(table, "book")
    top.take("holidays", str)
    response = top.table("response")
    book = RuleBook(
        id=top.take("id", str),
        version=top.take("version", int),
        title=_text(top.table("title")),
        source=top.take("source", str),
        practice=top.take("practice", bool),
        currency=top.take("currency", str),
        calendar=_calendar(top, holidays),
        holidays=holidays,
        proposal_hour=top.take("proposal_hour", int) if top.has("proposal_hour") else None,
        guard_seconds=top.take("guard_seconds", int),
        seal=top.take("seal", str),
        seal_interim=top.take("seal_interim", bool),
        envelopes=_kinds_of(top, "envelopes"),
        box_slots=top.take("box_slots", int),
        response={reach: _span(response.table(reach.value)) for reach in Reach},
        opening_after=_span(top.table("opening_after")),
        opening_same_day=_sourced(
            top.table("opening_same_day"), lambda row: row.take("value", bool)
        ),
        bid_security_percent=_sourced(
            top.table("bid_security_percent"), lambda row: row.decimal("value")
        ),
        validity_days=_sourced(top.table("validity_days"), lambda row: row.take("value", int)),
        methods=tuple(_method(row) for row in top.tables("methods")),
        declarations=tuple(_declaration(row) for row in top.tables("declarations")),
        evaluation=_evaluation(top.table("evaluation")),
        addenda=_addenda(top.table("addenda")),
        incident=_incident(top.table("incident")),
        questions_close_before=(
            _span(top.table("questions_close_before"))
            if top.has("questions_close_before")
            else None
        ),
        reject_all=(
            _sourced(top.table("reject_all"), lambda row: row.take("value", bool))
            if top.has("reject_all")
            else None
        ),
    )
    response.close()
    top.close()
    _check(book, top)
    _check_envelopes(book, top)
    return book


def _check(book: RuleBook, top: _Table) -> None:
    if book.seal != TIME_LOCK_SEAL:
        raise top.fail("seal")  # a committee is a method's own
    if book.box_slots < 2 or book.box_slots & (book.box_slots - 1):
        raise top.fail("box_slots")
    if book.guard_seconds < 1:
        raise top.fail("guard_seconds")
    if not book.methods:
        raise top.fail("methods")
    if book.opening_after.value.count < 0:
        raise top.fail("opening_after")
    questions = book.questions_close_before
    if questions is not None and questions.value.count < 0:
        raise top.fail("questions_close_before")


def _check_envelopes(book: RuleBook, top: _Table) -> None:
    if book.envelopes != SINGLE_ENVELOPE:
        raise top.fail("envelopes")  # two envelopes are a method's own, as its committee is
    two = any(book.envelopes_of(method.id) == TWO_ENVELOPES for method in book.methods)
    if two and book.evaluation.technical_report_before_prices is None:
        raise top.fail("evaluation.technical_report_before_prices")


def _calendar(top: _Table, holidays: tuple[Holiday, ...]) -> Calendar:
    weekend: list[object] = top.take("weekend", list)
    return Calendar(
        zone=top.take("zone", str),
        weekend=frozenset(day for day in weekend if isinstance(day, int)),
        holidays=frozenset(holiday.on for holiday in holidays),
    )


def _strings(top: _Table, key: str) -> tuple[str, ...]:
    values: list[object] = top.take(key, list)
    if not values or not all(isinstance(value, str) for value in values):
        raise top.fail(key)
    return tuple(str(value) for value in values)


def _sourced(row: _Table, read: Callable[[_Table], Value]) -> Sourced[Value]:
    value = read(row)
    try:
        reading = Reading(row.take("reading", str))
    except ValueError as error:
        raise row.fail("reading") from error
    rule = row.take("rule", str)
    source = row.take("source", str) if row.has("source") else ""
    row.close()
    return Sourced(value=value, rule=rule, reading=reading, source=source)


def _span(row: _Table) -> Sourced[Span]:
    def read(row: _Table) -> Span:
        try:
            return Span(row.take("count", int), DayUnit(row.take("unit", str)))
        except ValueError as error:
            raise row.fail("unit") from error

    return _sourced(row, read)


def _text(row: _Table) -> Text:
    text = Text(en=row.take("en", str), ur=row.take("ur", str))
    row.close()
    return text


def _method(row: _Table) -> Method:
    up_to = row.table("up_to") if row.has("up_to") else None
    method = Method(
        id=row.take("id", str),
        title=_text(row.table("title")),
        up_to=None if up_to is None else _sourced(up_to, lambda table: table.decimal("value")),
        minimum_bids=_minimum_bids(row),
        committee=_committee(row),
        envelopes=_envelopes(row),
        quality_and_cost=_quality(row),
    )
    row.close()
    if method.quality_and_cost is not None and _kinds(method) != TWO_ENVELOPES:
        raise row.fail("quality_and_cost")  # prices must not be known while quality is judged
    if _kinds(method) == TWO_ENVELOPES and method.committee is None:
        raise row.fail("committee")  # a failed bidder's price stays sealed only by its members
    return method


def _kinds(method: Method) -> tuple[str, ...]:
    return method.envelopes.value if method.envelopes is not None else ()


def _envelopes(row: _Table) -> Sourced[tuple[str, ...]] | None:
    if not row.has("envelopes"):
        return None
    return _sourced(row.table("envelopes"), lambda table: _kinds_of(table, "value"))


def _kinds_of(table: _Table, key: str) -> tuple[str, ...]:
    kinds = _strings(table, key)
    if kinds not in {SINGLE_ENVELOPE, TWO_ENVELOPES}:
        raise table.fail(key)
    return kinds


def _quality(row: _Table) -> QualityRule | None:
    if not row.has("quality_and_cost"):
        return None
    table = row.table("quality_and_cost")
    rule = QualityRule(
        technical_weight=_sourced(table.table("technical_weight"), _limits),
        pass_mark=_sourced(table.table("pass_mark"), _limits),
        price_formulas=tuple(_words(table, "price_formulas", PriceFormula)),
        technical_scales=tuple(_words(table, "technical_scales", TechnicalScale)),
    )
    table.close()
    return rule


def _limits(table: _Table) -> Limits:
    limits = Limits(table.decimal("least"), table.decimal("usual"), table.decimal("most"))
    if not 0 < limits.least <= limits.usual <= limits.most <= 100:
        raise table.fail("usual")
    return limits


def _words(table: _Table, key: str, kind: type[Word]) -> list[Word]:
    try:
        return [kind(word) for word in _strings(table, key)]
    except ValueError as error:
        raise table.fail(key) from error


def _minimum_bids(row: _Table) -> Sourced[MinimumBids] | None:
    if not row.has("minimum_bids"):
        return None
    minimum = _sourced(
        row.table("minimum_bids"),
        lambda table: MinimumBids(table.take("count", int), table.take("may_open", bool)),
    )
    if minimum.value.count < 1:
        raise row.fail("minimum_bids")
    return minimum


def _committee(row: _Table) -> CommitteeRule | None:
    if not row.has("committee"):
        return None
    committee = row.table("committee")
    rule = CommitteeRule(
        tuple(_span(span) for span in committee.tables("prove_before")),
        _span(committee.table("keep_after_end")) if committee.has("keep_after_end") else None,
    )
    committee.close()
    if any(span.value.count < 1 for span in rule.prove_before):
        raise committee.fail("prove_before")
    return rule


def _declaration(row: _Table) -> Declaration:
    declaration = Declaration(
        id=row.take("id", str), text=Text(en=row.take("en", str), ur=row.take("ur", str))
    )
    row.close()
    return declaration


def _addenda(row: _Table) -> Addenda:
    addenda = Addenda(
        time_to_seal=_span(row.table("time_to_seal")),
        extension_minutes=row.take("extension_minutes", int),
    )
    row.close()
    return addenda


def _incident(row: _Table) -> IncidentRule:
    rule = IncidentRule(_span(row.table("patience")), _span(row.table("window")))
    row.close()
    if min(rule.patience.value.count, rule.window.value.count) < 1:
        raise row.fail("window")
    return rule


def _evaluation(row: _Table) -> Evaluation:
    evaluation = Evaluation(
        award_method=_sourced(row.table("award_method"), lambda table: table.take("value", str)),
        score_decimals=row.take("score_decimals", int),
        report_before_award=_span(row.table("report_before_award")),
        technical_report_before_prices=(
            _span(row.table("technical_report_before_prices"))
            if row.has("technical_report_before_prices")
            else None
        ),
    )
    row.close()
    return evaluation
