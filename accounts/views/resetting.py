"""Lost second factors: what was asked, the second person's word, and bidders who lost theirs."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.acts import resetting
from accounts.domain.factor_reset import CONFIRMERS
from accounts.domain.roles import Role
from accounts.forms import BidderResetForm
from accounts.queries import resets as queries
from accounts.views.blueprint import blueprint
from accounts.views.telling import done, tell
from foundation.database import database_instant
from foundation.values.refusal import Refusal


@blueprint.get("/second-factor-resets")
@access.roles(*sorted(CONFIRMERS))
def resets() -> str:
    """List the requests that wait for a second person of the organisation."""
    reading, actor = access.session(), access.actor()
    now = database_instant(reading)
    return render_template(
        "accounts/resets.html",
        resets=queries.open_resets(reading, actor.organisation_id, now),
        own_id=actor.account_id,
        is_administrator=Role.ADMINISTRATOR in actor.roles,
    )


@blueprint.post("/second-factor-resets/<request_id>/confirm")
@access.roles(*sorted(CONFIRMERS))
def confirm_reset(request_id: str) -> Response:
    """Take the second factor off, as the second person."""
    with access.unit_of_work() as uow:
        resetting.confirm_reset(uow, request_id)
    done(gettext("The second factor is taken off. The person sets up a new one at sign-in."))
    return redirect(url_for("accounts.resets"), 303)


@blueprint.post("/second-factor-resets/<request_id>/refuse")
@access.signed_in
def refuse_reset(request_id: str) -> Response:
    """Refuse the request, or stop it as the owner of the second factor."""
    with access.unit_of_work() as uow:
        resetting.refuse_reset(uow, request_id)
    done(gettext("The request is refused. The second factor stays."))
    may_list = access.actor().roles & CONFIRMERS
    return redirect(url_for("accounts.resets" if may_list else "accounts.security"), 303)


@blueprint.route("/second-factor-resets/bidder", methods=["GET", "POST"])
@access.roles(Role.ADMINISTRATOR)
def bidder_reset() -> Response | str:
    """Ask it for a bidder, whose firm has no administrator of its own."""
    form = BidderResetForm()
    if request.method == "POST":
        try:
            with access.unit_of_work() as uow:
                resetting.ask_bidder_reset(uow, form.email.data or "", form.reason.data or "")
        except Refusal as refusal:
            if refusal.code == "fresh-sign-in":
                raise
            tell(form, refusal)
        else:
            done(gettext("It is asked for. A second person has to confirm it; the owner is told."))
            return redirect(url_for("accounts.resets"), 303)
    return render_template("accounts/bidder_reset.html", form=form)
