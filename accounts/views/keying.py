"""Adding and removing passkeys, and the challenge that every use of one answers."""

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access, identity, passkeys
from accounts.acts import keying
from accounts.domain.organisations import Person
from accounts.forms import PasskeyForm
from accounts.passkeys import PasskeyProof, Site
from accounts.queries import passkeys as queries
from accounts.views.addressing import ASK_AGAIN, require_fresh_factor
from accounts.views.blueprint import blueprint
from accounts.views.telling import done, tell
from foundation.values.refusal import Refusal

CHALLENGE = "passkey-challenge"
CODES = "recovery-codes"


def site() -> Site | None:
    """Return the site for passkeys, or None where none work."""
    return passkeys.site_of(access.context().settings)


def options_for(person: Person | None) -> str:
    """Return what the browser needs to use one of the person's passkeys, or nothing."""
    here = site()
    if here is None or person is None or person.passkeys == 0:
        return ""
    known = queries.stored(access.session(), person.id)
    return passkeys.request_options(here, _challenge(), known)


def proof_of(person: Person, answer: str) -> PasskeyProof:
    """Return what the browser's answer proves; the challenge is used up.

    Raises:
        Refusal: ``passkey-failed``.
    """
    here, challenge = site(), session.pop(CHALLENGE, None)
    if here is None or challenge is None:
        raise Refusal("passkey-failed")
    known = queries.stored(access.session(), person.id)
    return passkeys.check_request(here, challenge, answer, known)


def _challenge() -> str:
    if CHALLENGE not in session:
        session[CHALLENGE] = passkeys.new_challenge()
    return str(session[CHALLENGE])


@blueprint.route("/passkeys/new", methods=["GET", "POST"])
@access.signed_in
def add_passkey() -> Response | str:
    """Make a passkey on this device or on a security key."""
    require_fresh_factor()
    here, form, person = site(), PasskeyForm(), identity.person()
    if here is None:
        raise Refusal("passkeys-not-here")
    if request.method == "POST":
        refusal = _add(here, form)
        if refusal is None:
            done(gettext("The passkey is added."))
            codes = CODES in session
            return redirect(url_for(f"accounts.{'recovery_codes' if codes else 'security'}"), 303)
        tell(form, refusal)
    known = queries.stored(access.session(), person.id)
    options = passkeys.creation_options(here, _challenge(), person.id, person.email, known)
    return render_template("accounts/passkey.html", form=form, options=options)


def _add(here: Site, form: PasskeyForm) -> Refusal | None:
    person, keyring = identity.person(), identity.own_keyring()
    try:
        challenge = session.pop(CHALLENGE, None)
        if challenge is None:
            raise Refusal("passkey-failed")
        made = passkeys.check_creation(here, challenge, form.passkey.data or "")
        with access.unit_of_work() as uow:
            codes = keying.add_passkey(
                uow, keyring, identity.visit_id(), made, form.name.data or ""
            )
    except Refusal as refusal:
        if refusal.code in ASK_AGAIN:
            raise
        return refusal
    if codes:
        session[CODES] = [keyring.seal(code.encode(), person.id) for code in codes]
    return None


@blueprint.post("/passkeys/<passkey_id>/remove")
@access.signed_in
def remove_passkey(passkey_id: str) -> Response:
    """Remove one of the person's own passkeys."""
    with access.unit_of_work() as uow:
        keying.remove_passkey(uow, passkey_id)
    done(gettext("The passkey is removed."))
    return redirect(url_for("accounts.security"), 303)
