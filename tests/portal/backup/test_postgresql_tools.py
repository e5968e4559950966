"""How PostgreSQL is dumped and brought back: by its own tools, the password never in a command."""

import os
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from foundation.values.refusal import Refusal
from portal.backup import database_copies

URL = "postgresql+psycopg://muhr:s%40cret@db.example:5433/tenders?sslmode=require"
TOOL = """#!/bin/sh
echo "$0 $* host=$PGHOST port=$PGPORT user=$PGUSER password=$PGPASSWORD db=$PGDATABASE" >> {log}
{work}
"""


def tool(folder: Path, name: str, work: str) -> None:
    path = folder / name
    path.write_text(TOOL.format(log=folder / "log", work=work))
    path.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def test_a_dump_comes_through_a_pipe(tools: Path) -> None:
    tool(tools, "pg_dump", "printf 'PGDMP of everything'")
    with database_copies._dump(make_url(URL)) as chunks:
        assert b"".join(chunks) == b"PGDMP of everything"
    said = (tools / "log").read_text()

    assert "host=db.example port=5433 user=muhr password=s@cret db=tenders" in said
    assert "s@cret" not in said.split("host=")[0]
    assert "--format=custom" in said


def test_a_dump_that_fails_is_no_backup(tools: Path) -> None:
    tool(tools, "pg_dump", "printf half; exit 1")
    with (
        pytest.raises(Refusal, match="database-not-copied"),
        database_copies._dump(make_url(URL)) as chunks,
    ):
        list(chunks)


def test_a_dump_goes_back_in_one_transaction(tools: Path) -> None:
    tool(tools, "pg_restore", f"cat > {tools}/found")
    database_copies.put_postgresql(URL, [b"PGDMP ", b"of everything"])

    assert (tools / "found").read_bytes() == b"PGDMP of everything"
    assert "--single-transaction" in (tools / "log").read_text()


@pytest.mark.parametrize("work", ["cat >/dev/null; exit 1", "exit 1"])
def test_a_dump_that_does_not_go_back_is_refused(tools: Path, work: str) -> None:
    tool(tools, "pg_restore", work)
    with pytest.raises(Refusal, match="database-not-restored"):
        database_copies.put_postgresql(URL, [bytes(1 << 20)] * 3)


def test_a_missing_tool_is_named(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tools / "nowhere"))
    with pytest.raises(Refusal, match="tool-missing"):
        database_copies.put_postgresql(URL, [])
