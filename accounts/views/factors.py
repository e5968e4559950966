"""Setting up the authenticator app, its recovery codes, and leaving it off again."""

import io

import segno
from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import enrolling, limiting, signing_in
from accounts.credentials import new_totp_secret
from accounts.domain import second_factor
from accounts.domain.limits import Tried
from accounts.domain.organisations import Person
from accounts.domain.visits import Awaiting
from accounts.forms import CodeForm
from accounts.queries import passkeys, resets
from accounts.views import keying
from accounts.views.addressing import require_fresh_factor
from accounts.views.blueprint import blueprint
from accounts.views.telling import done, tell
from foundation.database import database_instant
from foundation.values.refusal import Refusal

ISSUER = "Muhr"
SECRET = "enrolling"  # noqa: S105  the name of a session value, not a secret
CODES = "recovery-codes"


def qr_svg(text: str) -> Markup:
    """Return a QR code as inline SVG; no style attribute, as the content policy asks."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, scale=4, border=3, dark="#000", light="#fff",
        svgclass="qr", lineclass=None, omitsize=False,
    )  # fmt: skip
    # The library made it from an address of ours: nothing in it was typed by anybody.
    return Markup(out.getvalue().decode())  # noqa: S704  # nosec B704  # nosemgrep: markup-from-values


def _enrolling_person() -> tuple[Person, bool]:
    """Return whose authenticator is set up, and whether the session waits for it."""
    signed_in = identity.own_session().person
    if signed_in is not None:
        return signed_in, False
    _, person = identity.waiting(Awaiting.ENROLMENT)
    if person is None:
        raise Refusal("sign-in")
    return person, True


@blueprint.route("/authenticator", methods=["GET", "POST"])
@access.public
def enrol() -> Response | str:
    """Show the QR code of a new secret and take the first code."""
    person, waiting = _enrolling_person()
    if not waiting and person.has_second_factor:
        require_fresh_factor()
    form = CodeForm()
    keyring = identity.own_keyring()
    if request.method == "POST" and SECRET in session:
        refusal = _take(person, waiting, form.code.data or "")
        if refusal is None:
            return redirect(url_for("accounts.recovery_codes", next=request.args.get("next")), 303)
        tell(form, refusal)
    if SECRET not in session:
        session[SECRET] = keyring.seal(new_totp_secret(), person.id)
    secret = keyring.open(session[SECRET], person.id)
    return render_template(
        "accounts/enrol.html",
        form=form,
        qr=qr_svg(second_factor.provisioning_uri(secret, person.email, ISSUER)),
        secret=second_factor.base32_secret(secret),
        needed=second_factor.is_needed(person.roles),
    )


def _take(person: Person, waiting: bool, typed: str) -> Refusal | None:
    keyring, caller = identity.own_keyring(), identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.CODE, person.id, caller.address)
    if stopped is not None:
        return stopped
    new = None
    try:
        with access.unit_of_work() as uow:
            codes = enrolling.enrol(uow, keyring, person.id, session[SECRET], typed)
            if waiting:
                visit_id = identity.visit_id()
                new = signing_in.let_in_after_enrolment(uow, visit_id, person, caller)
    except Refusal as refusal:
        return refusal
    if new is not None:
        identity.enter(new, "authenticator")
    session.pop(SECRET, None)
    session[CODES] = [keyring.seal(code.encode(), person.id) for code in codes]
    return None


@blueprint.get("/recovery-codes")
@access.signed_in
def recovery_codes() -> Response | str:
    """Show the ten codes once, to be printed or written down."""
    person = identity.person()
    sealed = session.pop(CODES, None)
    if sealed is None:
        return redirect(url_for("accounts.security"))
    keyring = identity.own_keyring()
    return render_template(
        "accounts/recovery_codes.html",
        codes=[keyring.open(each, person.id).decode() for each in sealed],
        person=person,
        next=identity.safe_next(request.args.get("next"), access.first_page()),
    )


@blueprint.post("/recovery-codes")
@access.signed_in
def new_recovery_codes() -> Response:
    """Make ten new recovery codes; the old ones die."""
    require_fresh_factor()
    keyring = identity.own_keyring()
    with access.unit_of_work() as uow:
        codes = enrolling.renew_recovery_codes(uow, keyring)
    person = identity.person()
    session[CODES] = [keyring.seal(code.encode(), person.id) for code in codes]
    return redirect(url_for("accounts.recovery_codes"), 303)


@blueprint.post("/authenticator/drop")
@access.signed_in
def drop_authenticator() -> Response:
    """Stop using the app, where no role needs it."""
    require_fresh_factor()
    with access.unit_of_work() as uow:
        enrolling.drop(uow)
    done(gettext("The authenticator app is no longer used."))
    return redirect(url_for("accounts.security"), 303)


@blueprint.get("/security")
@access.signed_in
def security() -> str:
    """Show how this account is guarded."""
    person, reading = identity.person(), access.session()
    return render_template(
        "accounts/security.html",
        person=person,
        needed=second_factor.is_needed(person.roles),
        factor=queries.factor_facts(reading, person.id),
        passkeys=passkeys.passkeys_of(reading, person.id),
        passkeys_work=keying.site() is not None,
        reset=resets.own_reset(reading, person.id, database_instant(reading)),
    )
