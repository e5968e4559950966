"""The pages of oversight; importing this room gives the blueprint its routes."""

from oversight.views import journals
from oversight.views.blueprint import BLUEPRINTS

__all__ = ["BLUEPRINTS", "journals"]
