"""Locked out, absent, ill: what accounts and tenders need when people are."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("factor_at", foundation.database.Instant(), nullable=True))
    op.add_column("sent_code", sa.Column("target", sa.String(length=254), nullable=True))
    op.create_index(
        "ix_account_unconfirmed",
        "account",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("confirmed_at IS NULL"),
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    _create_passkey()
    _create_factor_reset()
    _create_handover()


def _create_passkey() -> None:
    op.add_column(
        "account", sa.Column("passkeys", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(length=2000), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("used_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"], unique=False)


def _create_handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("from_account", sa.String(length=40), nullable=False),
        sa.Column("to_account", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("from_at", foundation.database.Instant(), nullable=False),
        sa.Column("until_at", foundation.database.Instant(), nullable=True),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", foundation.database.Instant(), nullable=False),
        sa.Column("ended_at", foundation.database.Instant(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_handover_tender_id_tender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_tender_id", "handover", ["tender_id"], unique=False)


def _create_factor_reset() -> None:
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", foundation.database.Instant(), nullable=False),
        sa.Column("expires_at", foundation.database.Instant(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_factor_reset_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_factor_reset_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index("ix_factor_reset_account_id", "factor_reset", ["account_id"], unique=False)
    op.create_index(
        "ix_factor_reset_organisation_id", "factor_reset", ["organisation_id"], unique=False
    )
    op.create_index(
        "ux_factor_reset_open",
        "factor_reset",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("handover")
    op.drop_table("factor_reset")
    op.drop_table("passkey")
    op.drop_column("account", "passkeys")
    op.drop_index("ix_account_unconfirmed", table_name="account")
    op.drop_column("sent_code", "target")
    op.drop_column("visit", "factor_at")
