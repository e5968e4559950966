"""One-press sign-in to practice accounts, in practice mode only."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import practising, visiting
from accounts.domain.organisations import Person
from accounts.domain.roles import Role
from accounts.views import inbox
from accounts.views.blueprint import outside
from accounts.views.telling import role_name
from foundation.values.refusal import N_, Refusal

TRY = {
    Role.ADMINISTRATOR: N_("Invite a colleague and give roles."),
    Role.OFFICER: N_("Write a tender, answer questions, run the evaluation."),
    Role.APPROVER: N_("Publish what the officer wrote, approve the award."),
    Role.EVALUATOR: N_("Score the opened bids."),
    Role.AUDITOR: N_("Read the journals."),
    Role.VENDOR: N_("Write a bid, seal it, watch it open."),
}


@dataclass(frozen=True)
class PracticeAccount:
    """One card of the practice page."""

    account_id: str
    name: str
    role: str
    organisation: str
    about: str
    email: str
    bids: bool


def practice_accounts() -> tuple[PracticeAccount, ...]:
    """Return the accounts that sign in with one press, in the page's language."""
    return tuple(_card(person) for person in queries.practice_people(access.session()))


def _card(person: Person) -> PracticeAccount:
    language = str(get_locale())
    roles = [role for role in Role if role in person.roles]
    return PracticeAccount(
        account_id=person.id,
        name=person.name.in_language(language),
        role=" · ".join(role_name(role) for role in roles),
        organisation=person.organisation.name.in_language(language),
        about=gettext(TRY[roles[0]]) if roles else "",
        email=person.email,
        bids=Role.VENDOR in person.roles,
    )


def _practice_only() -> None:
    if not access.context().settings.practice:
        raise Refusal("not-found")


@outside.get("/<lang>/practice")
@access.public
def practice_page() -> str:
    """List the practice accounts and all practice mails."""
    _practice_only()
    return render_template(
        "portal/practice.html",
        practice_accounts=practice_accounts(),
        sign_in_action=url_for("accounts_outside.practice_sign_in"),
        next=identity.safe_next(request.args.get("next"), ""),
        mails=inbox.all_mails(),
    )


@outside.post("/<lang>/practice/sign-in")
@access.public
def practice_sign_in() -> Response:
    """Sign in to the account named in the form."""
    return _sign_in(request.form.get("account_id", ""))


@outside.post("/practice/sign-in/<account_id>")
@access.public
def practice_sign_in_to(account_id: str) -> Response:
    """Sign in to the account named in the address."""
    return _sign_in(account_id)


def _sign_in(account_id: str) -> Response:
    _practice_only()
    with access.unit_of_work() as uow:
        new = practising.practice_sign_in(uow, account_id, identity.caller())
        visiting.end(uow, identity.visit_id(), "replaced")
    identity.enter(new, "practice")
    return redirect(identity.safe_next(request.args.get("next"), access.first_page()), 303)
