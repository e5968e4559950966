"""The long runs of several processes: `rush` and `slow` on either database, `nodes` on PostgreSQL.

Run as `python -m tests.front.soak rush|slow|nodes [--database postgresql]`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.databases import running_server
from tests.front import nodes, rush, slow
from tests.front.stack import Node, Stack, stack
from tests.portal.mail_server import MailServer

VENDORS = int(os.environ.get("MUHR_SOAK_VENDORS", "200"))
SECONDS = 10
UPLOADERS = int(os.environ.get("MUHR_SOAK_UPLOADERS", "120"))
ROUNDS = int(os.environ.get("MUHR_SOAK_ROUNDS", "3"))
PAGES = 30


@click.command()
@click.argument("name", type=click.Choice(["rush", "slow", "nodes"]))
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
def main(name: str, database: str) -> None:
    """Run one of them; the last line says how many rounds held."""
    found = list(_nodes() if name == "nodes" else _load(name, database))
    for what, broken in found:
        click.echo(f"{what}: {broken or 'held'}")
    failed = sum(1 for _, broken in found if broken)
    click.echo(f"{len(found) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _load(name: str, database: str) -> Iterator[tuple[str, list[str]]]:
    """The same load on waitress alone, and on two nodes of gunicorn behind nginx."""
    for fronted in (False, True):
        with _site(database) as site:
            node = _serve(site, fronted=fronted)
            where = f"{name}, {'nginx and gunicorn' if fronted else 'waitress'}, {database}"
            if name == "rush":
                yield where, rush.run(site, node.address, VENDORS, SECONDS).faults()
            else:
                yield where, slow.run(site, node.address, UPLOADERS, PAGES).faults()


def _serve(site: Stack, *, fronted: bool) -> Node:
    if not fronted:
        return site.start_web(front=False)
    return site.start_nginx([site.start_web("--workers", "2")])


def _nodes() -> Iterator[tuple[str, list[str]]]:
    for number in range(1, ROUNDS + 1):
        mail = MailServer()
        url = f"smtp://127.0.0.1:{mail.port}"
        with (
            _site("postgresql", MUHR_SMTP_URL=url) as site,
            nodes.prepared(site, mail, vendors=16) as run,
        ):
            nodes.kill_at_the_deadline(run, seconds=40)
            nodes.open_and_deliver(run)
            cut = sum(one.cut for one in run.submitters)
            receipts = sum(len(one.receipts) for one in run.submitters)
            what = f"nodes, round {number}: {receipts} receipts, {cut} answers cut"
            yield what, nodes.broken(run)
        mail.stop()


@contextmanager
def _site(database: str, **environment: str) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="muhr-soak-") as folder:
        if database == "sqlite":
            (Path(folder) / "data").mkdir()
            url = f"sqlite:///{folder}/data/muhr.sqlite3"
            with stack(Path(folder), url, **environment) as site:
                yield site
            return
        with running_server(durable=True) as server:
            server.execute("CREATE DATABASE soak")
            with stack(Path(folder), server.url("soak"), **environment) as site:
                yield site


if __name__ == "__main__":
    main()
