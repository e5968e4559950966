"""Looking at each part of the installation: name, certificate, processes, clock, mail, disk."""

from __future__ import annotations

import shutil
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bids import virus_scan
from bids.virus_scan import ScannerAway
from foundation import clock, upkeep
from foundation.blobs.store import BlobsAway
from foundation.database import clock_held, database_instant
from foundation.heartbeats import DOOR, WORKER, last_beat
from foundation.jobs import JobContext
from foundation.machine import is_synchronised
from foundation.mail import outbox
from foundation.outgoing import connect
from foundation.settings import LOCAL_NAMES, Settings
from foundation.unit_of_work import reading
from portal.backup.archive import Kind
from portal.doctor import databases, findings
from portal.doctor.beacons import look_at_beacon
from portal.doctor.findings import ClockFacts, Finding, Part, State
from portal.mail_delivery import connected

SECONDS = 10


def look_at(context: JobContext, part: Part) -> Finding:
    """Look at one part now; may take some seconds."""
    return _LOOKS[part](context)


def _look_at_name(context: JobContext) -> Finding:
    host = _host(context.settings)
    if host in LOCAL_NAMES:
        if context.settings.practice:
            return Finding(Part.NAME, State.WELL, "name-own")
        return Finding(Part.NAME, State.CARE, "name-not-public")
    try:
        found = sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, 443)})
    except OSError:
        return Finding(Part.NAME, State.BAD, "name-unknown", {"host": host})
    params = {"host": host, "addresses": ", ".join(found[:3])}
    return Finding(Part.NAME, State.WELL, "name-well", params)


def _look_at_certificate(context: JobContext) -> Finding:
    if not context.settings.secure:
        return Finding(Part.CERTIFICATE, State.WELL, "certificate-none")
    host = _host(context.settings)
    port = urlsplit(context.settings.public_url).port or 443
    try:
        with (
            connect(host, port, SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
    except ssl.SSLError:
        return Finding(Part.CERTIFICATE, State.BAD, "certificate-refused", {"host": host})
    except OSError:
        return Finding(Part.CERTIFICATE, State.BAD, "certificate-unreachable", {"host": host})
    ends_at = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    return findings.judge_certificate(ends_at, clock.now())


def _look_at_beat(part: Part, process: str) -> Callable[[JobContext], Finding]:
    def look(context: JobContext) -> Finding:
        with reading(context.sessions) as session:
            return findings.judge_beat(part, last_beat(session, process), database_instant(session))

    return look


def _look_at_database(context: JobContext) -> Finding:
    return findings.judge_database(databases.facts_of(context.sessions.kw["bind"]))


def _look_at_clock(context: JobContext) -> Finding:
    with reading(context.sessions) as session:
        held = clock_held(session)
        facts = ClockFacts(
            node_at=clock.now(),
            database_at=database_instant(session),
            jumped=clock.jumped(),
            held=held,
            synchronised=is_synchronised(),
        )
    return findings.judge_clock(facts, practice=context.settings.practice)


def _look_at_disk(context: JobContext) -> Finding:
    usage = shutil.disk_usage(context.settings.data_dir)
    return findings.judge_disk(usage.free, usage.total)


def _look_at_storage(context: JobContext) -> Finding:
    place = context.settings.s3
    params = {"address": place.address} if place else {}
    try:
        context.blobs.health()
    except BlobsAway as away:
        return Finding(Part.STORAGE, State.BAD, f"storage-{away.why}", params)
    except OSError:
        return Finding(Part.STORAGE, State.BAD, "storage-unwritable")
    return Finding(Part.STORAGE, State.WELL, "storage-bucket" if place else "storage-files", params)


def _look_at_mail(context: JobContext) -> Finding:
    settings = context.settings
    if not settings.smtp_url:
        if settings.practice:
            return Finding(Part.MAIL, State.WELL, "mail-inbox")
        return Finding(Part.MAIL, State.BAD, "mail-none")
    try:
        with connected(settings) as server:
            server.noop()
    except (OSError, smtplib.SMTPException):
        host = urlsplit(settings.smtp_url).hostname or ""
        return Finding(Part.MAIL, State.BAD, "mail-refused", {"host": host})
    with reading(context.sessions) as session:
        now = database_instant(session)
        given_up = outbox.given_up_since(session, now - findings.MAIL_GIVEN_UP)
        return findings.judge_waiting_mail(outbox.oldest_unsent_at(session), given_up, now)


def _look_at_backup(context: JobContext) -> Finding:
    settings = context.settings
    with reading(context.sessions) as session:
        last = upkeep.last_backup(session, Kind.FULL)
        now = database_instant(session)
    return findings.judge_backup(
        settings.backup_recipient, last.made_at if last else None, now, practice=settings.practice
    )


def _look_at_scanner(context: JobContext) -> Finding:
    address = context.settings.clamd
    if not address:
        practice = context.settings.practice
        state = State.WELL if practice else State.CARE
        return Finding(Part.SCANNER, state, "scanner-practice" if practice else "scanner-none")
    try:
        return findings.judge_scanner(virus_scan.version(address), clock.now())
    except ScannerAway:
        return Finding(Part.SCANNER, State.BAD, "scanner-silent", {"address": address})


def _host(settings: Settings) -> str:
    return urlsplit(settings.public_url).hostname or ""


_LOOKS: Mapping[Part, Callable[[JobContext], Finding]] = {
    Part.NAME: _look_at_name,
    Part.CERTIFICATE: _look_at_certificate,
    Part.DOOR: _look_at_beat(Part.DOOR, DOOR),
    Part.WORKER: _look_at_beat(Part.WORKER, WORKER),
    Part.DATABASE: _look_at_database,
    Part.CLOCK: _look_at_clock,
    Part.BEACON: look_at_beacon,
    Part.DISK: _look_at_disk,
    Part.STORAGE: _look_at_storage,
    Part.MAIL: _look_at_mail,
    Part.BACKUP: _look_at_backup,
    Part.SCANNER: _look_at_scanner,
}
