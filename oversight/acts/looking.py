"""Looking into the sealed journal: the reading and its record are one transaction."""

from accounts.domain import authority
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from oversight import queries
from oversight.domain.permissions import PERMISSIONS, OversightAct
from transparency import journal
from transparency.queries import SealedSlice, Wanted, sealed_entries


def read_journal(uow: UnitOfWork, wanted: Wanted, group: str) -> SealedSlice:
    """Return a page of the sealed journal and record that it was read.

    Raises:
        Refusal: ``still-sealed`` for a tender before its opening, or what the permission says.
    """
    return _look(uow, OversightAct.READ_JOURNAL, wanted, group)


def export_journal(uow: UnitOfWork, wanted: Wanted, group: str) -> SealedSlice:
    """Return what is downloaded of the sealed journal and record that.

    Raises:
        Refusal: ``still-sealed`` for a tender before its opening, or what the permission says.
    """
    return _look(uow, OversightAct.EXPORT_JOURNAL, wanted, group)


def _look(uow: UnitOfWork, act: OversightAct, wanted: Wanted, group: str) -> SealedSlice:
    authority.authorise(uow.actor, act, None, PERMISSIONS)
    scope = queries.scope_of(uow.session, uow.actor)
    if wanted.tender_id in scope.hidden_tenders:
        raise Refusal("still-sealed")
    found = sealed_entries(uow.session, wanted, scope)
    journal.append(
        uow,
        act,
        {"tender": wanted.tender_id, "group": group, "rows": len(found.entries)},
    )
    return found
