"""The acts of accounts, which journal each enters, and who may do it.

Public: organisations that procure and the roles of their people, because everybody may ask
who was allowed to publish, approve or score. The entry names the account by its opaque id and
the organisation, not the person's name or address: a public log forgets nothing. Sealed:
vendors' registrations (they would tell who prepares a bid) and every sign-in.
"""

from dataclasses import replace

from accounts.domain.authority import Permission
from accounts.domain.factor_reset import CONFIRMERS, may_refuse, not_oneself, other_than_asker
from accounts.domain.roles import Role
from transparency.domain.entry import PublicKind, SealedKind


class AccountAct(PublicKind):
    """What the public may know about those who procure and oversee."""

    CREATE_ORGANISATION = "organisation.created"
    CHANGE_ORGANISATION = "organisation.changed"
    GRANT_ROLE = "role.granted"
    REVOKE_ROLE = "role.revoked"
    CLOSE_ACCOUNT = "account.closed"


class SignInAct(SealedKind):
    """Who came in, or tried to, and what he did to his own account."""

    SIGN_IN = "sign-in.done"
    FAIL = "sign-in.failed"
    LOCK_OUT = "sign-in.locked"
    SECOND_FACTOR = "sign-in.second-factor"
    PRACTICE = "sign-in.practice"
    SIGN_OUT = "sign-in.ended"
    CONFIRM_PRESENCE = "sign-in.confirmed"
    REGISTER = "account.registered"
    CONFIRM_EMAIL = "account.email-confirmed"
    EXPIRE = "account.expired"
    CHANGE_EMAIL = "account.email-changed"
    CREATE_PRACTICE = "account.practice-created"
    ASK_CODE = "account.code-asked"
    RECOVER = "account.recovered"
    CHANGE_PASSWORD = "account.password-changed"  # noqa: S105
    ENROL = "account.second-factor-set"
    DROP_FACTOR = "account.second-factor-dropped"
    ASK_RESET = "account.second-factor-reset-asked"
    RESET_FACTOR = "account.second-factor-reset"
    REFUSE_RESET = "account.second-factor-reset-refused"
    ADD_PASSKEY = "account.passkey-added"
    REMOVE_PASSKEY = "account.passkey-removed"
    RESCUE = "account.rescued"
    CHANGE_PROFILE = "account.profile-changed"
    CHANGE_FIRM = "account.firm-changed"
    INVITE = "invitation.issued"
    REISSUE = "invitation.reissued"
    REVOKE_INVITATION = "invitation.revoked"
    ACCEPT = "invitation.accepted"


EVERYBODY = frozenset(Role)
_ANYBODY = Permission(anonymous=True, system=True)
_ONESELF = Permission(roles=EVERYBODY, system=True)
_ADMINISTRATOR = Permission(roles=frozenset({Role.ADMINISTRATOR}), own=True, system=True)
_FRESH_ADMINISTRATOR = replace(_ADMINISTRATOR, fresh=True)

PERMISSIONS: dict[str, Permission] = {
    # The first organisation is made by the set-up code, the others by the system (demo, commands).
    AccountAct.CREATE_ORGANISATION: Permission(system=True),
    AccountAct.CHANGE_ORGANISATION: _ADMINISTRATOR,
    AccountAct.GRANT_ROLE: Permission(
        roles=frozenset({Role.ADMINISTRATOR}), own=True, fresh=True, system=True
    ),
    AccountAct.REVOKE_ROLE: Permission(
        roles=frozenset({Role.ADMINISTRATOR}), own=True, fresh=True, system=True
    ),
    AccountAct.CLOSE_ACCOUNT: Permission(
        roles=frozenset({Role.ADMINISTRATOR}), own=True, fresh=True, system=True
    ),
    SignInAct.SIGN_IN: _ANYBODY,
    SignInAct.FAIL: _ANYBODY,
    SignInAct.LOCK_OUT: _ANYBODY,
    SignInAct.SECOND_FACTOR: _ANYBODY,
    SignInAct.PRACTICE: _ANYBODY,
    SignInAct.SIGN_OUT: _ONESELF,
    SignInAct.CONFIRM_PRESENCE: _ONESELF,
    SignInAct.REGISTER: _ANYBODY,
    SignInAct.CONFIRM_EMAIL: _ANYBODY,
    # One who registers afresh, or corrects his address, puts away what he left unconfirmed.
    SignInAct.EXPIRE: _ANYBODY,
    # The session's second factor is asked for besides (``visiting.require_fresh_factor``).
    SignInAct.CHANGE_EMAIL: Permission(roles=EVERYBODY, fresh=True),
    SignInAct.CREATE_PRACTICE: Permission(system=True),
    SignInAct.ASK_CODE: _ANYBODY,
    SignInAct.RECOVER: _ANYBODY,
    SignInAct.CHANGE_PASSWORD: _ONESELF,
    SignInAct.ENROL: _ANYBODY,
    SignInAct.DROP_FACTOR: _ONESELF,
    # Two people take a lost second factor off: an administrator asks, another one confirms.
    SignInAct.ASK_RESET: Permission(
        roles=frozenset({Role.ADMINISTRATOR}), own=True, fresh=True, predicates=(not_oneself,)
    ),
    SignInAct.RESET_FACTOR: Permission(
        roles=CONFIRMERS, own=True, fresh=True, system=True, predicates=(other_than_asker,)
    ),
    # Whoever may confirm may refuse; the one it is about may stop it himself.
    SignInAct.REFUSE_RESET: Permission(roles=EVERYBODY, predicates=(may_refuse,)),
    # To add one, the session's second factor is asked for besides.
    SignInAct.ADD_PASSKEY: Permission(roles=EVERYBODY, fresh=True),
    SignInAct.REMOVE_PASSKEY: Permission(roles=EVERYBODY, fresh=True),
    SignInAct.RESCUE: Permission(system=True),
    SignInAct.CHANGE_PROFILE: _ONESELF,
    SignInAct.CHANGE_FIRM: Permission(roles=frozenset({Role.VENDOR}), own=True, system=True),
    SignInAct.INVITE: _FRESH_ADMINISTRATOR,
    SignInAct.REISSUE: _FRESH_ADMINISTRATOR,
    SignInAct.REVOKE_INVITATION: _ADMINISTRATOR,
    SignInAct.ACCEPT: _ANYBODY,
}
