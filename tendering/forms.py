"""The forms of drafting and approval: fields only; rules stand in ``domain``."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

MOST_ROWS = 60


class RevisionForm(FlaskForm):
    """A form that names the revision of the draft it was made from."""

    revision = HiddenField()

    def revision_number(self) -> int:
        """Return the revision, or -1 for anything but a number, which is always stale."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class NewTenderForm(FlaskForm):
    """Begins a draft; ``key`` makes a form sent twice one draft."""

    key = HiddenField()
    title_en = StringField(lazy_gettext("Title in English"))
    title_ur = StringField(lazy_gettext("Title in Urdu"))
    book = RadioField(lazy_gettext("Rules"), validate_choice=False)
    ocds = FileField(lazy_gettext("OCDS file"))


class FactsForm(RevisionForm):
    """The facts above lots and items."""

    title_en = StringField(lazy_gettext("Title in English"))
    title_ur = StringField(lazy_gettext("Title in Urdu"))
    summary_en = TextAreaField(lazy_gettext("What is bought, in English"))
    summary_ur = TextAreaField(lazy_gettext("What is bought, in Urdu"))
    category = RadioField(lazy_gettext("Category"), validate_choice=False)
    method = RadioField(lazy_gettext("Method"), validate_choice=False)
    reach = RadioField(lazy_gettext("Who may bid"), validate_choice=False)
    estimate = StringField(lazy_gettext("Estimated value"))
    validity_days = StringField(lazy_gettext("Bids stay valid for"))
    security = RadioField(lazy_gettext("Bid security"), validate_choice=False)
    security_percent = StringField(lazy_gettext("Percent of the estimate"))
    security_amount = StringField(lazy_gettext("Fixed amount"))


class LotRow(Form):
    """One lot; a row without any text is dropped."""

    id = HiddenField()
    title_en = StringField(lazy_gettext("Title in English"))
    title_ur = StringField(lazy_gettext("Title in Urdu"))


class LotsForm(RevisionForm):
    """All lots of a draft."""

    rows = FieldList(FormField(LotRow), max_entries=MOST_ROWS)


class ItemForm(RevisionForm):
    """One item, typed; ``item`` is the id of the one changed, empty for a new one."""

    item = HiddenField()
    description_en = StringField(lazy_gettext("Description in English"))
    description_ur = StringField(lazy_gettext("Description in Urdu"))
    quantity = StringField(lazy_gettext("Quantity"))
    unit = StringField(lazy_gettext("Unit"))
    lot = SelectField(lazy_gettext("Lot"), validate_choice=False)


class PasteForm(RevisionForm):
    """A table of items, pasted or loaded; ``keep`` adds it to those that are there."""

    table = TextAreaField(lazy_gettext("Table of items"))
    sheet = FileField(lazy_gettext("Spreadsheet"))
    keep = BooleanField(lazy_gettext("Keep the items that are there and add these"))


class OcdsForm(RevisionForm):
    """An OCDS file whose lots and items take the place of the draft's."""

    ocds = FileField(lazy_gettext("OCDS file"))


class CommitteeForm(RevisionForm):
    """Who sits on the opening committee, and how many of them open a bid."""

    members = SelectMultipleField(lazy_gettext("Members"), validate_choice=False)
    threshold = StringField(lazy_gettext("How many of them open a bid"))


class DocumentForm(FlaskForm):
    """One document to add."""

    document = FileField(lazy_gettext("Document"))
    name = StringField(lazy_gettext("Name shown to bidders"))


class RequirementRow(Form):
    """One requirement; a row without any text is dropped."""

    text_en = TextAreaField(lazy_gettext("In English"))
    text_ur = TextAreaField(lazy_gettext("In Urdu"))
    needs_file = BooleanField(lazy_gettext("The bid must bring a file for it"))


class RequirementsForm(RevisionForm):
    """All requirements of a draft."""

    rows = FieldList(FormField(RequirementRow), max_entries=MOST_ROWS)


class CriterionRow(Form):
    """One scored criterion; a row without title, text and weight is dropped."""

    title_en = StringField(lazy_gettext("Title in English"))
    title_ur = StringField(lazy_gettext("Title in Urdu"))
    description_en = TextAreaField(lazy_gettext("What earns points, in English"))
    description_ur = TextAreaField(lazy_gettext("What earns points, in Urdu"))
    weight = StringField(lazy_gettext("Weight"))


class CriteriaForm(RevisionForm):
    """All criteria of a draft, the pass mark, and how quality and price count together."""

    rows = FieldList(FormField(CriterionRow), max_entries=MOST_ROWS)
    pass_mark = StringField(lazy_gettext("Pass mark"))
    technical_weight = StringField(lazy_gettext("Quality counts"))
    price_formula = RadioField(lazy_gettext("How a price becomes points"), validate_choice=False)
    technical_scale = RadioField(lazy_gettext("How quality points count"), validate_choice=False)


class DatesForm(RevisionForm):
    """Dates left to the rules, or fixed."""

    mode = RadioField(lazy_gettext("When do bids close?"), validate_choice=False)
    deadline = StringField(lazy_gettext("Deadline"))
    opening = StringField(lazy_gettext("Opening"))
    questions = StringField(lazy_gettext("Questions until"))


class ChangeForm(FlaskForm):
    """Begins a change to a published tender; ``key`` makes a form sent twice one change."""

    key = HiddenField()
    kind = RadioField(lazy_gettext("What should happen?"), validate_choice=False)


class ReasonForm(RevisionForm):
    """Why a published tender is changed, for everybody to read."""

    code = RadioField(lazy_gettext("Reason"), validate_choice=False)
    reason_en = TextAreaField(lazy_gettext("In English"))
    reason_ur = TextAreaField(lazy_gettext("In Urdu"))


class CheckForm(RevisionForm):
    """Hands the draft to a second person."""


class HandoverForm(FlaskForm):
    """To whom, from when until when, and why."""

    absent = SelectField(lazy_gettext("Who is away"), validate_choice=False)
    to = SelectField(lazy_gettext("Who takes over"), validate_choice=False)
    why = RadioField(lazy_gettext("Reason"), validate_choice=False)
    note = TextAreaField(lazy_gettext("Note"), render_kw={"maxlength": 500})
    from_day = StringField(lazy_gettext("First day"))
    until_day = StringField(lazy_gettext("Last day"))


class ApprovalForm(RevisionForm):
    """The second person's word: publish, or send back with remarks."""

    deadline = HiddenField()
    remarks = TextAreaField(lazy_gettext("What should be changed"))


class AskForm(FlaskForm):
    """A vendor's question; ``key`` makes a form sent twice one question."""

    key = HiddenField()
    text = TextAreaField(lazy_gettext("Your question"))


class AnswerForm(FlaskForm):
    """What is published: the question as everybody reads it, and its answer."""

    joined = SelectMultipleField(lazy_gettext("Answer these with it"), validate_choice=False)
    question_en = TextAreaField(lazy_gettext("Question in English"))
    question_ur = TextAreaField(lazy_gettext("Question in Urdu"))
    answer_en = TextAreaField(lazy_gettext("Answer in English"))
    answer_ur = TextAreaField(lazy_gettext("Answer in Urdu"))


class SetAsideForm(FlaskForm):
    """Why a question is not published."""

    reason = RadioField(lazy_gettext("Why it is not published"), validate_choice=False)
