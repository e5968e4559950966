"""The officer names the opening committee; each member makes a key, compares it, may lose it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.domain.authority import authorise
from accounts.domain.organisations import Person
from accounts.domain.roles import OrganisationKind, Role
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts.rehearsing import begin_exercise
from tendering.acts.telling import tell, tell_member
from tendering.acts.writing import update_tender
from tendering.domain import committee as rules
from tendering.domain.committee import COMMITTEE_SEAL, Named, OpeningCommittee
from tendering.domain.exercises import Occasion
from tendering.domain.permissions import PERMISSIONS, CommitteeAct, SeatingAct
from tendering.domain.schedule import keys_kept_until
from tendering.domain.tender import PUBLIC_STAGES, Tender
from tendering.rulebooks import rulebook
from transparency import journal

Change = Callable[[OpeningCommittee], OpeningCommittee]


def name_committee(
    uow: UnitOfWork, tender_id: str, revision: int, account_ids: Sequence[str], threshold: int
) -> Tender:
    """Name the members of a draft's committee, in order, and how many of them open a bid.

    Raises:
        Refusal: ``not-found`` under the time lock alone, ``stale-form``, ``not-eligible``,
            those of ``committee.convene`` and of the permission row.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, SeatingAct.NAME, tender, PERMISSIONS)
    if tender.seal != COMMITTEE_SEAL:
        raise Refusal("not-found")
    if revision != tender.revision:
        raise Refusal("stale-form")
    known = {person.id: person for person in eligible(uow.session, tender.organisation_id)}
    if any(account_id not in known for account_id in account_ids):
        raise Refusal("not-eligible")
    members = [_named(known[account_id]) for account_id in account_ids]
    before = tender.committee
    committee = rules.convene(members, threshold, before)
    if committee == before:
        return tender
    authors = tuple(sorted({*tender.authors, uow.actor.account_id}))
    named = replace(tender, committee=committee, revision=tender.revision + 1, authors=authors)
    update_tender(uow, named)
    _record(uow, SeatingAct.NAME, named, {"t": threshold, "accounts": list(account_ids)})
    for seat in committee.seats:
        if before is None or before.seat_of(seat.account_id) is None:
            tell_member(uow, "committee.named", named, seat.account_id)
    _rehearse_when_complete(uow, named)
    return named


def eligible(session: Session, organisation_id: str) -> tuple[Person, ...]:
    """Return who may sit on a committee: the office's own people and those of oversight bodies."""
    bodies = accounts.organisations(session, OrganisationKind.OVERSIGHT_BODY)
    houses = [organisation_id, *(body.id for body in bodies)]
    return tuple(person for house in houses for person in accounts.people_of(session, house))


def admit_key(uow: UnitOfWork, tender_id: str, recipient: str) -> Tender:
    """Take a member's public key; with the last one the rehearsal begins.

    Raises:
        Refusal: those of ``committee.admit_key`` and of the permission row.
    """
    account_id = uow.actor.account_id
    return _change(
        uow,
        tender_id,
        SeatingAct.KEY,
        lambda committee: rules.admit_key(committee, account_id, recipient, uow.now),
    )


def compare_key(uow: UnitOfWork, tender_id: str, typed: str) -> Tender:
    """Record that a member read the own copy's fingerprint and the board shows the same.

    Raises:
        Refusal: those of ``committee.compare_key`` and of the permission row.
    """
    account_id = uow.actor.account_id
    return _change(
        uow,
        tender_id,
        SeatingAct.COMPARE,
        lambda committee: rules.compare_key(committee, account_id, typed, uow.now),
    )


def report_lost(uow: UnitOfWork, tender_id: str) -> Tender:
    """Record a member's word that the key is lost; of a published tender everybody reads it.

    Raises:
        Refusal: those of ``committee.report_lost`` and of the permission row.
    """
    account_id = uow.actor.account_id
    public = facts.tender(uow.session, tender_id).stage in PUBLIC_STAGES
    act = CommitteeAct.REPORT_LOST if public else SeatingAct.LOSE

    def lose(committee: OpeningCommittee) -> OpeningCommittee:
        return rules.report_lost(committee, account_id, uow.now)

    tender = _change(uow, tender_id, act, lose)
    _lose_in_change(uow, tender, lose)
    for person in accounts.people_of(uow.session, tender.organisation_id, roles=(Role.OFFICER,)):
        tell(uow, "committee.key-lost", tender, person.id)
    return tender


def state_destroyed(uow: UnitOfWork, tender_id: str, typed: str) -> Tender:
    """Record a member's statement that every copy of the own key is destroyed; all read it.

    Raises:
        Refusal: ``keys-still-needed`` with ``until``; those of ``committee.state_destroyed`` and
            of the permission row.
    """
    account_id = uow.actor.account_id
    tender = facts.tender(uow.session, tender_id)
    until = keys_kept_until(rulebook(tender.rulebook), tender)

    def state(committee: OpeningCommittee) -> OpeningCommittee:
        if until is None or uow.now < until:
            raise Refusal("keys-still-needed", until=until or tender.schedule.opening_at)
        return rules.state_destroyed(committee, account_id, typed, uow.now)

    return _change(uow, tender_id, CommitteeAct.STATE_DESTROYED, state)


def _change(
    uow: UnitOfWork, tender_id: str, act: SeatingAct | CommitteeAct, change: Change
) -> Tender:
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, act, tender, PERMISSIONS)
    before = tender.committee
    if before is None:
        raise Refusal("no-committee")
    committee = change(before)
    if committee == before:
        return tender
    changed = replace(tender, committee=committee)
    update_tender(uow, changed)
    seat = rules.seated(committee, uow.actor.account_id)
    _record(uow, act, changed, {"member": seat.number, "recipient": seat.recipient})
    if act is SeatingAct.KEY:
        _rehearse_when_complete(uow, changed)
    return changed


def _lose_in_change(uow: UnitOfWork, tender: Tender, lose: Change) -> None:
    """A change under way must not bring a lost key back."""
    draft = facts.open_change(uow.session, tender.id)
    if draft is None or draft.committee is None or tender.committee is None:
        return
    lost = rules.seated(tender.committee, uow.actor.account_id)
    kept = draft.committee.seat_of(uow.actor.account_id)
    if kept is not None and kept.recipient == lost.recipient:
        update_tender(uow, replace(draft, committee=lose(draft.committee)))


def _rehearse_when_complete(uow: UnitOfWork, tender: Tender) -> None:
    committee = tender.committee
    if committee is not None and committee.has_all_keys:
        begin_exercise(uow, tender, Occasion.REHEARSAL, secrets.token_bytes)


def _named(person: Person) -> Named:
    return Named(person.id, person.name, person.organisation.name)


def _record(
    uow: UnitOfWork, act: SeatingAct | CommitteeAct, tender: Tender, doc: dict[str, object]
) -> None:
    journal.append(uow, act, doc, tender_id=tender.id, organisation_id=tender.organisation_id)
