"""Signing in and out, the second factor, and proving again that it is you."""

from dataclasses import dataclass

from sqlalchemy import select, update

from accounts import queries
from accounts.acts import keying, limiting, sending_codes, visiting
from accounts.acts.visiting import Caller, NewVisit
from accounts.credentials import Keyring, PasswordProof
from accounts.domain import second_factor
from accounts.domain.authority import authorise
from accounts.domain.codes import CodePurpose
from accounts.domain.limits import Tried
from accounts.domain.organisations import Person
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.visits import Awaiting
from accounts.models import AccountRow, RecoveryCodeRow, VisitRow
from accounts.passkeys import PasskeyProof
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


@dataclass(frozen=True)
class TypedFactor:
    """What was typed as second factor: an authenticator's code, or a recovery code."""

    text: str


def sign_in(
    uow: UnitOfWork, keyring: Keyring, email: str, proof: PasswordProof, caller: Caller
) -> NewVisit | Refusal:
    """Open a session for a right password; the try was counted before (``count_try``).

    Returns:
        A session that may still await a code, or ``wrong-sign-in``: the same for an unknown
        address, a closed account and a wrong password.
    """
    authorise(uow.actor, SignInAct.SIGN_IN, None, PERMISSIONS)
    row = uow.session.scalars(
        select(AccountRow)
        .where(AccountRow.email == email, AccountRow.active)
        .with_for_update(of=AccountRow)
    ).one_or_none()
    if row is None or not proof.holds or proof.against != row.password_hash:
        # An unknown address is not written down: people type passwords into the wrong field.
        known = {"account": row.id} if row is not None else {}
        journal.append(
            uow, SignInAct.FAIL, known, organisation_id="" if row is None else row.organisation_id
        )
        return Refusal("wrong-sign-in")
    limiting.forget_tries(uow, Tried.SIGN_IN, email)
    person = queries.person_of(row)
    awaiting = visiting.next_need(person, factor_passed=False)
    if awaiting is Awaiting.EMAIL_CODE:
        sending_codes.send_code(uow, keyring, person.id, CodePurpose.CONFIRM)
    return _let_in(uow, person, awaiting, caller)


def pass_second_factor(
    uow: UnitOfWork,
    keyring: Keyring,
    visit_id: str,
    account_id: str,
    shown: str | PasskeyProof,
    caller: Caller,
) -> NewVisit | Refusal:
    """Let a session in that awaited the second factor: a typed code, or a passkey's proof.

    Returns:
        The renewed session, or ``wrong-code``, ``code-used`` or ``passkey-failed``.
    """
    row = visiting.account_of(uow, account_id)
    if row is None:
        return Refusal("wrong-code")
    person = queries.person_of(row)
    known = uow.acting_as(visiting.actor_for(person, fresh=True))
    authorise(known.actor, SignInAct.SECOND_FACTOR, person, PERMISSIONS)
    refusal = take_factor(known, keyring, row, shown)
    if refusal is not None:
        journal.append(known, SignInAct.FAIL, {"account": row.id, "step": "second-factor"})
        return refusal
    journal.append(known, SignInAct.SECOND_FACTOR, {"account": row.id})
    visiting.end(known, visit_id, "renewed")
    limiting.forget_tries(uow, Tried.CODE, account_id)
    return _let_in(uow, person, Awaiting.NOTHING, caller, factor=True)


def take_factor(
    uow: UnitOfWork, keyring: Keyring, row: AccountRow, shown: str | PasskeyProof
) -> Refusal | None:
    """Use up the code or the passkey's proof; return the refusal when it is wrong or used."""
    if isinstance(shown, PasskeyProof):
        return keying.take_passkey(uow, row, shown)
    return _take_code(uow, keyring, row, shown)


def _take_code(uow: UnitOfWork, keyring: Keyring, row: AccountRow, typed: str) -> Refusal | None:
    if row.totp_secret is None and row.passkeys == 0:
        return Refusal("wrong-code")
    if _take_recovery_code(uow, keyring, row.id, typed):
        return None
    if row.totp_secret is None:
        return Refusal("wrong-code")
    secret = keyring.open(row.totp_secret, row.id)
    try:
        counter = second_factor.match(secret, typed, uow.now, row.totp_counter)
    except Refusal as refusal:
        return refusal
    taken = uow.session.scalars(
        update(AccountRow)
        .where(AccountRow.id == row.id, AccountRow.totp_counter < counter)
        .values(totp_counter=counter)
        .returning(AccountRow.id)
    ).one_or_none()
    return None if taken else Refusal("code-used")


def confirm_presence(
    uow: UnitOfWork,
    keyring: Keyring,
    visit_id: str,
    proof: PasswordProof | TypedFactor | PasskeyProof,
) -> Refusal | None:
    """Make a session fresh by the password again, a code of the authenticator or a passkey.

    Returns:
        None, or the refusal to show; the try was counted before.
    """
    row = visiting.account_of(uow, uow.actor.account_id)
    if row is None:
        return Refusal("not-permitted")
    authorise(uow.actor, SignInAct.CONFIRM_PRESENCE, queries.person_of(row), PERMISSIONS)
    if isinstance(proof, PasswordProof):
        right = proof.holds and proof.against == row.password_hash
        refusal = None if right else Refusal("wrong-password")
    else:
        shown = proof.text if isinstance(proof, TypedFactor) else proof
        refusal = take_factor(uow, keyring, row, shown)
    if refusal is not None:
        journal.append(uow, SignInAct.FAIL, {"account": row.id, "step": "confirm"})
        return refusal
    freshen(uow, visit_id, factor=not isinstance(proof, PasswordProof))
    limiting.forget_tries(uow, Tried.CODE, row.id)
    journal.append(uow, SignInAct.CONFIRM_PRESENCE, {"account": row.id})
    return None


def freshen(uow: UnitOfWork, visit_id: str, *, factor: bool) -> None:
    """Mark the actor's own session as just confirmed, with the second factor or without."""
    shown = {"fresh_at": uow.now, **({"factor_at": uow.now} if factor else {})}
    uow.session.execute(
        update(VisitRow)
        .where(VisitRow.id == visit_id, VisitRow.account_id == uow.actor.account_id)
        .values(shown)
    )


def sign_out(uow: UnitOfWork, visit_id: str) -> None:
    """End the actor's own session."""
    authorise(uow.actor, SignInAct.SIGN_OUT, None, PERMISSIONS)
    visiting.end(uow, visit_id, "signed-out")
    journal.append(uow, SignInAct.SIGN_OUT, {"account": uow.actor.account_id, "sessions": 1})


def sign_out_elsewhere(uow: UnitOfWork, visit_id: str) -> int:
    """End the actor's other sessions; return how many ended."""
    authorise(uow.actor, SignInAct.SIGN_OUT, None, PERMISSIONS)
    ended = visiting.end_all(uow, uow.actor.account_id, "signed-out-elsewhere", but=visit_id)
    journal.append(uow, SignInAct.SIGN_OUT, {"account": uow.actor.account_id, "sessions": ended})
    return ended


def let_in_after_enrolment(
    uow: UnitOfWork, visit_id: str, person: Person, caller: Caller
) -> NewVisit:
    """Let a session in whose person has just set up the second factor."""
    visiting.end(uow, visit_id, "renewed")
    return _let_in(uow, person, Awaiting.NOTHING, caller, factor=True)


def _let_in(
    uow: UnitOfWork, person: Person, awaiting: Awaiting, caller: Caller, *, factor: bool = False
) -> NewVisit:
    if awaiting is Awaiting.NOTHING:
        known = uow.acting_as(visiting.actor_for(person, fresh=True))
        journal.append(known, SignInAct.SIGN_IN, {"account": person.id})
    return visiting.begin(uow, person, awaiting, caller, factor=factor)


def _take_recovery_code(uow: UnitOfWork, keyring: Keyring, account_id: str, typed: str) -> bool:
    normal = second_factor.normal_recovery_code(typed)
    used = uow.session.scalars(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.account_id == account_id,
            RecoveryCodeRow.digest == keyring.digest("recovery", account_id, normal),
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=uow.now)
        .returning(RecoveryCodeRow.id)
    )
    return bool(used.all())
