"""Changing one's own e-mail address, by a code sent to the new one."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import limiting, readdressing
from accounts.domain import visits
from accounts.domain.limits import Tried
from accounts.forms import CodeForm, EmailChangeForm
from accounts.views.blueprint import blueprint
from accounts.views.telling import done, tell
from foundation.database import database_instant
from foundation.values.refusal import Refusal

ASK_AGAIN = frozenset({"fresh-second-factor", "fresh-sign-in"})


def require_fresh_factor() -> None:
    """Let a page open only after the second factor, or, without one, the password.

    Raises:
        Refusal: ``fresh-second-factor``.
    """
    visit = identity.own_session().visit
    enrolled = identity.person().has_second_factor
    now = database_instant(access.session())
    if visit is None or not visits.has_fresh_factor(visit.facts, now, enrolled=enrolled):
        raise Refusal("fresh-second-factor")


@blueprint.route("/email", methods=["GET", "POST"])
@access.signed_in
def email() -> Response | str:
    """Ask for the new address and send it a code."""
    require_fresh_factor()
    form = EmailChangeForm()
    if request.method == "POST":
        refusal = _ask(form.email.data or "")
        if refusal is None:
            return redirect(url_for("accounts.email_code"), 303)
        tell(form, refusal)
    return render_template("accounts/email.html", form=form, person=identity.person())


def _ask(address: str) -> Refusal | None:
    person, caller = identity.person(), identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.SEND_CODE, person.id, caller.address)
    if stopped is not None:
        return stopped
    try:
        with access.unit_of_work() as uow:
            keyring = identity.own_keyring()
            readdressing.ask_email_change(uow, keyring, identity.visit_id(), address)
    except Refusal as refusal:
        if refusal.code in ASK_AGAIN:
            raise
        return refusal
    return None


@blueprint.route("/email/code", methods=["GET", "POST"])
@access.signed_in
def email_code() -> Response | str:
    """Take the code that was sent to the new address."""
    form = CodeForm()
    reading = access.session()
    pending = queries.pending_email(reading, identity.person().id, database_instant(reading))
    if request.method == "POST":
        refusal = _change(form.code.data or "")
        if refusal is None:
            done(gettext("Your e-mail address is changed. Sign in with the new one from now on."))
            return redirect(url_for("accounts.home"), 303)
        tell(form, refusal)
    elif not pending:
        return redirect(url_for("accounts.email"))
    return render_template(
        "accounts/email_code.html",
        form=form,
        pending=pending,
        practice=access.context().settings.practice,
    )


def _change(typed: str) -> Refusal | None:
    person, caller = identity.person(), identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.CODE, person.id, caller.address)
    if stopped is not None:
        return stopped
    with access.unit_of_work() as uow:
        return readdressing.change_email(uow, identity.own_keyring(), identity.visit_id(), typed)
