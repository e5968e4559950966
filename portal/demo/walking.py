"""What the demo's builder works with: people who act, and the practice clock, which it moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

from accounts.acts.visiting import actor_for
from accounts.domain.organisations import Person
from beacon.domain.chain import ChainInfo
from foundation.database import database_instant, move_clock
from foundation.jobs import JobContext
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts
from tendering.domain.tender import Tender

P = ParamSpec("P")


@dataclass(frozen=True)
class World:
    """What the builder works with: the people by their key in the story."""

    context: JobContext
    chain: ChainInfo
    people: Mapping[str, Person]

    def actor(self, key: str) -> Actor:
        """Return the person as one who has just signed in."""
        return actor_for(self.people[key], fresh=True)

    def act(
        self,
        key: str,
        act: Callable[Concatenate[UnitOfWork, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Do one act as the person ``key``."""
        with unit_of_work(self.context.sessions, self.actor(key)) as uow:
            act(uow, *args, **kwargs)

    def now(self) -> datetime:
        """Return the practice database's instant."""
        with reading(self.context.sessions) as session:
            return database_instant(session)

    def tender(self, tender_id: str) -> Tender:
        """Return a tender as it stands."""
        with reading(self.context.sessions) as session:
            return facts.tender(session, tender_id)


class Travel:
    """Moves the practice clock: first back, then forward alone until it is right again."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._offset = timedelta()
        self._begun = False

    def to_days_ago(self, days: int) -> None:
        """Stand ``days`` before now, or later where holidays took the story beyond that day."""
        self._forward(-timedelta(days=days))

    def to_now(self, before: timedelta = timedelta()) -> None:
        """Stand at the true instant, or that long before it."""
        self._forward(-before)

    def onward(self, span: timedelta) -> None:
        """Go on by ``span``."""
        self._move(self._offset + span)

    def _forward(self, offset: timedelta) -> None:
        self._move(max(offset, self._offset) if self._begun else offset)
        self._begun = True

    def _move(self, offset: timedelta) -> None:
        with unit_of_work(self._context.sessions, Actor.system("demo")) as uow:
            move_clock(uow.session, offset - self._offset)
        self._offset = offset
