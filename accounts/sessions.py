"""The one session interface: the cookie carries a random token, the table everything else."""

from datetime import datetime
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from accounts import access, queries
from accounts.acts import seeing
from accounts.acts.visiting import NewVisit
from accounts.credentials import digest_of
from accounts.domain import visits
from accounts.domain.organisations import Person
from accounts.domain.visits import Awaiting
from accounts.queries import OpenVisit
from foundation.database import database_instant
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor

SECURE_COOKIE = "__Host-muhr_session"
LOCAL_COOKIE = "muhr_session"
LONGEST_TOKEN = 100


class VisitSession(CallbackDict[str, Any], SessionMixin):
    """What Flask calls the session; without a row behind it whatever it holds is forgotten."""

    def __init__(
        self,
        visit: OpenVisit | None,
        *,
        dead_cookie: bool = False,
        opened_at: datetime | None = None,
    ) -> None:
        def changed(session: "VisitSession") -> None:
            session.modified = True

        super().__init__({} if visit is None else visit.data, changed)
        self.modified = False
        self.accessed = True
        self.visit = visit
        self.opened_at = opened_at
        self.dead_cookie = dead_cookie
        self.token = ""
        self.seen = True
        self.former_owner = ""

    @property
    def person(self) -> Person | None:
        """Return who is fully signed in here."""
        standing = self.visit
        if standing is None or standing.facts.awaiting is not Awaiting.NOTHING:
            return None
        return standing.person

    def adopt(self, new: NewVisit, visit: OpenVisit) -> None:
        """Stand for the session just opened; nothing of an earlier one is taken along."""
        self.clear()
        self.update(visit.data)
        self.visit, self.token, self.dead_cookie = visit, new.token, False

    def leave(self) -> None:
        """Stand for nobody; the cookie goes."""
        self.clear()
        self.visit, self.token, self.dead_cookie = None, "", True


class TableSessions(SessionInterface):
    """Reads and writes sessions through the table ``visit``."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.cookie = SECURE_COOKIE if secure else LOCAL_COOKIE

    def open_session(self, app: Flask, request: Request) -> VisitSession:
        """Return the session of the request's cookie; an empty one without a cookie."""
        token = request.cookies.get(self.cookie, "")
        if not token or request.path.startswith("/static/"):
            return VisitSession(None)
        if len(token) > LONGEST_TOKEN:
            return VisitSession(None, dead_cookie=True)
        reading = access.session()
        now = database_instant(reading)
        visit = queries.open_visit(reading, digest_of(token), now)
        session = VisitSession(visit, dead_cookie=visit is None, opened_at=now)
        if visit is None:
            session.former_owner = queries.owner_of_token(reading, digest_of(token))
        session.seen = visit is None or not visits.should_mark_seen(visit.facts, now)
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed; set the cookie only when a session was opened or has ended."""
        if not isinstance(session, VisitSession):
            return
        if session.visit is not None:
            response.vary.add("Cookie")
            if session.modified or not session.seen:
                _keep(session, session.visit.id)
        if session.token:
            response.set_cookie(
                self.cookie, session.token, path="/", secure=self.secure, httponly=True,
                samesite="Lax",
            )  # fmt: skip
        elif session.dead_cookie:
            response.delete_cookie(
                self.cookie, path="/", secure=self.secure, httponly=True, samesite="Lax"
            )


def _keep(session: VisitSession, visit_id: str) -> None:
    with unit_of_work(access.context().sessions, Actor.system("sessions")) as uow:
        seeing.keep(uow, visit_id, dict(session) if session.modified else None)
