"""The blueprints to which the pages of accounts attach."""

from pathlib import Path

from flask import Blueprint

_TEMPLATES = str(Path(__file__).parents[2] / "templates")

blueprint = Blueprint(
    "accounts", "accounts.views", template_folder=_TEMPLATES, url_prefix="/<lang>/account"
)
outside = Blueprint("accounts_outside", "accounts.views", template_folder=_TEMPLATES)
BLUEPRINTS = [blueprint, outside]
