"""The outbox: a message is a row of the transaction that caused it, so none is lost or doubled."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id

# A mail server that says "not now" often takes a message minutes later; then half an hour is the
# least between two tries, and five days are the least after which one may give up (RFC 5321 section
# 4.5.4.1).
FIRST_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
LATER_WAIT = timedelta(minutes=30)
# One that says "never" may be set up wrongly, or its sender's allowance be used up for the day.
REFUSED_WAIT = timedelta(hours=12)
GIVE_UP_AFTER = timedelta(days=5)


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
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    try_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]


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


def _waits_to_be_sent() -> ColumnElement[bool]:
    return and_(MailMessage.sent_at.is_(None), MailMessage.given_up_at.is_(None))


def due(session: Session, now: datetime) -> list[str]:
    """Return the ids of the messages to be sent now, the oldest first."""
    is_due = or_(MailMessage.try_at.is_(None), MailMessage.try_at <= now)
    query = select(MailMessage.id).where(_waits_to_be_sent(), is_due)
    return list(session.scalars(query.order_by(MailMessage.created_at)))


def put_off(uow: UnitOfWork, message_id: str, *, refused: bool) -> None:
    """Note that a message was not taken: it is tried again later, or no more.

    Args:
        uow: its instant is when that was said.
        message_id: the message.
        refused: not for now but for good, a code of 500 or more (RFC 5321 section 4.2.1).
    """
    message = uow.session.get_one(MailMessage, message_id)
    wait = FIRST_WAITS[message.tries] if message.tries < len(FIRST_WAITS) else LATER_WAIT
    message.tries += 1
    message.try_at = uow.now + (REFUSED_WAIT if refused else wait)
    if message.try_at > message.created_at + GIVE_UP_AFTER:
        message.given_up_at = uow.now


def oldest_unsent_at(session: Session) -> datetime | None:
    """Return since when the longest waiting message waits to be sent."""
    return session.scalar(
        select(MailMessage.created_at)
        .where(_waits_to_be_sent())
        .order_by(MailMessage.created_at)
        .limit(1)
    )


def given_up_since(session: Session, since: datetime) -> int:
    """Count the messages that no more was tried for after ``since``."""
    query = select(func.count()).select_from(MailMessage)
    return session.scalar(query.where(MailMessage.given_up_at > since)) or 0


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
