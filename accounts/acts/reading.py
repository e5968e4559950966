"""Marking one's own messages as read; no change of the record."""

from sqlalchemy import update

from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import UnitOfWork


def mark_read(uow: UnitOfWork) -> None:
    """Mark all messages of the actor's inbox as read."""
    uow.session.execute(
        update(MailMessage)
        .where(MailMessage.account_id == uow.actor.account_id, MailMessage.read_at.is_(None))
        .values(read_at=uow.now)
    )
