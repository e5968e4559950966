"""Lists, filters and search at 10,000 and 1,000,000 tenders, and the list page beside a hello page.

Aims: each query takes at most 1.2 times as long with a hundred times the tenders; the list page
is served at least 0.7 times as often as a hello page of the same stack, a kept one as often.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, run_wsgi_app

from accounts import access
from bench.databases import context_on, running_postgresql, scratch, sqlite_url
from bench.many_tenders import RARE, SELDOM, make_many
from bench.report import figure
from bench.timing import Work, by_turns
from foundation.jobs import JobContext
from portal.factory import create_app
from tendering import public_list
from tendering.domain.listing import Order, Search, State
from tendering.domain.tender import Category

FEW, MANY = 10_000, 1_000_000
QUICK_MANY = 100_000
ROUNDS = 41
HELLO = """{% extends "layout/page.html" %}{% block content %}<h1>Hello</h1>{% endblock %}"""


def main(*, quick: bool) -> None:
    """Print the figures, on SQLite and on PostgreSQL (where a tenth as many stand for many)."""
    many = QUICK_MANY if quick else MANY
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(scratch())
        few = stack.enter_context(_filled(folder / "few", sqlite_url(folder / "few"), FEW))
        large = stack.enter_context(_filled(folder / "many", sqlite_url(folder / "many"), many))
        _queries("sqlite", few, large, many)
        _pages("sqlite", large, many)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(scratch())
        urls = stack.enter_context(running_postgresql("few", "many"))
        few = stack.enter_context(_filled(folder / "few", urls["few"], FEW))
        large = stack.enter_context(_filled(folder / "many", urls["many"], QUICK_MANY))
        _queries("postgresql", few, large, QUICK_MANY)


@contextlib.contextmanager
def _filled(folder: Path, url: str, number: int) -> Iterator[JobContext]:
    with context_on(url, folder) as context:
        make_many(context, number)
        yield context


def _searches(session: Session) -> dict[str, Search]:
    """Return every kind of question that the public list takes."""
    newest = public_list.public_tenders(session, Search())
    closing = public_list.public_tenders(session, Search(order=Order.CLOSING))
    buyer = newest.lines[0].organisation_id
    return {
        "newest": Search(),
        "newest, next page": Search(after=newest.older),
        "closing": Search(order=Order.CLOSING),
        "closing, next page": Search(order=Order.CLOSING, after=closing.older),
        "state open": Search(states=(State.OPEN,)),
        "state evaluation": Search(states=(State.EVALUATION,)),
        "state awarded": Search(states=(State.AWARDED,)),
        "category": Search(categories=(Category.WORKS,)),
        "state and category": Search(states=(State.CANCELLED,), categories=(Category.GOODS,)),
        "buyer": Search(organisation_id=buyer),
        "buyer and state": Search(organisation_id=buyer, states=(State.AWARDED,)),
        "common word": Search(words="road"),
        "common words in Urdu": Search(words="سڑک مرمت"),
        "two words": Search(words="computers quetta"),
        "seldom word": Search(words=SELDOM[0]),
        "rare word": Search(words=RARE[0]),
        "number": Search(words="B-2026-777"),
        "no such word": Search(words="zeppelin"),
        "word and state": Search(words="road", states=(State.AWARDED,)),
        "word and category": Search(words="furniture", categories=(Category.WORKS,)),
        "word and buyer": Search(words="division", organisation_id=buyer),
        "word, closing": Search(words="road", order=Order.CLOSING),
    }


def _queries(kind: str, few: JobContext, large: JobContext, many: int) -> None:
    """Ask both databases the same by turns."""
    with few.sessions() as one, large.sessions() as other:
        asked = _searches(one)
        for name, far in _searches(other).items():
            works: dict[str, Work] = {
                "few": lambda near=asked[name]: _ask(one, near),
                "many": lambda far=far: _ask(other, far),
            }
            taken = by_turns(works, ROUNDS)
            figure(
                f"lists.{kind}.{name}, {many} tenders",
                taken["many"] * 1000,
                "CPU ms",
                f"the same with {FEW} tenders",
                taken["few"] * 1000,
            )


def _ask(session: Session, search: Search) -> None:
    public_list.public_tenders(session, search)
    session.rollback()


def _pages(kind: str, context: JobContext, many: int) -> None:
    """Serve the list page and a hello page of the same frame by turns, in one process."""
    app = create_app(context.settings, testing=True)

    template = app.jinja_env.from_string(HELLO)

    @access.public
    def hello() -> str:
        context: dict[str, object] = {}
        app.update_template_context(context)
        return template.render(context)

    app.add_url_rule("/<lang>/hello", view_func=hello)
    kept = app.extensions["muhr_kept_pages"]
    tag = _serve(app, "/en/tenders/")
    works: dict[str, Work] = {
        "hello": lambda: _serve(app, "/en/hello"),
        "made anew": lambda: (kept.forget(), _serve(app, "/en/tenders/")),
        "kept": lambda: _serve(app, "/en/tenders/"),
        "not modified": lambda: _serve(app, "/en/tenders/", tag),
    }
    taken = by_turns(works, ROUNDS)
    for name in ("made anew", "kept", "not modified"):
        figure(
            f"lists.{kind}.page {name}, {many} tenders",
            1 / taken[name],
            "1/CPU s",
            "a hello page in the same frame",
            1 / taken["hello"],
        )
    with app.app_context():
        access.database.engine.dispose()


def _serve(app: Flask, path: str, tag: str = "") -> str:
    """Ask for a page as a browser does; return its tag."""
    headers = {"Accept-Encoding": "gzip", **({"If-None-Match": tag} if tag else {})}
    environ = EnvironBuilder(path, headers=headers).get_environ()
    body, status, answered = run_wsgi_app(app, environ, buffered=True)
    if not status.startswith(("200", "304")):
        raise RuntimeError(f"{path} answered {status}")
    for _chunk in body:
        pass
    return answered.get("ETag", "")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
