"""Dumps and the way back on a real PostgreSQL server: whole or nothing, and with fitting tools."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from foundation.database import make_engine
from foundation.jobs import JobContext
from foundation.values.refusal import Refusal
from portal.backup import postgresql_copies
from portal.backup.archive import Kind
from portal.backup.restoring import Asked, restore
from portal.backup.taking import take_backup
from tests.portal.backup.conftest import OPERATOR, Place, kept_in

pytestmark = pytest.mark.postgresql


@pytest.fixture
def engine(new_database: str) -> Iterator[Engine]:
    """A small database of an ordinary role, with one table of each thing that a dump must carry."""
    engine = make_engine(new_database)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE kept (id bigserial PRIMARY KEY, word text);"
                "INSERT INTO kept (word) VALUES (E'first\\nline'), ('مہر');"
                "CREATE FUNCTION never() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; "
                "END $$ LANGUAGE plpgsql;"
                "CREATE TRIGGER kept_stays BEFORE DELETE ON kept "
                "FOR EACH ROW EXECUTE FUNCTION never()"
            )
        )
    yield engine
    engine.dispose()


def dump(engine: Engine) -> bytes:
    with postgresql_copies.dumped(engine) as chunks:
        return b"".join(chunks)


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def words(engine: Engine) -> list[str]:
    engine.dispose()
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT word FROM kept ORDER BY id")).scalars())


def put_in_empty(url: str, data: bytes, meanwhile: str = "SELECT 1") -> None:
    """Restore a dump while somebody else does something in the empty place."""
    with postgresql_copies.aside(url):
        postgresql_copies.put_aside(url, [data])
        other = make_engine(url)
        with other.begin() as connection:
            connection.execute(text(meanwhile))
        other.dispose()


def test_a_copy_takes_the_place_of_everything_again_and_again(engine: Engine) -> None:
    for number in range(2):
        before = dump(engine)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE newer_{number} (id int)"))
            connection.execute(text("UPDATE kept SET word = 'changed'"))
        engine.dispose()
        postgresql_copies.put_back(address(engine), [before[:99], before[99:]])

        assert words(engine) == ["first\nline", "مہر"]
        assert kept_in(address(engine)) == ["public.kept"]
    with (
        engine.connect() as connection,
        pytest.raises(Exception, match="no"),
    ):
        connection.execute(text("DELETE FROM kept"))


@pytest.mark.parametrize("left", [0, 60, -30])
def test_a_copy_cut_short_changes_nothing(engine: Engine, left: int) -> None:
    data = dump(engine)[:left]
    with engine.begin() as connection:
        connection.execute(text("UPDATE kept SET word = 'newer'"))
    engine.dispose()
    for put in (postgresql_copies.put_back, postgresql_copies.put_aside):
        with pytest.raises(Refusal, match="database-not-restored"):
            put(address(engine), [data])

    assert words(engine) == ["newer", "newer"]


def test_what_is_put_aside_is_out_of_sight_until_the_end(engine: Engine, place: Place) -> None:
    url, data = place.restored.database_url, dump(engine)
    with postgresql_copies.aside(url) as seen:
        postgresql_copies.put_aside(url, [data])
        assert kept_in(url) == ["muhr_restoring.kept"]
        beside = make_engine(seen)
        assert words(beside) == ["first\nline", "مہر"]
        beside.dispose()

    assert kept_in(url) == ["public.kept"]


def test_a_restore_that_was_cut_short_is_begun_again(engine: Engine, place: Place) -> None:
    url, data = place.restored.database_url, dump(engine)
    postgresql_copies.put_aside(url, [data])  # and here the power goes

    put_in_empty(url, data)

    assert kept_in(url) == ["public.kept"]


def test_tables_made_meanwhile_are_not_written_over(engine: Engine, place: Place) -> None:
    url, data = place.restored.database_url, dump(engine)
    with pytest.raises(Refusal, match="database-not-restored"):
        put_in_empty(url, data, meanwhile="CREATE TABLE somebodys (id int)")

    assert kept_in(url) == ["public.somebodys"]


def test_a_refused_restore_leaves_an_empty_database_and_is_begun_again(
    job_context: JobContext, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = take_backup(job_context, Kind.FULL, place.archives)

    def damaged(*_: object) -> None:
        raise Refusal("receipt-damaged", number="1")

    with monkeypatch.context() as patch:
        patch.setattr("portal.backup.restoring.check_everything", damaged)
        with pytest.raises(Refusal, match="receipt-damaged"):
            restore(place.restored, Asked(archive, None, (), [OPERATOR]))
    assert kept_in(place.restored.database_url) == []
    assert not place.restored.data_dir.exists()

    restore(place.restored, Asked(archive, None, (), [OPERATOR]))
    assert "public.act" in kept_in(place.restored.database_url)


OLD = """#!/bin/sh
echo "${{0##*/}} (PostgreSQL) {version}"
"""


def tool(folder: Path, name: str, version: str) -> None:
    (folder / name).write_text(OLD.format(version=version))
    (folder / name).chmod(0o755)


def test_an_older_tool_is_refused_before_anything_is_done(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = dump(engine)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    tool(tmp_path, "pg_dump", "13.20 (Debian 13.20-0+deb11u1)")
    with pytest.raises(Refusal, match="tool-older") as refused:
        dump(engine)
    assert refused.value.params["found"] == "13"
    tool(tmp_path, "psql", "9.6.24")
    with pytest.raises(Refusal, match="tool-older"):
        postgresql_copies.put_back(address(engine), [data])

    assert words(engine) == ["first\nline", "مہر"]


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore", "psql"])
def test_a_missing_tool_is_named(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for other in {"pg_dump", "pg_restore", "psql"} - {name}:
        tool(tmp_path, other, "99.1")
    tools = postgresql_copies.tools_for(engine)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Refusal, match="tool-missing") as refused:
        tools.command(name)
    assert refused.value.params["tool"] == name


def test_a_wrapper_without_its_program_counts_as_missing(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho 'install postgresql-client-15' >&2; exit 1")
    (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Refusal, match="tool-missing"):
        postgresql_copies.tools_for(engine).command("pg_dump")
