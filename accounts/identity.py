"""How a request gets its person: Flask-Security and Flask-Login over our session table."""

import secrets
from typing import Any, NoReturn, cast
from urllib.parse import urlsplit

import flask
from flask import Flask, g, request
from flask_login import current_user
from flask_security import RoleMixin, Security, UserMixin
from flask_security import login_user as start_login
from flask_security import logout_user as end_login
from flask_security.datastore import UserDatastore
from flask_wtf.csrf import CSRFProtect

from accounts import access, queries
from accounts.acts.visiting import Caller, NewVisit, actor_for
from accounts.credentials import Keyring, digest_of, keyring
from accounts.domain import visits
from accounts.domain.organisations import Person
from accounts.domain.visits import Awaiting
from accounts.sessions import TableSessions, VisitSession
from foundation.database import database_instant
from foundation.settings import Settings
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SAME_SITE = frozenset({"same-origin", "none"})


class CurrentUser(UserMixin):
    """The signed-in person as Flask-Security and the pages know him; never a row."""

    fs_uniquifier: str = ""

    def __init__(self, person: Person, visit_id: str, *, fresh: bool) -> None:
        self.person = person
        self.fs_uniquifier = visit_id
        self.account_id = person.id
        self.active = person.active
        self.roles: list[Any] = []
        self.email = person.email
        self.fresh = fresh

    def as_actor(self) -> Actor:
        """Return the person as the one who acts in this request."""
        return actor_for(self.person, fresh=self.fresh)

    def page_name(self) -> str:
        """Return the name that the header shows."""
        return self.person.name.in_language(str(g.get("lang", "en")))


class VisitDatastore(UserDatastore):
    """Finds the person of the request's own session; changes go through acts only."""

    def __init__(self) -> None:
        super().__init__(CurrentUser, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> CurrentUser | None:  # noqa: ANN401
        """Return the session's person when ``fs_uniquifier`` names that session."""
        session = own_session()
        person, visit = session.person, session.visit
        if person is None or visit is None or kwargs.get("fs_uniquifier") != visit.id:
            return None
        now = session.opened_at or database_instant(access.session())
        return CurrentUser(person, visit.id, fresh=visits.is_fresh(visit.facts, now))

    def find_role(self, role: str) -> None:
        """Return nothing: roles are judged by the permission tables."""

    def commit(self) -> None:
        """Do nothing: our door commits."""


def install(app: Flask, settings: Settings) -> None:
    """Give ``app`` sign-in: the session interface, Flask-Login, Flask-Security, the CSRF door."""
    app.session_interface = TableSessions(secure=settings.secure)
    keyring(settings)  # a missing key is made now, before the first request
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_PASSWORD_SALT=secrets.token_hex(16),
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    security = Security(app, VisitDatastore(), register_blueprint=False)
    # The session table binds a session to its device already, and no token opens a page.
    security.login_manager.session_protection = None
    security.login_manager.request_loader(_no_token)
    security.unauthn_handler(_refuse_stranger)
    csrf = cast(CSRFProtect, app.extensions["csrf"])

    @app.before_request
    def check_origin_and_token() -> None:
        if request.method in SAFE_METHODS:
            return
        check_origin()
        if own_session().visit is None:
            # Nobody's authority can be misused, and anonymous pages carry no cookie to bind to.
            g.csrf_valid = True
        else:
            csrf.protect()


def _no_token(_request: object) -> None:
    return None


def _refuse_stranger(_mechanisms: list[str], _headers: dict[str, str] | None) -> NoReturn:
    raise Refusal("sign-in")


def check_origin() -> None:
    """Refuse a change that a page of another site asks for.

    Under our Referrer-Policy browsers send ``Origin: null`` with form posts, so the fetch
    metadata speaks first. A program without a browser sends neither and carries no cookie of
    somebody else.

    Raises:
        Refusal: ``forged-request``.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in SAME_SITE:
            raise Refusal("forged-request")
        return
    origin = request.headers.get("Origin")
    if origin is None or (origin == "null" and own_session().visit is not None):
        return  # the token that follows decides
    if urlsplit(origin).netloc != request.host:
        raise Refusal("forged-request")


def own_session() -> VisitSession:
    """Return the request's session with what stands behind it."""
    return cast(VisitSession, flask.session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def own_keyring() -> Keyring:
    """Return the installation's keyring."""
    return keyring(access.context().settings)


def person() -> Person:
    """Return the signed-in person.

    Raises:
        Refusal: ``sign-in``.
    """
    signed_in = own_session().person
    if signed_in is None:
        raise Refusal("sign-in")
    return signed_in


def visit_id() -> str:
    """Return the id of the request's own session, or nothing."""
    visit = own_session().visit
    return "" if visit is None else visit.id


def waiting(awaiting: Awaiting) -> tuple[str, Person | None]:
    """Return the session that waits for ``awaiting`` with the person it is for.

    Raises:
        Refusal: ``sign-in`` when there is none.
    """
    visit = own_session().visit
    if visit is None or visit.facts.awaiting is not awaiting:
        raise Refusal("sign-in")
    return visit.id, visit.person


def caller() -> Caller:
    """Return address and device of the request, for the person's own list of sessions."""
    return Caller(address=request.remote_addr or "", device=device_name(request.user_agent.string))


def device_name(agent: str) -> str:
    """Return browser and system in two words; the full string would identify a person."""
    browsers = (
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
        ("Mac OS", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return ", ".join(word for word in (browser, system) if word)


def enter(new: NewVisit, how: str) -> None:
    """Give the browser the session that an act has opened; its token is new each time."""
    reading = access.session()
    visit = queries.open_visit(reading, digest_of(new.token), database_instant(reading))
    if visit is None:
        raise Refusal("sign-in")
    session = own_session()
    session.adopt(new, visit)
    g.pop("actor", None)
    g.pop("csrf_token", None)
    if new.awaiting is Awaiting.NOTHING and visit.person is not None:
        start_login(
            CurrentUser(visit.person, visit.id, fresh=True), remember=False, authn_via=[how]
        )


def leave() -> None:
    """Take the session from the browser; the act has ended it in the table."""
    if current_user.is_authenticated:
        end_login()
    own_session().leave()
    g.pop("actor", None)


def safe_next(target: str | None, default: str) -> str:
    """Return ``target`` when it is a path of this site, else ``default``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(mark) < 32 for mark in target) or "\\" in target:
        return default
    return target
