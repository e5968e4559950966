"""Sending codes by e-mail and judging what was typed."""

from sqlalchemy import select, update

from accounts.credentials import Keyring, new_code
from accounts.domain import codes
from accounts.domain.codes import CodeAnswer, CodePurpose, SentCode
from accounts.domain.organisations import Person
from accounts.domain.second_factor import typed_digits
from accounts.models import SentCodeRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork


def send_code(uow: UnitOfWork, keyring: Keyring, account_id: str, purpose: CodePurpose) -> str:
    """Send a new code; an earlier one for the same purpose dies. Return it, for tests only."""
    row, code = _write_code(uow, keyring, account_id, purpose)
    outbox.enqueue(
        uow,
        kind=f"account.code-{purpose}",
        params={"code": code, "minutes": _minutes()},
        key=f"account.code/{row.id}",
        account_id=account_id,
    )
    return code


def send_code_to(
    uow: UnitOfWork, keyring: Keyring, person: Person, email: str, *, silently: bool = False
) -> None:
    """Send a code to an address that shall become the person's; it lies in no inbox here.

    ``silently`` writes the code and sends none, for an address that is somebody else's.
    """
    row, code = _write_code(uow, keyring, person.id, CodePurpose.EMAIL)
    row.target = email
    uow.session.flush()
    if not silently:
        outbox.enqueue(
            uow,
            kind="account.code-email",
            params={"code": code, "minutes": _minutes(), "language": person.language},
            key=f"account.code/{row.id}",
            address=email,
        )


def void_codes(uow: UnitOfWork, account_id: str, purpose: CodePurpose | None = None) -> None:
    """Let an account's unused codes die, those for one purpose or all."""
    query = update(SentCodeRow).where(
        SentCodeRow.account_id == account_id, SentCodeRow.used_at.is_(None)
    )
    if purpose is not None:
        query = query.where(SentCodeRow.purpose == purpose)
    uow.session.execute(query.values(used_at=uow.now))


def _write_code(
    uow: UnitOfWork, keyring: Keyring, account_id: str, purpose: CodePurpose
) -> tuple[SentCodeRow, str]:
    void_codes(uow, account_id, purpose)
    code = new_code()
    row = SentCodeRow(
        account_id=account_id,
        purpose=purpose,
        digest=keyring.digest(purpose, account_id, code),
        created_at=uow.now,
        expires_at=uow.now + codes.LIFETIME,
        tries_left=codes.TRIES,
    )
    uow.session.add(row)
    uow.session.flush()
    return row, code


def _minutes() -> int:
    return int(codes.LIFETIME.total_seconds() // 60)


def try_code(
    uow: UnitOfWork, keyring: Keyring, account_id: str, purpose: CodePurpose, typed: str
) -> CodeAnswer:
    """Judge a typed code; a right one is used up, a wrong one costs a try."""
    row = uow.session.scalars(
        select(SentCodeRow)
        .where(SentCodeRow.account_id == account_id, SentCodeRow.purpose == purpose)
        .order_by(SentCodeRow.created_at.desc(), SentCodeRow.used_at.is_(None).desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    sent = (
        None if row is None else SentCode(row.digest, row.expires_at, row.tries_left, row.used_at)
    )
    answer = codes.judge(sent, keyring.digest(purpose, account_id, typed_digits(typed)), uow.now)
    if row is not None and answer is CodeAnswer.RIGHT:
        row.used_at = uow.now
    elif row is not None and answer is CodeAnswer.WRONG:
        row.tries_left -= 1
    uow.session.flush()
    return answer
