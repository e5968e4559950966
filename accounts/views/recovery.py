"""A new password by a code sent to the account's address."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import access, identity
from accounts.acts import limiting, recovering
from accounts.domain.limits import Tried
from accounts.domain.organisations import checked_email
from accounts.forms import AskRecoveryForm, RecoverForm
from accounts.views.blueprint import blueprint
from accounts.views.joining import chosen_password
from accounts.views.telling import tell
from foundation.values.refusal import Refusal


@blueprint.route("/recover", methods=["GET", "POST"])
@access.public
def ask_recovery() -> Response | str:
    """Send a code to an address, if it has an account; the answer is the same."""
    form = AskRecoveryForm()
    if request.method == "POST":
        try:
            email = checked_email(form.email.data or "")
        except Refusal as refusal:
            tell(form, refusal)
        else:
            stopped = _ask(email)
            if stopped is None:
                again = RecoverForm(formdata=None, email=email)
                return render_template("accounts/recover.html", form=again, **_facts())
            tell(form, stopped)
    return render_template("accounts/ask_recovery.html", form=form)


def _ask(email: str) -> Refusal | None:
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.SEND_CODE, email, identity.caller().address)
        if stopped is None:
            recovering.ask_recovery(uow, identity.own_keyring(), email)
    return stopped


@blueprint.route("/recover/code", methods=["GET", "POST"])
@access.public
def recover() -> Response | str:
    """Take the code and the new password."""
    form = RecoverForm()
    if request.method == "POST":
        refusal = _recover(form)
        if refusal is None:
            return redirect(url_for("accounts.recovered"), 303)
        tell(form, refusal)
    return render_template("accounts/recover.html", form=form, **_facts())


def _recover(form: RecoverForm) -> Refusal | None:
    try:
        email = checked_email(form.email.data or "")
        password = chosen_password(form, email)
    except Refusal as refusal:
        return refusal
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.CODE, email, identity.caller().address)
    if stopped is not None:
        return stopped
    with access.unit_of_work() as uow:
        return recovering.recover(
            uow, identity.own_keyring(), email, form.code.data or "", password
        )


def _facts() -> dict[str, bool]:
    return {"practice": access.context().settings.practice}


@blueprint.get("/recovered")
@access.public
def recovered() -> str:
    """Say that the new password holds."""
    return render_template("accounts/recovered.html")
