"""Bringing a refusal to the field it is about, and saying on the next page what was done."""

from collections.abc import Mapping

from flask import flash
from wtforms import Field, Form

from foundation.values.refusal import Refusal
from tendering.views.texts import refusal_text

NOT_HERE = frozenset({"not-permitted", "fresh-sign-in", "not-found", "sign-in"})


def tell(form: Form, refusal: Refusal, zone: str, fields: Mapping[str, str]) -> None:
    """Put the refusal's text at the field that ``fields`` names, or above the whole form.

    Raises:
        Refusal: the same one, when it is about the person and not about the form.
    """
    if refusal.code in NOT_HERE:
        raise refusal
    text = refusal_text(refusal, zone)
    name = fields.get(refusal.code, "")
    if name not in form:
        form.form_errors = [*form.form_errors, text]
        return
    field: Field = form[name]
    field.errors = [*field.errors, text]


def done(text: str) -> None:
    """Say on the next page that something was done."""
    flash(text, "done")
