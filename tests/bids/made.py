"""A chain whose key tests hold, vendors, sealed bids, and the whole line through acts."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from accounts.acts.organising import create_organisation
from accounts.domain.organisations import OrganisationForm
from accounts.domain.roles import OrganisationKind, Role
from beacon.domain.chain import ChainInfo
from bids.acts import registering, uploading, withdrawing
from bids.acts.places import Place
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.acts.uploading import Recorded
from bids.acts.uploading import Stored as StoredBytes
from bids.domain.bid_content import MEDIA_TYPE
from bids.domain.reception import Fingerprint
from bids.intake import Intake
from bids.platform_key import PlatformKey, load_platform_key
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor, ActorKind
from foundation.values.canonical import canonical
from foundation.values.text import Text
from sealing import bls
from sealing.envelope import check_upload
from sealing.package import Context, FileEntry
from sealing.receipt import PrivateReceipt
from sealing.seal import SealedFile, seal_envelope
from sealing.signatures import NoteSigner
from tendering.acts import drafting
from tendering.domain.tender import Item, Tender
from tests.tendering import made

TEST_SECRET = bls.draw_secret(sha256(b"TEST beacon of the bids tests").digest() + bytes(16))
CHAIN = ChainInfo(
    public_key=bls.public_key(TEST_SECRET),
    period=3,
    genesis_time=1_700_000_000,
    group_hash=sha256(b"TEST genesis").digest(),
    beacon_id="test",
)
ITEMS = (Item("1", "1", Text("Street light"), Decimal(100), "piece"),)


def sign_round(round_number: int) -> bytes:
    """Sign a round as the test beacon."""
    return bls.sign_round(TEST_SECRET, round_number)


def signed(tender: Tender) -> dict[int, bytes]:
    """Return the signature of a tender's own round, by its number."""
    return {tender.round or 1: sign_round(tender.round or 1)}


def tender(
    context: JobContext,
    *,
    short_name: str = "KTC",
    opening_after: timedelta | None = None,
    longer: timedelta = timedelta(minutes=5),
    chain: ChainInfo = CHAIN,
) -> Tender:
    """Publish a practice tender with one item under the test chain, or another.

    With ``opening_after`` it takes bids ``longer`` than usual, and opens that long after.
    """
    who = made.council(context.sessions, short_name)
    draft = made.complete_draft(context.sessions, who, book="practice", items=ITEMS)
    if opening_after is not None:
        deadline_at = draft.schedule.deadline_at + longer
        with unit_of_work(context.sessions, who.officer) as uow:
            draft = drafting.edit_dates(
                uow, draft.id, draft.revision, deadline_at, deadline_at + opening_after
            )
    return made.published(context.sessions, who, draft, chain=chain)


def vendor(context: JobContext, name: str = "Indus Traders") -> Actor:
    """Make a vendor's firm and its person."""
    with unit_of_work(context.sessions, Actor.system("setup")) as uow:
        firm = create_organisation(
            uow,
            OrganisationKind.VENDOR,
            OrganisationForm(name=Text(en=name), city="Sukkur", tax_number="1234567-8"),
        )
    return made.person(firm.id, Role.VENDOR)


def bid_document(
    total: str = "245000.00", *, kind: str = "single", lot: str = "1"
) -> dict[str, object]:
    """Return a bid.json with one line."""
    document: dict[str, object] = {
        "v": 1,
        "kind": kind,
        "lot": lot,
        "addenda": [],
        "validity_days": 90,
        "answers": [{"criterion": "c1", "value": "Three years", "files": ["cv.pdf"]}],
        "declarations": [],
    }
    if kind != "technical":
        document |= {
            "currency": "PKR",
            "lines": [{"item": "1", "quantity": "100", "unit_price": total, "amount": total}],
            "total": total,
        }
    return document


@dataclass(frozen=True)
class Sealed:
    """A sealed bid and its private receipt."""

    data: bytes
    receipt: PrivateReceipt

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


def seal(
    of: Tender,
    who: Actor,
    *,
    total: str = "245000.00",
    kind: str = "single",
    lot: str = "1",
    document: object = None,
    files: Sequence[tuple[str, bytes]] = (("cv.pdf", b"%PDF-1.4 test"),),
    context: Context | None = None,
    media_types: Sequence[str] = (),
) -> Sealed:
    """Seal a bid as the vendor's browser does."""
    data = canonical(document or bid_document(total, kind=kind, lot=lot))  # type: ignore[arg-type]
    entries = [("bid.json", MEDIA_TYPE, data)]
    types = [*media_types, *["application/pdf"] * len(files)]
    entries += [(name, media, body) for (name, body), media in zip(files, types, strict=False)]
    out = io.BytesIO()
    assert of.chain is not None
    assert of.round is not None
    assert of.notice is not None
    bound = context or Context(
        of.id, lot, kind, who.organisation_id, of.chain.hash, of.round, of.notice
    )
    receipt = seal_envelope(
        out,
        public_key=of.chain.public_key,
        context=bound,
        files=[
            SealedFile(FileEntry(name, len(body), media), io.BytesIO(body))
            for name, media, body in entries
        ],
        random=secrets.token_bytes,
        committee=of.sealing_committee.sealing() if of.sealing_committee else None,
    )
    return Sealed(out.getvalue(), receipt)


def key(context: JobContext) -> PlatformKey:
    return load_platform_key(context.settings)


def platform_key_of(seed: bytes) -> PlatformKey:
    """Return another platform's key."""
    return PlatformKey(NoteSigner("platform.example/muhr", seed))


def commit(
    context: JobContext,
    of: Tender,
    who: Actor,
    sealed: Sealed,
    *,
    kind: str = "single",
    lot: str = "1",
) -> Committed | Refused:
    """Post the fingerprint."""
    given = Fingerprint(
        sealed.sha256, len(sealed.data), of.notice or "", sealed.receipt.token_sha256
    )
    with unit_of_work(context.sessions, who) as uow:
        return registering.commit_fingerprint(uow, Place(of.id, lot, kind), given, key(context))


def complete(
    context: JobContext, of: Tender, who: Actor, upload_id: str, data: bytes
) -> Recorded | Refused:
    """Store the bytes and count them, as the API does."""
    assert of.chain is not None
    header = check_upload(io.BytesIO(data), of.chain.hash, of.round)
    blob_key = f"sealed/{upload_id}"
    context.blobs.put_new(blob_key, [data])
    stored = StoredBytes(sha256(data).hexdigest(), header.u.hex(), blob_key)
    with unit_of_work(context.sessions, who) as uow:
        return uploading.complete_upload(uow, upload_id, stored, key(context))


def submit(
    context: JobContext, of: Tender, who: Actor, *, total: str = "245000.00", kind: str = "single"
) -> Sealed:
    """Seal and submit a bid; it must be recorded."""
    sealed = seal(of, who, total=total, kind=kind)
    committed = commit(context, of, who, sealed, kind=kind)
    assert isinstance(committed, Committed)
    recorded = complete(context, of, who, committed.upload_id, sealed.data)
    assert isinstance(recorded, Recorded)
    return sealed


def withdraw(
    context: JobContext, of: Tender, who: Actor, token: str | None = None
) -> withdrawing.Withdrawn:
    with unit_of_work(context.sessions, who) as uow:
        return withdrawing.withdraw_envelope(uow, Place(of.id, "1", "single"), token, key(context))


def note_document(note: str) -> dict[str, object]:
    """Return the document inside a signed note."""
    document = json.loads(note.split("\n", 1)[0])
    assert isinstance(document, dict)
    return document


def unsealing_at(of: Tender) -> datetime:
    from bids.domain.opening import decryptable_at

    return decryptable_at(of.schedule)


def submit_by_intake(context: JobContext, intake: Intake, of: Tender, who: Actor) -> str:
    """Submit a bid through the group-committing writer; return the receipt's number."""
    sealed = seal(of, who, files=())
    given = Fingerprint(
        sealed.sha256, len(sealed.data), of.notice or "", sealed.receipt.token_sha256
    )
    signer = key(context)
    place = Place(of.id, "1", "single")
    committed = intake.run(
        who, lambda uow: registering.commit_fingerprint(uow, place, given, signer)
    )
    if isinstance(committed, Refused):
        raise NotRecordedError(committed.code)
    assert of.chain is not None
    header = check_upload(io.BytesIO(sealed.data), of.chain.hash, of.round)
    blob_key = f"sealed/{committed.upload_id}"
    context.blobs.put_new(blob_key, [sealed.data])
    stored = StoredBytes(sealed.sha256, header.u.hex(), blob_key)
    recorded = intake.run(
        who, lambda uow: uploading.complete_upload(uow, committed.upload_id, stored, signer)
    )
    if isinstance(recorded, Refused):
        raise NotRecordedError(recorded.code)
    return recorded.number


def tender_of_days(context: JobContext) -> Tender:
    """Publish a practice tender that takes bids for a week."""
    who = made.council(context.sessions, "LONG")
    draft = made.complete_draft(context.sessions, who, book="practice", items=ITEMS)
    deadline_at = draft.schedule.deadline_at + timedelta(days=7)
    with unit_of_work(context.sessions, who.officer) as uow:
        draft = drafting.edit_dates(uow, draft.id, draft.revision, deadline_at)
    return made.published(context.sessions, who, draft, chain=CHAIN)


def vendor_document(who: Actor) -> dict[str, str]:
    """Return a vendor's person as JSON, for another process."""
    return {"account_id": who.account_id, "organisation_id": who.organisation_id}


def vendor_actor(document: dict[str, str]) -> Actor:
    """Return the person that `vendor_document` wrote down."""
    return Actor(
        kind=ActorKind.PERSON,
        account_id=document["account_id"],
        organisation_id=document["organisation_id"],
        roles=frozenset({Role.VENDOR}),
        fresh=True,
    )


class NotRecordedError(Exception):
    """The platform refused the bid."""
