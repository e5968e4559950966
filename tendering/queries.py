"""Reading lists of tenders and their followers; the public list is ``tendering.public_list``."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tendering.domain.tender import Stage
from tendering.models import FollowerRow, TenderRow
from tendering.tender_lines import COLUMNS, TenderLine, line_of


def tenders_of(
    session: Session, organisation_id: str, stages: frozenset[Stage] = frozenset(Stage)
) -> tuple[TenderLine, ...]:
    """Return an organisation's tenders at ``stages``, the last changed first.

    Whoever shows drafts must belong to the organisation.
    """
    rows = session.execute(
        select(*COLUMNS)
        .where(
            TenderRow.organisation_id == organisation_id,
            TenderRow.stage.in_([stage.value for stage in stages]),
        )
        .order_by(TenderRow.changed_at.desc(), TenderRow.id)
        .limit(500)
    )
    return tuple(line_of(row) for row in rows)


def followers(session: Session, tender_id: str) -> tuple[str, ...]:
    """Return the accounts that follow a tender."""
    query = select(FollowerRow.account_id).where(FollowerRow.tender_id == tender_id)
    return tuple(session.scalars(query.order_by(FollowerRow.account_id)))


def follows(session: Session, tender_id: str, account_id: str) -> bool:
    """Tell whether the account follows the tender."""
    return session.get(FollowerRow, (tender_id, account_id)) is not None
