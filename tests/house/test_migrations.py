"""The migrations lead to exactly the tables of the models, forwards and backwards."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from foundation.database import Base, make_engine
from foundation.values.refusal import Refusal
from portal import schema


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    schema.upgrade(engine)
    return engine


def test_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})

        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    before = sorted(inspect(engine).get_table_names())

    schema.upgrade(engine)

    assert sorted(inspect(engine).get_table_names()) == before
    engine.dispose()


def test_a_database_of_a_later_release_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Refusal, match="newer-database"):
        schema.upgrade(engine)
    engine.dispose()


@pytest.mark.parametrize("table", ["act", "sealed_act"])
def test_journals_are_append_only(engine: Engine, table: str) -> None:
    columns = {
        "act": "(act_id, tender_id, n, kind, at, leaf) VALUES ('a', '', 1, 'k', 'now', x'00')",
        "sealed_act": "(act_id, tender_id, organisation_id, kind, at) "
        "VALUES ('a', '', '', 'k', 'now')",
    }
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} {columns[table]}"))

    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET kind = 'other'"):
        with (
            engine.begin() as connection,
            pytest.raises(DatabaseError, match="append-only"),
        ):
            connection.execute(text(change))
    engine.dispose()
