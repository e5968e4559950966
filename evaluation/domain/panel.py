"""Who evaluates: seats on a panel, the declaration of interests and replacement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_text

LONGEST_STATEMENT = 4_000


class SeatState(StrEnum):
    """Where a seat on the panel stands."""

    NAMED = "named"  # no declaration yet: no access
    DECLARED = "declared"  # no interest declared: may read and score
    CONFLICTED = "conflicted"  # an interest declared: no access, to be replaced
    REPLACED = "replaced"


@dataclass(frozen=True)
class Seat:
    """One evaluator's seat; ``label`` (E1, E2, ...) stands for the person in public."""

    account_id: str
    name: Text
    label: str
    chair: bool
    state: SeatState
    statement: str = ""
    declared_at: datetime | None = None
    finished_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Panel:
    """All seats, those replaced included."""

    seats: tuple[Seat, ...]

    @property
    def sitting(self) -> tuple[Seat, ...]:
        """Return the seats that count."""
        return tuple(seat for seat in self.seats if seat.state is not SeatState.REPLACED)

    @property
    def all_finished(self) -> bool:
        """Tell whether every sitting evaluator has handed in; only then are scores shown."""
        return bool(self.sitting) and all(seat.finished_at for seat in self.sitting)

    @property
    def any_finished(self) -> bool:
        """Tell whether someone has handed in; findings are closed from then on."""
        return any(seat.finished_at for seat in self.sitting)

    def seat_of(self, account_id: str) -> Seat | None:
        """Return the sitting seat of this account, or None."""
        return next((seat for seat in self.sitting if seat.account_id == account_id), None)


def convene(
    candidates: Sequence[tuple[str, Text]], chair_id: str, eligible: frozenset[str]
) -> Panel:
    """Return a panel of the named candidates.

    Raises:
        Refusal: ``evaluators-needed``, ``named-twice``, ``not-an-evaluator`` or
            ``chair-needed``.
    """
    ids = [account_id for account_id, _ in candidates]
    if not ids:
        raise Refusal("evaluators-needed")
    if len(set(ids)) != len(ids):
        raise Refusal("named-twice")
    if not set(ids) <= eligible:
        raise Refusal("not-an-evaluator")
    if chair_id not in ids:
        raise Refusal("chair-needed")
    return Panel(
        tuple(
            Seat(account_id, name, f"E{number}", account_id == chair_id, SeatState.NAMED)
            for number, (account_id, name) in enumerate(candidates, start=1)
        )
    )


def declare(seat: Seat, *, interest: bool, statement: str, now: datetime) -> Seat:
    """Return the seat after its declaration, which cannot be taken back.

    Raises:
        Refusal: ``already-declared``; ``reason-needed`` for an interest without words.
    """
    if seat.state is not SeatState.NAMED:
        raise Refusal("already-declared")
    said = clean_text(statement, longest=LONGEST_STATEMENT)
    if interest and not said:
        raise Refusal("reason-needed")
    state = SeatState.CONFLICTED if interest else SeatState.DECLARED
    return replace(seat, state=state, statement=said, declared_at=now)


def require_declared(panel: Panel, account_id: str) -> Seat:
    """Return the seat of an evaluator who may read opened bids.

    Raises:
        Refusal: ``not-on-panel``, ``declaration-needed`` or ``conflict-declared``.
    """
    seat = panel.seat_of(account_id)
    if seat is None:
        raise Refusal("not-on-panel")
    if seat.state is SeatState.NAMED:
        raise Refusal("declaration-needed")
    if seat.state is SeatState.CONFLICTED:
        raise Refusal("conflict-declared")
    return seat


def require_chair(panel: Panel, account_id: str) -> Seat:
    """Return the chair's seat, declared.

    Raises:
        Refusal: ``chair-only``, or what ``require_declared`` says.
    """
    seat = require_declared(panel, account_id)
    if not seat.chair:
        raise Refusal("chair-only")
    return seat


def require_unfinished(seat: Seat) -> None:
    """Let an evaluator who has not handed in go on.

    Raises:
        Refusal: ``scores-handed-in``.
    """
    if seat.finished_at is not None:
        raise Refusal("scores-handed-in")


def replace_seat(
    panel: Panel, old_id: str, new: tuple[str, Text], reason: str, eligible: frozenset[str]
) -> tuple[Seat, Seat]:
    """Return the replaced seat and the new one, who takes over the chair if it was held.

    Scores of the replaced evaluator stay on record and are not used.

    Raises:
        Refusal: ``not-on-panel``, ``scores-handed-in``, ``reason-needed``, ``named-twice`` or
            ``not-an-evaluator``.
    """
    seat = panel.seat_of(old_id)
    if seat is None:
        raise Refusal("not-on-panel")
    require_unfinished(seat)
    said = clean_text(reason, longest=LONGEST_STATEMENT)
    if not said:
        raise Refusal("reason-needed")
    new_id, name = new
    if new_id not in eligible:
        raise Refusal("not-an-evaluator")
    if any(each.account_id == new_id for each in panel.seats):
        raise Refusal("named-twice")
    label = f"E{len(panel.seats) + 1}"
    gone = replace(seat, state=SeatState.REPLACED, chair=False, reason=said)
    return gone, Seat(new_id, name, label, seat.chair, SeatState.NAMED)
