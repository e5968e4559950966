"""Keeping what was typed when a session ended, or a fresh sign-in was asked, under a form."""

import base64
import binascii
import hmac
import json
import zlib
from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import access, identity
from accounts.views import keying
from foundation.values.refusal import Refusal

LARGEST = 300_000
NOT_CARRIED = frozenset(
    {"csrf_token", "password", "again", "current", "code", "setup_code", "passkey"}
)
WAYS = {
    "sign-in": "accounts.sign_in",
    "fresh-sign-in": "accounts.confirm_it_is_you",
    "fresh-second-factor": "accounts.confirm_it_is_you",
}


@dataclass(frozen=True)
class Carried:
    """Typed fields on their way to the address they were meant for."""

    target: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool
    owner: str = ""


def interrupted(refusal: Refusal) -> Response | None:
    """Return the page that asks for a sign-in and carries the form that was posted.

    None when nothing was typed or the refusal is another one: the usual page serves then.
    """
    if request.method != "POST" or refusal.code not in WAYS or request.is_json:
        return None
    if request.path.startswith("/api/"):
        return None
    fields = tuple(
        (name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED
    )
    owner = access.actor().account_id or identity.own_session().former_owner
    carried = pack(Carried(request.full_path.rstrip("?"), fields, bool(request.files), owner))
    if len(carried) > LARGEST:
        return None
    factor = refusal.code == "fresh-second-factor" and identity.person().has_second_factor
    page = render_template(
        "accounts/interrupted.html",
        action=url_for(WAYS[refusal.code], factor="1" if factor else None),
        factor=factor,
        options=keying.options_for(identity.own_session().person),
        carried=carried,
        signed_in=access.actor().signed_in,
        practice=access.actor().signed_in and identity.person().practice,
        had_files=bool(request.files),
    )
    return make_response(page, 401)


def pack(carried: Carried) -> str:
    """Return the fields as one signed text for a hidden input."""
    body = json.dumps([carried.target, carried.fields, carried.had_files, carried.owner]).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(body)).decode()
    return f"{_mac(packed)}.{packed}"


def unpack(text: str | None) -> Carried | None:
    """Return what ``pack`` took, or None when the text is not ours or another person's."""
    mac, _, packed = (text or "").partition(".")
    if not packed or not hmac.compare_digest(mac.encode(), _mac(packed).encode()):
        return None
    try:
        body = zlib.decompress(base64.urlsafe_b64decode(packed))
        target, fields, had_files, owner = json.loads(body)
    except (binascii.Error, zlib.error, ValueError):
        return None
    if owner and owner != access.actor().account_id:
        return None
    pairs = tuple((str(name), str(value)) for name, value in fields)
    return Carried(identity.safe_next(target, "/"), pairs, bool(had_files), owner)


def resume(carried: Carried) -> str:
    """Return the page from which the typed form is sent again, by the person's own press."""
    return render_template("accounts/resume.html", carried=carried)


def _mac(packed: str) -> str:
    return identity.own_keyring().digest("carried", "", packed)
