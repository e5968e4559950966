"""What Muhr's processes log: one line of JSON an event, with allowed fields only (decision 17).

No text of a user, no path of a request and no network address can get into a line: an event is one
of this list, a field is named here with the pattern that its value must match, and of what a
library logs only its name, the place and the kind of fault are kept.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath
from types import TracebackType

from foundation import clock
from foundation.values.instants import instant_text


class Event(StrEnum):
    """All that may be told; the name is the line's code, the value its words."""

    FAULT = "a fault was answered with an error page"
    PROCESS_FAULT = "a fault ended a process or thread"
    DATABASE_AWAY = "the database is away or busy"
    DISK_FULL = "the disk of the database is full"
    JOB_FAILED = "a job failed and will be tried again"
    WAKES_NOT_PLANNED = "wake-ups were not planned"
    CLOCK_JUMPED = "the clock jumped: opening pauses until `muhr clock confirm`"
    CLOCK_HELD = "the clock cannot be trusted since the start: opening waits"
    BEACON_LATE = "the beacon has not signed the round yet"
    BYTES_CHANGED = "stored bytes changed: an opening is paused"
    OPENS_NOTHING = "this machine opens no envelope: bids stay sealed until that is mended"
    OPENER_ENDED = "an envelope ended the process that opened it"
    FILES_NOT_CHECKED = "files of opened bids wait for their check"
    PDF_NOT_MADE = "the PDF of a notice was not made"
    STORE_AWAY = "the blob store is away"
    STORE_REPLACES = "the blob store ignores If-None-Match and would replace a bid"
    OPENING_WAITS = "an opening waits for the blob store"
    PDF_WAITS = "the PDF of a notice waits for the blob store"
    PDF_THERE = "the PDF of a notice lay there already"
    DOOR_SILENT = "the door for bids does not answer"
    NO_SIGN_OF_LIFE = "no sign of life could be written"
    BEACON_LIES = "an address of the beacon gave an answer that does not hold"
    BEACON_SILENT = "an address of the beacon does not answer"
    HOLDER_SIGNS = "a holder of the beacon's key signs"
    HOLDER_SILENT = "a holder of the beacon's key does not answer"
    HOLDER_LATE = "a holder of the beacon's key says that a round is not due: its clock"
    HOLDER_LIES = "a holder of the beacon's key gave an answer that does not hold"
    HOLDERS_TOO_FEW = "too few holders of the beacon's key sign: nothing opens"
    HOLDERS_ENOUGH = "enough holders of the beacon's key sign again"
    BEACON_CHAIN = "the beacon signs for its chain"
    BEACON_HELD = "the clock is ahead of the anchor: check it, then run `muhr beacon confirm`"
    BEACON_STATE = "the beacon's state could not be written"
    LIBRARY = "a library said something that is not repeated here"
    UNLISTED = "something was said that is not on the list of events"


NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,80}")
FIELDS: Mapping[str, re.Pattern[str]] = {
    "fault": NAME,
    "place": re.compile(r"[A-Za-z0-9_.-]{0,60}/?[A-Za-z0-9_-]{1,60}\.py:[0-9]{1,6}"),
    "page": re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,60})?"),
    "job": NAME,
    "why": re.compile(r"[a-z0-9-]{1,40}"),
    "code": re.compile(r"[a-z0-9-]{1,60}"),
    "sqlstate": re.compile(r"[0-9A-Z]{5}"),
    "holder": re.compile(r"[0-9]{1,2}"),
    "address": re.compile(r"[0-9]{1,2}"),
    "round": re.compile(r"[0-9]{1,15}"),
    "chain": re.compile(r"[0-9a-f]{64}"),
    "notice": re.compile(r"[A-Z0-9-]{1,24}"),
    "errno": re.compile(r"[0-9]{1,4}"),
}
LEFT_OUT = "left-out"
# journald takes the importance of a line from this mark; elsewhere it would be no JSON.
PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3,
            logging.CRITICAL: 2}  # fmt: skip
# A line for each look, each wake-up, each font: it says nothing.
QUIET = {"apscheduler": logging.ERROR, "httpx": logging.WARNING, "httpcore": logging.WARNING,
         "fontTools": logging.ERROR, "alembic": logging.WARNING}  # fmt: skip
_EVENT, _FIELDS = "muhr_event", "muhr_fields"
_NOBODY = "muhr"


class Log:
    """A package's voice: events of the list with fields of the table, nothing else."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def error(self, event: Event, **fields: object) -> None:
        """Tell what an operator must look at."""
        self._say(logging.ERROR, event, fields)

    def warning(self, event: Event, **fields: object) -> None:
        """Tell what will pass or be tried again."""
        self._say(logging.WARNING, event, fields)

    def info(self, event: Event, **fields: object) -> None:
        """Tell what is worth knowing later."""
        self._say(logging.INFO, event, fields)

    def _say(self, level: int, event: Event, fields: Mapping[str, object]) -> None:
        kept = allowed(fields)
        text = " ".join((event.value, *(f"{name}={value}" for name, value in kept.items())))
        self._logger.log(level, "%s", text, extra={_EVENT: event, _FIELDS: kept}, stacklevel=3)


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON; what is not allowed is left out and counted."""

    def __init__(self, *, journal: bool = False) -> None:
        super().__init__()
        self.journal = journal

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        event = getattr(record, _EVENT, None)
        own = isinstance(event, Event)
        if not isinstance(event, Event):
            ours = record.name == _NOBODY or record.name.startswith(_NOBODY + ".")
            event = Event.UNLISTED if ours else Event.LIBRARY
        line: dict[str, str] = {
            "at": instant_text(clock.now()),
            "level": record.levelname.lower(),
            "from": record.name if NAME.fullmatch(record.name) else LEFT_OUT,
            "event": event.name.lower().replace("_", "-"),
            "text": event.value,
        }
        given = getattr(record, _FIELDS, {}) if own else _of_library(record)
        line.update(allowed(given))
        text = json.dumps(line, ensure_ascii=True)
        return f"<{PRIORITY.get(record.levelno, 6)}>{text}" if self.journal else text


def allowed(fields: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of the table whose values match; another value is told as left out."""
    kept = {}
    for name, value in fields.items():
        pattern = FIELDS.get(name)
        if pattern is None:
            kept[LEFT_OUT] = "a field that is not on the list"
            continue
        plain = isinstance(value, str | int) and not isinstance(value, bool)
        fits = plain and pattern.fullmatch(str(value)) is not None
        kept[name] = str(value) if fits else LEFT_OUT
    return kept


def fault_fields(error: BaseException) -> dict[str, str]:
    """Return kind and place of a fault; its text may quote what a user sent and is not kept."""
    return {"fault": type(error).__name__, **_place(error.__traceback__)}


def install(level: int) -> None:
    """Make this process log in lines of JSON on standard error, faults of threads among them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(journal="JOURNAL_STREAM" in os.environ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)
    voice = Log(_NOBODY)
    sys.excepthook = lambda _kind, error, _trace: voice.error(
        Event.PROCESS_FAULT, **fault_fields(error)
    )
    threading.excepthook = lambda told: voice.error(
        Event.PROCESS_FAULT, **(fault_fields(told.exc_value) if told.exc_value else {})
    )


def _of_library(record: logging.LogRecord) -> dict[str, str]:
    told = {"place": f"{PurePath(record.pathname).parent.name}/{record.filename}:{record.lineno}"}
    if record.exc_info and record.exc_info[1] is not None:
        told["fault"] = type(record.exc_info[1]).__name__
    return told


def _place(trace: TracebackType | None) -> dict[str, str]:
    frames = traceback.extract_tb(trace)
    if not frames:
        return {}
    file = PurePath(frames[-1].filename)
    return {"place": f"{file.parent.name}/{file.name}:{frames[-1].lineno}"}
