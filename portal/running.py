"""The processes of an installation: web, work, and the one command that starts all three."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx
from sqlalchemy.engine import make_url

from foundation import clock, log_lines
from foundation.blobs.chosen import chosen_blobs
from foundation.database import DatabaseKind, make_engine, make_sessions, mark_database, reach
from foundation.jobs import JobContext
from foundation.modes import file_mode
from foundation.outgoing import http_client
from foundation.settings import Settings, from_environment
from portal import schema
from portal.scheduler import Worker

START_SECONDS = 120  # a small machine that has just started is slow


def job_context(settings: Settings) -> JobContext:
    """Return what jobs and commands work with."""
    engine = make_engine(settings.database_url)
    return JobContext(
        settings=settings,
        sessions=make_sessions(engine),
        blobs=chosen_blobs(settings),
    )


@contextlib.contextmanager
def command_context(settings: Settings) -> Iterator[JobContext]:
    """Yield what one command works with; its connections end with it.

    Raises:
        Refusal: ``database-unreachable``.
    """
    context = job_context(settings)
    engine = context.sessions.kw["bind"]
    try:
        reach(engine)
        yield context
    finally:
        engine.dispose()


def prepare(settings: Settings) -> JobContext:
    """Make or migrate the database, mark it, and return the context.

    Raises:
        Refusal: ``other-database-kind``: practice data never becomes real, nor the reverse;
            ``database-unreachable``.
    """
    settings.check()
    settings.folder("keys")
    context = job_context(settings)
    engine = context.sessions.kw["bind"]
    _make_sqlite_file(settings)
    reach(engine)
    schema.upgrade(engine)
    with context.sessions() as session:
        mark_database(session, DatabaseKind.PRACTICE if settings.practice else DatabaseKind.REAL)
        session.commit()
    return context


def _make_sqlite_file(settings: Settings) -> None:
    """Give a new SQLite file its mode; SQLite gives its companions the same one."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        os.close(os.open(url.database, os.O_RDWR | os.O_CREAT, file_mode()))


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="So many processes of gunicorn, behind nginx; see docs/front.md.",
)
def web(*, workers: int | None) -> None:
    """Serve the pages on waitress, one process, unless told otherwise."""
    from portal import front

    settings = from_environment()
    log_lines.install(logging.WARNING)
    if workers:
        settings.check()
        front.serve(settings, workers)
    else:
        import waitress

        waitress.serve(front.open_door(settings), **serving(settings))


def serving(settings: Settings) -> dict[str, Any]:
    """Return how waitress serves: no body larger than any page takes, proxies' words as asked.

    Waitress drops what proxies say unless told otherwise; the application itself takes them
    only for the number of hops that the operator trusts.
    """
    from portal.factory import LARGEST_REQUEST

    return {
        "host": settings.host,
        "port": settings.port,
        "threads": 8,
        "ident": "muhr",
        "connection_limit": 1000,
        "channel_timeout": 120,
        "max_request_body_size": LARGEST_REQUEST,
        "clear_untrusted_proxy_headers": not settings.trusted_proxies,
    }


@click.command()
def work() -> None:
    """Close, open, render and send: every job, again and again. Any number may run."""
    from portal.beating import beat_as_worker
    from portal.doctor.jobs import look_around
    from portal.mail_delivery import deliver_mail
    from portal.wiring import JOB_GROUPS, due_instants

    log_lines.install(logging.INFO)
    settings = from_environment()
    clock.share(settings.agreed_clock)
    context = job_context(settings)
    reach(context.sessions.kw["bind"])
    context.blobs.sweep()
    # Looking around may wait for other machines, so it keeps nothing else waiting.
    own = {"mail": [deliver_mail], "beats": [beat_as_worker], "doctor": [look_around]}
    worker = Worker(context, {**JOB_GROUPS, **own}, due_instants)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()


@click.command()
def migrate() -> None:
    """Bring the database to this release."""
    prepare(from_environment())


@click.command()
@click.option("--empty", is_flag=True, help="No demo: begin with the first administrator.")
def server(*, empty: bool) -> None:
    """Start beacon, worker and web on this machine, with the demo unless told otherwise."""
    os.environ.setdefault("MUHR_PRACTICE", "0" if empty else "1")
    settings = from_environment()
    os.environ["MUHR_DATA"] = str(settings.data_dir)
    supervisor = Supervisor()
    try:
        _start_all(supervisor, settings, empty=empty)
        supervisor.watch()
    finally:
        supervisor.end()


def _start_all(supervisor: "Supervisor", settings: Settings, *, empty: bool) -> None:
    if settings.local_beacon:
        supervisor.start("beacon", ["beacon", "serve"])
        _wait_for(f"{settings.beacon_urls[0]}/health", "beacon")
    context = prepare(settings)
    from portal.welcome import welcome

    lines = welcome(context, empty=empty)
    supervisor.start("work", ["work"])
    supervisor.start("web", ["web"])
    _wait_for(f"http://127.0.0.1:{settings.port}/health", "web")
    click.echo("\n".join(lines))


class Supervisor:
    """Keeps child processes running until a signal ends them all."""

    def __init__(self) -> None:
        self.commands: dict[str, list[str]] = {}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.ending.set())

    def start(self, name: str, arguments: list[str]) -> None:
        """Start ``muhr <arguments>`` as the process ``name``."""
        self.commands[name] = arguments
        muhr = Path(sys.executable).with_name("muhr")
        self.children[name] = subprocess.Popen([muhr, *arguments])  # noqa: S603

    def watch(self) -> None:
        """Start a process that ended again, until told to end."""
        while not self.ending.wait(1):
            for name, child in list(self.children.items()):
                if child.poll() is not None:
                    click.echo(f"{name} ended with {child.returncode}; starting it again", err=True)
                    self.start(name, self.commands[name])

    def end(self) -> None:
        """End all processes, also when not all of them came up."""
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()


def _wait_for(address: str, name: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with http_client(address, timeout=2) as asking:
                if asking.get(address).status_code == 200:
                    return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise click.ClickException(f"{name} did not answer at {address}")
