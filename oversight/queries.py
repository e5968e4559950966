"""What an auditor or administrator may see of the sealed journal now."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.domain.roles import OrganisationKind, Role
from bids.queries import incidents
from foundation.database import database_instant
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.permissions import AskingAct
from tendering.domain.tender import ENDED_STAGES, READ_STAGES, Stage
from transparency.queries import Scope

BEFORE_OPENING = (Stage.DRAFT, Stage.IN_APPROVAL, Stage.PUBLISHED, Stage.CLOSED)
AFTER_OPENING = (*READ_STAGES, *ENDED_STAGES)
FOR_AUDITORS = frozenset({str(AskingAct.ASK)})
TAKING_BIDS = (Stage.PUBLISHED, Stage.CLOSED)


def scope_of(session: Session, actor: Actor) -> Scope:
    """Return how far the actor sees (decision 13).

    Rows of a tender stay hidden until its opening begins, or would have begun, and again while
    an incident lasts, so that nobody learns who reveals.
    Rows without a tender (sign-ins, registrations) could tell who prepares a bid, so those of
    vendors and strangers stay hidden from the publication of the oldest tender that is still
    sealed. An oversight body sees every organisation; an auditor or administrator of a procuring
    entity sees their own. Who asked a question is for auditors alone.
    """
    unopened = _cancelled_before(session)
    hidden = (
        incidents.in_window(session)
        | unopened
        | frozenset(
            tender_id for stage in BEFORE_OPENING for tender_id in tenders.at_stage(session, stage)
        )
    )
    own = accounts.organisation(session, actor.organisation_id)
    limited = own.kind is not OrganisationKind.OVERSIGHT_BODY
    return Scope(
        hidden_tenders=hidden,
        only_organisation=own.id if limited else "",
        only_tenders=_opened_of(session, own.id) if limited else frozenset(),
        horizon=min(_sealed_since(session), default=None),
        office_organisations=_offices(session),
        hidden_kinds=frozenset() if Role.AUDITOR in actor.roles else FOR_AUDITORS,
    )


def tender_named(session: Session, text: str) -> str:
    """Return the id of the tender that ``text`` names by number or id, or "" for none.

    Raises:
        Refusal: ``not-found`` when it names nothing.
    """
    asked = text.strip()
    if not asked:
        return ""
    try:
        return tenders.tender_by_number(session, asked).id
    except Refusal:
        return tenders.tender(session, asked).id


def tender_numbers(session: Session, ids: frozenset[str]) -> dict[str, str]:
    """Return the numbers of the tenders that have one, by id."""
    found = {}
    for tender_id in ids:
        try:
            number = tenders.tender(session, tender_id).number
        except Refusal:
            continue
        if number:
            found[tender_id] = number
    return found


def people_named(session: Session, account_ids: frozenset[str]) -> dict[str, Text]:
    """Return the names of the accounts that are people, by id."""
    found = {}
    for account_id in account_ids:
        try:
            found[account_id] = accounts.person(session, account_id).name
        except Refusal:
            continue
    return found


def _opened_of(session: Session, organisation_id: str) -> frozenset[str]:
    ids = (each for stage in AFTER_OPENING for each in tenders.at_stage(session, stage))
    return frozenset(
        each for each in ids if tenders.tender(session, each).organisation_id == organisation_id
    )


def _sealed_since(session: Session) -> list[datetime]:
    ids = [each for stage in TAKING_BIDS for each in tenders.at_stage(session, stage)]
    ids += _cancelled_before(session)
    instants = (tenders.tender(session, each).schedule.published_at for each in ids)
    return [at for at in instants if at is not None]


def _cancelled_before(session: Session) -> frozenset[str]:
    """Return cancelled tenders whose opening would still be to come: who bid stays hidden."""
    now = database_instant(session)
    ids = tenders.at_stage(session, Stage.CANCELLED)
    return frozenset(
        each for each in ids if now < tenders.tender(session, each).schedule.opening_at
    )


def _offices(session: Session) -> frozenset[str]:
    kinds = (OrganisationKind.PROCURING_ENTITY, OrganisationKind.OVERSIGHT_BODY)
    return frozenset(each.id for kind in kinds for each in accounts.organisations(session, kind))
