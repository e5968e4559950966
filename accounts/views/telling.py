"""Bringing a refusal to the field it is about, and flashing what was done."""

from collections.abc import Mapping

from flask import flash
from flask_babel import gettext
from wtforms import Field, Form
from wtforms.fields.choices import SelectChoice

from accounts.domain.refusals import REFUSALS
from accounts.domain.roles import Role
from foundation.values.refusal import N_, Refusal

FIELDS: Mapping[str, str] = {
    "wrong-sign-in": "password",
    "wrong-password": "password",
    "wrong-present-password": "current",
    "wrong-code": "code",
    "code-used": "code",
    "code-expired": "code",
    "password-too-short": "password",
    "password-too-long": "password",
    "password-guessable": "password",
    "passwords-differ": "again",
    "name-missing": "organisation_en",
    "person-name-missing": "name_en",
    "city-missing": "city",
    "bad-phone": "phone",
    "bad-office-phone": "organisation_phone",
    "bad-tax-number": "tax_number",
    "bad-short-name": "short_name",
    "bad-email": "email",
    "already-member": "email",
    "same-email": "email",
    "no-such-bidder": "email",
    "reset-reason-missing": "reason",
    "already-invited": "email",
    "no-role": "roles",
    "role-not-here": "roles",
    "auditor-alone": "roles",
    "last-administrator": "roles",
    "wrong-setup-code": "setup_code",
}
ROLE_NAMES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.OFFICER: N_("Procurement officer"),
    Role.APPROVER: N_("Approver"),
    Role.EVALUATOR: N_("Evaluator"),
    Role.AUDITOR: N_("Auditor"),
    Role.VENDOR: N_("Bidder"),
}
ROLE_HINTS: Mapping[Role, str] = {
    Role.ADMINISTRATOR: N_("Invites people and gives roles. Sees no sealed bid."),
    Role.OFFICER: N_("Writes tenders and runs the evaluation."),
    Role.APPROVER: N_("Checks and publishes what an officer wrote, and approves awards."),
    Role.EVALUATOR: N_("Scores the opened bids."),
    Role.AUDITOR: N_("Reads the journals. Takes part in nothing else."),
    Role.VENDOR: N_("Writes, seals and sends bids."),
}


def text_of(refusal: Refusal) -> str:
    """Return the refusal's text in the page's language."""
    shown = {name: str(value) for name, value in refusal.params.items()}
    text: str = gettext(REFUSALS.get(refusal.code, refusal.code), **shown)
    return text


def tell(form: Form, refusal: Refusal) -> None:
    """Put the refusal's text at the field it is about, or above the whole form."""
    name = FIELDS.get(refusal.code, "")
    text = text_of(refusal)
    if name not in form:
        form.form_errors = [*form.form_errors, text]
        return
    field: Field = form[name]
    field.errors = [*field.errors, text]


def role_name(role: Role) -> str:
    """Return a role in the page's language."""
    text: str = gettext(ROLE_NAMES[role])
    return text


def role_choices(roles: frozenset[Role]) -> list[SelectChoice]:
    """Return roles as choices of a form, in the order of the enumeration."""
    return [SelectChoice(value=str(role), label=role_name(role)) for role in Role if role in roles]


def role_hints() -> dict[str, str]:
    """Return what each role may do, in the page's language."""
    return {str(role): gettext(text) for role, text in ROLE_HINTS.items()}


def done(text: str) -> None:
    """Say on the next page that something was done."""
    flash(text, "done")
