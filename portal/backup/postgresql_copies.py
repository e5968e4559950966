"""PostgreSQL's own programs: a dump through a pipe, and the way back in one transaction."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from foundation.database import make_engine
from foundation.values.refusal import Refusal

CHUNK = 1 << 20
LOCK_WAIT = "60s"
PROGRAMS = ("pg_dump", "pg_restore", "psql")
# Where a restored database waits, out of every process's sight, until all of it has verified.
RESTORING = "muhr_restoring"
QUIETLY = f"SET client_min_messages = warning; SET lock_timeout = '{LOCK_WAIT}';"
CLEAR = f"DROP SCHEMA IF EXISTS {RESTORING} CASCADE;"
ASIDE = f"ALTER SCHEMA public RENAME TO {RESTORING}; CREATE SCHEMA public;"
IN_PLACE = f"DROP SCHEMA public; ALTER SCHEMA {RESTORING} RENAME TO public;"
GIVE_UP = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"


@dataclass(frozen=True)
class Tools:
    """How the programs of one major release reach one database."""

    target: str
    environment: Mapping[str, str]
    server: int

    def command(self, name: str) -> str:
        """Return the path of a program that knows this server.

        Raises:
            Refusal: ``tool-missing``, ``tool-older`` with both major releases.
        """
        path = shutil.which(name)
        if path is None:
            raise Refusal("tool-missing", tool=name)
        told = subprocess.run(  # noqa: S603
            [path, "--version"], env=self.environment, capture_output=True, text=True, check=False
        )
        found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
        if told.returncode != 0 or found is None:
            raise Refusal("tool-missing", tool=name)
        if int(found[1]) < self.server:
            raise Refusal("tool-older", tool=name, found=found[1], server=str(self.server))
        return path


def tools_for(engine: Engine) -> Tools:
    """Return how to reach the database of ``engine``; the password goes by the environment."""
    with engine.connect() as connection:
        number = connection.execute(text("SHOW server_version_num")).scalar_one()
    return Tools(*_address(engine.url), server=int(number) // 10_000)


def _address(url: URL) -> tuple[str, Mapping[str, str]]:
    words = {name: _text(value) for name, value in url.query.items()}
    given = url.translate_connect_args(username="user", database="dbname")
    words |= {name: str(value) for name, value in given.items()}
    password = words.pop("password", "")
    environment = {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)
    # Debian's wrapper would otherwise choose a program by the clusters of this machine.
    environment.setdefault("PGHOST", words.get("host", "localhost"))
    return make_conninfo(**words), environment


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ",".join(value)


@contextlib.contextmanager
def dumped(engine: Engine) -> Iterator[Iterator[bytes]]:
    """Yield the bytes of a consistent dump while others go on writing.

    Raises:
        Refusal: ``tool-missing``, ``tool-older``, ``database-not-copied``.
    """
    tools = tools_for(engine)
    command = [tools.command("pg_dump"), f"--dbname={tools.target}", "--format=custom"]
    command += ["--no-owner", "--no-privileges", "--no-tablespaces"]
    command += [f"--lock-wait-timeout={LOCK_WAIT}"]
    with subprocess.Popen(  # noqa: S603  a fixed command; the password goes by the environment
        command, stdout=subprocess.PIPE, env=tools.environment
    ) as process:
        output = _pipe(process.stdout)
        yield iter(lambda: output.read(CHUNK), b"")
        output.read()
        if process.wait() != 0:
            raise Refusal("database-not-copied")


def put_aside(url: str, pieces: Iterable[bytes]) -> None:
    """Bring a dump into the schema ``RESTORING`` of an empty database, all of it or nothing.

    Raises:
        Refusal: ``tool-missing``, ``tool-older``, ``database-not-restored``.
    """
    _put(url, pieces, before=CLEAR, after=ASIDE)


@contextlib.contextmanager
def aside(url: str) -> Iterator[str]:
    """Yield the address under which tables put aside are found; at the end they get their place.

    When the block fails they are forgotten, and so is what a restore cut short has left there.

    Raises:
        Refusal: ``database-not-restored`` when somebody made tables in the empty place meanwhile.
    """
    try:
        yield _seen_aside(url)
        try:
            _execute(url, IN_PLACE)
        except SQLAlchemyError as error:
            raise Refusal("database-not-restored") from error
    except BaseException:
        with contextlib.suppress(SQLAlchemyError):
            _execute(url, CLEAR)
        raise


def put_back(url: str, pieces: Iterable[bytes]) -> None:
    """Put a dump in the place of all that the database holds, all of it or nothing.

    Raises:
        Refusal: ``tool-missing``, ``tool-older``, ``database-not-restored``.
    """
    _put(url, pieces, before=GIVE_UP, after="")


def _seen_aside(url: str) -> str:
    """Return the address under which the restored tables are found while they lie aside."""
    address = make_url(url)
    given = str(address.query.get("options", ""))
    options = f"{given} -c search_path={RESTORING}".strip()
    return address.update_query_dict({"options": options}).render_as_string(hide_password=False)


def _put(url: str, pieces: Iterable[bytes], *, before: str, after: str) -> None:
    """Let pg_restore write SQL and psql run it, with ours before and after it, or none of all.

    The transaction is committed by its last line alone: whatever ends psql earlier undoes it.
    """
    engine = make_engine(url)
    try:
        tools = tools_for(engine)
    finally:
        engine.dispose()
    reader, writer = tools.command("pg_restore"), tools.command("psql")
    command = [writer, f"--dbname={tools.target}", "--no-psqlrc", "--quiet"]
    command += ["--set=ON_ERROR_STOP=1", "--file=-"]
    whole = False
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=tools.environment
    ) as process:
        target = _pipe(process.stdin)
        with contextlib.suppress(BrokenPipeError):
            _write(target, f"{QUIETLY}\nBEGIN;\n{before}\n")
            whole = _as_sql(reader, pieces, target, tools.environment)
            _write(target, f"{after}\nCOMMIT;\n" if whole else "ROLLBACK;\n")
        with contextlib.suppress(BrokenPipeError):
            target.close()
        if process.wait() != 0 or not whole:
            raise Refusal("database-not-restored")


def _as_sql(
    reader: str, pieces: Iterable[bytes], target: IO[bytes], environment: Mapping[str, str]
) -> bool:
    """Let pg_restore write a dump's SQL to ``target``; tell whether it was whole."""
    command = [reader, "--file=-", "--exit-on-error", "--no-owner", "--no-privileges"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=target, env=environment
    ) as process:
        source = _pipe(process.stdin)
        with contextlib.suppress(BrokenPipeError):
            for piece in pieces:
                source.write(piece)
        with contextlib.suppress(BrokenPipeError):
            source.close()
        return process.wait() == 0


def _write(target: IO[bytes], statements: str) -> None:
    target.write(statements.encode())
    target.flush()


def _pipe(found: IO[bytes] | None) -> IO[bytes]:
    if found is None:
        raise TypeError("no pipe")
    return found


def _execute(url: str, statements: str) -> None:
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(QUIETLY + statements))
    finally:
        engine.dispose()
