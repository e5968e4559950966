"""The signs of life: the worker's, and that of the door through which bids come in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import httpx
from sqlalchemy.exc import SQLAlchemyError

from foundation.database import Sessions, database_instant
from foundation.heartbeats import BEAT_SECONDS, WORKER, beat, keep_door, last_beat
from foundation.jobs import JobContext
from foundation.log_lines import Event, Log
from foundation.outgoing import http_client
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor

ANSWER_SECONDS = 20
# What a bind to every address is called.
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # nosec B104
log = Log("muhr.web")


class Door:
    """Asks this web process for its own health, as a bidder would, and notes when it answered.

    The question goes through the same threads, database and disk as a bid: a process that only
    seems alive gives no sign of life.
    """

    def __init__(
        self, settings: Settings, sessions: Sessions, ask: Callable[[str], bool] | None = None
    ) -> None:
        host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
        host = f"[{host}]" if ":" in host else host
        self._address = f"http://{host}:{settings.port}/health"
        self._sessions = sessions
        self._ask = ask or answers
        self._ending = threading.Event()

    def start(self) -> threading.Thread:
        """Give signs of life in a thread of its own until the process ends."""
        thread = threading.Thread(target=self._go_on, name="door", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End the thread."""
        self._ending.set()

    def knock(self) -> bool:
        """Ask once; note the answer; return whether the door is open."""
        if not self._ask(self._address):
            log.warning(Event.DOOR_SILENT)
            return False
        try:
            with unit_of_work(self._sessions, Actor.system("door")) as uow:
                keep_door(uow)
        except SQLAlchemyError as error:
            log.warning(Event.NO_SIGN_OF_LIFE, fault=type(error).__name__)
            return False
        return True

    def _go_on(self) -> None:
        pause = 1.0
        while not self._ending.wait(pause):
            pause = BEAT_SECONDS if self.knock() else 1.0


def answers(address: str) -> bool:
    """Tell whether a web process on this machine is well."""
    try:
        with http_client(address, timeout=ANSWER_SECONDS) as asking:
            answer = asking.get(address)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def beat_as_worker(context: JobContext) -> None:
    """Note every ten seconds that a worker is at work."""
    with reading(context.sessions) as session:
        last_at, now = last_beat(session, WORKER), database_instant(session)
    if last_at is None or now - last_at >= timedelta(seconds=BEAT_SECONDS):
        with unit_of_work(context.sessions, Actor.system("worker")) as uow:
            beat(uow, WORKER)
