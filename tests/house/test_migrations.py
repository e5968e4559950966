"""The migrations lead to exactly the tables of the models, forwards and backwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Insert, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError

from foundation.database import Base, Instant, make_engine
from foundation.values.refusal import Refusal
from portal import schema

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def engine(new_database: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = make_engine(new_database)
    schema.upgrade(engine, getattr(request, "param", "head"))
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


def row_of(table: str, **given: object) -> Insert:
    """Write a row of a table with something in every column that must have it."""
    columns = Base.metadata.tables[table].c
    anything = {str: "", int: 0, bool: False, bytes: b"", Decimal: Decimal(0)}
    needed = [each for each in columns if not each.nullable and not each.server_default]
    filled = {
        each.name: FIRST
        if isinstance(each.type, Instant)
        else anything.get(each.type.python_type, [])
        for each in needed
    }
    return insert(Base.metadata.tables[table]).values({**filled, **given})


@pytest.mark.parametrize("engine", ["0013"], indirect=True)
def test_tenders_learn_when_their_prices_were_opened(engine: Engine) -> None:
    reported, opened = FIRST + timedelta(days=1), FIRST + timedelta(days=9)
    with engine.begin() as connection:
        connection.execute(row_of("organisation", id=""))
        for name in ("two-envelopes", "single"):
            connection.execute(row_of("tender", id=name))
            read_at = opened if name == "two-envelopes" else None
            connection.execute(row_of("opening", tender_id=name, prices_read_at=read_at))
        table = "evaluation_technical_report"
        connection.execute(row_of(table, tender_id="two-envelopes", reported_at=reported))

    schema.upgrade(engine)

    tender = Base.metadata.tables["tender"].c
    with engine.connect() as connection:
        query = select(tender.id, tender.technical_reported_at, tender.prices_opened_at)
        found = {row[0]: tuple(row[1:]) for row in connection.execute(query)}
    assert found == {"two-envelopes": (reported, opened), "single": (None, None)}
