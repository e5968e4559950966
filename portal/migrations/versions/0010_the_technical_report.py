"""The technical report of two envelopes, and bids disqualified after their price was opened."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_technical_report",
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("reported_at", foundation.database.Instant(), nullable=False),
        sa.Column("standing_ends_at", foundation.database.Instant(), nullable=False),
        sa.Column("case_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("document_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tender_id"),
    )
    op.create_table(
        "evaluation_disqualification",
        sa.Column("envelope_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("disqualified_at", foundation.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("envelope_id"),
    )
    op.create_index(
        "ix_evaluation_disqualification_tender_id", "evaluation_disqualification", ["tender_id"]
    )


def downgrade() -> None:
    op.drop_table("evaluation_disqualification")
    op.drop_table("evaluation_technical_report")
