"""The blueprints to which the pages of tendering attach: public, office, API."""

from pathlib import Path

from flask import Blueprint

_TEMPLATES = str(Path(__file__).parents[2] / "templates")

public = Blueprint("tendering", "tendering.views", template_folder=_TEMPLATES, url_prefix="/<lang>")
office = Blueprint(
    "drafts", "tendering.views", template_folder=_TEMPLATES, url_prefix="/<lang>/drafts"
)
api = Blueprint("tendering_api", "tendering.views", url_prefix="/api/tenders")
BLUEPRINTS = [public, office, api]
