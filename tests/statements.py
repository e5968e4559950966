"""Statements as one test compiled them, for the engines of all later tests of a process."""

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

# More than the suite knows, so that none is compiled twice.
MOST = 4000


def share_compiled_statements() -> None:
    """Let engines of one kind of database share what they compile.

    Every test has engines of its own; compiling anew takes a good part of its time. A statement
    is found by its dialect too, so that is shared: all of one kind are set up alike.
    """
    compiled: LRUCache[object, object] = LRUCache(MOST)
    dialects: dict[str, Dialect] = {}

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        engine = connection.engine
        engine.dialect = dialects.setdefault(engine.dialect.name, engine.dialect)
        engine._compiled_cache = compiled
        connection.dialect = engine.dialect
