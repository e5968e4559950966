"""Signs of life, backups, checks, and openings that wait after an outage."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    instant = foundation.database.Instant
    op.create_table(
        "process_beat",
        sa.Column("process", sa.String(length=20), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_process_beat")),
    )
    op.create_table(
        "door_interval",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("opened_at", instant(), nullable=False),
        sa.Column("seen_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_interval")),
    )
    op.create_index("ix_door_interval_seen", "door_interval", ["seen_at"])
    op.create_table(
        "backup_record",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("made_at", instant(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_record")),
    )
    op.create_index(op.f("ix_backup_record_kind"), "backup_record", ["kind"])
    op.create_table(
        "restore_record",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("backup_at", instant(), nullable=False),
        sa.Column("restored_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore_record")),
    )
    op.create_table(
        "platform_check",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_platform_check")),
    )
    op.create_table(
        "opening_hold",
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("held_at", instant(), nullable=False),
        sa.Column("lost", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", instant(), nullable=True),
        sa.Column("released_by", sa.String(length=40), nullable=False),
        sa.Column("released_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_opening_hold")),
    )
    op.add_column("database_mark", sa.Column("boot_id", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("database_mark", "boot_id")
    for table in (
        "opening_hold", "platform_check", "restore_record", "backup_record",
        "door_interval", "process_beat",
    ):  # fmt: skip
        op.drop_table(table)
