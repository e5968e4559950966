"""The Flask door: route marks, the current actor, the request's session and unit of work."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, g  # noqa: TID251  the door itself
from flask_login import current_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from accounts.domain.roles import Role
from foundation.database import Base
from foundation.jobs import JobContext
from foundation.kept_pages import KeptPages
from foundation.unit_of_work import UnitOfWork, unit_of_work_on
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal

P = ParamSpec("P")
R = TypeVar("R")

database = SQLAlchemy(metadata=Base.metadata)
MARK = "access_mark"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a route that anybody may read."""
    setattr(view, MARK, "public")
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a route for anyone with an account; refuse others with ``sign-in``."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not actor().signed_in:
            raise Refusal("sign-in")
        return view(*args, **kwargs)

    setattr(guarded, MARK, "signed-in")
    return guarded


def roles(*allowed: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a route for the given roles; refuse others with ``sign-in`` or ``not-permitted``."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            who = actor()
            if not who.signed_in:
                raise Refusal("sign-in")
            if not who.roles & frozenset(allowed):
                raise Refusal("not-permitted")
            return view(*args, **kwargs)

        setattr(guarded, MARK, "roles:" + ",".join(sorted(allowed)))
        return guarded

    return mark


def actor() -> Actor:
    """Return who makes this request, judged once."""
    if "actor" not in g:
        g.actor = current_user.as_actor() if current_user.is_authenticated else Actor.anonymous()
    return cast(Actor, g.actor)


def session() -> Session:
    """Return the request's session, for reading."""
    return cast(Session, database.session())


@contextlib.contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Write as the current actor; commit at the end, roll back on any exception."""
    who = actor()
    with unit_of_work_on(session(), who) as uow:
        yield uow


def context() -> JobContext:
    """Return settings, sessions and blobs of the running application."""
    return cast(JobContext, current_app.extensions["muhr"])


def kept_pages() -> KeptPages:
    """Return the public pages that this process keeps ready to send."""
    return cast(KeptPages, current_app.extensions["muhr_kept_pages"])


@dataclass(frozen=True)
class ActorPage:
    """What a template may know of the one who looks at it."""

    signed_in: bool = False
    name: str = ""
    roles: frozenset[str] = frozenset()


def actor_page() -> ActorPage:
    """Return the current actor for templates."""
    who = actor()
    if not who.signed_in:
        return ActorPage()
    return ActorPage(True, current_user.page_name(), who.roles)


def first_page() -> str:
    """Return where the current actor begins after signing in; the roof knows every page."""
    return cast(Callable[[], str], current_app.extensions["muhr_first_page"])()


def mail_line(message: object, language: str, address: str) -> object:
    """Return a message as a page shows it; the roof knows the texts of every package."""
    write = cast(Callable[[object, str, str], object], current_app.extensions["muhr_mail_line"])
    return write(message, language, address)
