"""The forms of bids; they carry what was typed, the rules of the domain judge it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, StringField, TextAreaField


class ReasonForm(FlaskForm):
    """Why bids are opened although the platform was down."""

    reason = TextAreaField(_l("Reason"))


class LaterDeadlineForm(FlaskForm):
    """A later deadline after an outage, and why, for everybody to read."""

    deadline = StringField(_l("New deadline"))
    reason_en = TextAreaField(_l("Reason in English"))
    reason_ur = TextAreaField(_l("Reason in Urdu"))


class SealedFileForm(FlaskForm):
    """A bid sealed on another computer, and the slip that was made with it."""

    sealed = FileField(_l("Sealed file"))
    slip = FileField(_l("Slip"))


class IncidentForm(FlaskForm):
    """Why an opening is declared an incident, and until when bidders may reveal."""

    trouble = RadioField(_l("What happened?"), validate_choice=False)
    reason = TextAreaField(_l("Reason"))
    until = StringField(_l("End of the window"))


class RevealForm(FlaskForm):
    """A private receipt, or what a program on the vendor's device made of it."""

    sha256 = HiddenField()
    sealed = HiddenField()
    receipt = FileField(_l("Private receipt"))
