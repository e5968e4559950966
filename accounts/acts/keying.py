"""Adding and removing passkeys, and taking one as second factor."""

from sqlalchemy import delete, func, select, update

from accounts import queries
from accounts.acts import enrolling, rescuing, visiting
from accounts.credentials import Keyring
from accounts.domain import second_factor
from accounts.domain.authority import authorise
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.models import AccountRow, PasskeyRow, RecoveryCodeRow
from accounts.passkeys import NewPasskey, PasskeyProof
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from foundation.values.text import clean_name
from transparency import journal

MOST = 10
LONGEST_NAME = 60


def add_passkey(
    uow: UnitOfWork, keyring: Keyring, visit_id: str, made: NewPasskey, name: str
) -> tuple[str, ...]:
    """Keep a passkey that the actor's browser has just made; the owner is told.

    Returns:
        Ten recovery codes to save when this is the account's first second factor, else none.

    Raises:
        Refusal: ``not-permitted``, ``fresh-second-factor``, ``fresh-sign-in``,
            ``too-many-passkeys`` or ``passkey-known``.
    """
    row = _own(uow)
    person = queries.person_of(row)
    visiting.require_fresh_factor(uow, visit_id, person)
    authorise(uow.actor, SignInAct.ADD_PASSKEY, person, PERMISSIONS)
    if row.passkeys >= MOST:
        raise Refusal("too-many-passkeys", most=MOST)
    standing = select(PasskeyRow.id).where(PasskeyRow.credential_id == made.credential_id)
    if uow.session.scalars(standing).one_or_none() is not None:
        raise Refusal("passkey-known")
    uow.session.add(
        PasskeyRow(
            id=new_id(),
            account_id=row.id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=clean_name(name, longest=LONGEST_NAME),
            created_at=uow.now,
        )
    )
    row.passkeys += 1
    uow.session.flush()
    rescuing.void_resets(uow, row.id)
    journal.append(uow, SignInAct.ADD_PASSKEY, {"account": row.id})
    _tell(uow, row, "account.passkey-added")
    return () if person.has_second_factor else enrolling.write_recovery_codes(uow, keyring, row.id)


def remove_passkey(uow: UnitOfWork, passkey_id: str) -> None:
    """Remove one of the actor's passkeys.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``fresh-sign-in``, or ``factor-needed`` where
            it is the last second factor of one whose role needs one.
    """
    row = _own(uow)
    person = queries.person_of(row)
    authorise(uow.actor, SignInAct.REMOVE_PASSKEY, person, PERMISSIONS)
    last = row.passkeys == 1 and row.totp_secret is None
    if last and second_factor.is_needed(person.roles):
        raise Refusal("factor-needed")
    removed = uow.session.scalars(
        delete(PasskeyRow)
        .where(PasskeyRow.id == passkey_id, PasskeyRow.account_id == row.id)
        .returning(PasskeyRow.id)
    ).all()
    if not removed:
        raise Refusal("not-found")
    row.passkeys -= 1
    if last:
        uow.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == row.id))
    uow.session.flush()
    journal.append(uow, SignInAct.REMOVE_PASSKEY, {"account": row.id})
    _tell(uow, row, "account.passkey-removed")


def take_passkey(uow: UnitOfWork, row: AccountRow, proof: PasskeyProof) -> Refusal | None:
    """Take a checked proof; its counter moves on, so that the same answer is not taken again."""
    taken = uow.session.scalars(
        update(PasskeyRow)
        .where(
            PasskeyRow.id == proof.passkey_id,
            PasskeyRow.account_id == row.id,
            PasskeyRow.sign_count == proof.was_count,
        )
        .values(sign_count=proof.new_count, used_at=uow.now)
        .returning(PasskeyRow.id)
    ).all()
    return None if taken else Refusal("passkey-failed")


def _tell(uow: UnitOfWork, row: AccountRow, kind: str) -> None:
    count = uow.session.scalar(
        select(func.count()).select_from(PasskeyRow).where(PasskeyRow.account_id == row.id)
    )
    outbox.enqueue(
        uow,
        kind=kind,
        params={},
        key=f"{kind}/{row.id}/{uow.now.isoformat()}/{count}",
        account_id=row.id,
    )


def _own(uow: UnitOfWork) -> AccountRow:
    row = visiting.account_of(uow, uow.actor.account_id)
    if row is None:
        raise Refusal("not-permitted")
    return row
