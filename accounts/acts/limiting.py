"""Counting tries before they are judged, so that parallel guesses are counted too."""

from sqlalchemy import delete

from accounts import queries
from accounts.credentials import digest_of
from accounts.domain import limits
from accounts.domain.limits import LIMITS, Tried
from accounts.domain.permissions import SignInAct
from accounts.models import TryRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def count_try(uow: UnitOfWork, what: Tried, account: str, address: str) -> Refusal | None:
    """Count one try; return the refusal when there were too many, else None.

    The refusal is returned, not raised: the try itself must stay on record.

    Args:
        uow: the change.
        what: the thing tried.
        account: the e-mail address or account id it is aimed at, known here or not.
        address: the network address it comes from.
    """
    subject, source = _subjects(account, address)
    before = queries.tries(uow.session, what, subject, uow.now)
    from_address = queries.tries(uow.session, what, source, uow.now)
    _forget_old(uow, what)
    try:
        limits.check(what, for_account=before, from_address=from_address)
    except Refusal as refusal:
        if before == LIMITS[what].per_account:
            # One entry a lockout: later tries within it are counted, not journalled.
            journal.append(uow, SignInAct.LOCK_OUT, {"what": str(what)}, organisation_id="")
            uow.session.add(TryRow(what=what, subject=subject, tried_at=uow.now))
        return refusal
    uow.session.add_all(
        TryRow(what=what, subject=each, tried_at=uow.now) for each in (subject, source)
    )
    return None


def forget_tries(uow: UnitOfWork, what: Tried, account: str) -> None:
    """Forget an account's tries after a right one; the address keeps its count."""
    subject, _ = _subjects(account, "")
    uow.session.execute(delete(TryRow).where(TryRow.what == what, TryRow.subject == subject))


def _subjects(account: str, address: str) -> tuple[str, str]:
    return digest_of(f"account\0{account}"), digest_of(f"address\0{address}")


def _forget_old(uow: UnitOfWork, what: Tried) -> None:
    uow.session.execute(
        delete(TryRow).where(TryRow.what == what, TryRow.tried_at <= uow.now - LIMITS[what].within)
    )
