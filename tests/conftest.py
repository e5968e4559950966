"""What tests are given: settings in a fresh folder, a database, a frozen clock, actors, an app.

``--database postgresql`` runs what touches a database, browsers left out, on PostgreSQL.
"""

import contextlib
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.routing import Rule
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from accounts import credentials
from foundation import clock as foundation_clock
from foundation.blobs.chosen import chosen_blobs
from foundation.clock import FrozenClock
from foundation.database import DatabaseKind, Sessions, make_engine, make_sessions, mark_database
from foundation.jobs import JobContext
from foundation.settings import Settings, from_environment
from foundation.unit_of_work import UnitOfWork, unit_of_work
from foundation.values.actor import Actor
from tests.databases import Databases, databases_on
from tests.house.canaries import PLANTED, found_in, plant
from tests.meddling import Line, meddled
from tests.seaweed import Seaweed, running_seaweed
from tests.statements import share_compiled_statements

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
START = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
# A busy machine is slow; no test says how fast anything is.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")
expect.set_options(timeout=60_000)
DATABASE_FIXTURES = frozenset({"sessions", "new_database"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="Run everything on SQLite, or what touches the database on PostgreSQL.",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("database") == "sqlite":
        chosen = [item for item in items if item.get_closest_marker("postgresql") is None]
    else:
        chosen = [item for item in items if _touches_database(item)]
    kept = set(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = sorted(chosen, key=_rank)


# What takes longest comes first, so that no worker is left alone with it at the end.
LONGEST = ("test_journey.py", "test_accessibility.py", "test_canaries.py", "test_first_run.py")


def _rank(item: pytest.Item) -> int:
    if item.path.name in LONGEST:
        return LONGEST.index(item.path.name)
    return len(LONGEST) + (item.get_closest_marker("slow") is None)


# What takes long to start is shared by the tests of these files, so one worker runs them all.
SHARED = (
    dict.fromkeys(("test_crawl.py", "test_accessibility.py"), "the demo that is looked at")
    | dict.fromkeys(("test_journey.py", "test_guides.py"), "the demo that is worked with")
    | dict.fromkeys(
        ("test_blobs.py", "test_s3_faults.py", "test_s3_line.py", "test_storage.py",
         "test_bucket.py"),
        "the store",
    )
    | {
        name: name
        for name in (
            "test_own_or_other.py", "test_matrix.py", "test_canaries.py", "test_install.py",
            "test_virus_scan.py",
        )
    }
)  # fmt: skip


class Sharing(LoadScopeScheduling):
    """Gives each test to whichever worker is free, and those of SHARED to one worker.

    The grouping that pytest-xdist brings does nothing under this pytest.
    """

    def _split_scope(self, nodeid: str) -> str:
        return SHARED.get(Path(nodeid.partition("::")[0]).name, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)


# Every route as every role, and bids in a bucket: what they say is the same on either database,
# and they take long.
SAME_ON_EITHER = frozenset(
    {"test_matrix.py", "test_own_or_other.py", "test_hostile_input.py", "test_public_fuzz.py"}
    | {"test_s3_line.py", "test_storage.py"}
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test during which a planted secret was logged or printed."""
    report = yield
    shown = "\n".join(text for _, text in report.sections).encode()
    found = found_in(shown, PLANTED) if shown else []
    if found and report.passed:
        report.outcome = "failed"
        report.longrepr = f"logged or printed: {', '.join(found)}"
    return report


def _touches_database(item: pytest.Item) -> bool:
    if item.path.name in SAME_ON_EITHER or item.get_closest_marker("sqlite") is not None:
        return False
    if _is_in_urdu(item):
        return False
    if any(item.get_closest_marker(name) is not None for name in ("postgresql", "both_databases")):
        return True
    needs = frozenset(getattr(item, "fixturenames", ()))
    return bool(needs & DATABASE_FIXTURES) and "browser" not in needs


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """A real S3 store for a whole test process; tests that end it start one of their own."""
    with running_seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture
def between(seaweed: Seaweed) -> Iterator[Line]:
    """A line to the S3 store that can be meddled with."""
    with meddled(seaweed.port) as line:
        yield line


def _is_in_urdu(item: pytest.Item) -> bool:
    """Tell whether a test repeats in Urdu what it asks of the database in English."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return "ur" in {given.get("lang"), given.get("language")}


class CompiledTemplates(BytecodeCache):
    """Templates as one test compiled them, for the applications of all later tests.

    Compiling those of one page takes longer than making an application and answering.
    """

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


class RuleOfAllApps(Rule):
    """A route that is read and compiled once for all applications.

    This takes most of the time of making an application.
    """

    COMPILED = ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments")
    _kept: ClassVar[dict[object, dict[str, Any]]] = {}

    def compile(self) -> None:
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, repr(self.defaults))
        if key not in self._kept:
            super().compile()
            self._kept[key] = {name: getattr(self, name) for name in self.COMPILED}
        vars(self).update(self._kept[key])


Flask.url_rule_class = RuleOfAllApps
share_compiled_statements()


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords in no time; what protects real ones is held against `HASHER` itself."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(credentials, "HASHER", quick)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    with foundation_clock.frozen(START) as frozen:
        yield frozen


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """Where databases come from, of the kind that this run is for."""
    kind = str(request.config.getoption("database"))
    with databases_on(kind, tmp_path_factory.mktemp("migrated")) as found:
        yield found


@pytest.fixture
def new_database(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own that has no tables yet."""
    url = databases.empty(tmp_path)
    yield url
    databases.drop(url)


@pytest.fixture
def settings(tmp_path: Path, databases: Databases) -> Settings:
    data = tmp_path / "data"
    return from_environment(
        {"MUHR_DATA": str(data), "DATABASE_URL": databases.url(data), "MUHR_PRACTICE": "1"}
    )


@pytest.fixture
def sessions(settings: Settings, clock: FrozenClock, databases: Databases) -> Iterator[Sessions]:
    settings.folder("keys")
    databases.make(settings.database_url)
    engine = make_engine(settings.database_url)
    factory = make_sessions(engine)
    with factory() as session:
        mark_database(session, DatabaseKind.PRACTICE)
        session.commit()
    yield factory
    engine.dispose()
    databases.drop(settings.database_url)


@pytest.fixture
def job_context(settings: Settings, sessions: Sessions) -> JobContext:
    return JobContext(settings=settings, sessions=sessions, blobs=chosen_blobs(settings))


@pytest.fixture
def act_as(
    sessions: Sessions,
) -> Callable[[Actor], contextlib.AbstractContextManager[UnitOfWork]]:
    return lambda actor: unit_of_work(sessions, actor)


@pytest.fixture
def app(settings: Settings, sessions: Sessions) -> Iterator[Flask]:
    from accounts import access
    from portal.factory import create_app

    plant(settings.folder("keys"))
    app = create_app(settings, testing=True)
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    with app.app_context():
        access.database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for a whole test process: Playwright runs only one loop in it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
        )
        yield chromium
        chromium.close()
