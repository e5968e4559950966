"""The pages and the API of bids."""

from bids.views import (  # noqa: F401 - importing attaches the routes
    changing,
    envelopes,
    holding,
    incidents,
    key_holding,
    links,
    offline,
    opening,
    receipts,
    releasing,
    revealing,
    shell,
    uploads,
)
from bids.views.blueprint import api, pages, public

BLUEPRINTS = [pages, public, api]
