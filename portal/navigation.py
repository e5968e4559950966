"""The links in the header: a few for everybody, and each role's own place."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext

from accounts import access
from accounts.domain.roles import Role
from foundation.settings import Settings


@dataclass(frozen=True)
class NavigationLink:
    """One link; ``current`` marks the page the reader is on."""

    href: str
    text: str
    current: bool


def install(app: Flask, settings: Settings) -> None:
    """Give every template its navigation."""

    @app.context_processor
    def navigation() -> dict[str, object]:
        return {"navigation": list(_links(settings)) if "lang" in _arguments() else []}


def _arguments() -> frozenset[str]:
    rule = request.url_rule
    return frozenset(rule.arguments) if rule is not None else frozenset()


def _links(settings: Settings) -> list[NavigationLink]:
    who = access.actor()
    wanted = [("tendering.tender_list", gettext("Tenders"))]
    wanted.append(("notices.notice_list", gettext("Notices")))
    if who.roles & {Role.OFFICER, Role.APPROVER}:
        wanted.append(("tendering.dashboard", gettext("My work")))
    if Role.EVALUATOR in who.roles:
        wanted.append(("evaluation.work_list", gettext("Evaluations")))
    if Role.VENDOR in who.roles:
        wanted.append(("bids.my_bids", gettext("My bids")))
    if who.roles & {Role.AUDITOR, Role.ADMINISTRATOR}:
        wanted.append(("oversight.auditor_page", gettext("Records")))
    if Role.ADMINISTRATOR in who.roles:
        wanted.append(("accounts.people", gettext("People")))
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
