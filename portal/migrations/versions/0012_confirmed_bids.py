"""Bids confirmed after dates moved, their earlier rounds, and later deadlines after an outage."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("confirmed_notice", sa.String(length=64), nullable=True),
        sa.Column("confirmed_at", foundation.database.Instant(), nullable=True),
        sa.Column("confirmation_note", sa.Text(), nullable=True),
    ):
        op.add_column("envelope_submission", column)
    op.add_column("opening_hold", sa.Column("reason_ur", sa.Text(), nullable=True))
    op.add_column(
        "opening_hold",
        sa.Column("later_deadline_at", foundation.database.Instant(), nullable=True),
    )
    op.add_column("opening", sa.Column("earlier_signatures", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("opening_hold", "later_deadline_at")
    op.drop_column("opening_hold", "reason_ur")
    op.drop_column("opening", "earlier_signatures")
    for name in ("confirmation_note", "confirmed_at", "confirmed_notice"):
        op.drop_column("envelope_submission", name)
