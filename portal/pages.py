"""The portal's own pages: home, health, the seal explained, and what every page is given."""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import text
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts import queries as accounts
from accounts.domain.roles import Role
from beacon.domain.keepers import QUICKNET
from bids.platform_key import load_platform_key
from foundation.database import database_instant
from foundation.log_lines import Event, Log
from foundation.settings import Settings
from foundation.values.instants import instant_text
from foundation.values.refusal import N_, Refusal
from portal.demo.key_lines import key_lines
from portal.demo.practising import new_practice_tender
from portal.first_steps import first_steps_page
from portal.guides import guide_lines
from portal.home import home_page
from portal.languages import current_language
from tendering.domain.committee import fingerprint_of

STORE_UNWELL = N_(
    "Sealed bids and documents cannot be written just now. The command muhr doctor says why and "
    "what to do."
)
log = Log("muhr.web")
blueprint = Blueprint(
    "portal", __name__, template_folder=str(Path(__file__).parents[1] / "templates")
)


@dataclass(frozen=True)
class SettingsPage:
    """What every template may know of the installation."""

    practice: bool
    local_beacon: bool
    quicknet: bool
    entity_phone: str


def install(app: Flask, settings: Settings) -> None:
    """Give every template what the layout needs."""
    settings_page = SettingsPage(
        practice=settings.practice,
        local_beacon=settings.local_beacon,
        quicknet=settings.beacon_chain_hash == QUICKNET,
        entity_phone=settings.entity_phone,
    )

    @app.context_processor
    def page_variables() -> dict[str, object]:
        return {
            "settings_page": settings_page,
            "actor": access.actor_page(),
            "new_tender_action": url_for("portal.practice_tender") if settings.practice else "",
            "practice_keys_page": url_for("portal.practice_keys") if settings.practice else "",
        }


@blueprint.get("/")
@access.public
def root() -> BaseResponse:
    """Lead to the home page in the reader's language."""
    return redirect(url_for("portal.home", lang=current_language()))


@blueprint.get("/<lang>/")
@access.public
def home() -> str:
    """Show what Muhr is and where to begin."""
    session = access.session()
    first_run = not accounts.has_accounts(session)
    return render_template("portal/home.html", home=home_page(session, first_run=first_run))


@blueprint.get("/<lang>/first-steps")
@access.roles(Role.ADMINISTRATOR, Role.OFFICER, Role.APPROVER)
def first_steps() -> str:
    """Lead from a new installation to its first published tender."""
    who = access.actor()
    page = first_steps_page(access.session(), who.organisation_id, who.roles)
    return render_template("portal/first_run.html", first_run=page)


@blueprint.get("/<lang>/seal")
@access.public
def seal() -> str:
    """Explain the seal and what it cannot promise."""
    return render_template("portal/seal.html")


@blueprint.get("/<lang>/guides")
@access.public
def guides() -> str:
    """Offer the printed guides."""
    return render_template("portal/guides.html", lines=guide_lines())


@blueprint.get("/<lang>/accessibility")
@access.public
def accessibility() -> str:
    """Show the accessibility statement."""
    return render_template("portal/accessibility.html")


@blueprint.get("/api/clock")
@access.public
def server_clock() -> Response:
    """Give the database's present instant, for countdowns."""
    return jsonify(now=instant_text(database_instant(access.session())))


@blueprint.get("/health")
@access.public
def health() -> Response:
    """Tell that web server, database and blob store answer."""
    access.session().execute(text("SELECT 1"))
    try:
        access.context().blobs.health()
    except OSError as error:
        log.error(Event.STORE_AWAY, fault=type(error).__name__)
        answer = jsonify(status="unwell", code="store-away", message=gettext(STORE_UNWELL))
        answer.status_code = 503
        return answer
    return jsonify(status="ok")


@blueprint.get("/<lang>/practice/keys")
@access.public
def practice_keys() -> str:
    """Show the keys of the demo's committee members to whoever practises."""
    context = access.context()
    if not context.settings.practice:
        raise Refusal("not-found")
    lines = key_lines(access.session(), context.settings)
    platform = fingerprint_of(str(load_platform_key(context.settings).verifier()))
    return render_template("portal/practice_keys.html", tenders=lines, platform=platform)


@blueprint.post("/<lang>/practice/tender")
@access.public
def practice_tender() -> BaseResponse:
    """Publish a practice tender that closes in five minutes, and lead to it."""
    tender_id = new_practice_tender(access.context())
    return redirect(url_for("tendering.tender_page", tender_id=tender_id), 303)
