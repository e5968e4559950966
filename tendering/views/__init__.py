"""The pages of tendering; importing this room gives the blueprints their routes."""

from tendering.views import (
    approving,
    changing,
    committee,
    dating,
    documents,
    editing,
    handing_over,
    items,
    listing,
    office_questions,
    questions,
    scoring,
    seats,
    showing,
    tasks,
)
from tendering.views.blueprint import BLUEPRINTS

__all__ = [
    "BLUEPRINTS",
    "approving",
    "changing",
    "committee",
    "dating",
    "documents",
    "editing",
    "handing_over",
    "items",
    "listing",
    "office_questions",
    "questions",
    "scoring",
    "seats",
    "showing",
    "tasks",
]
