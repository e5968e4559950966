"""Looking at each part, keeping what was found, and saying it on the page and the command line."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from flask import Flask
from httpx import MockTransport

from accounts.domain.roles import Role
from beacon import asking, client
from beacon.client import BeaconUnreachable
from beacon.domain.chain import ChainInfo, last_round
from beacon.domain.keepers import LOCAL_ID
from foundation import upkeep
from foundation.clock import FrozenClock
from foundation.heartbeats import keep_door
from foundation.jobs import JobContext
from foundation.mail import outbox
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from portal import commands_doctor
from portal.beating import beat_as_worker
from portal.doctor import databases, findings, looking
from portal.doctor.findings import Finding, Part, State
from portal.doctor.jobs import look_around
from portal.doctor.looking import look_at
from portal.doctor.texts import TEXTS
from tests.beacon.made import Ring
from tests.bids.made import CHAIN
from tests.house.test_matrix import _people
from tests.tendering import made


@pytest.fixture
def context(job_context: JobContext, monkeypatch: pytest.MonkeyPatch) -> JobContext:
    def nobody(*_a: object, **_k: object) -> None:
        raise BeaconUnreachable("nobody")

    monkeypatch.setattr(client, "fetch_chain", nobody)
    return job_context


def real(context: JobContext, **changes: object) -> JobContext:
    settings = replace(
        context.settings,
        practice=False,
        **{"public_url": "https://tenders.example", **changes},  # type: ignore[arg-type]
    )
    return replace(context, settings=settings)


def test_a_practice_installation_on_this_machine(context: JobContext) -> None:
    found = {part: look_at(context, part) for part in Part}

    assert found[Part.NAME].code == "name-own"
    assert found[Part.CERTIFICATE].code == "certificate-none"
    assert found[Part.MAIL].code == "mail-inbox"
    assert found[Part.BACKUP].code == "backup-practice"
    assert found[Part.WORKER].code == "worker-never"
    assert found[Part.BEACON].code == "beacon-silent"
    assert {each.code for each in found.values()} <= set(TEXTS)


@pytest.mark.sqlite
def test_a_database_in_a_file(context: JobContext) -> None:
    assert look_at(context, Part.DATABASE).code == "database-file"


@pytest.mark.postgresql
def test_a_server_that_may_forget_is_found(context: JobContext) -> None:
    """The server of the tests is such a one, for speed; a durable one answers with its figures."""
    found = look_at(context, Part.DATABASE)
    assert (found.code, found.state) == ("database-forgets", State.BAD)

    facts = databases.facts_of(context.sessions.kw["bind"])
    assert facts is not None
    assert (facts.replica, facts.encoding, facts.tool) == (False, "UTF8", "")
    assert 0 < facts.connections[0] < facts.connections[1] == 200
    well = findings.judge_database(replace(facts, durable=True))
    assert TEXTS[well.code][0] % well.params


@pytest.mark.postgresql
def test_a_machine_without_the_programs_that_back_up(
    context: JobContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    facts = databases.facts_of(context.sessions.kw["bind"])

    assert facts is not None
    assert facts.tool == "pg_dump"


def test_a_name_that_nobody_knows(context: JobContext, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_a: object) -> None:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert look_at(real(context), Part.NAME).code == "name-unknown"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a: [(0, 0, 0, "", ("192.0.2.7", 443))])
    assert look_at(real(context), Part.NAME).params["addresses"] == "192.0.2.7"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ConnectionRefusedError(), "certificate-unreachable"),
        (TimeoutError(), "certificate-unreachable"),
        (ssl.SSLCertVerificationError("expired"), "certificate-refused"),
    ],
)
def test_a_certificate_that_nobody_accepts(
    context: JobContext, monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str
) -> None:
    def fail(*_a: object, **_k: object) -> None:
        raise fault

    monkeypatch.setattr(looking, "connect", fail)
    assert look_at(real(context), Part.CERTIFICATE).code == code


@pytest.mark.parametrize(
    ("fault", "code"), [(None, "mail-well"), (smtplib.SMTPAuthenticationError(535, b""),
                        "mail-refused"), (ConnectionRefusedError(), "mail-refused")],
)  # fmt: skip
def test_a_mail_server(
    context: JobContext, monkeypatch: pytest.MonkeyPatch, fault: Exception | None, code: str
) -> None:
    class Server:
        def noop(self) -> None:
            return None

    @contextmanager
    def connect(_settings: Settings) -> Iterator[Server]:
        if fault is not None:
            raise fault
        yield Server()

    monkeypatch.setattr(looking, "connected", connect)
    sending = real(context, smtp_url="smtp://mail.example")
    assert look_at(sending, Part.MAIL).code == code
    monkeypatch.setattr(outbox, "given_up_since", lambda _session, _since: 2)
    assert look_at(sending, Part.MAIL).code == (code if fault else "mail-given-up")
    assert look_at(real(context), Part.MAIL).code == "mail-none"


def test_a_virus_scanner(context: JobContext, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_at(context, Part.SCANNER).code == "scanner-practice"
    assert look_at(real(context), Part.SCANNER).code == "scanner-none"
    away = f"unix:{context.settings.data_dir}/none"
    found = look_at(real(context, clamd=away), Part.SCANNER)
    assert (found.code, found.state) == ("scanner-silent", State.BAD)


def test_a_beacon(context: JobContext, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock) -> None:
    newest = last_round(CHAIN, clock.at)
    monkeypatch.setattr(client, "fetch_chain", lambda *_a, **_k: CHAIN)
    monkeypatch.setattr(client, "newest_round", lambda *_a, **_k: newest)
    assert look_at(context, Part.BEACON).code == "beacon-well"
    clock.advance(minutes=5)
    assert look_at(context, Part.BEACON).code == "beacon-late"

    def lie(*_a: object, **_k: object) -> None:
        raise Refusal("bad-chain-info")

    monkeypatch.setattr(client, "fetch_chain", lie)
    assert look_at(context, Part.BEACON).code == "beacon-other"


def test_the_worker_keeps_what_it_finds_and_asks_others_seldom(
    context: JobContext, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Part] = []

    def look(_context: JobContext, part: Part) -> Finding:
        asked.append(part)
        return Finding(part, State.WELL, "disk-well", {"free": "1", "percent": "2"})

    monkeypatch.setattr("portal.doctor.jobs.look_at", look)
    look_around(context)
    clock.advance(seconds=61)
    look_around(context)

    assert asked.count(Part.DISK) == 2
    assert asked.count(Part.MAIL) == 1
    assert Part.WORKER not in asked
    with reading(context.sessions) as session:
        assert upkeep.kept_checks(session)["disk"].at == clock.at


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_the_page_says_what_is_not_well(
    app: Flask, context: JobContext, clock: FrozenClock, lang: str
) -> None:
    council = made.council(context.sessions)
    people = _people(context.sessions, context.settings, council.organisation_id)
    look_around(context)
    beat_as_worker(context)
    with unit_of_work(context.sessions, Actor.system("door")) as uow:
        keep_door(uow)
    clock.advance(minutes=9)
    client = app.test_client()
    client.post("/en/practice/sign-in", data={"account_id": people[Role.ADMINISTRATOR]})

    page = client.get(f"/{lang}/platform")

    assert page.status_code == 200
    assert "muhr-work" in page.text
    if lang == "en":
        assert "No sign of life for 9 minutes" in page.text
        assert "Something is not well" in page.text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_the_page_is_the_administrators(app: Flask, context: JobContext, role: Role) -> None:
    council = made.council(context.sessions)
    people = _people(context.sessions, context.settings, council.organisation_id)
    client = app.test_client()
    client.post("/en/practice/sign-in", data={"account_id": people[role]})

    assert client.get("/en/platform").status_code == 403


def doctor(context: JobContext, monkeypatch: pytest.MonkeyPatch, state: State) -> tuple[int, str]:
    monkeypatch.setattr(commands_doctor, "from_environment", lambda: context.settings)
    monkeypatch.setattr(commands_doctor, "command_context", lambda _settings: nullcontext(context))
    monkeypatch.setattr(
        commands_doctor, "look_at", lambda _context, part: Finding(part, state, "not-looked")
    )
    answer = CliRunner().invoke(commands_doctor.doctor)
    return answer.exit_code, answer.stdout


def test_the_commands_exit_code(context: JobContext, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor(context, monkeypatch, State.WELL)[0] == 0
    assert doctor(context, monkeypatch, State.CARE)[0] == 0
    code, said = doctor(context, monkeypatch, State.BAD)
    assert code == 1
    assert said.splitlines()[-1] == "unwell"


def test_without_a_database_the_doctor_says_so(
    settings: Settings, new_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(settings, database_url=new_database)
    monkeypatch.setattr(commands_doctor, "from_environment", lambda: settings)
    settings.folder("keys")
    answer = CliRunner().invoke(commands_doctor.doctor)

    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[-1] == "no-database"


@pytest.fixture
def ring(tmp_path: Path, clock: FrozenClock) -> Ring:
    ring = Ring(tmp_path / "ring")
    for machine in ring.machines.values():
        machine.wall = clock.at
        machine.in_step = True
    ring.tick()
    ring.tick()
    return ring


def test_each_holder_of_a_shared_key_is_looked_at(
    job_context: JobContext, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    monkeypatch.setattr(
        asking, "http_client", lambda *_a, **_k: httpx.Client(transport=MockTransport(ring.line))
    )
    settings = {"beacon_url": " ".join(ring.addresses), "beacon_chain_hash": ring.chain.hash}
    context = real(job_context, **settings)

    assert look_at(context, Part.BEACON).code == "holders-well"
    ring.bent[1] = gone
    found = look_at(context, Part.BEACON)
    assert (found.code, found.params["missing"]) == ("holders-missing", "1")
    assert found.params["hosts"] == "holder-1.example"
    ring.bent[1] = lambda _: httpx.Response(200, json={"holder": 1, "partial": "00" * 48})
    found = look_at(context, Part.BEACON)
    assert (found.code, found.params["hosts"]) == ("holders-lie", "holder-1.example")
    ring.bent[2] = gone
    ring.tick()
    assert look_at(context, Part.BEACON).code == "holders-too-few"
    ring.bent[3] = gone
    assert look_at(context, Part.BEACON).code == "beacon-silent"
    few = real(job_context, beacon_url=ring.addresses[2], beacon_chain_hash=ring.chain.hash)
    ring.bent.clear()
    ring.tick()
    assert look_at(few, Part.BEACON).params["missing"] == "1, 2"


def test_a_chain_that_an_unopened_tender_pins_and_nobody_serves(
    context: JobContext, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    newest = last_round(CHAIN, clock.at)
    served = {CHAIN.hash}

    def fetch_newest(chain: ChainInfo, *_a: object, **_k: object) -> int:
        if chain.hash not in served:
            raise BeaconUnreachable("nobody")
        return newest

    monkeypatch.setattr(client, "fetch_chain", lambda *_a, **_k: CHAIN)
    monkeypatch.setattr(client, "newest_round", fetch_newest)
    made.published(context.sessions, made.council(context.sessions))
    found = look_at(context, Part.BEACON)
    assert (found.code, found.params) == ("beacon-former", {"count": "1"})
    served.add(made.CHAIN.hash)
    assert look_at(context, Part.BEACON).code == "beacon-well"


def test_a_local_beacon_that_is_set_as_an_outside_one(
    context: JobContext, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    own = replace(CHAIN, beacon_id=LOCAL_ID)
    monkeypatch.setattr(client, "fetch_chain", lambda *_a, **_k: own)
    monkeypatch.setattr(client, "newest_round", lambda *_a, **_k: last_round(own, clock.at))
    assert look_at(context, Part.BEACON).code == "beacon-well"
    pinned = real(context, beacon_chain_hash=own.hash)
    assert look_at(pinned, Part.BEACON).code == "beacon-own-as-other"
