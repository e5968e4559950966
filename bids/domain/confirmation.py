"""When a sealed bid may be confirmed after its tender's dates moved, instead of being sent again.

Source: decision 6; docs/adr/0207.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from bids.domain.reception import SubmissionState, Window, check_notice
from foundation.values.refusal import Refusal
from tendering.domain.difference import Difference, only_dates

# What a pack says of its own version and dates, and of the program that seals from now on.
_OWN = frozenset({"version", "round", "sealing_sha384"})
_DATES = frozenset({"deadline_at", "opening_at"})


def stays_confirmable(found: Iterable[Difference], old_pack: bytes, new_pack: bytes) -> bool:
    """Tell whether a change lets bids of the old notice stand, once their vendors confirm them.

    Args:
        found: every field of the tender that differs, those outside the pack too.
        old_pack: canonical bytes that the bids are bound to.
        new_pack: canonical bytes of the next version.
    """
    return only_dates(found) and dates_alone(old_pack, new_pack)


def dates_alone(old_pack: bytes, new_pack: bytes) -> bool:
    """Tell whether two packs differ in dates alone and are sealed to the same committee.

    Without a committee never: the old time lock opens at its old round, whoever confirms.
    """
    old, new = (json.loads(pack) for pack in (old_pack, new_pack))
    return "committee" in old and _bid_upon(old) == _bid_upon(new)


def check_confirmation(
    window: Window, state: SubmissionState, shown_notice: str, packs: tuple[bytes, bytes],
    *, now: datetime,
) -> None:  # fmt: skip
    """Refuse to confirm what cannot stand, or what the vendor was not shown.

    Args:
        window: of the tender as it stands.
        state: of the sealed file.
        shown_notice: the notice that the page with the button named.
        packs: those of the notice sealed to and of the present one.
        now: the database's instant, read after the lock.

    Raises:
        Refusal: ``late-confirmation``, ``wrong-notice``, ``nothing-to-confirm``.
    """
    if now >= window.deadline_at or not window.taking_bids:
        raise Refusal("late-confirmation", deadline=window.deadline_at)
    check_notice(window, shown_notice)
    if state is not SubmissionState.UNCONFIRMED or not dates_alone(*packs):
        raise Refusal("nothing-to-confirm")


def _bid_upon(pack: Mapping[str, object]) -> dict[str, object]:
    """Return what stands in a pack but its dates."""
    kept = {name: value for name, value in pack.items() if name not in _OWN}
    schedule = cast(Mapping[str, object], pack["schedule"])
    kept["schedule"] = {name: at for name, at in schedule.items() if name not in _DATES}
    return kept
