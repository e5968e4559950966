"""The blueprint to which the pages of evaluation attach."""

from pathlib import Path

from flask import Blueprint

blueprint = Blueprint(
    "evaluation",
    "evaluation.views",
    template_folder=str(Path(__file__).parents[2] / "templates"),
    url_prefix="/<lang>",
)
BLUEPRINTS = [blueprint]
