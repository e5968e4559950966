"""Keeping a session's own small data and the minute it was last seen; not an act of anybody."""

from typing import Any

from sqlalchemy import update

from accounts.models import VisitRow
from foundation.unit_of_work import UnitOfWork


def keep(uow: UnitOfWork, visit_id: str, data: dict[str, Any] | None) -> None:
    """Write the last sight of a standing session, and its data when given.

    This is no change of the record, so no journal row is written and no permission asked.
    """
    values: dict[str, Any] = {"seen_at": uow.now}
    if data is not None:
        values["data"] = data
    uow.session.execute(
        update(VisitRow).where(VisitRow.id == visit_id, VisitRow.ended_at.is_(None)).values(values)
    )
