"""The pages of notices; importing this room gives the blueprints their routes."""

from notices.views import linking, papers, reading, verifying
from notices.views.blueprint import BLUEPRINTS

__all__ = ["BLUEPRINTS", "linking", "papers", "reading", "verifying"]
