"""Questions about a tender, openings held because too few bids came, folded noon ghunna."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tender_answer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_en", sa.Text(), nullable=False),
        sa.Column("question_ur", sa.Text(), nullable=False),
        sa.Column("answer_en", sa.Text(), nullable=False),
        sa.Column("answer_ur", sa.Text(), nullable=False),
        sa.Column("asked_at", foundation.database.Instant(), nullable=False),
        sa.Column("answered_at", foundation.database.Instant(), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_tender_answer_tender_id_tender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_answer")),
        sa.UniqueConstraint("tender_id", "number", name=op.f("uq_tender_answer_tender_id_number")),
    )
    op.create_table(
        "tender_question",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", foundation.database.Instant(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer_id", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("settled_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["tender_answer.id"],
            name=op.f("fk_tender_question_answer_id_tender_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_tender_question_tender_id_tender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_question")),
    )
    op.create_index(
        "ix_tender_question_waiting", "tender_question", ["tender_id", "state", "asked_at"]
    )
    op.create_index("ix_tender_question_own", "tender_question", ["organisation_id", "tender_id"])
    # Search folds noon ghunna to noon from here on, in what is stored as in what is asked.
    op.execute(sa.text("UPDATE tender SET search = replace(search, '\u06ba', '\u0646')"))
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.add_column(sa.Column("minimum_bids", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("minimum_rule", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("held_at", foundation.database.Instant(), nullable=True))
        batch_op.add_column(sa.Column("released_at", foundation.database.Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("opening", schema=None) as batch_op:
        for column in ("released_at", "held_at", "minimum_rule", "minimum_bids"):
            batch_op.drop_column(column)
    op.drop_index("ix_tender_question_own", table_name="tender_question")
    op.drop_index("ix_tender_question_waiting", table_name="tender_question")
    op.drop_table("tender_question")
    op.drop_table("tender_answer")
