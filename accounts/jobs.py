"""What the worker does for accounts: unconfirmed ones come to their end."""

from collections.abc import Callable

from accounts import queries
from accounts.acts import expiring
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor


def expire_unconfirmed_accounts(context: JobContext) -> None:
    """Remove accounts whose address was not confirmed in time; writes only when one is due."""
    with reading(context.sessions) as session:
        due = queries.unconfirmed_due(session, database_instant(session))
    if due:
        with unit_of_work(context.sessions, Actor.system("accounts")) as uow:
            expiring.expire_unconfirmed(uow)


JOBS: dict[str, Callable[[JobContext], None]] = {
    "expire_unconfirmed_accounts": expire_unconfirmed_accounts
}
