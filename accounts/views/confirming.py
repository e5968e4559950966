"""Proving again that it is you, before publishing, sealing or awarding."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import limiting, practising, signing_in
from accounts.acts.signing_in import TypedFactor
from accounts.credentials import PasswordProof, prove_password
from accounts.domain.limits import Tried
from accounts.forms import ConfirmForm
from accounts.views import carrying, keying
from accounts.views.blueprint import blueprint
from accounts.views.telling import tell
from foundation.values.refusal import Refusal


@blueprint.route("/confirm-it-is-you", methods=["GET", "POST"])
@access.signed_in
def confirm_it_is_you() -> Response | str:
    """Ask for the password again, or for a code of the authenticator."""
    form = ConfirmForm()
    person = identity.person()
    practice = person.practice and access.context().settings.practice
    factor_only = person.has_second_factor and request.args.get("factor") == "1"
    if request.method == "POST" and "confirm" in request.form:
        pressed = practice and request.form["confirm"] == "practice"
        refusal = _confirm_practice() if pressed else _confirm(form, factor_only=factor_only)
        if refusal is None:
            carried = carrying.unpack(form.carried.data)
            if carried is not None:
                return carrying.resume(carried)
            target = identity.safe_next(request.args.get("next"), url_for("accounts.home"))
            return redirect(target, 303)
        tell(form, refusal)
    return render_template(
        "accounts/confirm.html",
        form=form,
        person=person,
        practice=practice,
        factor_only=factor_only,
        options=keying.options_for(person),
    )


def _confirm(form: ConfirmForm, *, factor_only: bool) -> Refusal | None:
    actor, caller = access.actor(), identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.CODE, actor.account_id, caller.address)
    if stopped is not None:
        return stopped
    answer, typed = request.form.get("passkey", ""), form.code.data or ""
    if answer:
        return _confirm_passkey(answer)
    if typed.strip() or factor_only:
        proof: PasswordProof | TypedFactor = TypedFactor(typed)
    else:
        stored = queries.password_hash(access.session(), actor.account_id)
        proof = prove_password(form.password.data or "", stored)
    with access.unit_of_work() as uow:
        return signing_in.confirm_presence(uow, identity.own_keyring(), identity.visit_id(), proof)


def _confirm_passkey(answer: str) -> Refusal | None:
    try:
        proof = keying.proof_of(identity.person(), answer)
    except Refusal as refusal:
        return refusal
    with access.unit_of_work() as uow:
        return signing_in.confirm_presence(uow, identity.own_keyring(), identity.visit_id(), proof)


def _confirm_practice() -> Refusal | None:
    with access.unit_of_work() as uow:
        practising.practice_confirm(uow)
        signing_in.freshen(uow, identity.visit_id(), factor=True)
    return None
