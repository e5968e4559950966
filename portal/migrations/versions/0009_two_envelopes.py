"""Two envelopes: how quality and price count, which prices may be opened, keys destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tender", sa.Column("quality_and_cost", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("tender", "quality_and_cost")
