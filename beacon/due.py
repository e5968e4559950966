"""Which rounds of a chain are due by trusted time, whose anchor is kept on disk."""

from __future__ import annotations

import fcntl
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from beacon.anchor import Anchor, Clocks, TrustedTime, write_durably
from beacon.domain.chain import ChainInfo, last_round

STATE_FILE = "state.json"
CONFIRM_FILE = "confirmed"
LOCK_FILE = "lock"


class DueRounds:
    """A beacon's own sense of what may be signed; safe to ask from several threads."""

    def __init__(self, folder: Path, chain: ChainInfo, clocks: Clocks) -> None:
        self._folder = folder
        self._chain = chain
        self._lock = threading.Lock()
        self._time = TrustedTime(clocks, _read_anchor(folder / STATE_FILE))

    def latest(self) -> int:
        """Return the newest round that is due.

        It is never older than one reached before, unless somebody vouches for the clock.
        """
        with self._lock:
            due = last_round(self._chain, self._time.now())
            self._time.reach(due)
            return self._time.anchor.last_round

    def is_due(self, round_number: int) -> bool:
        """Say whether a round may be signed."""
        return 1 <= round_number <= self.latest()

    def held(self) -> bool:
        """Say whether the clock ran ahead of the anchor and waits for a confirmation."""
        with self._lock:
            return self._time.held()

    def confirm(self) -> None:
        """Take the wall clock as it stands, on an operator's word."""
        with self._lock:
            self._time.confirm()

    def keep(self) -> None:
        """Take an operator's confirmation, and write the state to disk."""
        confirmation = self._folder / CONFIRM_FILE
        if confirmation.exists():
            self.confirm()
            confirmation.unlink()
        self.latest()
        with self._lock:
            anchor = self._time.anchor
        write_durably(self._folder / STATE_FILE, anchor.to_bytes())


class BeaconLock:
    """Keeps a second beacon away from a folder while one runs."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> bool:
        """Say whether the folder is ours until this process ends."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def request_confirmation(folder: Path) -> None:
    """Leave the operator's word that the clock is right for the running beacon."""
    write_durably(folder / CONFIRM_FILE, b"")


def _read_anchor(path: Path) -> Anchor | None:
    """Return the anchor on disk; a damaged one counts as the oldest, so that nothing opens."""
    try:
        return Anchor.parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        return Anchor(datetime.fromtimestamp(0, UTC), 0.0, "", 0)
