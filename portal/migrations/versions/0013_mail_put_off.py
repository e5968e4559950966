"""Messages that an address did not take: how often they were tried, when again, and given up."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("try_at", foundation.database.Instant(), nullable=True),
        sa.Column("given_up_at", foundation.database.Instant(), nullable=True),
    ):
        op.add_column("mail_message", column)


def downgrade() -> None:
    for name in ("given_up_at", "try_at", "tries"):
        op.drop_column("mail_message", name)
