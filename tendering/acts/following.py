"""The acts by which somebody follows a public tender, and stops.

Source: decision 17: news of a tender go to all followers alike, bidder or not.
"""

from accounts.domain.authority import authorise
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.domain.permissions import PERMISSIONS, FollowAct
from tendering.domain.tender import PUBLIC_STAGES
from tendering.models import FollowerRow
from transparency import journal


def follow_tender(uow: UnitOfWork, tender_id: str) -> None:
    """Make the actor a follower; following twice is the same as once.

    Raises:
        Refusal: ``not-found`` for a tender that is not public, ``not-permitted``.
    """
    tender = facts.tender(uow.session, tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    authorise(uow.actor, FollowAct.FOLLOW, tender, PERMISSIONS)
    if add_follower(uow, tender_id):
        account_id = uow.actor.account_id
        journal.append(uow, FollowAct.FOLLOW, {"account": account_id}, tender_id=tender_id)


def add_follower(uow: UnitOfWork, tender_id: str) -> bool:
    """Make the actor a follower within a greater act, which records it; tell whether it is new."""
    account_id = uow.actor.account_id
    if uow.session.get(FollowerRow, (tender_id, account_id)) is not None:
        return False
    uow.session.add(FollowerRow(tender_id=tender_id, account_id=account_id, since=uow.now))
    uow.session.flush()
    return True


def unfollow_tender(uow: UnitOfWork, tender_id: str) -> None:
    """Stop following; nothing happens when the actor does not follow.

    Raises:
        Refusal: ``not-found``, ``not-permitted``.
    """
    tender = facts.tender(uow.session, tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    authorise(uow.actor, FollowAct.UNFOLLOW, tender, PERMISSIONS)
    account_id = uow.actor.account_id
    row = uow.session.get(FollowerRow, (tender_id, account_id))
    if row is not None:
        uow.session.delete(row)
        uow.session.flush()
        journal.append(uow, FollowAct.UNFOLLOW, {"account": account_id}, tender_id=tender_id)
