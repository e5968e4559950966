"""Somebody's real things, one of each kind that an address can name, and the strangers to them.

All that a council and its bidders keep to themselves carries ``MARK`` in its text, so that a
single search tells whether an answer gave any of it away.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.acts import inviting, resetting
from accounts.acts.organising import write_organisation
from accounts.acts.practising import create_practice_account
from accounts.acts.visiting import actor_for
from accounts.credentials import digest_of, keyring, new_password
from accounts.domain.organisations import OrganisationForm, Person, PersonForm
from accounts.domain.roles import OrganisationKind, Role
from accounts.models import PasskeyRow
from bids import jobs
from bids import queries as bid_queries
from bids.acts import boxing
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.partial_uploads import PartialUploads
from foundation import heartbeats
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.identifiers import new_id
from foundation.values.text import Text
from notices.acts.issuing import record_pdf
from notices.jobs import issue_due_notices
from notices.models import NoticeRow
from tendering.acts import asking, drafting, handing_over, seating
from tendering.domain.handover import Asked, Part, Why
from tendering.domain.tender import Document, Item, Tender
from tests.bids import committee_made, two_envelopes
from tests.bids import made as sealed
from tests.bids.committee_made import Member, Sitting
from tests.evaluation.line import Line, line, open_bids
from tests.evaluation.renditions import made as files_made
from tests.house.rendering import one_paper_a_kind
from tests.tendering import made
from transparency.models import Act, SealedAct

MARK = "zarqaqz"
FACTS = replace(made.FACTS, title=Text(f"Lights {MARK}", f"لائٹس {MARK}"))
ITEMS = (Item("1", "1", Text(f"Street light {MARK}"), Decimal(100), "piece"),)
OFFERS = {
    "Alif Pumps": ("1095000", {"1": ("2450", None), "2": ("12500", None), "3": ("35000", None)}),
    "Chenab Supply": ("730000", {"1": ("2500", None), "2": ("12000", None)}),
}


OFFICE = (Role.OFFICER, Role.APPROVER, Role.EVALUATOR, Role.ADMINISTRATOR)
KEEPERS = ("keeper", "second keeper", "third keeper")


@dataclass
class Owned:
    """The things by name, their owners and colleagues, and a stranger of every role."""

    app: Flask
    context: JobContext
    clock: FrozenClock
    line: Line
    council: made.Council
    people: dict[str, Person]
    strangers: dict[str, Person]
    things: dict[str, str] = field(default_factory=dict)
    tenders: dict[str, Tender] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    unopened: set[str] = field(default_factory=set)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    part_sent: sealed.Sealed | None = None
    sitting: Sitting | None = None
    awaited: sealed.Sealed | None = None
    priced: tuple[Sitting, sealed.Sealed] | None = None

    def keep(self, name: str, tender: Tender) -> Tender:
        """Remember a tender under a name."""
        self.tenders[name] = tender
        self.things[name] = tender.id
        return tender

    def acting(self, name: str) -> AbstractContextManager[UnitOfWork]:
        """Return a unit of work of one of the owners."""
        return unit_of_work(self.context.sessions, self.actor(name))

    def actor(self, name: str) -> Actor:
        """Return one of the owners as an actor."""
        return actor_for(self.people[name], fresh=True)


class Maker:
    """Makes the people and their things, in the order in which time passes."""

    def __init__(self, app: Flask, context: JobContext, clock: FrozenClock) -> None:
        self.context, self.sessions, self.clock = context, context.sessions, clock
        self.ring = keyring(context.settings)
        self.password = new_password(secrets.token_urlsafe(16))
        found = line(
            context, clock, offers=OFFERS, criteria=made.CRITERIA, pass_mark=Decimal(10),
            opened=False, files=(("cv.pdf", files_made.pdf(1)),),
        )  # fmt: skip
        council = made.Council(
            found.people["officer"].organisation_id,
            *(found.actor(name) for name in ("officer", "approver", "chair")),
        )
        people = dict(found.people)
        self.owned = Owned(app, context, clock, found, council, people, {})

    def make(self) -> Owned:
        """Make everything."""
        self._colleagues()
        self._strangers()
        self._opened_tender()
        self._without_bids()
        self._two_envelopes()
        self._shared_tender()
        self._held_tender()
        self._drafts()
        self._seated_draft()
        self._tender_with_bids()
        self._changed_tender()
        self._accounts()
        self._journals()
        for name, person in {**self.owned.people, **self.owned.strangers}.items():
            self.owned.clients[name] = self._signed_in(person)
        self.owned.clients[""] = self.owned.app.test_client()
        return self.owned

    def _signed_in(self, person: Person) -> FlaskClient:
        client = self.owned.app.test_client()
        data, headers = {"account_id": person.id}, {"Origin": "http://localhost"}
        answer = client.post("/en/practice/sign-in", data=data, headers=headers)
        assert answer.status_code == 303, answer.text
        return client

    def person(self, organisation_id: str, name: str, *roles: Role) -> Person:
        """Make a practice account."""
        form = PersonForm(Text(f"The {name}"), f"{name}@{MARK}.example")
        with unit_of_work(self.sessions, Actor.system("test")) as uow:
            return create_practice_account(
                uow, self.ring, organisation_id, form, roles, self.password
            )

    def firm(self, name: str) -> Person:
        """Make a firm with one person."""
        with unit_of_work(self.sessions, Actor.system("test")) as uow:
            firm = write_organisation(
                uow, OrganisationKind.VENDOR,
                OrganisationForm(Text(name), city="Sukkur", tax_number="1234567-8"),
            )  # fmt: skip
        return self.person(firm.id, name.replace(" ", "-").lower(), Role.VENDOR)

    def draft(self, name: str, hours: int = 0, method: str = "open") -> Tender:
        """Make a complete draft that closes ``hours`` later than the rules' first deadline."""
        security = FACTS.security if method != two_envelopes.METHOD else None
        who, facts = self.owned.council, replace(FACTS, method=method, security=security)
        draft = made.complete_draft(self.sessions, who, book="practice", items=ITEMS, facts=facts)
        if hours:
            deadline_at = draft.schedule.deadline_at + timedelta(hours=hours)
            with unit_of_work(self.sessions, who.officer) as uow:
                draft = drafting.edit_dates(uow, draft.id, draft.revision, deadline_at)
        return self.owned.keep(name, draft)

    def published(self, name: str, hours: int = 0) -> Tender:
        """Publish a tender to the tests' own chain."""
        draft = self.draft(name, hours)
        chain = sealed.CHAIN
        return self.owned.keep(
            name, made.published(self.sessions, self.owned.council, draft, chain=chain)
        )

    def _colleagues(self) -> None:
        home, people = self.owned.council.organisation_id, self.owned.people
        people["deputy"] = self.person(home, "deputy", Role.OFFICER)
        people["administrator"] = self.person(home, "administrator", Role.ADMINISTRATOR)
        people["clerk"] = self.person(home, "clerk", Role.OFFICER)
        for name in KEEPERS:
            people[name] = self.person(home, name.replace(" ", "-"), Role.EVALUATOR)
        people["vendor"] = self.firm("Indus Traders")
        people["other vendor"] = self.firm("Mehran Works")

    def _strangers(self) -> None:
        elsewhere = made.council(self.sessions, "OTC")
        for role in (*OFFICE, Role.AUDITOR):
            name = f"other-{role}"
            self.owned.strangers[f"strange {role}"] = self.person(
                elsewhere.organisation_id, name, role
            )
        self.owned.strangers["strange vendor"] = self.firm("Stranger Traders")

    def _opened_tender(self) -> None:
        """Open the line's bids, one of them a copy that cannot be opened."""
        owned, tender = self.owned, self.owned.line.tender
        copier, copied = (
            self.owned.actor("other vendor"),
            sealed.seal(tender, owned.actor("vendor")),
        )
        committed = sealed.commit(self.context, tender, copier, copied)
        assert isinstance(committed, Committed)
        sealed.complete(self.context, tender, copier, committed.upload_id, copied.data)
        open_bids(owned.line, tender)
        owned.keep("opened", owned.line.tender)
        owned.line.convene("chair", "second")
        owned.line.declare("chair")
        bid = owned.line.bids["Alif Pumps"]
        owned.things |= {
            "envelope": bid.envelope_id, "file": bid.files[0].id, "unreadable": copied.sha256,
            "readable": bid.sha256,
        }  # fmt: skip
        owned.private |= {"Alif Pumps", "Chenab Supply", "12,500", "35,000"}

    def _without_bids(self) -> None:
        tender = self.published("empty")
        self.clock.move_to(sealed.unsealing_at(tender) + timedelta(seconds=3))
        jobs.sweep(self.context)

    def _seat(self, name: str, method: str = "committee") -> Sitting:
        """Name the keepers to the committee of a draft, without keys."""
        draft = self.draft(name, method=method)
        members = tuple(
            Member(self.owned.actor(keeper), committee_made.draw(n))
            for n, keeper in enumerate(KEEPERS)
        )
        with unit_of_work(self.sessions, self.owned.council.officer) as uow:
            accounts = [member.actor.account_id for member in members]
            tender = seating.name_committee(uow, draft.id, draft.revision, accounts, 2)
        return Sitting(self.owned.council, self.owned.keep(name, tender), members)

    def _seated_draft(self) -> None:
        self.owned.sitting = self._seat("seated")

    def _two_envelopes(self) -> None:
        """Open a technical envelope; its price stays in the other one."""
        sitting = self._seat("two envelopes", two_envelopes.METHOD)
        sitting = committee_made.make_ready(self.context, sitting)
        technical, financial = (
            sealed.submit(self.context, sitting.tender, self.owned.actor("vendor"), kind=kind)
            for kind in sitting.tender.envelopes
        )
        two_envelopes.to_the_shares(self.context, sitting, self.clock)
        two_envelopes.release(self.context, sitting, [technical], sitting.members[:2])
        two_envelopes.sweep(self.context)
        self.owned.keep("two envelopes", sitting.tender)
        (opened,) = Line(self.context, self.clock, {}, sitting.tender.id).bids.values()
        self.owned.things["priced envelope"] = opened.envelope_id
        self.owned.priced = sitting, financial

    def _shared_tender(self) -> None:
        """Let a bid await the shares of its committee."""
        tender = committee_made.make_ready(self.context, self._seat("shared")).tender
        bid = sealed.submit(self.context, tender, self.owned.actor("vendor"))
        self.clock.move_to(sealed.unsealing_at(tender) + timedelta(seconds=3))
        jobs.sweep(self.context)
        self.owned.keep("shared", tender)
        self.owned.things["awaited"] = bid.sha256
        self.owned.awaited = bid

    def _held_tender(self) -> None:
        """Let the platform be away over the opening of a tender with a bid."""
        tender = self.published("held")
        sealed.submit(self.context, tender, self.owned.actor("vendor"))
        with unit_of_work(self.sessions, Actor.system("door")) as uow:
            heartbeats.keep_door(uow)
        self.clock.move_to(tender.schedule.opening_at + timedelta(hours=3))
        jobs.sweep(self.context)
        jobs.hold_openings(self.context)

    def _drafts(self) -> None:
        draft = self.draft("draft")
        body = b"%PDF-1.4 " + MARK.encode()
        digest, document_id = hashlib.sha256(body).hexdigest(), new_id()
        key = f"tenders/{draft.id}/{document_id}"
        self.context.blobs.put_new(key, [body])
        document = Document(document_id, f"{MARK}.pdf", len(body), "application/pdf", digest, key)
        with unit_of_work(self.sessions, self.owned.council.officer) as uow:
            drafting.add_document(uow, draft.id, document)
        self.owned.things["document"] = document_id
        made.submitted(self.sessions, self.owned.council, self.draft("in approval"))
        asked = Asked(
            Part.TENDER, "", self.owned.people["deputy"].id, Why.ABSENCE, MARK, self.clock.at, None
        )
        with unit_of_work(self.sessions, self.owned.council.officer) as uow:
            handed = handing_over.hand_over(uow, draft.id, asked)
        self.owned.things["handover"] = handed.id

    def _tender_with_bids(self) -> None:
        owned, tender = self.owned, self.published("published", hours=24)
        vendor, other = owned.actor("vendor"), owned.actor("other vendor")
        standing = sealed.submit(self.context, tender, vendor)
        self.clock.advance(hours=2)
        with unit_of_work(self.sessions, Actor.system("box")) as uow:
            boxing.tick_box(uow, tender.id)
        refused = sealed.commit(
            self.context, replace(tender, notice="ab" * 32), vendor, sealed.seal(tender, vendor)
        )
        assert isinstance(refused, Refused)
        sending = sealed.seal(tender, other)
        begun = sealed.commit(self.context, tender, other, sending)
        assert isinstance(begun, Committed)
        owned.part_sent = sending
        folder = self.context.settings.folder("uploads")
        PartialUploads(folder).append(
            begun.upload_id, 0, sending.data[:-9], whole=len(sending.data)
        )
        for name in ("question", "second question"):
            owned.things[name] = new_id()
            with unit_of_work(self.sessions, vendor) as uow:
                text = f"Is {name} {MARK} allowed?"
                asking.ask_question(uow, tender.id, question_id=owned.things[name], text=text)
        with reading(self.sessions) as session:
            receipts = bid_queries.own_submissions(session, vendor.organisation_id)
            receipt = next(each for each in receipts if each.sha256 == standing.sha256)
            (attempt,) = bid_queries.own_attempts(session, vendor.organisation_id)
        owned.things |= {
            "receipt": receipt.number, "attempt": attempt.id, "upload": begun.upload_id,
        }  # fmt: skip
        owned.unopened |= {receipt.number, standing.sha256, sending.sha256, attempt.id}
        owned.unopened |= {receipt.id, begun.upload_id}

    def _changed_tender(self) -> None:
        tender = self.published("changing", hours=24)
        change = made.change_begun(self.sessions, self.owned.council, tender)
        dates = change.schedule
        later = timedelta(hours=1)
        with unit_of_work(self.sessions, self.owned.council.officer) as uow:
            change = drafting.edit_dates(
                uow, change.id, change.revision, dates.deadline_at + later, dates.opening_at + later
            )
        self.owned.keep("change", change)

    def _accounts(self) -> None:
        owned, things = self.owned, self.owned.things
        with unit_of_work(self.sessions, owned.actor("administrator")) as uow:
            issued = inviting.invite(
                uow, owned.council.organisation_id, f"invited@{MARK}.example", [Role.OFFICER]
            )
            things["reset"] = resetting.ask_reset(uow, owned.people["deputy"].id, MARK)
            things["passkey"] = self._passkey(uow)
            second = inviting.invite(
                uow, owned.council.organisation_id, f"real@{MARK}.example", [Role.EVALUATOR]
            )
        with unit_of_work(self.sessions, Actor.anonymous()) as uow:
            form = PersonForm(Text("Somebody real"), f"real@{MARK}.example")
            digest = digest_of(second.token)
            real = inviting.accept_invitation(uow, digest, form, self.password)
        things["real account"] = real.id
        owned.private |= {issued.token, "deputy@", "invited@"}
        things |= {
            "invitation": issued.invitation.id, "token": issued.token,
            "account": owned.people["clerk"].id,
        }  # fmt: skip

    def _passkey(self, uow: UnitOfWork) -> str:
        row = PasskeyRow(
            id=new_id(), account_id=self.owned.people["vendor"].id, credential_id=new_id(),
            public_key="key", sign_count=0, name=f"Key {MARK}", created_at=uow.now,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        return row.id

    def _journals(self) -> None:
        issue_due_notices(self.context)
        with reading(self.sessions) as session:
            for name, table in (("public act", Act), ("sealed act", SealedAct)):
                newest = select(table.act_id).order_by(table.seq.desc()).limit(1)
                self.owned.things[name] = session.scalars(newest).one()
            notices = select(NoticeRow).where(NoticeRow.tender_id == self.owned.things["published"])
            notice = session.scalars(notices).one()
            number, pdf = notice.number, one_paper_a_kind()(notice.facts)
        paper, key = hashlib.sha256(pdf).hexdigest(), f"notices/{number.lower()}"
        self.context.blobs.put_new(key, [pdf])
        with unit_of_work(self.sessions, Actor.system("notices")) as uow:
            record_pdf(uow, number, sha256=paper, size=len(pdf), blob_key=key)
        self.owned.things |= {"notice": number, "paper": paper}
        self.owned.things["number"] = self.owned.tenders["published"].number or ""
