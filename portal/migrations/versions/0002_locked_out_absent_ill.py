"""Locked out, absent, ill: what accounts and tenders need when people are."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0002"
down_revision = "0001"
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


def downgrade() -> None:
    op.drop_index("ix_account_unconfirmed", table_name="account")
    op.drop_column("sent_code", "target")
    op.drop_column("visit", "factor_at")
