"""When a tender's technical report was published and its prices were opened."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAMES = ("technical_reported_at", "prices_opened_at")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("tender", sa.Column(name, foundation.database.Instant(), nullable=True))
    op.execute(
        "UPDATE tender SET"
        " technical_reported_at = (SELECT reported_at FROM evaluation_technical_report AS report"
        " WHERE report.tender_id = tender.id),"
        " prices_opened_at = (SELECT prices_read_at FROM opening"
        " WHERE opening.tender_id = tender.id)"
    )


def downgrade() -> None:
    for name in NAMES:
        op.drop_column("tender", name)
