"""The intake writer: many acts, one commit, each failing alone, no answer before it is durable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event, text

from bids.intake import Intake, intake_of
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.unit_of_work import UnitOfWork, reading
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal

NOBODY = Actor.system("test")


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


def test_each_act_has_an_instant_of_its_own(
    intake: Intake, sessions: Sessions, clock: FrozenClock
) -> None:
    first = intake.run(NOBODY, lambda uow: uow.now)
    clock.advance(seconds=5)
    assert (intake.run(NOBODY, lambda uow: uow.now) - first).total_seconds() == 5
