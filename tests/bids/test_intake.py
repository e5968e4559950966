"""The intake writer: many acts, one commit, each failing alone, no answer before it is durable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from bids.intake import AT_ONCE, Intake, intake_of
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal

NOBODY = Actor.system("test")
WAIT_SECONDS = 30


@pytest.fixture
def intake(sessions: Sessions) -> Iterator[Intake]:
    with sessions() as session:
        session.execute(text("CREATE TABLE note (value INTEGER PRIMARY KEY)"))
        session.commit()
    yield intake_of(sessions)
    with sessions() as session:
        session.execute(text("DROP TABLE note"))
        session.commit()


def write(value: int) -> Callable[[UnitOfWork], int]:
    def act(uow: UnitOfWork) -> int:
        uow.session.execute(text("INSERT INTO note VALUES (:v)"), {"v": value})
        if value % 7 == 3:
            raise Refusal("late")
        return value

    return act


def kept(sessions: Sessions) -> list[int]:
    with reading(sessions) as session:
        return list(session.execute(text("SELECT value FROM note ORDER BY value")).scalars())


def at_once(count: int, run: Callable[[int], object]) -> None:
    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_failed_act_rolls_back_alone(intake: Intake, sessions: Sessions) -> None:
    refused: list[int] = []

    def run(n: int) -> None:
        try:
            assert intake.run(NOBODY, write(n)) == n
        except Refusal:
            refused.append(n)

    at_once(40, run)
    assert sorted(refused) == [n for n in range(40) if n % 7 == 3]
    assert kept(sessions) == [n for n in range(40) if n % 7 != 3]


def test_what_waits_together_is_committed_together(intake: Intake, sessions: Sessions) -> None:
    commits: list[int] = []
    event.listen(sessions.kw["bind"], "commit", lambda _c: commits.append(1))
    at_once(64, lambda n: intake.run(NOBODY, write(n * 7)))
    assert len(kept(sessions)) == 64
    # PostgreSQL itself puts together what side by side asks to be made durable.
    together = sessions.kw["bind"].dialect.name == "sqlite"
    assert (len(commits) < 64) == together


@pytest.mark.sqlite
def test_a_batch_ends_in_time_for_whoever_waits_for_the_lock(
    intake: Intake, sessions: Sessions
) -> None:
    """Who closes a tender is next when the batch ends, however many acts still wait."""
    engine, batches = sessions.kw["bind"], []
    event.listen(engine, "commit", lambda _c: batches.append(time.monotonic()))

    def slow(n: int) -> object:
        def act(uow: UnitOfWork) -> int:
            time.sleep(0.05)
            return write(n * 7)(uow)

        return intake.run(NOBODY, act)

    at_once(12, slow)
    assert len(kept(sessions)) == 12
    assert len(batches) >= 6


@pytest.mark.postgresql
def test_side_by_side_whoever_came_first_is_next(intake: Intake) -> None:
    begun: list[int] = []
    first, others = threading.Event(), threading.Event()

    def run(n: int) -> None:
        def act(_uow: UnitOfWork) -> None:
            begun.append(n)
            if n < AT_ONCE:
                (others if n else first).wait(WAIT_SECONDS)

        intake.run(NOBODY, act)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(AT_ONCE + 8)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)  # they come in this order
    assert sorted(begun) == list(range(AT_ONCE)), "more run at once than may, or fewer"
    first.set()  # one place is free now, and stays the only one
    for thread in threads[AT_ONCE:]:
        thread.join(WAIT_SECONDS)
    others.set()
    for thread in threads:
        thread.join()

    assert begun[AT_ONCE:] == list(range(AT_ONCE, AT_ONCE + 8))


def test_an_answer_comes_only_after_the_commit(intake: Intake, sessions: Sessions) -> None:
    intake.run(NOBODY, write(1))
    assert kept(sessions) == [1]


def test_a_commit_that_fails_is_told_to_everybody(intake: Intake, sessions: Sessions) -> None:
    engine = sessions.kw["bind"]

    def fail(_connection: object) -> None:
        raise OSError("disk full")

    event.listen(engine, "commit", fail)
    try:
        with pytest.raises(OSError, match="disk full"):
            intake.run(NOBODY, write(1))
    finally:
        event.remove(engine, "commit", fail)
    assert kept(sessions) == []
    assert intake.run(NOBODY, write(2)) == 2


@pytest.mark.sqlite
def test_no_act_is_answered_when_the_disk_takes_the_batch_away(
    intake: Intake, sessions: Sessions
) -> None:
    """On a full disk SQLite rolls back the whole transaction, not only the act that met it."""
    gathered, answers = threading.Event(), dict[str, object]()

    def fill(uow: UnitOfWork) -> None:
        pages = uow.session.execute(text("PRAGMA page_count")).scalar_one()
        uow.session.execute(text(f"PRAGMA max_page_count={pages}"))
        uow.session.execute(text("INSERT INTO reader_cursor VALUES (:v, 1)"), {"v": "x" * 200_000})

    def wait(_uow: UnitOfWork) -> None:
        gathered.wait(WAIT_SECONDS)

    def press(name: str, act: Callable[[UnitOfWork], object]) -> None:
        try:
            answers[name] = intake.run(NOBODY, act)
        except OperationalError as error:
            answers[name] = error

    acts = {"before": write(1), "full": fill, "after": write(2)}
    threads = [threading.Thread(target=press, args=("first", wait))]
    threads += [threading.Thread(target=press, args=item) for item in acts.items()]
    for thread in threads:
        thread.start()
        time.sleep(0.2)  # they wait in this order while the first one is at work
    gathered.set()
    for thread in threads:
        thread.join()

    assert isinstance(answers["before"], OperationalError)
    assert isinstance(answers["full"], OperationalError)
    # What had not begun is another batch's.
    assert answers["after"] == 2
    assert kept(sessions) == [2]


@pytest.mark.sqlite
def test_a_transaction_that_the_database_ended_is_not_committed(sessions: Sessions) -> None:
    def write_and_lose() -> None:
        with unit_of_work(sessions, NOBODY) as uow:
            uow.session.execute(text("INSERT INTO reader_cursor VALUES ('lost', 1)"))
            uow.session.connection().connection.driver_connection.rollback()

    with pytest.raises(OperationalError):
        write_and_lose()
    with reading(sessions) as session:
        assert session.execute(text("SELECT count(*) FROM reader_cursor")).scalar() == 0


def test_each_act_has_an_instant_of_its_own(
    intake: Intake, sessions: Sessions, clock: FrozenClock
) -> None:
    first = intake.run(NOBODY, lambda uow: uow.now)
    clock.advance(seconds=5)
    assert (intake.run(NOBODY, lambda uow: uow.now) - first).total_seconds() == 5
