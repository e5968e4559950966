"""Sign-in, the second factor and sign-out."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import limiting, signing_in, visiting
from accounts.acts.visiting import NewVisit
from accounts.credentials import prove_password
from accounts.domain.limits import Tried
from accounts.domain.organisations import Person, checked_email
from accounts.domain.visits import Awaiting
from accounts.forms import CodeForm, SignInForm
from accounts.passkeys import PasskeyProof
from accounts.views import carrying, keying
from accounts.views.blueprint import blueprint, outside
from accounts.views.telling import done, tell
from foundation.values.refusal import Refusal

NEXT_STEPS = {
    Awaiting.EMAIL_CODE: "accounts.confirm_email",
    Awaiting.SECOND_FACTOR: "accounts.second_factor",
    Awaiting.ENROLMENT: "accounts.enrol",
}


def go_on(new: NewVisit, how: str, carried_text: str | None = None) -> Response | str:
    """Take the browser to what the new session needs next, or back to what was typed."""
    identity.enter(new, how)
    target = identity.safe_next(request.args.get("next"), "")
    step = NEXT_STEPS.get(new.awaiting)
    if step is None:
        carried = carrying.unpack(carried_text)
        if carried is not None:
            return carrying.resume(carried)
        return redirect(target or access.first_page(), 303)
    if carried_text and new.awaiting is Awaiting.SECOND_FACTOR:
        form = CodeForm(formdata=None, carried=carried_text)
        return _second_factor_page(form, new.person)
    return redirect(url_for(step, next=target or None), 303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> Response | str:
    """Ask for address and password; answer alike whether the address is known or not."""
    form = SignInForm()
    if request.method == "GET" and access.actor().signed_in:
        return redirect(identity.safe_next(request.args.get("next"), access.first_page()))
    if request.method == "POST" and form.email.data is not None:
        outcome = _try_password(form)
        if isinstance(outcome, NewVisit):
            return go_on(outcome, "password", form.carried.data)
        tell(form, outcome)
    return render_template("accounts/sign_in.html", form=form, next=request.args.get("next", ""))


def _try_password(form: SignInForm) -> NewVisit | Refusal:
    try:
        email = checked_email(form.email.data or "")
    except Refusal as refusal:
        return refusal
    caller = identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.SIGN_IN, email, caller.address)
    if stopped is not None:
        return stopped
    known = queries.sign_in_facts(access.session(), email)
    proof = prove_password(form.password.data or "", known.password_hash if known else None)
    with access.unit_of_work() as uow:
        outcome = signing_in.sign_in(uow, identity.own_keyring(), email, proof, caller)
        if isinstance(outcome, NewVisit):
            visiting.end(uow, identity.visit_id(), "replaced")
    return outcome


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@access.public
def second_factor() -> Response | str:
    """Ask for the code of the authenticator app, or a recovery code."""
    visit_id, person = identity.waiting(Awaiting.SECOND_FACTOR)
    form = CodeForm()
    if request.method == "POST" and person is not None:
        caller = identity.caller()
        with access.unit_of_work() as uow:
            stopped = limiting.count_try(uow, Tried.CODE, person.id, caller.address)
        outcome: NewVisit | Refusal | None = stopped
        if stopped is None:
            outcome = _show_factor(visit_id, person, form)
        if isinstance(outcome, NewVisit):
            return go_on(outcome, "authenticator", form.carried.data)
        if outcome is not None:
            tell(form, outcome)
    return _second_factor_page(form, person)


def _show_factor(visit_id: str, person: Person, form: CodeForm) -> NewVisit | Refusal:
    shown: str | PasskeyProof = form.code.data or ""
    answer = request.form.get("passkey", "")
    try:
        if answer:
            shown = keying.proof_of(person, answer)
    except Refusal as refusal:
        return refusal
    with access.unit_of_work() as uow:
        return signing_in.pass_second_factor(
            uow, identity.own_keyring(), visit_id, person.id, shown, identity.caller()
        )


def _second_factor_page(form: CodeForm, person: Person | None) -> str:
    return render_template(
        "accounts/second_factor.html",
        form=form,
        options=keying.options_for(person),
        authenticator=person is None or person.has_authenticator,
        action=url_for("accounts.second_factor", next=request.args.get("next")),
    )


@blueprint.post("/sign-out")
@access.public
def sign_out() -> Response:
    """End this session."""
    if access.actor().signed_in:
        with access.unit_of_work() as uow:
            signing_in.sign_out(uow, identity.visit_id())
    identity.leave()
    return redirect(url_for("accounts.signed_out"), 303)


@blueprint.get("/signed-out")
@access.public
def signed_out() -> str:
    """Say that the session has ended."""
    return render_template("accounts/signed_out.html")


@blueprint.post("/sign-out-elsewhere")
@access.signed_in
def sign_out_elsewhere() -> Response:
    """End the person's other sessions."""
    with access.unit_of_work() as uow:
        signing_in.sign_out_elsewhere(uow, identity.visit_id())
    done(gettext("You are signed out everywhere else."))
    return redirect(url_for("accounts.visits"), 303)


@outside.get("/<lang>/login")
@access.public
def login_page() -> Response:
    """Lead an old habit to the sign-in page."""
    return redirect(url_for("accounts.sign_in"))
