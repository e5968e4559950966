"""The first tables."""

import sqlalchemy as sa
from alembic import op

import foundation.database
from transparency.models import append_only_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("act_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.Column("doc", sa.JSON(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_act")),
        sa.UniqueConstraint("act_id", name=op.f("uq_act_act_id")),
        sa.UniqueConstraint("tender_id", "n", name=op.f("uq_act_tender_id_n")),
    )
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_act_kind"), ["kind"], unique=False)

    op.create_table(
        "award_proposal",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lots", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", foundation.database.Instant(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", foundation.database.Instant(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_proposal")),
    )
    with op.batch_alter_table("award_proposal", schema=None) as batch_op:
        batch_op.create_index("ix_award_proposal_tender", ["tender_id", "state"], unique=False)
        batch_op.create_index(
            "ux_award_proposal_open",
            ["tender_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "bid",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("vendor_id", sa.String(length=40), nullable=False),
        sa.Column("vendor_name", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint("tender_id", "vendor_id", name=op.f("uq_bid_tender_id_vendor_id")),
    )
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_vendor_id"), ["vendor_id"], unique=False)

    op.create_table(
        "box_tick",
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("i", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("closing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tender_id", "i", name=op.f("pk_box_tick")),
    )
    op.create_table(
        "database_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column(
            "clock_offset_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("high_water_at", foundation.database.Instant(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_database_mark_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_mark")),
    )
    op.create_table(
        "day_digest",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_digest")),
    )
    op.create_table(
        "evaluation_finding",
        sa.Column("envelope_id", sa.String(length=40), nullable=False),
        sa.Column("requirement_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_at", foundation.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint(
            "envelope_id", "requirement_id", name=op.f("pk_evaluation_finding")
        ),
    )
    with op.batch_alter_table("evaluation_finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_finding_tender_id"), ["tender_id"], unique=False
        )

    op.create_table(
        "evaluation_report",
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("reported_at", foundation.database.Instant(), nullable=False),
        sa.Column("standing_ends_at", foundation.database.Instant(), nullable=False),
        sa.Column("case_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("document_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_evaluation_report")),
    )
    op.create_table(
        "evaluation_seat",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_ur", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=8), nullable=False),
        sa.Column("chair", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_at", foundation.database.Instant(), nullable=False),
        sa.Column("declared_at", foundation.database.Instant(), nullable=True),
        sa.Column("finished_at", foundation.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_seat")),
        sa.UniqueConstraint(
            "tender_id", "account_id", name=op.f("uq_evaluation_seat_tender_id_account_id")
        ),
        sa.UniqueConstraint("tender_id", "label", name=op.f("uq_evaluation_seat_tender_id_label")),
    )
    with op.batch_alter_table("evaluation_seat", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_seat_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "evaluation_spread",
        sa.Column("envelope_id", sa.String(length=40), nullable=False),
        sa.Column("criterion_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("explained_at", foundation.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("envelope_id", "criterion_id", name=op.f("pk_evaluation_spread")),
    )
    with op.batch_alter_table("evaluation_spread", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_spread_tender_id"), ["tender_id"], unique=False
        )

    op.create_table(
        "limited_try",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("tried_at", foundation.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limited_try")),
    )
    with op.batch_alter_table("limited_try", schema=None) as batch_op:
        batch_op.create_index(
            "ix_limited_try_counted", ["what", "subject", "tried_at"], unique=False
        )

    op.create_table(
        "mail_message",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("sent_at", foundation.database.Instant(), nullable=True),
        sa.Column("read_at", foundation.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_message_key")),
    )
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mail_message_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_mail_message_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tender_number", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=500), nullable=False),
        sa.Column("title_ur", sa.String(length=500), nullable=False),
        sa.Column("entity_en", sa.String(length=500), nullable=False),
        sa.Column("entity_ur", sa.String(length=500), nullable=False),
        sa.Column("issued_at", foundation.database.Instant(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf_size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pdf_key", sa.String(length=200), nullable=True),
        sa.Column("pdf_at", foundation.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "tender_id", "kind", "version", name=op.f("uq_notice_tender_id_kind_version")
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_issued", ["issued_at", "number"], unique=False)
        batch_op.create_index(
            "ix_notice_kind_issued", ["kind", "issued_at", "number"], unique=False
        )
        batch_op.create_index("ix_notice_pdf", ["pdf_sha256"], unique=False)

    op.create_table(
        "opening",
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("begun_at", foundation.database.Instant(), nullable=False),
        sa.Column("list_note", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("beacon_late_since", foundation.database.Instant(), nullable=True),
        sa.Column("unlocked_at", foundation.database.Instant(), nullable=True),
        sa.Column("signature", sa.String(length=200), nullable=True),
        sa.Column("paused_at", foundation.database.Instant(), nullable=True),
        sa.Column("pause_code", sa.String(length=40), nullable=True),
        sa.Column("pause_sha256", sa.String(length=64), nullable=True),
        sa.Column("concluded_at", foundation.database.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_opening")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_ur", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=12), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("tax_number", sa.String(length=40), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_kind"), ["kind"], unique=False)

    op.create_table(
        "reader_cursor",
        sa.Column("reader", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_reader_cursor")),
    )
    op.create_table(
        "refused_attempt",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("vendor_id", sa.String(length=40), nullable=False),
        sa.Column("lot_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_attempt")),
    )
    with op.batch_alter_table("refused_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_refused_attempt_tender_id"), ["tender_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_refused_attempt_vendor_id"), ["vendor_id"], unique=False
        )

    op.create_table(
        "sealed_act",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("act_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("at", foundation.database.Instant(), nullable=False),
        sa.Column("doc", sa.JSON(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_sealed_act")),
        sa.UniqueConstraint("act_id", name=op.f("uq_sealed_act_act_id")),
    )
    with op.batch_alter_table("sealed_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_act_kind"), ["kind"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sealed_act_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sealed_act_tender_id"), ["tender_id"], unique=False)

    op.create_table(
        "tender_number",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_tender_number")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_ur", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.String(length=200), nullable=True),
        sa.Column(
            "totp_counter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("confirmed_at", foundation.database.Instant(), nullable=True),
        sa.Column("password_changed_at", foundation.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_account_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "envelope",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("bid_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("lot_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("slot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("slot_document", sa.JSON(), nullable=True),
        sa.Column("slot_salt", sa.LargeBinary(), nullable=True),
        sa.Column("slot_commitment", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_envelope_bid_id_bid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint(
            "bid_id", "lot_id", "kind", name=op.f("uq_envelope_bid_id_lot_id_kind")
        ),
        sa.UniqueConstraint("tender_id", "slot", name=op.f("uq_envelope_tender_id_slot")),
    )
    op.create_table(
        "evaluation_score",
        sa.Column("seat_id", sa.String(length=40), nullable=False),
        sa.Column("envelope_id", sa.String(length=40), nullable=False),
        sa.Column("criterion_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("points", foundation.database.Exact(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("scored_at", foundation.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seat_id"],
            ["evaluation_seat.id"],
            name=op.f("fk_evaluation_score_seat_id_evaluation_seat"),
        ),
        sa.PrimaryKeyConstraint(
            "seat_id", "envelope_id", "criterion_id", name=op.f("pk_evaluation_score")
        ),
    )
    with op.batch_alter_table("evaluation_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_score_tender_id"), ["tender_id"], unique=False
        )

    op.create_table(
        "tender",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("organisation_name_en", sa.String(length=200), nullable=False),
        sa.Column("organisation_name_ur", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=400), nullable=False),
        sa.Column("title_ur", sa.String(length=400), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_ur", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("reach", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("estimate", foundation.database.Exact(), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rulebook", sa.String(length=60), nullable=False),
        sa.Column("published_at", foundation.database.Instant(), nullable=True),
        sa.Column("questions_close_at", foundation.database.Instant(), nullable=True),
        sa.Column("deadline_at", foundation.database.Instant(), nullable=False),
        sa.Column("opening_at", foundation.database.Instant(), nullable=False),
        sa.Column(
            "guard_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("dates_set", sa.Boolean(), nullable=False),
        sa.Column("lots", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("pass_mark", foundation.database.Exact(), nullable=True),
        sa.Column("declarations", sa.JSON(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column(
            "validity_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("security_percent", foundation.database.Exact(), nullable=True),
        sa.Column("security_amount", foundation.database.Exact(), nullable=True),
        sa.Column("envelopes", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(length=20), nullable=False),
        sa.Column("notice", sa.String(length=64), nullable=True),
        sa.Column("chain", sa.JSON(), nullable=True),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "box_slots", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("box_seed", sa.LargeBinary(), nullable=True),
        sa.Column("box_seed_commitment", sa.String(length=64), nullable=True),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("changed_at", foundation.database.Instant(), nullable=False),
        sa.Column("closed_at", foundation.database.Instant(), nullable=True),
        sa.Column("opening_started_at", foundation.database.Instant(), nullable=True),
        sa.Column("opened_at", foundation.database.Instant(), nullable=True),
        sa.Column("reported_at", foundation.database.Instant(), nullable=True),
        sa.Column("ended_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_tender_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
        sa.UniqueConstraint("number", name=op.f("uq_tender_number")),
    )
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.create_index("ix_tender_closing", ["stage", "deadline_at", "id"], unique=False)
        batch_op.create_index("ix_tender_newest", ["stage", "published_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tender_notice"), ["notice"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tender_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tender_stage"), ["stage"], unique=False)

    op.create_table(
        "box_slot_receipt",
        sa.Column("envelope_id", sa.String(length=40), nullable=False),
        sa.Column("i", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blind", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["envelope.id"], name=op.f("fk_box_slot_receipt_envelope_id_envelope")
        ),
        sa.PrimaryKeyConstraint("envelope_id", name=op.f("pk_box_slot_receipt")),
    )
    op.create_table(
        "envelope_submission",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("envelope_id", sa.String(length=40), nullable=False),
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("vendor_id", sa.String(length=40), nullable=False),
        sa.Column("lot_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("committed_at", foundation.database.Instant(), nullable=False),
        sa.Column("completed_at", foundation.database.Instant(), nullable=True),
        sa.Column("ended_at", foundation.database.Instant(), nullable=True),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("attempt_note", sa.Text(), nullable=False),
        sa.Column("ack_note", sa.Text(), nullable=True),
        sa.Column("withdrawal_note", sa.Text(), nullable=True),
        sa.Column("withdrawal_proof", sa.String(length=20), nullable=True),
        sa.Column("withdrawal_token", sa.String(length=64), nullable=True),
        sa.Column("refusal_code", sa.String(length=40), nullable=True),
        sa.Column("blob_key", sa.String(length=120), nullable=True),
        sa.Column("doomed_at", foundation.database.Instant(), nullable=True),
        sa.Column("destroyed_at", foundation.database.Instant(), nullable=True),
        sa.Column("claimed_until", foundation.database.Instant(), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("crashes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("opened_at", foundation.database.Instant(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("finding", sa.String(length=40), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["envelope_id"],
            ["envelope.id"],
            name=op.f("fk_envelope_submission_envelope_id_envelope"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope_submission")),
        sa.UniqueConstraint("number", name=op.f("uq_envelope_submission_number")),
    )
    with op.batch_alter_table("envelope_submission", schema=None) as batch_op:
        batch_op.create_index(
            "ix_envelope_submission_doomed",
            ["doomed_at"],
            unique=False,
            sqlite_where=sa.text("doomed_at IS NOT NULL AND destroyed_at IS NULL"),
            postgresql_where=sa.text("doomed_at IS NOT NULL AND destroyed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_envelope_submission_envelope", ["envelope_id", "sha256"], unique=False
        )
        batch_op.create_index(
            "ix_envelope_submission_tender_state", ["tender_id", "state"], unique=False
        )
        batch_op.create_index(
            "ix_envelope_submission_vendor", ["vendor_id", "committed_at"], unique=False
        )
        batch_op.create_index(
            "ux_envelope_submission_committed",
            ["envelope_id"],
            unique=True,
            sqlite_where=sa.text("state = 'committed'"),
            postgresql_where=sa.text("state = 'committed'"),
        )
        batch_op.create_index(
            "ux_envelope_submission_live",
            ["envelope_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('sealed', 'opened', 'unreadable')"),
            postgresql_where=sa.text("state IN ('sealed', 'opened', 'unreadable')"),
        )

    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("invited_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("issued_at", foundation.database.Instant(), nullable=False),
        sa.Column("issues", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", foundation.database.Instant(), nullable=False),
        sa.Column("accepted_at", foundation.database.Instant(), nullable=True),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("revoked_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_email"), ["email"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_invitation_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("used_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "role_grant",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("granted_at", foundation.database.Instant(), nullable=False),
        sa.Column("granted_by", sa.String(length=40), nullable=False),
        sa.Column("revoked_at", foundation.database.Instant(), nullable=True),
        sa.Column("revoked_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "ux_role_grant_standing",
            ["account_id", "role"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "sent_code",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("expires_at", foundation.database.Instant(), nullable=False),
        sa.Column(
            "tries_left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("used_at", foundation.database.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sent_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_code")),
    )
    with op.batch_alter_table("sent_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "tender_follower",
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("since", foundation.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_tender_follower_tender_id_tender")
        ),
        sa.PrimaryKeyConstraint("tender_id", "account_id", name=op.f("pk_tender_follower")),
    )
    op.create_table(
        "tender_pack",
        sa.Column("tender_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_tender_pack_tender_id_tender")
        ),
        sa.PrimaryKeyConstraint("tender_id", "version", name=op.f("pk_tender_pack")),
        sa.UniqueConstraint("notice", name=op.f("uq_tender_pack_notice")),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("awaiting", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", foundation.database.Instant(), nullable=False),
        sa.Column("seen_at", foundation.database.Instant(), nullable=False),
        sa.Column("fresh_at", foundation.database.Instant(), nullable=True),
        sa.Column("ended_at", foundation.database.Instant(), nullable=True),
        sa.Column("ended_why", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_visit_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_visit_token_sha256")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_account_id"), ["account_id"], unique=False)

    op.create_table(
        "opened_eid",
        sa.Column("eid", sa.String(length=64), nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["envelope_submission.id"],
            name=op.f("fk_opened_eid_submission_id_envelope_submission"),
        ),
        sa.PrimaryKeyConstraint("eid", name=op.f("pk_opened_eid")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_opened_eid_submission_id")),
    )
    op.create_table(
        "opened_file",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["envelope_submission.id"],
            name=op.f("fk_opened_file_submission_id_envelope_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_file")),
        sa.UniqueConstraint(
            "submission_id", "position", name=op.f("uq_opened_file_submission_id_position")
        ),
    )
    op.create_table(
        "seen_fingerprint",
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("submission_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["envelope_submission.id"],
            name=op.f("fk_seen_fingerprint_submission_id_envelope_submission"),
        ),
        sa.PrimaryKeyConstraint("value", name=op.f("pk_seen_fingerprint")),
    )
    for statement in append_only_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("seen_fingerprint")
    op.drop_table("opened_file")
    op.drop_table("opened_eid")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_account_id"))

    op.drop_table("visit")
    op.drop_table("tender_pack")
    op.drop_table("tender_follower")
    with op.batch_alter_table("sent_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_code_account_id"))

    op.drop_table("sent_code")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_role_grant_standing",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_role_grant_account_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_account_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_email"))

    op.drop_table("invitation")
    with op.batch_alter_table("envelope_submission", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_envelope_submission_live",
            sqlite_where=sa.text("state IN ('sealed', 'opened', 'unreadable')"),
            postgresql_where=sa.text("state IN ('sealed', 'opened', 'unreadable')"),
        )
        batch_op.drop_index(
            "ux_envelope_submission_committed",
            sqlite_where=sa.text("state = 'committed'"),
            postgresql_where=sa.text("state = 'committed'"),
        )
        batch_op.drop_index("ix_envelope_submission_vendor")
        batch_op.drop_index("ix_envelope_submission_tender_state")
        batch_op.drop_index("ix_envelope_submission_envelope")
        batch_op.drop_index(
            "ix_envelope_submission_doomed",
            sqlite_where=sa.text("doomed_at IS NOT NULL AND destroyed_at IS NULL"),
            postgresql_where=sa.text("doomed_at IS NOT NULL AND destroyed_at IS NULL"),
        )

    op.drop_table("envelope_submission")
    op.drop_table("box_slot_receipt")
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tender_stage"))
        batch_op.drop_index(batch_op.f("ix_tender_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_tender_notice"))
        batch_op.drop_index("ix_tender_newest")
        batch_op.drop_index("ix_tender_closing")

    op.drop_table("tender")
    with op.batch_alter_table("evaluation_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_score_tender_id"))

    op.drop_table("evaluation_score")
    op.drop_table("envelope")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_organisation_id"))

    op.drop_table("account")
    op.drop_table("tender_number")
    with op.batch_alter_table("sealed_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_act_tender_id"))
        batch_op.drop_index(batch_op.f("ix_sealed_act_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_sealed_act_kind"))

    op.drop_table("sealed_act")
    with op.batch_alter_table("refused_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_attempt_vendor_id"))
        batch_op.drop_index(batch_op.f("ix_refused_attempt_tender_id"))

    op.drop_table("refused_attempt")
    op.drop_table("reader_cursor")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_kind"))

    op.drop_table("organisation")
    op.drop_table("opening")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_pdf")
        batch_op.drop_index("ix_notice_kind_issued")
        batch_op.drop_index("ix_notice_issued")

    op.drop_table("notice")
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_message_sent_at"))
        batch_op.drop_index(batch_op.f("ix_mail_message_account_id"))

    op.drop_table("mail_message")
    with op.batch_alter_table("limited_try", schema=None) as batch_op:
        batch_op.drop_index("ix_limited_try_counted")

    op.drop_table("limited_try")
    with op.batch_alter_table("evaluation_spread", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_spread_tender_id"))

    op.drop_table("evaluation_spread")
    with op.batch_alter_table("evaluation_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_seat_account_id"))

    op.drop_table("evaluation_seat")
    op.drop_table("evaluation_report")
    with op.batch_alter_table("evaluation_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_finding_tender_id"))

    op.drop_table("evaluation_finding")
    op.drop_table("day_digest")
    op.drop_table("database_mark")
    op.drop_table("box_tick")
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bid_vendor_id"))

    op.drop_table("bid")
    with op.batch_alter_table("award_proposal", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_award_proposal_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_award_proposal_tender")

    op.drop_table("award_proposal")
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_act_kind"))

    op.drop_table("act")
