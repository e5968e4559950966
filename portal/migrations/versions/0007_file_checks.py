"""What was found in each file of an opened bid: viruses, and archives that unpack to too much."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opened_file", sa.Column("check_state", sa.String(length=20), nullable=True))
    op.add_column("opened_file", sa.Column("check_detail", sa.String(length=100), nullable=True))
    op.add_column(
        "opened_file", sa.Column("checked_at", foundation.database.Instant(), nullable=True)
    )


def downgrade() -> None:
    with op.batch_alter_table("opened_file") as batch_op:
        batch_op.drop_column("checked_at")
        batch_op.drop_column("check_detail")
        batch_op.drop_column("check_state")
