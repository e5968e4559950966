"""Secrets of a real installation on PostgreSQL are in nothing that its processes put out."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from lxml import html

from accounts.domain import second_factor
from beacon.keys import BeaconKey, parse_key
from foundation import clock
from foundation.database import make_engine, make_sessions
from foundation.unit_of_work import reading
from sealing import age
from tests.databases import Server, everything_in, running_server
from tests.house.canaries import PLANTED, found_below, found_in, traces
from tests.walks.serving import Installation, installation

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

PASSWORD = "canary four plain lamps"
TYPO = "canary four plain lamqs"
MAIL_PASSWORD = "canary-of-the-mail-server"
DATABASE_PASSWORD = "canary-of-the-database"
IDENTITY = age.Identity(bytes(range(7, 39)))
EMAIL = "amina@kot.example"


@dataclass
class Visitor:
    """Somebody at a browser; all that the installation said to him is kept."""

    site: Installation
    said: list[bytes]
    client: httpx.Client = field(
        default_factory=lambda: httpx.Client(follow_redirects=True, timeout=120)
    )
    page: httpx.Response | None = None

    def get(self, path: str) -> httpx.Response:
        self.page = self._heard(self.client.get(urljoin(self.site.address, path)))
        return self.page

    def send(self, **typed: str) -> httpx.Response:
        """Fill in the last form of the page and send it."""
        assert self.page is not None
        form = html.fromstring(self.page.text).xpath("//main//form")[-1]
        fields = {**dict(form.form_values()), **typed}
        to = urljoin(str(self.page.url), form.action or "")
        headers = {"Origin": self.site.address}
        self.page = self._heard(self.client.post(to, data=fields, headers=headers))
        return self.page

    def _heard(self, answer: httpx.Response) -> httpx.Response:
        # Whoever signs in is given his session; that cookie is the one place for its token.
        headers = [f"{k}: {v}" for k, v in answer.headers.items() if k != "set-cookie"]
        self.said.append("\n".join(headers).encode() + b"\n" + answer.content)
        return answer


@dataclass
class Town:
    """An installation, what it said, and its secrets by name."""

    site: Installation
    database: Server
    environment: dict[str, str]
    said: list[bytes] = field(default_factory=list)
    secrets: dict[str, bytes] = field(default_factory=dict)
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self) -> Visitor:
        """Return somebody new at a browser."""
        self.visitors.append(Visitor(self.site, self.said))
        return self.visitors[-1]

    def run(self, *arguments: str, **environment: str) -> None:
        """Run a command; keep all that it says."""
        muhr = Path(sys.executable).with_name("muhr")
        env = {**os.environ, **self.environment, "MUHR_DATA": str(self.site.data), **environment}
        done = subprocess.run([muhr, *arguments], env=env, capture_output=True, timeout=300)
        self.said.append(done.stdout + done.stderr)

    def everything(self) -> bytes:
        """Return what was said and logged."""
        return b"\n".join([*self.said, self.site.log.read_bytes()])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running_server() as database:
        database.execute("CREATE DATABASE muhr")
        url = database.url("muhr").replace("muhr@", f"muhr:{DATABASE_PASSWORD}@")
        environment = {
            "DATABASE_URL": url,
            "MUHR_SMTP_URL": f"smtp://muhr:{MAIL_PASSWORD}@127.0.0.1:9",
            "MUHR_BACKUP_RECIPIENT": str(IDENTITY.recipient()),
        }
        folder = tmp_path_factory.mktemp("town")
        with installation(folder, "--empty", **environment) as site:
            town = Town(site, database, environment)
            town.secrets = {
                "password": PASSWORD.encode(),
                "mistyped password": TYPO.encode(),
                "password of the mail server": MAIL_PASSWORD.encode(),
                "password of the database": DATABASE_PASSWORD.encode(),
                "backup identity": str(IDENTITY).encode(),
            }
            yield town
            for visitor in town.visitors:
                visitor.client.close()


def _keys(data: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in (data / "keys").glob("*.key")}
    key = parse_key((data / "beacon" / "key.json").read_bytes())
    assert isinstance(key, BeaconKey)
    beacon = key.secret
    return {**found, "beacon": beacon.to_bytes(32, "big")}


def _set_up(town: Town) -> Visitor:
    """Make the first administrator with password, authenticator and recovery codes."""
    told = town.site.log.read_text()
    for _ in range(60):
        if "set-up code" in told:
            break
        time.sleep(0.25)
        told = town.site.log.read_text()
    code = re.search(r"set-up code\s+(\S+)", told)
    assert code, told
    owner = town.visitor()
    owner.get("/en/account/first-run")
    owner.send(
        setup_code=code[1], organisation_en="Kot Town Committee", short_name="KTC", city="Kot",
        name_en="Amina Shah", email=EMAIL, password=PASSWORD, again=PASSWORD,
    )  # fmt: skip
    return owner


def _enrol(town: Town, owner: Visitor) -> str:
    """Set the authenticator up; its secret and the codes are shown to their owner once."""
    assert owner.page is not None
    town.said.pop()
    (shown,) = html.fromstring(owner.page.text).xpath("//main//details//code")
    key = re.sub(r"\s", "", shown.text_content())
    secret = base64.b32decode(key)
    code = second_factor.code_of(secret, second_factor.counter_at(clock.now()))
    codes = html.fromstring(owner.send(code=code).text).xpath("//main//*[@class='codes']//li")
    assert len(codes) == 10, owner.page.text
    town.said.pop()
    town.secrets |= {"authenticator": secret, "authenticator as typed": key.encode()}
    for number, each in enumerate(codes):
        town.secrets[f"recovery code {number}"] = each.text_content().strip().encode()
    return code


def _cookies(visitor: Visitor) -> dict[str, bytes]:
    return {
        f"session {cookie.name}": (cookie.value or "").encode()
        for cookie in visitor.client.cookies.jar
        if "sess" in cookie.name or "muhr" in cookie.name
    }


def _live(town: Town) -> None:
    """Do what people do, rightly and wrongly, and what operators look at."""
    owner = _set_up(town)
    code = _enrol(town, owner)
    town.secrets |= _cookies(owner)
    for page in ("account/", "account/security", "account/sessions", "account/people", "records",
                 "records?kind=sign-ins", "journal", "platform", "first-steps"):  # fmt: skip
        owner.get(f"/en/{page}")
    owner.get("/en/account/invitations/new")
    owner.send(email="sana@kot.example", name="Sana Mir", roles="approver")
    stranger = town.visitor()
    for password in (TYPO, PASSWORD):
        stranger.get("/en/account/sign-in")
        stranger.send(email=EMAIL, password=password)
    stranger.send(code=code)  # used up
    stranger.send(code=town.secrets["recovery code 9"].decode())
    town.secrets |= {f"second {name}": value for name, value in _cookies(stranger).items()}
    town.secrets |= _keys(town.site.data)
    for path in ("/en/%00", "/en/nothing", "/en/account/sign-in?next=canary", "/ur/journal",
                 "/en/journal.csv", "/health", "/keys/platform.txt"):  # fmt: skip
        stranger.get(path)
    stranger.client.post(f"{town.site.address}/api/tenders/x/follow", content=b"[" * 500)


def _operate(town: Town) -> None:
    town.run("doctor")
    town.run("backup")
    town.run("backup", "--records")
    nowhere = f"postgresql://muhr:{DATABASE_PASSWORD}@127.0.0.1:9/muhr"
    for command in ("doctor", "migrate"):
        town.run(command, DATABASE_URL=nowhere)
    town.run("migrate", DATABASE_URL=f"mysql://muhr:{DATABASE_PASSWORD}@127.0.0.1:9/muhr")


def _fall_down(town: Town) -> None:
    """Take the database away from the running processes."""
    town.database.stop(at_once=True)
    stranger = town.visitor()
    assert stranger.get("/en/").status_code == 503
    stranger.get("/api/clock")
    time.sleep(2)  # the worker's loops meet it too


def test_no_secret_of_an_installation_is_put_out(town: Town) -> None:
    _live(town)
    _operate(town)
    engine = make_engine(town.environment["DATABASE_URL"])
    with reading(make_sessions(engine)) as session:
        rows = everything_in(session).encode()
    engine.dispose()
    _fall_down(town)
    said = town.everything()

    assert len(town.secrets) > 18
    assert b"no second factor" not in said
    assert found_in(said, town.secrets) == [], "in pages, logs or what commands say"
    assert found_in(rows, town.secrets) == [], "in the database"
    kept = ("keys", "beacon")
    assert found_below(town.site.data, town.secrets, keeping=kept) == [], "in files"
    archives = list((town.site.data / "backups").iterdir())
    assert len(archives) == 2, "the archives were searched"
    assert found_below(town.site.data, town.secrets) != [], "the search finds keys where they lie"
    assert b"Kot Town Committee" in said, "what was said was kept"
    assert EMAIL.encode() in rows


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_test_that_logs_a_secret_of_its_application_fails(name: str, pytestconfig) -> None:
    secret, plugin = PLANTED[name], pytestconfig.pluginmanager
    report = pytest.TestReport("a test", ("a test", 0, ""), {}, "passed", None, "call")
    report.sections.append(("Captured log call", f"WARNING muhr: {secret!r} {secret.hex()}"))
    (hook,) = [
        each.plugin.pytest_runtest_makereport
        for each in plugin.hook.pytest_runtest_makereport.get_hookimpls()
        if each.plugin.__name__ == "tests.conftest"
    ]
    judging = hook()
    next(judging)
    with pytest.raises(StopIteration) as done:
        judging.send(report)
    assert done.value.value.outcome == "failed"
    assert name in str(done.value.value.longrepr)


@pytest.mark.parametrize("shown", range(len(traces(PASSWORD.encode()))))
def test_the_search_finds_a_secret_in_any_form(shown: int) -> None:
    said = b"password=" + traces(PASSWORD.encode())[shown] + b"&"
    assert found_in(said, {"password": PASSWORD.encode()}) == ["password"]


@pytest.mark.parametrize("before", [b"", b"a", b"ab"])
@pytest.mark.parametrize("after", [b"", b"y", b"yz"])
def test_the_search_finds_a_secret_within_longer_base64(before: bytes, after: bytes) -> None:
    said = base64.b64encode(before + PASSWORD.encode() + after)
    assert found_in(said, {"password": PASSWORD.encode()}) == ["password"]
