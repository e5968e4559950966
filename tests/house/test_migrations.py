"""The migrations lead to exactly the tables of the models, forwards and backwards."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, text
from sqlalchemy.exc import DatabaseError

from foundation.database import Base, make_engine
from foundation.values.refusal import Refusal
from portal import schema


@pytest.fixture
def engine(new_database: str) -> Iterator[Engine]:
    engine = make_engine(new_database)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the words that the database keeps: SQLite's tables, PostgreSQL's index."""
    return not (name or "").startswith(("tender_search", "ix_tender_words"))


def test_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_name": _is_ours}
        )

        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    before = sorted(inspect(engine).get_table_names())

    schema.upgrade(engine)

    assert sorted(inspect(engine).get_table_names()) == before


def test_a_database_of_a_later_release_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Refusal, match="newer-database"):
        schema.upgrade(engine)


@pytest.mark.parametrize("table", ["act", "sealed_act"])
def test_journals_are_append_only(engine: Engine, table: str) -> None:
    row = {"act_id": "a", "tender_id": "", "kind": "k", "at": datetime(2026, 1, 1, tzinfo=UTC)}
    row |= {"act": {"n": 1, "leaf": b"\0"}, "sealed_act": {"organisation_id": ""}}[table]
    with engine.begin() as connection:
        connection.execute(insert(Base.metadata.tables[table]).values(row))

    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET kind = 'other'"):
        with (
            engine.begin() as connection,
            pytest.raises(DatabaseError, match="append-only"),
        ):
            connection.execute(text(change))
