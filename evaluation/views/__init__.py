"""The pages of evaluation; importing this room gives the blueprint its routes."""

from evaluation.views import (
    awarding,
    bid_files,
    bid_pages,
    linking,
    own_result,
    panel,
    progress,
    published,
)
from evaluation.views.blueprint import BLUEPRINTS

__all__ = [
    "BLUEPRINTS",
    "awarding",
    "bid_files",
    "bid_pages",
    "linking",
    "own_result",
    "panel",
    "progress",
    "published",
]
