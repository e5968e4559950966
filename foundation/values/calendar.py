"""Days as regulations count them: calendar or business days, with a list of holidays."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class DayUnit(StrEnum):
    """What a rule book counts."""

    CALENDAR = "calendar"
    BUSINESS = "business"
    MINUTES = "minutes"  # practice books only


@dataclass(frozen=True)
class Calendar:
    """A zone, its weekend (Monday is 0) and its holidays."""

    zone: str
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: Collection[date] = field(default_factory=frozenset)

    def is_business_day(self, day: date) -> bool:
        """Tell whether offices work on ``day``."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def local_date(self, at: datetime) -> date:
        """Return the date of instant ``at`` in this calendar's zone."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def add(self, at: datetime, count: int, unit: DayUnit) -> datetime:
        """Return the instant ``count`` units after ``at``, at the same local time of day.

        Business days: the first counted day is the first working day after ``at``'s date.
        """
        if unit is DayUnit.MINUTES:
            return at + timedelta(minutes=count)
        local = at.astimezone(ZoneInfo(self.zone))
        day = local.date()
        if unit is DayUnit.CALENDAR:
            day += timedelta(days=count)
        else:
            left = count
            while left > 0:
                day += timedelta(days=1)
                if self.is_business_day(day):
                    left -= 1
        return datetime.combine(day, local.time(), tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def back(self, at: datetime, count: int, unit: DayUnit) -> datetime:
        """Return the instant ``count`` units before ``at``, at the same local time of day.

        Business days: the first counted day is the last working day before ``at``'s date.
        """
        if unit is not DayUnit.BUSINESS:
            return self.add(at, -count, unit)
        local = at.astimezone(ZoneInfo(self.zone))
        day = local.date()
        left = count
        while left > 0:
            day -= timedelta(days=1)
            if self.is_business_day(day):
                left -= 1
        return datetime.combine(day, local.time(), tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
