"""The public list at any size: the order of publication, its indexes, words to be looked up."""

import sqlalchemy as sa
from alembic import op

from tendering.word_search import indexed_text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PUBLISHED = """
UPDATE tender SET position = (
    SELECT place FROM (
        SELECT id, row_number() OVER (ORDER BY published_at, id) AS place FROM tender
        WHERE stage NOT IN ('draft', 'in_approval')
    ) AS published WHERE published.id = tender.id
)
"""
# The words stand in the tender's own row; the table holds only where each of them occurs.
SQLITE_WORDS = (
    "CREATE VIEW tender_words AS SELECT position, search FROM tender WHERE position IS NOT NULL",
    "CREATE VIRTUAL TABLE tender_search USING fts5(search, content='tender_words',"
    " content_rowid='position', detail='full', tokenize='porter unicode61 remove_diacritics 0')",
    "CREATE TRIGGER tender_words_in AFTER UPDATE OF position, search ON tender"
    " WHEN new.position IS NOT NULL BEGIN"
    " INSERT INTO tender_search (rowid, search) VALUES (new.position, new.search); END",
    "CREATE TRIGGER tender_words_new AFTER INSERT ON tender WHEN new.position IS NOT NULL BEGIN"
    " INSERT INTO tender_search (rowid, search) VALUES (new.position, new.search); END",
    "CREATE TRIGGER tender_words_out BEFORE UPDATE OF position, search ON tender"
    " WHEN old.position IS NOT NULL BEGIN"
    " INSERT INTO tender_search (tender_search, rowid, search)"
    " VALUES ('delete', old.position, old.search); END",
    "INSERT INTO tender_search (tender_search) VALUES ('rebuild')",
)
# PostgreSQL's own "english" leaves out words such as "of" and "or", which SQLite looks for.
POSTGRESQL_WORDS = (
    "CREATE TEXT SEARCH DICTIONARY muhr_endings (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION muhr (COPY = pg_catalog.simple)",
    "ALTER TEXT SEARCH CONFIGURATION muhr ALTER MAPPING FOR"
    " asciiword, asciihword, hword_asciipart WITH muhr_endings",
    "CREATE INDEX ix_tender_words ON tender"
    " USING gin (to_tsvector('muhr'::regconfig, search)) WHERE position IS NOT NULL",
)


def upgrade() -> None:
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.BigInteger(), nullable=True))
    op.execute(sa.text(PUBLISHED))
    _write_words()
    for name in ("ix_tender_newest", "ix_tender_closing", "ix_tender_organisation_id"):
        op.drop_index(name, table_name="tender")
    op.create_index("ux_tender_position", "tender", ["position"], unique=True)
    op.create_index("ix_tender_newest", "tender", ["stage", "category", "position", "deadline_at"])
    op.create_index(
        "ix_tender_closing", "tender", ["stage", "category", "deadline_at", "id", "position"]
    )
    op.create_index(
        "ix_tender_buyer",
        "tender",
        ["organisation_id", "position", "stage", "category", "deadline_at"],
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_WORDS if sqlite else POSTGRESQL_WORDS:
        op.execute(sa.text(statement))


def _write_words() -> None:
    """Split what is searched into words, and mark each tender with its buyer."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, search, organisation_id FROM tender"))
    words = [
        {"of": row.id, "search": indexed_text(row.search, row.organisation_id)} for row in rows
    ]
    if words:
        connection.execute(sa.text("UPDATE tender SET search = :search WHERE id = :of"), words)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("tender_words_in", "tender_words_new", "tender_words_out"):
            op.execute(sa.text(f"DROP TRIGGER {name}"))
        op.execute(sa.text("DROP TABLE tender_search"))
        op.execute(sa.text("DROP VIEW tender_words"))
    else:
        op.execute(sa.text("DROP INDEX ix_tender_words"))
        op.execute(sa.text("DROP TEXT SEARCH CONFIGURATION muhr"))
        op.execute(sa.text("DROP TEXT SEARCH DICTIONARY muhr_endings"))
    for name in ("ux_tender_position", "ix_tender_newest", "ix_tender_closing", "ix_tender_buyer"):
        op.drop_index(name, table_name="tender")
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.drop_column("position")
    op.create_index("ix_tender_newest", "tender", ["stage", "published_at", "id"])
    op.create_index("ix_tender_closing", "tender", ["stage", "deadline_at", "id"])
    op.create_index("ix_tender_organisation_id", "tender", ["organisation_id"])
