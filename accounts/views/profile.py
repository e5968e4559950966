"""One's own account: profile, password, sessions, and the firm's particulars."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import changing, limiting, organising
from accounts.credentials import prove_password
from accounts.domain import second_factor
from accounts.domain.factor_reset import CONFIRMERS
from accounts.domain.limits import Tried
from accounts.domain.roles import OrganisationKind, Role
from accounts.forms import (
    OrganisationEditForm,
    PasswordForm,
    ProfileForm,
    organisation_form,
    organisation_values,
    person_form,
    profile_values,
)
from accounts.queries import resets
from accounts.views.blueprint import blueprint
from accounts.views.joining import chosen_password
from accounts.views.telling import done, role_name, tell
from foundation.database import database_instant
from foundation.values.refusal import Refusal


@blueprint.get("/")
@access.signed_in
def home() -> str:
    """Show the account and where its parts are changed."""
    person = identity.person()
    reading = access.session()
    return render_template(
        "accounts/account.html",
        person=person,
        roles=[role_name(role) for role in Role if role in person.roles],
        unread_mails=queries.unread_mails(reading, person.id),
        factor_needed=second_factor.is_needed(person.roles),
        may_change_organisation=may_change_organisation(),
        is_administrator=Role.ADMINISTRATOR in person.roles,
        resets=_resets_to_decide(),
    )


def _resets_to_decide() -> int:
    """Return how many lost second factors wait for this person's word."""
    person, reading = identity.person(), access.session()
    if not person.roles & CONFIRMERS:
        return 0
    now = database_instant(reading)
    waiting = resets.open_resets(reading, person.organisation_id, now)
    return sum(person.id not in {each.asked_by, each.person.id} for each in waiting)


@blueprint.route("/profile", methods=["GET", "POST"])
@access.signed_in
def profile() -> Response | str:
    """Change one's own name, telephone and language."""
    person = identity.person()
    form = ProfileForm(data=profile_values(person))
    if request.method == "POST":
        try:
            with access.unit_of_work() as uow:
                changing.change_profile(uow, person_form(form, person.email))
        except Refusal as refusal:
            tell(form, refusal)
        else:
            done(gettext("Your profile is changed."))
            return redirect(url_for("accounts.home"), 303)
    return render_template("accounts/profile.html", form=form, person=person)


@blueprint.route("/password", methods=["GET", "POST"])
@access.signed_in
def password() -> Response | str:
    """Change one's own password; other sessions end."""
    form = PasswordForm()
    if request.method == "POST":
        refusal = _change_password(form)
        if refusal is None:
            done(gettext("Your password is changed. You are signed out everywhere else."))
            return redirect(url_for("accounts.security"), 303)
        if refusal.code == "wrong-password":
            refusal = Refusal("wrong-present-password")
        tell(form, refusal)
    return render_template("accounts/password.html", form=form)


def _change_password(form: PasswordForm) -> Refusal | None:
    person = identity.person()
    try:
        fresh = chosen_password(form, person.email)
    except Refusal as refusal:
        return refusal
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.CODE, person.id, identity.caller().address)
    if stopped is not None:
        return stopped
    stored = queries.password_hash(access.session(), person.id)
    proof = prove_password(form.current.data or "", stored)
    with access.unit_of_work() as uow:
        return changing.change_password(uow, identity.visit_id(), proof, fresh)


@blueprint.get("/sessions")
@access.signed_in
def visits() -> str:
    """List where this account is signed in."""
    reading = access.session()
    standing = queries.visits_of(reading, identity.person().id, database_instant(reading))
    return render_template("accounts/visits.html", visits=standing, own_visit=identity.visit_id())


def may_change_organisation() -> bool:
    """Tell whether the person may change what his organisation says of itself."""
    person = identity.person()
    wanted = (
        Role.VENDOR if person.organisation.kind is OrganisationKind.VENDOR else Role.ADMINISTRATOR
    )
    return wanted in person.roles


@blueprint.route("/organisation", methods=["GET", "POST"])
@access.roles(Role.VENDOR, Role.ADMINISTRATOR)
def organisation() -> Response | str:
    """Change the firm's or the entity's particulars."""
    ours = identity.person().organisation
    form = OrganisationEditForm(data=organisation_values(ours))
    vendor = ours.kind is OrganisationKind.VENDOR
    if request.method == "POST":
        try:
            with access.unit_of_work() as uow:
                organising.change_organisation(uow, ours.id, organisation_form(form))
        except Refusal as refusal:
            tell(form, refusal)
        else:
            done(gettext("The particulars are changed."))
            return redirect(url_for("accounts.home"), 303)
    return render_template("accounts/organisation.html", form=form, vendor=vendor)
