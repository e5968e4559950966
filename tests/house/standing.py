"""An application over a database of its own that stands for a whole module of tests."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from accounts import access
from foundation import clock as foundation_clock
from foundation.clock import FrozenClock
from foundation.database import DatabaseKind, Sessions, make_engine, make_sessions, mark_database
from foundation.settings import Settings, from_environment
from notices.views import papers
from portal.factory import create_app
from tendering.views import approving
from tests.conftest import START
from tests.databases import Databases
from tests.house.rendering import one_paper_a_kind
from tests.tendering import made


@dataclass(frozen=True)
class Ground:
    """What a house is built on."""

    app: Flask
    settings: Settings
    sessions: Sessions
    clock: FrozenClock


@contextlib.contextmanager
def ground(folder: Path, databases: Databases) -> Iterator[Ground]:
    """Give an application with an empty practice database until the block ends."""
    data = folder / "data"
    settings = from_environment(
        {"MUHR_DATA": str(data), "DATABASE_URL": databases.url(data), "MUHR_PRACTICE": "1"}
    )
    settings.folder("keys")
    databases.make(settings.database_url)
    engine = make_engine(settings.database_url)
    sessions = make_sessions(engine)
    with foundation_clock.frozen(START) as clock, pytest.MonkeyPatch.context() as patch:
        with sessions() as session:
            mark_database(session, DatabaseKind.PRACTICE)
            session.commit()
        patch.setattr(papers, "render_for_page", one_paper_a_kind())
        # A beacon that does not answer is asked again and again, and each time waited for.
        patch.setattr(approving, "present_chain", lambda _settings: made.CHAIN)
        app = create_app(settings, testing=True)
        app.config["WTF_CSRF_METHODS"] = set()
        yield Ground(app, settings, sessions, clock)
        with app.app_context():
            access.database.engine.dispose()
    engine.dispose()
