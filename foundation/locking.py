"""Who waits for whom on PostgreSQL; SQLite's one write lock needs none of this.

Acts run one after the other, as on SQLite. Receptions run beside them and beside each other:
they share their tender, which whoever changes it holds alone, and hold their vendor. Waiting
is first come, first served, so that no stream of receptions keeps a tender from closing.
"""

import enum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

ACTS = 7_461_000
IDLE_SECONDS = 30


class Thing(enum.IntEnum):
    """What is locked; locks are taken in this order."""

    VENDOR = 7_461_002
    TENDER = 7_461_003


def enter_postgresql(session: Session, *, alone: bool) -> None:
    """Begin a change: its process may not fall asleep in it, and an act waits for its turn."""
    idle = func.set_config("idle_in_transaction_session_timeout", f"{IDLE_SECONDS}s", True)
    if alone:
        session.execute(select(idle, func.pg_advisory_xact_lock(ACTS)))
    else:
        session.execute(select(idle))


def hold(session: Session, thing: Thing, name: str) -> None:
    """Hold ``name`` alone until the transaction ends."""
    if session.get_bind().dialect.name != "sqlite":
        key = func.hashtext(name)
        session.execute(select(func.pg_advisory_xact_lock(int(thing), key)))


def share(session: Session, thing: Thing, name: str) -> None:
    """Keep others from holding ``name`` alone until the transaction ends."""
    if session.get_bind().dialect.name != "sqlite":
        key = func.hashtext(name)
        session.execute(select(func.pg_advisory_xact_lock_shared(int(thing), key)))
