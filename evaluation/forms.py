"""The forms of evaluation; they carry what was typed, the rules of the domain judge it."""

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms import TextAreaField as AreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from evaluation.domain import scoring
from evaluation.domain.findings import check_finding
from evaluation.domain.refusals import REFUSALS
from evaluation.queries.bid_reading import BidPage, CriterionLine, RequirementLine
from evaluation.queries.working import Candidate, PanelPage
from foundation.values.money import parse_percent
from foundation.values.refusal import Refusal

PASS, FAIL = "pass", "fail"
_POINTS = {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}


class ManyChoices(SelectMultipleField):
    """Check boxes; the type's name lets the error summary find the first box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: object) -> None:
        """Leave the judging to the domain, which knows the organisation."""


class PanelForm(FlaskForm):
    """Who sits on the panel and who chairs it."""

    members = ManyChoices(_l("Members of the panel"))
    chair = RadioField(_l("Chair"), validate_choice=False)

    def offer(self, candidates: Sequence[Candidate], language: str) -> None:
        """Offer the people who may be named."""
        choices = [
            SelectChoice(each.account_id, each.name.in_language(language)) for each in candidates
        ]
        self.members.choices = choices
        self.chair.choices = choices


class ReplaceForm(FlaskForm):
    """Who takes over a seat, and why."""

    account_id = HiddenField()
    by = SelectField(_l("Who takes the seat"), validate_choice=False)
    reason = AreaField(_l("Why the member cannot serve"))

    def offer(self, candidates: Sequence[Candidate], language: str) -> None:
        """Offer the people who may be named."""
        self.by.choices = [
            SelectChoice(each.account_id, each.name.in_language(language)) for each in candidates
        ]


class DeclarationForm(FlaskForm):
    """The declaration of interests."""

    interest = RadioField(
        _l("Your declaration"),
        choices=[
            SelectChoice("no", _l("I have no interest in any bidder or in the result.")),
            SelectChoice("yes", _l("I have an interest.")),
        ],
        validate_choice=False,
    )
    statement = AreaField(_l("What the interest is"))


class SpreadForm(FlaskForm):
    """Why the panel's points lie far apart."""

    envelope_id = HiddenField()
    criterion_id = HiddenField()
    reason = AreaField(_l("The panel's reason"))


class DisqualificationForm(FlaskForm):
    """Why a bid is taken out after its price was opened."""

    why = AreaField(_l("Why the bid is disqualified"))


class ProposalForm(FlaskForm):
    """What is proposed."""

    decision = RadioField(
        _l("Your proposal"),
        choices=[
            SelectChoice("award", _l("Award to the first of the ranking.")),
            SelectChoice("reject", _l("Reject all bids.")),
        ],
        default="award",
        validate_choice=False,
    )
    reason = AreaField(_l("Reason"))


class EarlyEndForm(FlaskForm):
    """What is proposed before any report; the views say which choices the rules leave."""

    what = RadioField(_l("What is to happen"), choices=[], validate_choice=False)
    why = AreaField(_l("Reason"))


class ReturnForm(FlaskForm):
    """Why a proposal goes back."""

    remarks = AreaField(_l("What the officer should change"))


class FindingForm(FlaskForm):
    """Pass or fail under each requirement; fields are added by ``findings_form``."""

    def findings(self, lines: Sequence[RequirementLine]) -> dict[str, tuple[bool, str]]:
        """Return what was found, with an error at every field that lacks something."""
        known = [line.requirement.id for line in lines]
        found: dict[str, tuple[bool, str]] = {}
        for number, line in enumerate(lines):
            choice, reason = self[f"passed_{number}"], self[f"reason_{number}"]
            if choice.data not in {PASS, FAIL}:
                put(choice, Refusal("choice-needed"))
                continue
            passed = choice.data == PASS
            try:
                check_finding(line.requirement.id, passed, reason.data or "", known)
            except Refusal as refusal:
                put(reason, refusal)
            found[line.requirement.id] = (passed, reason.data or "")
        return found


class ScoreForm(FlaskForm):
    """Points under each criterion; fields are added by ``scores_form``."""

    def scores(self, lines: Sequence[CriterionLine]) -> dict[str, tuple[Decimal, str]]:
        """Return the points, with an error at every field that cannot be read."""
        known = [line.criterion.id for line in lines]
        found: dict[str, tuple[Decimal, str]] = {}
        for number, line in enumerate(lines):
            typed, reason = self[f"points_{number}"], self[f"score_reason_{number}"]
            try:
                points = parse_points(typed.data or "")
                scoring.check_score("", line.criterion.id, points, reason.data or "", known)
                found[line.criterion.id] = (points, reason.data or "")
            except Refusal as refusal:
                put(typed, refusal)
        return found


def parse_points(typed: str) -> Decimal:
    """Return typed points, in Latin, Arabic-Indic or Persian digits.

    Raises:
        Refusal: ``bad-points``.
    """
    try:
        return parse_percent(typed)
    except Refusal as refusal:
        raise Refusal("bad-points") from refusal


def findings_form(page: BidPage, *, sent: bool = True) -> FindingForm:
    """Return the form for the requirements of a tender, filled with what was sent or stands."""
    fields: dict[str, Field] = {}
    for number, line in enumerate(page.requirements):
        finding = line.finding
        fields[f"passed_{number}"] = RadioField(
            gettext("Finding"),
            choices=[
                SelectChoice(PASS, gettext("Meets it")),
                SelectChoice(FAIL, gettext("Fails it")),
            ],
            default=None if finding is None else PASS if finding.passed else FAIL,
            validate_choice=False,
        )
        fields[f"reason_{number}"] = AreaField(
            gettext("Reason"), default=finding.reason if finding else ""
        )
    form: FindingForm = type("Findings", (FindingForm,), fields)(**_given(sent=sent))
    return form


def scores_form(page: BidPage, *, sent: bool = True) -> ScoreForm:
    """Return the form for the criteria of a tender, filled with what was sent or one's points."""
    fields: dict[str, Field] = {}
    for number, line in enumerate(page.criteria):
        own = line.own
        fields[f"points_{number}"] = StringField(
            gettext("Points, 0 to 100"),
            default=format(own.points, "f") if own else "",
            render_kw=_POINTS,
        )
        fields[f"score_reason_{number}"] = AreaField(
            gettext("Reason"), default=own.reason if own else ""
        )
    form: ScoreForm = type("Scores", (ScoreForm,), fields)(**_given(sent=sent))
    return form


def spread_forms(page: PanelPage, wrong: SpreadForm | None) -> dict[tuple[str, str], SpreadForm]:
    """Return a form for each wide spread, by envelope and criterion; ``wrong`` is among them."""
    forms: dict[tuple[str, str], SpreadForm] = {}
    for number, spread in enumerate(page.spreads, start=1):
        key = (spread.envelope_id, spread.criterion_id)
        form = SpreadForm(formdata=None, reason=spread.reason)
        if wrong is not None and key == (wrong.envelope_id.data, wrong.criterion_id.data):
            form = wrong
        form.reason.id = form.reason.label.field_id = f"reason-{number}"
        forms[key] = form
    return forms


def _given(*, sent: bool) -> dict[str, None]:
    """Return the arguments of a form that reads the request only when it was ``sent``."""
    return {} if sent else {"formdata": None}


def put(field: Field, refusal: Refusal) -> None:
    """Put the refusal's text at the field it is about."""
    shown = {name: str(value) for name, value in refusal.params.items()}
    field.errors = [*field.errors, gettext(REFUSALS.get(refusal.code, refusal.code), **shown)]


def has_errors(form: FlaskForm) -> bool:
    """Tell whether any field carries an error."""
    return any(field.errors for field in form)
