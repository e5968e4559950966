"""The rows of organisations, people, their roles, sessions, invitations, codes and tries."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.database import Base
from foundation.values.identifiers import new_id

ID = String(40)


class OrganisationRow(Base):
    """A procuring entity, a vendor's firm or an oversight body."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_ur: Mapped[str] = mapped_column(String(200), default="")
    short_name: Mapped[str] = mapped_column(String(12), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    tax_number: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]


class AccountRow(Base):
    """One person's account; it belongs to one organisation."""

    __tablename__ = "account"
    __table_args__ = (
        Index(
            "ix_account_unconfirmed",
            "created_at",
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_ur: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    totp_counter: Mapped[int] = mapped_column(default=-1)
    passkeys: Mapped[int] = mapped_column(default=0, server_default="0")
    practice: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    password_changed_at: Mapped[datetime]

    organisation: Mapped[OrganisationRow] = relationship(lazy="joined", innerjoin=True)
    grants: Mapped[list["RoleGrantRow"]] = relationship(
        lazy="selectin", foreign_keys="RoleGrantRow.account_id"
    )


class RoleGrantRow(Base):
    """A role given to a person, by whom and when, and when it was taken back."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "ux_role_grant_standing",
            "account_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(ID)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ID)


class VisitRow(Base):
    """A session: only the SHA-256 of its token is kept."""

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    awaiting: Mapped[str] = mapped_column(String(20))
    device: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime | None]
    factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(String(20), default="")

    account: Mapped[AccountRow | None] = relationship(lazy="joined")


class InvitationRow(Base):
    """An invitation by e-mail into an organisation, with the roles it gives."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name_en: Mapped[str] = mapped_column(String(200), default="")
    roles: Mapped[list[Any]]
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(5), default="en")
    invited_by: Mapped[str] = mapped_column(ID)
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    issues: Mapped[int] = mapped_column(default=1)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[OrganisationRow] = relationship(lazy="joined", innerjoin=True)


class SentCodeRow(Base):
    """A code sent by e-mail; only its keyed digest is kept."""

    __tablename__ = "sent_code"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    target: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries_left: Mapped[int]
    used_at: Mapped[datetime | None]


class RecoveryCodeRow(Base):
    """A one-time code in place of the authenticator."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyRow(Base):
    """A passkey (WebAuthn); its ids and its public key are base64url."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(2000))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FactorResetRow(Base):
    """A request to take a lost second factor off, which a second person confirms or refuses."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        Index(
            "ux_factor_reset_open",
            "account_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(500))
    asked_by: Mapped[str] = mapped_column(ID)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None]

    account: Mapped[AccountRow] = relationship(lazy="joined", innerjoin=True)


class TryRow(Base):
    """One try at a limited thing; ``subject`` is the digest of an account or an address."""

    __tablename__ = "limited_try"
    __table_args__ = (Index("ix_limited_try_counted", "what", "subject", "tried_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    what: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    tried_at: Mapped[datetime]
