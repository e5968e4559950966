"""The opening committee: whose keys open a tender's bids, their rehearsals, and shares posted."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tender", sa.Column("committee", sa.JSON(), nullable=True))
    op.create_table(
        "committee_seat",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"]),
        sa.PrimaryKeyConstraint("account_id", "tender_id"),
    )
    op.create_index("ix_committee_seat_tender_id", "committee_seat", ["tender_id"])
    op.create_table(
        "committee_exercise",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("committee_id", sa.String(length=64), nullable=False),
        sa.Column("eid", sa.String(length=32), nullable=False),
        sa.Column("part", sa.JSON(), nullable=False),
        sa.Column("inner", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", foundation.database.Instant(), nullable=False),
        sa.Column("opened_at", foundation.database.Instant(), nullable=True),
        sa.Column("told_at", foundation.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_committee_exercise_tender", "committee_exercise", ["tender_id", "made_at"])
    op.create_table(
        "committee_proof",
        sa.Column("exercise_id", sa.String(length=40), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("share", sa.String(length=66), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["exercise_id"], ["committee_exercise.id"]),
        sa.PrimaryKeyConstraint("exercise_id", "number"),
    )
    op.create_table(
        "envelope_part",
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("eid", sa.String(length=32), nullable=False),
        sa.Column("part", sa.JSON(), nullable=False),
        sa.Column("read_at", foundation.database.Instant(), nullable=False),
        sa.Column("cheated_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["envelope_submission.id"]),
        sa.PrimaryKeyConstraint("submission_id"),
    )
    op.create_index("ix_envelope_part_tender_id", "envelope_part", ["tender_id"])
    op.create_table(
        "posted_share",
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("share", sa.String(length=66), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["envelope_part.submission_id"]),
        sa.PrimaryKeyConstraint("submission_id", "number"),
    )


def downgrade() -> None:
    op.drop_table("posted_share")
    op.drop_index("ix_envelope_part_tender_id", table_name="envelope_part")
    op.drop_table("envelope_part")
    op.drop_table("committee_proof")
    op.drop_index("ix_committee_exercise_tender", table_name="committee_exercise")
    op.drop_table("committee_exercise")
    op.drop_index("ix_committee_seat_tender_id", table_name="committee_seat")
    op.drop_table("committee_seat")
    op.drop_column("tender", "committee")
