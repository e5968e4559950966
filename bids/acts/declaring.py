"""Incidents: proposed and declared in public by two persons, and how each of them ends.

Source: docs/adr/0203, docs/adr/0205.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts import queries as people
from accounts.credentials import Keyring
from accounts.domain import authority
from accounts.domain.roles import Role
from bids.acts.too_few import hold_if_few_revealed
from bids.domain import incident as rules
from bids.domain import opening
from bids.domain.incident import End, Incident, Step
from bids.domain.opening import NOT_REVEALED
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.domain.reception import SubmissionState
from bids.models import IncidentRow, RevealRow, SubmissionRow
from bids.queries import incidents
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.fingerprint import sha256_hex
from foundation.values.identifiers import new_id
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from sealing import age
from tendering import facts as tenders
from tendering.acts.telling import tell, tell_followers
from tendering.domain.tender import Tender
from tendering.rulebooks import rulebook
from transparency import journal


def propose_incident(
    uow: UnitOfWork, tender_id: str, trouble: str, reason: str, until_at: datetime
) -> None:
    """Propose that an opening is declared an incident; a later proposal replaces an earlier one.

    Raises:
        Refusal: what the permission and ``bids.domain.incident.propose`` say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.PROPOSE_INCIDENT, tender, PERMISSIONS)
    book = rulebook(tender.rulebook)
    before = incidents.newest(uow.session, tender_id)
    stuck = incidents.stuck(uow.session, tender, uow.now)
    found, said = rules.propose(stuck, book, before, trouble, reason, until_at, now=uow.now)
    row = _open_row(uow, tender_id)
    if row is None:
        row = IncidentRow(id=new_id(), tender_id=tender_id, declared_by="", recipient="")
        uow.session.add(row)
    row.envelope, row.trouble, row.reason = opening.kind_opened(tender), found.value, said
    row.until_at, row.proposed_by, row.proposed_at = until_at, uow.actor.account_id, uow.now
    uow.session.flush()
    document = {"trouble": found.value, "reason": said, "until_at": instant_text(until_at)}
    journal.append(uow, OpeningAct.PROPOSE_INCIDENT, document, tender_id=tender_id)
    for person in people.people_of(uow.session, tender.organisation_id, roles={Role.APPROVER}):
        tell(uow, "bids.incident-proposed", tender, person.id, tail="/opening/incident")


def declare_incident(
    uow: UnitOfWork, tender_id: str, ring: Keyring, identity: age.Identity
) -> None:
    """Declare the proposed incident as the second person: the one window begins.

    Args:
        uow: by an approver with a fresh sign-in.
        tender_id: whose opening cannot go on.
        ring: seals the private half of the incident's key until the window's end.
        identity: the key made for this incident alone.

    Raises:
        Refusal: what the permission and ``bids.domain.incident.declare`` say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.DECLARE_INCIDENT, tender, PERMISSIONS)
    proposed = incidents.newest(uow.session, tender_id)
    if proposed is not None and proposed.envelope != opening.kind_opened(tender):
        proposed = None
    book = rulebook(tender.rulebook)
    stuck = incidents.stuck(uow.session, tender, uow.now)
    rules.declare(stuck, book, proposed, uow.actor.account_id, now=uow.now)
    row = _open_row(uow, tender_id)
    if row is None:
        raise Refusal("incident-not-proposed")
    row.declared_by, row.declared_at = uow.actor.account_id, uow.now
    row.recipient = str(identity.recipient())
    row.identity = ring.seal(identity.secret, row.id)
    uow.session.flush()
    document = {
        "incident": row.id,
        "trouble": row.trouble,
        "envelope": row.envelope,
        "reason": row.reason,
        "until_at": instant_text(row.until_at),
        "proposed_by": row.proposed_by,
        "recipient": row.recipient,
    }
    journal.append(uow, OpeningAct.DECLARE_INCIDENT, document, tender_id=tender_id)
    tell_followers(uow, "bids.incident-declared", tender, row.id, tail="/opening")
    _tell_bidders(uow, tender, row)


def settle_incident(uow: UnitOfWork, tender_id: str, ring: Keyring) -> Step:
    """Do what an incident asks for at this instant: end it, or end its window.

    The opening that goes on by itself again comes first; only what still waits at the window's
    end is opened by reveals, and all of it together.

    Returns:
        What was done, or what is to be done next.

    Raises:
        Refusal: what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.END_INCIDENT, tender, PERMISSIONS)
    found = incidents.newest(uow.session, tender_id)
    stuck = incidents.stuck(uow.session, tender, uow.now)
    step = rules.next_step(found, stuck, now=uow.now)
    if found is None or step not in {Step.END, Step.CLOSE_WINDOW}:
        return step
    if step is Step.END:
        _end(uow, tender, rules.end_of(stuck))
        return step
    if hold_if_few_revealed(uow, tender, len(_revealing_vendors(uow, found.id))):
        return Step.WAIT
    _close_window(uow, tender, found, ring)
    return Step.OPEN_REVEALED


def _end(uow: UnitOfWork, tender: Tender, end: End) -> None:
    """Destroy what was revealed, unopened, and with it the incident's private key."""
    row = _open_row(uow, tender.id)
    if row is None:
        return
    for reveal in _reveal_rows(uow, row.id):
        reveal.sealed = None
    row.identity, row.ended_at, row.outcome = None, uow.now, end.value
    uow.session.flush()
    document = {"incident": row.id, "outcome": end.value}
    journal.append(uow, OpeningAct.END_INCIDENT, document, tender_id=tender.id)
    tell_followers(uow, "bids.incident-ended", tender, row.id, tail="/opening")


def _close_window(uow: UnitOfWork, tender: Tender, found: Incident, ring: Keyring) -> None:
    """Publish the incident's key and name who did not reveal; their envelopes stay unopened."""
    row = uow.session.get_one(IncidentRow, found.id)
    if row.identity is None:
        raise Refusal("no-window")
    identity = age.Identity(ring.open(row.identity, row.id))
    revealed = {each.submission_id: each for each in _reveal_rows(uow, row.id)}
    row.ended_at, row.outcome = uow.now, End.REVEALED.value
    uow.session.flush()
    sealed = _sealed_rows(uow, tender)
    document = {
        "incident": row.id,
        "identity": str(identity),
        "revealed": [
            {
                "sha256": each.sha256,
                "reveal_sha256": sha256_hex(revealed[each.id].sealed or b""),
                "at": instant_text(revealed[each.id].at),
            }
            for each in sealed
            if each.id in revealed
        ],
    }
    journal.append(uow, OpeningAct.CLOSE_WINDOW, document, tender_id=tender.id)
    for each in sealed:
        if each.id in revealed:
            each.claimed_until, each.claimed_by = None, None
            continue
        each.state, each.ended_at = SubmissionState.UNOPENED.value, uow.now
        each.code = NOT_REVEALED
        uow.session.flush()
        line = {"lot": each.lot_id, "kind": each.kind, "vendor": each.vendor_id}
        line |= {"sha256": each.sha256, "incident": row.id}
        journal.append(uow, OpeningAct.NOT_REVEALED, line, tender_id=tender.id)


def _tell_bidders(uow: UnitOfWork, tender: Tender, row: IncidentRow) -> None:
    """Ask the people of every bidder concerned to reveal; who bid is public since T."""
    vendors = sorted({each.vendor_id for each in _sealed_rows(uow, tender)})
    for vendor_id in vendors:
        for person in people.people_of(uow.session, vendor_id, roles={Role.VENDOR}):
            outbox.enqueue(
                uow,
                kind="bids.reveal-asked",
                params={
                    "title": tender.title.as_document(),
                    "address": {
                        lang: f"/{lang}/tenders/{tender.id}/reveal" for lang in ("en", "ur")
                    },
                },
                key=f"bids.reveal-asked:{row.id}:{person.id}",
                account_id=person.id,
            )


def _open_row(uow: UnitOfWork, tender_id: str) -> IncidentRow | None:
    return uow.session.scalars(
        select(IncidentRow)
        .where(IncidentRow.tender_id == tender_id, IncidentRow.ended_at.is_(None))
        .with_for_update()
    ).one_or_none()


def _reveal_rows(uow: UnitOfWork, incident_id: str) -> list[RevealRow]:
    return list(uow.session.scalars(select(RevealRow).where(RevealRow.incident_id == incident_id)))


def _revealing_vendors(uow: UnitOfWork, incident_id: str) -> set[str]:
    return set(
        uow.session.scalars(
            select(SubmissionRow.vendor_id)
            .join(RevealRow, RevealRow.submission_id == SubmissionRow.id)
            .where(
                RevealRow.incident_id == incident_id,
                SubmissionRow.state == SubmissionState.SEALED.value,
            )
        )
    )


def _sealed_rows(uow: UnitOfWork, tender: Tender) -> list[SubmissionRow]:
    """Return the envelopes that the present opening has still to open."""
    return list(
        uow.session.scalars(
            select(SubmissionRow)
            .where(
                SubmissionRow.tender_id == tender.id,
                SubmissionRow.kind == opening.kind_opened(tender),
                SubmissionRow.state == SubmissionState.SEALED.value,
            )
            .order_by(SubmissionRow.sha256)
            .with_for_update()
        )
    )
