"""Taking a lost second factor off an account: one asks, another confirms or refuses."""

from sqlalchemy import select

from accounts import queries
from accounts.acts import people, rescuing, visiting
from accounts.domain import factor_reset
from accounts.domain.authority import authorise
from accounts.domain.factor_reset import CONFIRMERS, LIFETIME, ResetState, ResetTarget
from accounts.domain.organisations import Person, checked_email
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.roles import OrganisationKind
from accounts.models import FactorResetRow
from accounts.queries.resets import reset_of
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from transparency import journal

PAGE = "account/second-factor-resets"


def ask_reset(uow: UnitOfWork, account_id: str, reason: str) -> str:
    """Ask that a lost second factor be taken off; return the request's id.

    The account is one of the administrator's own organisation, or a bidder's: a firm has no
    administrator of its own. The owner is told at once, and so are those who may confirm.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``fresh-sign-in``, ``reset-by-another``,
            ``reset-reason-missing``, ``no-second-factor``, ``reset-asked``.
    """
    row = visiting.account_of(uow, account_id)
    if row is None:
        raise Refusal("not-found")
    person = queries.person_of(row)
    bidder = person.organisation.kind is OrganisationKind.VENDOR
    home = uow.actor.organisation_id if bidder else person.organisation_id
    authorise(uow.actor, SignInAct.ASK_RESET, ResetTarget(person.id, home), PERMISSIONS)
    said = factor_reset.checked_reason(reason)
    if not person.has_second_factor:
        raise Refusal("no-second-factor")
    _refuse_second(uow, account_id)
    request = FactorResetRow(
        id=new_id(),
        account_id=person.id,
        organisation_id=home,
        state=ResetState.OPEN,
        reason=said,
        asked_by=uow.actor.account_id,
        asked_at=uow.now,
        expires_at=uow.now + LIFETIME,
    )
    uow.session.add(request)
    uow.session.flush()
    journal.append(
        uow, SignInAct.ASK_RESET, {"account": person.id, "request": request.id, "reason": said}
    )
    _tell_asked(uow, request, person)
    return request.id


def ask_bidder_reset(uow: UnitOfWork, email: str, reason: str) -> str:
    """Ask it for a bidder found by his address.

    Raises:
        Refusal: ``bad-email``, ``no-such-bidder`` or what ``ask_reset`` says.
    """
    row = people.account_with(uow, checked_email(email))
    person = None if row is None or not row.active else queries.person_of(row)
    if (
        person is None
        or not person.has_second_factor
        or person.organisation.kind is not OrganisationKind.VENDOR
    ):
        raise Refusal("no-such-bidder")
    return ask_reset(uow, person.id, reason)


def confirm_reset(uow: UnitOfWork, request_id: str) -> None:
    """Take the second factor off as a second person; sessions end, the owner is told.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``fresh-sign-in``, ``reset-second-person``,
            ``reset-by-another``, ``reset-over``.
    """
    request = _request(uow, request_id)
    authorise(uow.actor, SignInAct.RESET_FACTOR, reset_of(request), PERMISSIONS)
    factor_reset.require_open(reset_of(request), uow.now)
    row = visiting.account_of(uow, request.account_id)
    if row is None:
        raise Refusal("not-found")
    _decide(uow, request, ResetState.DONE)
    rescuing.take_off_factor(uow, row)


def refuse_reset(uow: UnitOfWork, request_id: str) -> None:
    """Refuse the request, or stop it as the one whose second factor it is.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``reset-over``.
    """
    request = _request(uow, request_id)
    authorise(uow.actor, SignInAct.REFUSE_RESET, reset_of(request), PERMISSIONS)
    factor_reset.require_open(reset_of(request), uow.now)
    _decide(uow, request, ResetState.REFUSED)
    journal.append(
        uow,
        SignInAct.REFUSE_RESET,
        {"account": request.account_id, "request": request.id},
        organisation_id=request.organisation_id,
    )
    person = queries.person_of(request.account)
    for account_id in {request.account_id, request.asked_by} - {uow.actor.account_id}:
        _tell(uow, request, "account.reset-refused", account_id, person)


def _decide(uow: UnitOfWork, request: FactorResetRow, state: ResetState) -> None:
    request.state = state
    request.decided_by, request.decided_at = uow.actor.account_id, uow.now
    uow.session.flush()


def _request(uow: UnitOfWork, request_id: str) -> FactorResetRow:
    found = uow.session.scalars(
        select(FactorResetRow)
        .where(FactorResetRow.id == request_id)
        .with_for_update(of=FactorResetRow)
    ).one_or_none()
    if found is None:
        raise Refusal("not-found")
    return found


def _refuse_second(uow: UnitOfWork, account_id: str) -> None:
    rescuing.void_resets(uow, account_id, only_expired=True)
    standing = select(FactorResetRow.id).where(
        FactorResetRow.account_id == account_id, FactorResetRow.state == ResetState.OPEN
    )
    if uow.session.scalars(standing).one_or_none() is not None:
        raise Refusal("reset-asked")


def _tell_asked(uow: UnitOfWork, request: FactorResetRow, person: Person) -> None:
    _tell(uow, request, "account.reset-asked", person.id, person)
    for each in queries.people_of(uow.session, request.organisation_id, roles=CONFIRMERS):
        if each.id not in {person.id, uow.actor.account_id}:
            _tell(uow, request, "account.reset-to-confirm", each.id, person)


def _tell(
    uow: UnitOfWork, request: FactorResetRow, kind: str, account_id: str, person: Person
) -> None:
    asker = queries.person(uow.session, request.asked_by)
    page = "account/security" if kind == "account.reset-asked" else PAGE
    outbox.enqueue(
        uow,
        kind=kind,
        params={
            "asker": asker.name.as_document(),
            "person": person.name.as_document(),
            "address": {lang: f"/{lang}/{page}" for lang in ("en", "ur")},
        },
        key=f"{kind}/{request.id}/{account_id}",
        account_id=account_id,
    )
