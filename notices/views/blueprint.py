"""The blueprints to which the pages of notices attach: with a language prefix, and without."""

from pathlib import Path

from flask import Blueprint

_TEMPLATES = str(Path(__file__).parents[2] / "templates")

blueprint = Blueprint("notices", "notices.views", template_folder=_TEMPLATES, url_prefix="/<lang>")
plain = Blueprint("notices_plain", "notices.views", template_folder=_TEMPLATES)
BLUEPRINTS = [blueprint, plain]
