"""Streams as the strong room needs them: bounded reads with one look ahead."""

from typing import Protocol

FILL = 65536


class Source(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes; none only at the end."""
        ...


class Sink(Protocol):
    """Anything that bytes can be written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of ``data``."""
        ...


class Reader:
    """A source with exact reads, lines and a test for the end; holds at most one fill."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._buffer = b""

    def peek(self, size: int) -> bytes:
        """Return up to ``size`` next bytes without taking them."""
        while len(self._buffer) < size:
            more = self._source.read(max(FILL, size - len(self._buffer)))
            if not more:
                break
            self._buffer += more
        return self._buffer[:size]

    def read(self, size: int) -> bytes:
        """Take ``size`` bytes; fewer only at the end."""
        data = self.peek(size)
        self._buffer = self._buffer[len(data) :]
        return data

    def read_line(self, limit: int) -> bytes | None:
        """Take the bytes before the next newline and the newline; None beyond ``limit``."""
        seen = self.peek(limit)
        end = seen.find(b"\n")
        if end < 0:
            return None
        self.read(end + 1)
        return seen[:end]

    def at_end(self) -> bool:
        """Say whether nothing is left."""
        return not self.peek(1)
