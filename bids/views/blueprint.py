"""The blueprints to which the routes of bids attach: pages, public files, API."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint

_TEMPLATES = str(Path(__file__).parents[2] / "templates")

pages = Blueprint("bids", "bids.views", template_folder=_TEMPLATES, url_prefix="/<lang>")
public = Blueprint("bids_public", "bids.views")
api = Blueprint("bids_api", "bids.views", url_prefix="/api")
