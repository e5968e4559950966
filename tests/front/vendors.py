"""Vendors as the network sees their browsers: one connection, a session, the three steps."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from accounts.acts.organising import create_organisation
from accounts.acts.practising import create_practice_account
from accounts.credentials import keyring, new_password
from accounts.domain.organisations import OrganisationForm, PersonForm
from accounts.domain.roles import OrganisationKind, Role
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor, ActorKind
from foundation.values.identifiers import new_id
from foundation.values.text import Text
from tendering.domain.tender import Tender
from tests.bids import made

ANSWER_SECONDS = 120
SLICE = 1 << 20


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass
class Vendor:
    """One vendor who is signed in, and talks to one address."""

    actor: Actor
    address: str
    cookie: str = ""
    csrf: str = ""
    _line: http.client.HTTPConnection | None = field(default=None, repr=False)

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request; a line that was cut is taken up anew by the next one.

        Raises:
            OSError, http.client.HTTPException: no whole answer came.
        """
        if self._line is None:
            parts = urlsplit(self.address)
            assert parts.hostname is not None
            self._line = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=ANSWER_SECONDS
            )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._line.request(method, path, body, self.headers | named)
            response = self._line.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise

    @property
    def headers(self) -> dict[str, str]:
        known = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        return {"Accept-Language": "en"} | {name: text for name, text in known.items() if text}

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def arrive(self) -> None:
        """Sign in with one press, and look at a page, which gives the token that changes need."""
        form = f"account_id={self.actor.account_id}".encode()
        kind = "application/x-www-form-urlencoded"
        entered = self.call("POST", "/en/practice/sign-in", form, Content_Type=kind)
        self.cookie = entered.headers.get("Set-Cookie", "").split(";")[0]
        page = self.call("GET", "/en/bids/")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.body.decode())
        assert found, f"{entered.status}, {page.status}: no token on the page"
        self.csrf = found[1]

    def announce(self, tender: Tender, sealed: made.Sealed) -> Answer:
        body = {
            "sha256": sealed.sha256,
            "size": len(sealed.data),
            "notice": tender.notice,
            "token_sha256": sealed.receipt.token_sha256,
        }
        path = f"/api/tenders/{tender.id}/lots/1/envelopes/single/fingerprints"
        return self.call("POST", path, json.dumps(body).encode(), Content_Type="application/json")

    def send_slice(self, upload: str, piece: bytes, offset: int, **headers: str) -> Answer:
        stated = {"Upload-Offset": str(offset), "X-Slice-SHA256": sha256(piece).hexdigest()}
        return self.call("PATCH", upload, piece, **(stated | headers))

    def send(self, upload: str, data: bytes, offset: int = 0) -> Answer | None:
        """Send what is not there yet; return the last answer."""
        answer = None
        while offset < len(data):
            piece = data[offset : offset + SLICE]
            answer = self.send_slice(upload, piece, offset)
            if answer.status != 204:
                return answer
            offset += len(piece)
        return answer

    def complete(self, upload: str) -> Answer:
        return self.call("POST", f"{upload}/complete", b"{}", Content_Type="application/json")

    def submit(self, tender: Tender, sealed: made.Sealed) -> Answer:
        """Go all three steps; return the first answer that is no success, or the receipt."""
        announced = self.announce(tender, sealed)
        if announced.status != 201:
            return announced
        told = announced.json
        sent = self.send(told["upload"], sealed.data, told["offset"])
        if sent is not None and sent.status != 204:
            return sent
        return self.complete(told["upload"])


def vendors_of(context: JobContext, address: str, count: int) -> list[Vendor]:
    """Make so many firms with one person each, who have not arrived yet."""
    keys, password = keyring(context.settings), new_password("practice of the front")
    vendors = []
    with unit_of_work(context.sessions, Actor.system("demo")) as uow:
        for n in range(count):
            firm = create_organisation(
                uow,
                OrganisationKind.VENDOR,
                OrganisationForm(name=Text(en=f"Firm {n}"), city="Sukkur", tax_number=f"{n:07}-1"),
            )
            form = PersonForm(name=Text(en=f"Person {n}"), email=f"{new_id()}@firm.example")
            person = create_practice_account(uow, keys, firm.id, form, [Role.VENDOR], password)
            actor = Actor(
                ActorKind.PERSON, person.id, firm.id, frozenset({Role.VENDOR}), fresh=True
            )
            vendors.append(Vendor(actor, address))
    return vendors


@contextlib.contextmanager
def arrived(context: JobContext, address: str, count: int) -> Iterator[list[Vendor]]:
    """Give vendors who are ready to bid; hang up at the end."""
    vendors = vendors_of(context, address, count)
    try:
        for vendor in vendors:
            vendor.arrive()
        yield vendors
    finally:
        for vendor in vendors:
            vendor.hang_up()
