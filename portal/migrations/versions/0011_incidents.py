"""Incidents: who declared that an opening cannot go on, until when, and what bidders revealed."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("envelope", sa.String(length=12), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_at", foundation.database.Instant(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", foundation.database.Instant(), nullable=False),
        sa.Column("declared_by", sa.String(length=40), nullable=False),
        sa.Column("declared_at", foundation.database.Instant(), nullable=True),
        sa.Column("recipient", sa.String(length=100), nullable=False),
        sa.Column("identity", sa.String(length=200), nullable=True),
        sa.Column("ended_at", foundation.database.Instant(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_tender", "incident", ["tender_id", "proposed_at"])
    live = sa.text("ended_at IS NULL")
    op.create_index(
        "ux_incident_live",
        "incident",
        ["tender_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_table(
        "incident_reveal",
        sa.Column("incident_id", sa.String(length=40), nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("opened_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.ForeignKeyConstraint(["submission_id"], ["envelope_submission.id"]),
        sa.PrimaryKeyConstraint("incident_id", "submission_id"),
    )
    op.create_index("ix_incident_reveal_submission_id", "incident_reveal", ["submission_id"])


def downgrade() -> None:
    op.drop_index("ix_incident_reveal_submission_id", table_name="incident_reveal")
    op.drop_table("incident_reveal")
    op.drop_index("ux_incident_live", table_name="incident")
    op.drop_index("ix_incident_tender", table_name="incident")
    op.drop_table("incident")
