"""The pages of accounts; importing this room gives the blueprint its routes."""

from accounts import handing_out
from accounts.views import (
    addressing,
    administering,
    confirming,
    entering,
    factors,
    inbox,
    joining,
    keying,
    practice,
    profile,
    recovery,
    resetting,
)
from accounts.views.blueprint import BLUEPRINTS as _PAGES

BLUEPRINTS = [*_PAGES, handing_out.blueprint]

__all__ = [
    "BLUEPRINTS",
    "addressing",
    "administering",
    "confirming",
    "entering",
    "factors",
    "inbox",
    "joining",
    "keying",
    "practice",
    "profile",
    "recovery",
    "resetting",
]
