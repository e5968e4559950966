"""An unattended holder of one committee member's key: asks the platform, checks, gives shares.

It believes nothing that it can check: the tender pack by its hash, the round's signature by the
chain's key, the bid by the signed list, an approval of prices by the signature and the public
journal, the share by the vendor's commitment. The platform's key is pinned at the first contact.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urlsplit

import httpx

from bids.domain.approved import Place, approving_act, check_moved, confirmed_notice, place_in
from bids.domain.bid_content import Kind
from bids.domain.key_proof import Challenge, read_challenge
from bids.domain.permissions import OpeningAct
from foundation import machine, outgoing
from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from sealing import age, base64, documents, signatures
from sealing.age_keys import AnyIdentity
from sealing.committee import open_share, take_share
from sealing.envelope import read_committee_part
from sealing.package import Context, parse_committee_part
from tendering.domain.exercises import dummy_context

PATIENCE = httpx.Timeout(30, read=300)
CHUNK = 1 << 16
LARGEST_ANSWER = 32 * 1024 * 1024


@dataclass(frozen=True)
class Given:
    """One thing done: ``what`` is ``proof``, ``share``, ``evidence`` or ``refused CODE``."""

    what: str
    sha256: str = ""


@dataclass
class KeyHolder:
    """Speaks for one key in one tender.

    Args:
        platform: the site's address, without a path.
        tender: the tender's id.
        identity: the member's key.
        pin: where the platform's public key is kept after the first contact.
        same_host_by: who accepted that this runs on the platform's own machine.
        transport: for tests.
    """

    platform: str
    tender: str
    identity: AnyIdentity
    pin: Path
    same_host_by: str = ""
    transport: httpx.BaseTransport | None = None
    refused: set[str] = field(default_factory=set)
    _header: str = ""
    _member: int = 0
    _announced: bool = False

    @property
    def recipient(self) -> str:
        """Return the public half of the key."""
        return str(self.identity.recipient())

    def once(self) -> tuple[list[Given], bool]:
        """Do all that is awaited now; return what was done and whether the tender has ended.

        Raises:
            Refusal: what the platform refuses, ``on-platform-host``, ``bad-challenge``,
                ``wrong-note-signature`` when the platform's key is not the pinned one.
            httpx.TransportError: nobody answers.
        """
        with outgoing.http_client(
            self.platform, timeout=PATIENCE, transport=self.transport
        ) as client:
            self._sign_in(client)
            if not self._announced:
                self._post(client, "announcement", {"same_host_by": self.same_host_by})
                self._announced = True
            awaited = _object(self._get(client, f"{self._api}/awaited"))
            done = self._prove(client, awaited)
            for bid in cast(Sequence[Mapping[str, Document]], awaited["bids"]):
                sha256 = documents.text(bid["sha256"])
                if sha256 in self.refused:
                    continue
                try:
                    done.append(self._release(client, awaited, bid))
                except Refusal as refusal:
                    done.append(Given(f"refused {refusal.code}", sha256))
            return done, bool(awaited["ended"])

    @property
    def _api(self) -> str:
        return f"/api/tenders/{self.tender}/key-holder"

    def _sign_in(self, client: httpx.Client) -> None:
        """Open a challenge; find out whether the platform runs on this machine."""
        answer = _object(self._send(client, "POST", "challenge", {"recipient": self.recipient}))
        try:
            sealed = base64.decode(documents.text(answer["challenge"]))
            opened = age.open_bytes(sealed, [self.identity])
        except (ValueError, KeyError) as error:
            raise Refusal("bad-challenge") from error
        challenge = read_challenge(opened, self.tender)
        if not self.same_host_by and self._same_host(challenge, str(answer.get("host", ""))):
            raise Refusal("on-platform-host")
        self._header, self._member = challenge.header, challenge.member

    def _same_host(self, challenge: Challenge, mark: str) -> bool:
        if mark and mark == machine.host_mark(challenge.answer):
            return True
        host = urlsplit(self.platform).hostname or ""
        return any(outgoing.is_own(address) for address in outgoing.addresses_of(host, 443))

    def _prove(self, client: httpx.Client, awaited: Mapping[str, Document]) -> list[Given]:
        """Open the own share of a dummy, which is bound to nobody's bid."""
        dummy = cast("Mapping[str, Document] | None", awaited["dummy"])
        if dummy is None:
            return []
        part = parse_committee_part(cast(Mapping[str, Document], dummy["part"]))
        eid = documents.octets(dummy["eid"], 16)
        bound = dummy_context(self.tender)
        share = open_share(part, bound, eid, self._member, [self.identity])
        body = {"exercise": documents.text(dummy["exercise"]), "share": share.hex()}
        self._post(client, "proof", body)
        return [Given("proof")]

    def _release(
        self, client: httpx.Client, awaited: Mapping[str, Document], bid: Mapping[str, Document]
    ) -> Given:
        """Give the share of one bid; what was once found wrong is never looked at again."""
        sha256 = documents.text(bid["sha256"])
        try:
            own = {name: of for name, of in bid.items() if name not in {"sha256", "signature"}}
            context = Context.parse(canonical(own))
            place = self._approved(client, context, sha256, awaited)
        except (ValueError, Refusal) as error:
            self.refused.add(sha256)
            raise error if isinstance(error, Refusal) else Refusal("not-approved") from error
        key = place.chain.round_key(context.round, bytes.fromhex(documents.text(bid["signature"])))
        with tempfile.TemporaryFile() as file:
            self._fetch(client, sha256, file)
            part, eid = read_committee_part(file, key, context)
        if part.id != place.committee.id:
            raise Refusal("binding-committee")
        try:
            taken = take_share(part, context, eid, place.number, [self.identity])
        except Refusal:
            self.refused.add(sha256)
            raise
        if taken.file_key:
            self._post(client, f"bids/{sha256}/evidence", {"file_key": taken.file_key.hex()})
            return Given("evidence", sha256)
        self._post(client, f"bids/{sha256}/share", {"share": taken.share.hex()})
        return Given("share", sha256)

    def _approved(
        self,
        client: httpx.Client,
        context: Context,
        sha256: str,
        awaited: Mapping[str, Document],
    ) -> Place:
        """Return the own place in the pack that was bid upon.

        Raises:
            Refusal: ``not-approved`` unless pack, signed list and approval all name this bid;
                ``wrong-note-signature``, ``wrong-signature``.
        """
        if context.tender != self.tender:
            raise Refusal("not-approved")
        pinned = self._pinned(client)
        pack = self._bytes(client, f"{self._packs}{context.notice}")
        place = place_in(pack, context, {self.recipient})
        listed = self._bytes(client, f"/tenders/{self.tender}/opening-list.txt")
        notice = confirmed_notice(listed, pinned, context, sha256)
        if notice:
            newer = self._bytes(client, f"{self._packs}{notice}")
            signature = bytes.fromhex(documents.text(awaited["signature"]))
            check_moved(place.chain, pack, newer, notice, signature)
        if context.kind == Kind.FINANCIAL:
            self._check_price(client, pinned, context, sha256)
        return place

    @property
    def _packs(self) -> str:
        return f"/api/tenders/{self.tender}/pack?notice="

    def _check_price(
        self,
        client: httpx.Client,
        pinned: signatures.NoteVerifier,
        context: Context,
        sha256: str,
    ) -> None:
        """Refuse a price unless a second person's approval is signed, and public as it is signed.

        Raises:
            Refusal: ``not-approved``, ``wrong-note-signature``.
        """
        note = self._bytes(client, f"/tenders/{self.tender}/approved-prices.txt")
        act = approving_act(note, pinned, context, sha256)
        found = _object(documents.parse(self._bytes(client, f"/en/journal/{act}.json")))
        if (found["kind"], found["tender"]) != (OpeningAct.OPEN_PRICES, self.tender):
            raise Refusal("not-approved")
        opened = cast(Sequence[Mapping[str, Document]], _object(found["doc"])["opened"])
        if not any(each["sha256"] == sha256 for each in opened):
            raise Refusal("not-approved")

    def _pinned(self, client: httpx.Client) -> signatures.NoteVerifier:
        if not self.pin.exists():
            self.pin.write_bytes(self._bytes(client, "/keys/platform.txt"))
        return signatures.NoteVerifier.parse(self.pin.read_text(encoding="utf-8").strip())

    def _fetch(self, client: httpx.Client, sha256: str, file: BinaryIO) -> None:
        path = f"{self._api}/bids/{sha256}/ciphertext.age"
        with client.stream("GET", self.platform + path, headers=self._headers) as answer:
            if answer.status_code != 200:
                answer.read()
                raise _refusal(answer)
            for chunk in answer.iter_bytes(CHUNK):
                file.write(chunk)
        file.seek(0)
        if _digest(file) != sha256:
            raise Refusal("stored-bytes-changed")

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": self._header, "Accept": "application/json"}

    def _get(self, client: httpx.Client, path: str) -> Document:
        return documents.parse(self._bytes(client, path))

    def _bytes(self, client: httpx.Client, path: str) -> bytes:
        answer = client.get(self.platform + path, headers=self._headers)
        if answer.status_code != 200 or len(answer.content) > LARGEST_ANSWER:
            raise _refusal(answer)
        return answer.content

    def _post(self, client: httpx.Client, place: str, body: Mapping[str, str]) -> None:
        self._send(client, "POST", place, body)

    def _send(
        self, client: httpx.Client, method: str, place: str, body: Mapping[str, str]
    ) -> Document:
        address = f"{self.platform}{self._api}/{place}"
        answer = client.request(method, address, json=body, headers=self._headers)
        if answer.status_code != 200:
            raise _refusal(answer)
        return documents.parse(answer.content)


def _object(document: Document) -> Mapping[str, Document]:
    if not isinstance(document, Mapping):
        raise Refusal("not-approved")
    return document


def _refusal(answer: httpx.Response) -> Refusal:
    """Return the platform's no by its code, never by its words."""
    try:
        code = documents.text(_object(documents.parse(answer.content))["code"])
    except (ValueError, KeyError, Refusal):
        code = ""
    return Refusal(code[:60] or f"http-{answer.status_code}")


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
