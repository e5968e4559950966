"""The outbox: a message is a row of the transaction that caused it, so none is lost or doubled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id


class MailMessage(Base):
    """A message to an account, or to an address that has no account yet."""

    __tablename__ = "mail_message"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(40), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    read_at: Mapped[datetime | None]


def enqueue(
    uow: UnitOfWork,
    *,
    kind: str,
    params: Mapping[str, Any],
    key: str,
    account_id: str | None = None,
    address: str | None = None,
) -> None:
    """Queue one message; a second one with the same ``key`` is silently the same message.

    Args:
        uow: the change that causes the message.
        kind: which text, such as ``account.code``; the texts stand in each package's mails.
        params: what the text names; JSON values only.
        key: one event, one message.
        account_id: whose inbox it lies in, and whose address it goes to.
        address: where it goes when there is no account.
    """
    values = {
        "id": new_id(),
        "account_id": account_id,
        "address": address,
        "kind": kind,
        "params": dict(params),
        "key": key,
        "created_at": uow.now,
    }
    if uow.session.get_bind().dialect.name == "sqlite":
        uow.session.execute(sqlite.insert(MailMessage).values(values).on_conflict_do_nothing())
    else:
        uow.session.execute(postgresql.insert(MailMessage).values(values).on_conflict_do_nothing())


def oldest_unsent_at(session: Session) -> datetime | None:
    """Return since when the longest waiting message waits to be sent."""
    return session.scalar(
        select(MailMessage.created_at)
        .where(MailMessage.sent_at.is_(None))
        .order_by(MailMessage.created_at)
        .limit(1)
    )


def forget(uow: UnitOfWork, account_id: str) -> None:
    """Remove the messages to an account that never came to life."""
    uow.session.execute(delete(MailMessage).where(MailMessage.account_id == account_id))


def messages_for(session: Session, account_id: str, *, limit: int = 100) -> list[MailMessage]:
    """Return the newest messages of an account's inbox, newest first."""
    return list(
        session.scalars(
            select(MailMessage)
            .where(MailMessage.account_id == account_id)
            .order_by(MailMessage.created_at.desc(), MailMessage.id)
            .limit(limit)
        )
    )
