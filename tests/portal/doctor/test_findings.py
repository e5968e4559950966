"""Each part judged: well, needing care, or bad, at its limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from beacon.domain.group import HoldersSeen
from portal.doctor import findings
from portal.doctor.findings import ClockFacts, DatabaseFacts, Finding, Part, State, any_bad
from portal.doctor.texts import TEXTS

NOW = datetime(2026, 3, 17, 5, tzinfo=UTC)
GB = 1 << 30


def clocks(**changes: object) -> ClockFacts:
    facts = {"node_at": NOW, "database_at": NOW, "jumped": False, "held": False,
             "synchronised": True}  # fmt: skip
    return ClockFacts(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "code", "state"),
    [
        (clocks(), "clock-well", State.WELL),
        (clocks(synchronised=False), "clock-free", State.CARE),
        (clocks(jumped=True), "clock-jumped", State.BAD),
        (clocks(held=True, jumped=True), "clock-held", State.BAD),
        (clocks(database_at=NOW + timedelta(milliseconds=250)), "clock-well", State.WELL),
        (clocks(database_at=NOW - timedelta(milliseconds=251)), "clock-apart", State.BAD),
    ],
)
def test_clocks(facts: ClockFacts, code: str, state: State) -> None:
    found = findings.judge_clock(facts, practice=False)

    assert (found.code, found.state) == (code, state)


def test_practice_may_have_a_clock_of_its_own() -> None:
    facts = clocks(synchronised=False, database_at=NOW + timedelta(days=3))

    assert findings.judge_clock(facts, practice=True).state is State.WELL
    assert findings.judge_clock(clocks(jumped=True), practice=True).state is State.BAD


SERVER = DatabaseFacts(
    release=15,
    replica=False,
    durable=True,
    encoding="UTF8",
    connections=(80, 100),
    size=GB,
    tool="",
)


@pytest.mark.parametrize(
    ("changes", "code", "state"),
    [
        ({}, "database-well", State.WELL),
        ({"connections": (81, 100)}, "database-crowded", State.CARE),
        ({"tool": "pg_dump"}, "database-tool", State.CARE),
        ({"release": 14, "tool": "psql"}, "database-old", State.CARE),
        ({"encoding": "SQL_ASCII"}, "database-encoding", State.BAD),
        ({"durable": False, "release": 14}, "database-forgets", State.BAD),
        ({"replica": True, "durable": False}, "database-replica", State.BAD),
    ],
)
def test_a_server(changes: dict[str, object], code: str, state: State) -> None:
    found = findings.judge_database(replace(SERVER, **changes))  # type: ignore[arg-type]

    assert (found.code, found.state) == (code, state)


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (50 * GB, 100 * GB, State.WELL),
        (9 * GB, 100 * GB, State.CARE),
        (2 * GB - 1, 4 * GB, State.CARE),
        (2 * GB, 100 * GB, State.BAD),
        (GB // 4, GB, State.BAD),
        (0, 0, State.BAD),
    ],
)
def test_room_on_the_disk(free: int, total: int, state: State) -> None:
    assert findings.judge_disk(free, total).state is state


@pytest.mark.parametrize("part", [Part.DOOR, Part.WORKER])
def test_signs_of_life(part: Part) -> None:
    assert findings.judge_beat(part, None, NOW).code == f"{part}-never"
    assert findings.judge_beat(part, NOW - timedelta(seconds=60), NOW).state is State.WELL
    silent = findings.judge_beat(part, NOW - timedelta(minutes=7, seconds=5), NOW)
    assert (silent.state, silent.params) == (State.BAD, {"minutes": "7"})


def test_a_certificate_that_ends_soon_needs_care() -> None:
    assert findings.judge_certificate(NOW + timedelta(days=14), NOW).state is State.WELL
    soon = findings.judge_certificate(NOW + timedelta(days=13, hours=23), NOW)
    assert (soon.state, soon.params) == (State.CARE, {"days": "13"})


def test_a_beacon_is_late_after_ten_periods() -> None:
    assert findings.judge_beacon(NOW - timedelta(seconds=33), 3, NOW).state is State.BAD
    assert findings.judge_beacon(NOW - timedelta(seconds=30), 3, NOW).state is State.WELL


@pytest.mark.parametrize(
    ("recipient", "hours", "practice", "code", "state"),
    [
        ("age1x", 26, False, "backup-well", State.WELL),
        ("age1x", 27, False, "backup-old", State.CARE),
        ("age1x", 73, False, "backup-old", State.BAD),
        ("age1x", None, False, "backup-never", State.BAD),
        ("", None, False, "backup-no-recipient", State.BAD),
        ("", None, True, "backup-practice", State.WELL),
    ],
)
def test_backups(
    recipient: str,
    hours: int | None,
    practice: bool,
    code: str,
    state: State,
) -> None:
    last_at = None if hours is None else NOW - timedelta(hours=hours)
    found = findings.judge_backup(recipient, last_at, NOW, practice=practice)

    assert (found.code, found.state) == (code, state)


def test_mail_that_waits_needs_care() -> None:
    assert findings.judge_waiting_mail(None, 0, NOW).state is State.WELL
    assert findings.judge_waiting_mail(NOW - timedelta(hours=2), 0, NOW).code == "mail-waits"


def test_mail_that_no_address_took_needs_care() -> None:
    found = findings.judge_waiting_mail(NOW, 3, NOW)

    assert (found.state, found.code) == (State.CARE, "mail-given-up")
    assert found.params == {"number": "3"}


def test_care_is_not_bad() -> None:
    assert not any_bad([Finding(Part.DISK, State.CARE, "disk-low")])
    assert any_bad([Finding(Part.DISK, State.BAD, "disk-full")])


@pytest.mark.parametrize(
    ("version", "code", "state"),
    [
        ("ClamAV 1.4.6/27500/Mon Mar 16 08:24:50 2026", "scanner-well", State.WELL),
        ("ClamAV 1.4.6/27400/Tue Mar  3 08:24:50 2026", "scanner-old", State.CARE),
        ("ClamAV 1.4.6", "scanner-no-signatures", State.CARE),
    ],
)
def test_the_age_of_a_scanners_signatures(version: str, code: str, state: State) -> None:
    found = findings.judge_scanner(version, NOW)

    assert (found.code, found.state) == (code, state)
    assert found.params["version"] == "ClamAV 1.4.6"


@pytest.mark.parametrize(
    ("signing", "silent", "lying", "code", "state"),
    [
        ({1, 2, 3}, (), (), "holders-well", State.WELL),
        ({1, 3}, ("b.example",), (), "holders-missing", State.CARE),
        ({1, 3}, (), (), "holders-missing", State.CARE),
        ({1, 3}, (), ("b.example",), "holders-lie", State.CARE),
        ({1, 2, 3}, (), ("d.example",), "holders-lie", State.CARE),
        ({2}, ("a.example",), ("c.example",), "holders-too-few", State.BAD),
        (set(), ("a.example", "b.example", "c.example"), (), "holders-too-few", State.BAD),
    ],
)
def test_holders_are_judged_by_the_parts_that_were_seen(
    signing: set[int], silent: tuple[str, ...], lying: tuple[str, ...], code: str, state: State
) -> None:
    found = findings.judge_holders(HoldersSeen(2, 3, frozenset(signing), silent, lying))
    assert (found.code, found.state) == (code, state)
    assert TEXTS[code][0] % found.params
    for missing in {1, 2, 3} - signing:
        assert str(missing) in found.params["missing"]
    for host in lying or silent:
        assert host in found.params["hosts"]
