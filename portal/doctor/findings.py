"""What was measured, judged: each part is well, needs care, or is bad. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from beacon.domain.group import HoldersSeen

SILENT = timedelta(seconds=60)
CLOCKS_APART = timedelta(milliseconds=250)
CERTIFICATE_SOON_DAYS = 14
DISK_LOW, DISK_FULL = (2 << 30, 10), (512 << 20, 3)
MAIL_GIVEN_UP = timedelta(days=7)
MAIL_WAITS = timedelta(hours=1)
BEACON_LATE_ROUNDS = 10
BACKUP_OLD, BACKUP_BAD = timedelta(hours=26), timedelta(hours=72)
OLDEST_POSTGRESQL, CROWDED_PERCENT = 15, 80
GIGABYTE = 1 << 30
SIGNATURES_OLD = timedelta(days=7)
SIGNATURES_AT = re.compile(r"/[A-Z][a-z]{2} ([A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$")


class Part(StrEnum):
    """What is looked at, in the order in which it is shown."""

    NAME = "name"
    CERTIFICATE = "certificate"
    DOOR = "door"
    WORKER = "worker"
    DATABASE = "database"
    CLOCK = "clock"
    BEACON = "beacon"
    DISK = "disk"
    STORAGE = "storage"
    MAIL = "mail"
    BACKUP = "backup"
    SCANNER = "scanner"


class State(StrEnum):
    """How a part is."""

    WELL = "well"
    CARE = "care"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One part's state; ``code`` names the text, ``params`` fill it."""

    part: Part
    state: State
    code: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClockFacts:
    """Both clocks and what the kernel says of its own.

    Args:
        node_at: this machine's wall clock.
        database_at: the database's instant, read right after.
        jumped: the wall clock left the boot clock and nobody has confirmed it.
        held: after a start of the machine the clock could not be trusted yet.
        synchronised: something keeps the kernel's clock in step.
    """

    node_at: datetime
    database_at: datetime
    jumped: bool
    held: bool
    synchronised: bool


@dataclass(frozen=True)
class DatabaseFacts:
    """What a PostgreSQL server says of itself.

    Args:
        release: its major release.
        replica: it only follows another server.
        durable: what it confirms survives a power cut (fsync and full_page_writes).
        encoding: of the database's texts.
        connections: how many it has now, of all programs, and the most that it takes.
        size: of the database, in bytes.
        tool: which program of its release the backup lacks on this machine, empty when none.
    """

    release: int
    replica: bool
    durable: bool
    encoding: str
    connections: tuple[int, int]
    size: int
    tool: str


def any_bad(findings: Iterable[Finding]) -> bool:
    """Tell whether something must be done at once."""
    return any(finding.state is State.BAD for finding in findings)


def judge_clock(facts: ClockFacts, *, practice: bool) -> Finding:
    """Judge the clocks: who bids late is decided by them."""
    apart = facts.database_at - facts.node_at
    if facts.held:
        return Finding(Part.CLOCK, State.BAD, "clock-held")
    if facts.jumped:
        return Finding(Part.CLOCK, State.BAD, "clock-jumped")
    if abs(apart) > CLOCKS_APART and not practice:
        seconds = f"{apart.total_seconds():+.1f}"
        return Finding(Part.CLOCK, State.BAD, "clock-apart", {"seconds": seconds})
    if not facts.synchronised and not practice:
        return Finding(Part.CLOCK, State.CARE, "clock-free")
    return Finding(Part.CLOCK, State.WELL, "clock-well")


def judge_database(facts: DatabaseFacts | None) -> Finding:
    """Judge the database; None is a file in the data folder."""
    if facts is None:
        return Finding(Part.DATABASE, State.WELL, "database-file")
    used, most = facts.connections
    params = {
        "release": str(facts.release), "used": str(used), "most": str(most), "tool": facts.tool,
        "encoding": facts.encoding, "size": f"{facts.size / GIGABYTE:.1f}",
    }  # fmt: skip
    judged = (
        (facts.replica, State.BAD, "database-replica"),
        (not facts.durable, State.BAD, "database-forgets"),
        (facts.encoding != "UTF8", State.BAD, "database-encoding"),
        (facts.release < OLDEST_POSTGRESQL, State.CARE, "database-old"),
        (bool(facts.tool), State.CARE, "database-tool"),
        (100 * used > CROWDED_PERCENT * most, State.CARE, "database-crowded"),
    )
    for applies, state, code in judged:
        if applies:
            return Finding(Part.DATABASE, state, code, params)
    return Finding(Part.DATABASE, State.WELL, "database-well", params)


def judge_disk(free: int, total: int) -> Finding:
    """Judge the room on the data disk, in bytes."""
    percent = 100 * free // total if total else 0
    params = {"free": f"{free / GIGABYTE:.1f}", "percent": str(percent)}
    if free < DISK_FULL[0] or percent < DISK_FULL[1]:
        return Finding(Part.DISK, State.BAD, "disk-full", params)
    if free < DISK_LOW[0] or percent < DISK_LOW[1]:
        return Finding(Part.DISK, State.CARE, "disk-low", params)
    return Finding(Part.DISK, State.WELL, "disk-well", params)


def judge_beat(part: Part, last_at: datetime | None, now: datetime) -> Finding:
    """Judge a process by its last sign of life."""
    if last_at is None:
        return Finding(part, State.BAD, f"{part}-never")
    if now - last_at > SILENT:
        minutes = str(int((now - last_at).total_seconds() // 60))
        return Finding(part, State.BAD, f"{part}-silent", {"minutes": minutes})
    return Finding(part, State.WELL, f"{part}-well")


def judge_certificate(expires_at: datetime, now: datetime) -> Finding:
    """Judge a certificate that browsers accept, by the days it has left."""
    params = {"days": str(max(0, (expires_at - now).days))}
    soon = expires_at - now < timedelta(days=CERTIFICATE_SOON_DAYS)
    if soon:
        return Finding(Part.CERTIFICATE, State.CARE, "certificate-soon", params)
    return Finding(Part.CERTIFICATE, State.WELL, "certificate-well", params)


def judge_beacon(newest_at: datetime, period_seconds: int, now: datetime) -> Finding:
    """Judge the beacon by the age of its newest round."""
    late = now - newest_at - timedelta(seconds=period_seconds * BEACON_LATE_ROUNDS)
    if late > timedelta(0):
        seconds = str(int((now - newest_at).total_seconds()))
        return Finding(Part.BEACON, State.BAD, "beacon-late", {"seconds": seconds})
    return Finding(Part.BEACON, State.WELL, "beacon-well")


def judge_holders(seen: HoldersSeen) -> Finding:
    """Judge the holders of a shared key by those whose parts of a round were seen."""
    missing = ", ".join(str(each) for each in seen.missing) or "–"
    params = {
        "signing": str(len(seen.signing)), "threshold": str(seen.threshold),
        "holders": str(seen.holders), "missing": missing,
        "hosts": ", ".join(seen.lying or seen.silent) or "–",
    }  # fmt: skip
    if len(seen.signing) < seen.threshold:
        return Finding(Part.BEACON, State.BAD, "holders-too-few", params)
    if seen.lying:
        return Finding(Part.BEACON, State.CARE, "holders-lie", params)
    if seen.missing:
        return Finding(Part.BEACON, State.CARE, "holders-missing", params)
    return Finding(Part.BEACON, State.WELL, "holders-well", params)


def judge_waiting_mail(oldest_at: datetime | None, given_up: int, now: datetime) -> Finding:
    """Judge the mail server that answers, by what waits to be sent and what no address took."""
    if oldest_at is not None and now - oldest_at > MAIL_WAITS:
        hours = str(int((now - oldest_at).total_seconds() // 3600))
        return Finding(Part.MAIL, State.CARE, "mail-waits", {"hours": hours})
    if given_up:
        return Finding(Part.MAIL, State.CARE, "mail-given-up", {"number": str(given_up)})
    return Finding(Part.MAIL, State.WELL, "mail-well")


def judge_backup(
    recipient: str, last_at: datetime | None, now: datetime, *, practice: bool
) -> Finding:
    """Judge the backups by the age of the newest full one."""
    if last_at is not None and now - last_at <= BACKUP_OLD:
        return Finding(Part.BACKUP, State.WELL, "backup-well")
    if practice:
        return Finding(Part.BACKUP, State.WELL, "backup-practice")
    if not recipient:
        return Finding(Part.BACKUP, State.BAD, "backup-no-recipient")
    if last_at is None:
        return Finding(Part.BACKUP, State.BAD, "backup-never")
    hours = str(int((now - last_at).total_seconds() // 3600))
    state = State.BAD if now - last_at > BACKUP_BAD else State.CARE
    return Finding(Part.BACKUP, state, "backup-old", {"hours": hours})


def judge_scanner(version: str, now: datetime) -> Finding:
    """Judge the virus scanner that answers, by the age of its signatures.

    Args:
        version: what clamd says, `ClamAV 1.4.6/27500/Sat Nov 28 07:24:50 2026`; without its
            publisher's signatures the name alone.
        now: the present instant.
    """
    params = {"version": version.partition("/")[0]}
    told = SIGNATURES_AT.search(version)
    if told is None:
        return Finding(Part.SCANNER, State.CARE, "scanner-no-signatures", params)
    made_at = datetime.strptime(told.group(1), "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    if now - made_at > SIGNATURES_OLD:
        days = {"days": str((now - made_at).days)}
        return Finding(Part.SCANNER, State.CARE, "scanner-old", {**params, **days})
    return Finding(Part.SCANNER, State.WELL, "scanner-well", params)
