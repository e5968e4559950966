"""The links in the header: a few for everybody, and each role's own place."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext

from accounts import access
from accounts.domain.roles import Role
from foundation.settings import Settings
from foundation.values.actor import Actor
from portal.first_steps import has_published
from tendering.domain.permissions import COMMITTEE_ROLES
from tendering.facts import has_seat


@dataclass(frozen=True)
class NavigationLink:
    """One link; ``current`` marks the page the reader is on."""

    href: str
    text: str
    current: bool


def install(app: Flask, settings: Settings) -> None:
    """Give every template its navigation, and sign-in the place where each role begins."""
    app.extensions["muhr_first_page"] = first_page

    @app.context_processor
    def navigation() -> dict[str, object]:
        nowhere = request.url_rule is None
        wanted = nowhere or "lang" in _arguments()
        return {"navigation": list(_links(settings)) if wanted else []}


FIRST_PAGES = (
    (Role.ADMINISTRATOR, "accounts.people"),
    (Role.OFFICER, "tendering.dashboard"),
    (Role.APPROVER, "tendering.dashboard"),
    (Role.EVALUATOR, "evaluation.work_list"),
    (Role.VENDOR, "bids.my_bids"),
    (Role.AUDITOR, "oversight.auditor_page"),
)


def first_page() -> str:
    """Return where the one who has just signed in begins."""
    who = access.actor()
    held = who.roles
    if Role.ADMINISTRATOR in held and not has_published(access.session(), who.organisation_id):
        return url_for("portal.first_steps")
    endpoint = next((page for role, page in FIRST_PAGES if role in held), "accounts.home")
    return url_for(endpoint)


def _arguments() -> frozenset[str]:
    rule = request.url_rule
    return frozenset(rule.arguments) if rule is not None else frozenset()


def _links(settings: Settings) -> list[NavigationLink]:
    who = access.actor()
    wanted = [("tendering.tender_list", gettext("Tenders"))]
    wanted.append(("notices.notice_list", gettext("Notices")))
    wanted += _places(who)
    if settings.practice:
        wanted.append(("accounts_outside.practice_page", gettext("Practice")))
    if who.signed_in:
        wanted.append(("accounts.inbox", gettext("Inbox")))
        wanted.append(("accounts.home", access.actor_page().name or gettext("Your account")))
    else:
        wanted.append(("accounts.sign_in", gettext("Sign in")))
    return [
        NavigationLink(url_for(endpoint), text, request.endpoint == endpoint)
        for endpoint, text in wanted
    ]


def _places(who: Actor) -> list[tuple[str, str]]:
    """Return where each of the reader's roles, or a seat on a committee, has its work."""
    wanted: list[tuple[str, str]] = []
    if who.roles & {Role.OFFICER, Role.APPROVER}:
        wanted.append(("tendering.dashboard", gettext("My work")))
    if Role.EVALUATOR in who.roles:
        wanted.append(("evaluation.work_list", gettext("Evaluations")))
    if who.roles & COMMITTEE_ROLES and has_seat(access.session(), who.account_id):
        wanted.append(("tendering.seats", gettext("Committee keys")))
    if Role.VENDOR in who.roles:
        wanted.append(("bids.my_bids", gettext("My bids")))
    if who.roles & {Role.AUDITOR, Role.ADMINISTRATOR}:
        wanted.append(("oversight.auditor_page", gettext("Records")))
    if Role.ADMINISTRATOR in who.roles:
        wanted.append(("accounts.people", gettext("People")))
        wanted.append(("portal.platform", gettext("Platform")))
    return wanted
