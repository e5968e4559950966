"""The blueprint to which the pages of oversight attach."""

from pathlib import Path

from flask import Blueprint

blueprint = Blueprint(
    "oversight",
    "oversight.views",
    template_folder=str(Path(__file__).parents[2] / "templates"),
    url_prefix="/<lang>",
)
BLUEPRINTS = [blueprint]
