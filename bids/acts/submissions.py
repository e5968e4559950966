"""The rows of sealed files as reception reads and writes them, by statements built once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, or_, select, update

from bids.domain.reception import HELD_STATES, LIVE_STATES, EnvelopeKey, SubmissionState
from bids.models import EnvelopeRow, SubmissionRow
from foundation.database import is_sqlite, table_of
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal

STANDING = sorted({SubmissionState.COMMITTED.value, *LIVE_STATES})
_TABLE = table_of(SubmissionRow)
_ROW = _TABLE.c
_ENVELOPE = table_of(EnvelopeRow).c
_KEPT: Select[Any] = (
    select(
        _ROW.id, _ROW.envelope_id, _ROW.tender_id, _ROW.vendor_id, _ROW.lot_id, _ROW.kind,
        _ROW.sha256, _ROW.size, _ROW.notice, _ROW.chain, _ROW.round, _ROW.token_sha256,
        _ROW.state, _ROW.committed_at, _ROW.completed_at, _ROW.number, _ROW.attempt_note,
        _ROW.ack_note, _ROW.confirmed_notice, _ROW.confirmed_at, _ROW.confirmation_note,
        _ENVELOPE.slot,
    )
    .join_from(_TABLE, table_of(EnvelopeRow), _ENVELOPE.id == _ROW.envelope_id)
)  # fmt: skip
_OWN_NUMBER = _KEPT.where(_ROW.number == bindparam("number"), _ROW.vendor_id == bindparam("vendor"))
_OWN = _KEPT.where(_ROW.id == bindparam("upload"), _ROW.vendor_id == bindparam("vendor"))
_HELD = _OWN.with_for_update(of=_TABLE)
_SAME = _KEPT.where(
    _ROW.envelope_id == bindparam("envelope"),
    _ROW.sha256 == bindparam("sha256"),
    or_(*(_ROW.state == state for state in STANDING)),
)
_IS_HELD = or_(*(_ROW.state == state.value for state in sorted(HELD_STATES)))
_HELD_AT = _KEPT.where(
    _ROW.vendor_id == bindparam("vendor"),
    _ROW.tender_id == bindparam("tender"),
    _ROW.lot_id == bindparam("lot"),
    _ROW.kind == bindparam("kind"),
    _IS_HELD,
)
_OF_TENDER = _KEPT.where(
    _ROW.vendor_id == bindparam("vendor"),
    _ROW.tender_id == bindparam("tender"),
    _ROW.state == SubmissionState.UNCONFIRMED.value,
).order_by(_ROW.id)
_WRITE = insert(_TABLE)
_CHANGE = update(_TABLE).where(_ROW.id == bindparam("upload"))
_ABANDON = update(_TABLE).where(
    _ROW.envelope_id == bindparam("envelope"), _ROW.state == SubmissionState.COMMITTED.value
)
_REPLACE = update(_TABLE).where(_ROW.envelope_id == bindparam("envelope"), _IS_HELD)


def own_submission(uow: UnitOfWork, upload_id: str) -> Row[Any]:
    """Return the acting vendor's own submission; anybody else's is not found.

    Raises:
        Refusal: `not-found`.
    """
    given = {"upload": upload_id, "vendor": uow.actor.organisation_id}
    found = uow.connection.execute(_OWN, given).one_or_none()
    if found is None or not uow.actor.organisation_id:
        raise Refusal("not-found")
    return found


def own_numbered(uow: UnitOfWork, number: str) -> Row[Any]:
    """Return the acting vendor's own submission by the number of its receipt.

    Raises:
        Refusal: `not-found`.
    """
    given = {"number": number.upper(), "vendor": uow.actor.organisation_id}
    found = uow.connection.execute(_OWN_NUMBER, given).one_or_none()
    if found is None or not uow.actor.organisation_id:
        raise Refusal("not-found")
    return found


def hold_submission(uow: UnitOfWork, row: Row[Any]) -> Row[Any]:
    """Hold a submission, read anew; after its vendor and its tender, never before."""
    if is_sqlite(uow.session):  # its one lock was taken before the row was read
        return row
    given = {"upload": row.id, "vendor": row.vendor_id}
    return uow.connection.execute(_HELD, given).one()


def own_unconfirmed(uow: UnitOfWork, tender_id: str) -> list[Row[Any]]:
    """Return what the acting vendor has still to confirm in a tender, always in the same order."""
    given = {"vendor": uow.actor.organisation_id, "tender": tender_id}
    return list(uow.connection.execute(_OF_TENDER, given).all())


def same_submission(uow: UnitOfWork, envelope_id: str, sha256: str) -> Row[Any] | None:
    """Return what stands in an envelope for the same bytes: the same upload, the same receipt."""
    given = {"envelope": envelope_id, "sha256": sha256}
    return uow.connection.execute(_SAME, given).one_or_none()


def held_submission(uow: UnitOfWork, key: EnvelopeKey) -> Row[Any] | None:
    """Return the bid that its vendor has at a place, confirmed or not."""
    given = {
        "vendor": key.vendor_id,
        "tender": key.tender_id,
        "lot": key.lot_id,
        "kind": key.kind,
    }
    return uow.connection.execute(_HELD_AT, given).one_or_none()


def write_submission(uow: UnitOfWork, values: dict[str, Any]) -> None:
    """Write a new submission, its columns by name."""
    uow.connection.execute(_WRITE, values)


def change_submission(uow: UnitOfWork, upload_id: str, values: dict[str, Any]) -> None:
    """Change columns of one submission."""
    uow.connection.execute(_CHANGE, {"upload": upload_id} | values)


def abandon_earlier(uow: UnitOfWork, envelope_id: str) -> None:
    """End the envelope's one submission that is under way, if there is any."""
    values = ended(SubmissionState.ABANDONED, uow.now)
    uow.connection.execute(_ABANDON, {"envelope": envelope_id} | values)


def replace_earlier(uow: UnitOfWork, envelope_id: str) -> None:
    """Doom the envelope's one bid that its vendor has, confirmed or not, if there is any."""
    values = ended(SubmissionState.SUPERSEDED, uow.now, doomed=True)
    uow.connection.execute(_REPLACE, {"envelope": envelope_id} | values)


def ended(state: SubmissionState, at: datetime, *, doomed: bool = False) -> dict[str, Any]:
    """Return the columns of a submission that has ended; a doomed one can never be opened."""
    values = {"state": state.value, "ended_at": at}
    return values | {"doomed_at": at} if doomed else values


def doom(row: SubmissionRow, state: SubmissionState, at: datetime) -> None:
    """Mark a sealed file so that it can never be opened; a job unlinks it within 60 s."""
    for name, value in ended(state, at, doomed=True).items():
        setattr(row, name, value)
