"""Muhr as it is measured: one prepared installation, copied afresh for every round."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import make_url

from bench.intake.load import CLIENTS, Line
from bench.intake.peers import Started
from foundation.database import database_instant, move_clock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tendering.acts import drafting
from tendering.domain.tender import Item, Lot, Tender
from tests.bids import made
from tests.databases import Server, running_server
from tests.front.stack import Stack, stack
from tests.front.vendors import Vendor, arrived
from tests.tendering import made as tendering_made

SIZE = 1 << 20
SEALED_MORE = 4096  # what sealing adds, at the most
_SEALING = 2


@dataclass(frozen=True)
class Bid:
    """One sealed bid, and what its requests say."""

    data: bytes
    sha256: str
    fingerprint: bytes
    path: str


@dataclass(frozen=True)
class Prepared:
    """An installation at rest: vendors signed in, a tender open, a sealed bid for every lot."""

    folder: Path
    database_url: str
    at: datetime
    heads: list[str]
    bids: list[list[Bid]]

    def intake(self, line: Line, client: int, file: int) -> None:
        """Hand in one bid: its fingerprint, then its bytes, which bring the receipt."""
        bid, own = self.bids[client][file], self.heads[client]
        kind = "Content-Type: application/json\r\n"
        told = line.ask("POST", bid.path, bid.fingerprint, own + kind)
        if told.status != 201:
            raise ConnectionError(told.status, told.body)
        upload = json.loads(told.body)["upload"]
        stated = f"Upload-Offset: 0\r\nX-Slice-SHA256: {bid.sha256}\r\nUpload-Complete: ?1\r\n"
        done = line.ask("PATCH", upload, bid.data, own + stated)
        if done.status != 200 or not json.loads(done.body)["ack"]:
            raise ConnectionError(done.status, done.body)


@contextlib.contextmanager
def prepared(folder: Path, files: int) -> Iterator[dict[str, Prepared]]:
    """Prepare the same installation on SQLite and on PostgreSQL, for so many files a client."""
    with running_server(durable=True) as server:
        server.execute("CREATE DATABASE prepared")
        places = {"sqlite": "", "postgresql": server.url("prepared")}
        found = {}
        for kind, url in places.items():
            place = folder / kind
            (place / "data").mkdir(parents=True)
            found[kind] = _prepare(place, url or _sqlite(place), files)
        _servers["postgresql"] = server
        yield found


_servers: dict[str, Server] = {}


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'muhr.sqlite3'}"


def _prepare(folder: Path, database_url: str, files: int) -> Prepared:
    with stack(folder, database_url) as site:
        web = site.start_web(front=False)
        tender = _tender(site.context, files)
        with arrived(site.context, web.address, CLIENTS) as vendors:
            heads = [_head(vendor) for vendor in vendors]
            jobs = [(tender, vendor.actor, f"{n + 1}") for vendor in vendors for n in range(files)]
            with ProcessPoolExecutor(_SEALING) as pool:
                sealed = list(pool.map(_bid, jobs, chunksize=10))
        web.end()
        with reading(site.context.sessions) as session:
            at = database_instant(session)
    bids = [sealed[n * files : (n + 1) * files] for n in range(CLIENTS)]
    return Prepared(folder, database_url, at, heads, bids)


def _tender(context: JobContext, lots: int) -> Tender:
    who = tendering_made.council(context.sessions, "BENCH")
    names = [f"{n + 1}" for n in range(lots)]
    draft = tendering_made.complete_draft(
        context.sessions,
        who,
        book="practice",
        lots=[Lot(name, Text(en=f"Ward {name}")) for name in names],
        items=[
            Item(name, name, Text("Street light"), made.ITEMS[0].quantity, "piece")
            for name in names
        ],
    )
    with unit_of_work(context.sessions, who.officer) as uow:
        deadline_at = draft.schedule.deadline_at + timedelta(days=7)
        draft = drafting.edit_dates(uow, draft.id, draft.revision, deadline_at)
    return tendering_made.published(context.sessions, who, draft, chain=made.CHAIN)


def _head(vendor: Vendor) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in vendor.headers.items())


def _bid(job: tuple[Tender, Actor, str]) -> Bid:
    """Seal one bid of a little less than 1 MiB, so that it is one slice."""
    tender, actor, lot = job
    files = [("plan.pdf", bytes(SIZE - SEALED_MORE))]
    sealed = made.seal(tender, actor, lot=lot, files=files)
    if len(sealed.data) > SIZE:
        raise ValueError(f"{len(sealed.data)} bytes are more than a slice")
    said = {
        "sha256": sealed.sha256,
        "size": len(sealed.data),
        "notice": tender.notice,
        "token_sha256": sealed.receipt.token_sha256,
    }
    path = f"/api/tenders/{tender.id}/lots/{lot}/envelopes/single/fingerprints"
    digest = sha256(sealed.data).hexdigest()
    return Bid(sealed.data, digest, json.dumps(said).encode(), path)


@contextlib.contextmanager
def waitress(of: Prepared, folder: Path) -> Iterator[Started]:
    """Start Muhr as it runs by itself: one process of waitress."""
    with _copied(of, folder) as site:
        yield Started(site.start_web(front=False).address, of.intake)


@contextlib.contextmanager
def front(of: Prepared, folder: Path, workers: int) -> Iterator[Started]:
    """Start Muhr behind nginx as docs/front.md says."""
    with _copied(of, folder) as site:
        web = site.start_web("--workers", str(workers))
        yield Started(site.start_nginx([web]).address, of.intake)


@contextlib.contextmanager
def _copied(of: Prepared, folder: Path) -> Iterator[Stack]:
    """Copy the installation, and set the copy's clock to where it was left."""
    shutil.copytree(of.folder / "data", folder / "data")
    url, server = _sqlite(folder), _servers["postgresql"]
    name = "round"
    if make_url(of.database_url).get_backend_name() == "postgresql":
        server.execute(f"CREATE DATABASE {name} TEMPLATE prepared")
        url = server.url(name)
    with stack(folder, url) as site:
        with unit_of_work(site.context.sessions, Actor.system("test")) as uow:
            move_clock(uow.session, of.at - uow.now)
        yield site
    if url != _sqlite(folder):
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
