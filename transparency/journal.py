"""The one door into both journals: every change passes here in its own transaction."""

import secrets
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import func, insert, select

from foundation.database import table_of
from foundation.unit_of_work import UnitOfWork
from foundation.values.actor import Actor
from foundation.values.canonical import Document
from foundation.values.identifiers import new_id
from transparency.domain.entry import (
    SALT_BYTES,
    BoxRoot,
    Leaf,
    PublicKind,
    SealedKind,
    commitment,
)
from transparency.models import Act, SealedAct

JOURNAL_LOCK = 7_461_001
# Entries are written, never changed: no object of the session stands for one.
_WRITE, _WRITE_SEALED = (insert(table_of(kind)) for kind in (Act, SealedAct))


def append(
    uow: UnitOfWork,
    kind: PublicKind | SealedKind,
    doc: Mapping[str, Any],
    *,
    tender_id: str = "",
    organisation_id: str | None = None,
    box: BoxRoot | None = None,
) -> str:
    """Write one entry and return its act id.

    Args:
        uow: the change that is recorded; the entry commits or vanishes with it.
        kind: its class decides the journal, public or sealed.
        doc: what happened, in strings, integers, booleans, lists and objects.
        tender_id: the tender concerned; empty for acts without one.
        organisation_id: for sealed acts, whose act it is; the actor's own when not given.
        box: for a tick of a bid box, the root that its leaf carries instead of a commitment.

    Raises:
        Refusal: ``not-canonical`` when ``doc`` has a value that RFC 8785 bytes cannot carry.
    """
    uow.session.flush()
    salt = secrets.token_bytes(SALT_BYTES)
    document = {**doc, "by": _author(uow.actor)}
    sealed = commitment(cast(Document, document), salt)
    act_id = new_id()
    if isinstance(kind, SealedKind):
        owner = uow.actor.organisation_id if organisation_id is None else organisation_id
        uow.connection.execute(
            _WRITE_SEALED,
            {"act_id": act_id, "tender_id": tender_id, "organisation_id": owner,
             "kind": str(kind), "at": uow.now, "doc": document, "salt": salt},
        )  # fmt: skip
    else:
        n = _next_number(uow, tender_id)
        shown, tick = (box.root, box.i) if box else (sealed, None)
        leaf = Leaf(uow.now, shown, str(kind), n, tender_id, tick).as_bytes()
        uow.connection.execute(
            _WRITE,
            {"act_id": act_id, "tender_id": tender_id, "n": n, "kind": str(kind),
             "at": uow.now, "doc": document, "salt": salt, "leaf": leaf},
        )  # fmt: skip
    return act_id


def _author(actor: Actor) -> dict[str, str]:
    return {
        "kind": str(actor.kind),
        "account": actor.account_id,
        "organisation": actor.organisation_id,
    }


def _next_number(uow: UnitOfWork, tender_id: str) -> int:
    """Return the next gap-free number of the tender, in the order of commits.

    SQLite's write lock already serialises; on PostgreSQL one advisory lock does, so that a
    reader's cursor can never pass an entry that commits later.
    """
    if uow.session.get_bind().dialect.name != "sqlite":
        uow.session.execute(select(func.pg_advisory_xact_lock(JOURNAL_LOCK)))
    last = uow.session.execute(select(func.max(Act.n)).where(Act.tender_id == tender_id)).scalar()
    return (last or 0) + 1
