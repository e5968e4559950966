"""The pages of accounts; importing this room gives the blueprint its routes."""

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
from accounts.views.blueprint import BLUEPRINTS

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
