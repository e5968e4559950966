"""Two envelopes: how quality and price count, when prices were opened, when shares went."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANTS = ("prices_begun_at", "prices_read_at", "shares_destroyed_at")


def upgrade() -> None:
    op.add_column("tender", sa.Column("quality_and_cost", sa.JSON(), nullable=True))
    for name in INSTANTS:
        op.add_column("opening", sa.Column(name, foundation.database.Instant(), nullable=True))


def downgrade() -> None:
    for name in reversed(INSTANTS):
        op.drop_column("opening", name)
    op.drop_column("tender", "quality_and_cost")
