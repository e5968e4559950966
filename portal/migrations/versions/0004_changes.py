"""Changes to published tenders: a draft that amends one, and those carried out."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tender", sa.Column("amends", sa.String(length=40), nullable=True))
    op.add_column("tender", sa.Column("change", sa.JSON(), nullable=True))
    op.create_index("ux_tender_amends", "tender", ["amends"], unique=True)
    op.create_table(
        "tender_change",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("reason_ur", sa.Text(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("old_round_at", foundation.database.Instant(), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_tender_change_tender_id_tender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_change")),
    )
    op.create_index("ix_tender_change_tender", "tender_change", ["tender_id", "at"])


def downgrade() -> None:
    op.drop_table("tender_change")
    op.drop_index("ux_tender_amends", "tender")
    with op.batch_alter_table("tender") as batch_op:
        batch_op.drop_column("change")
        batch_op.drop_column("amends")
