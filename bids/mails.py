"""The texts of messages about bids; before T none says which tender, or that it is about one.

Source: decision 17.
"""

from __future__ import annotations

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "bids.document": (
        N_("You have a new document in your account"),
        N_("There is a new document in your account. Sign in to read it."),
    ),
    "bids.opening-paused": (
        N_("Alarm: an opening is paused"),
        N_(
            "The opening of “%(title)s” is paused: stored bytes are not those that were received. "
            "This is the platform's fault; no bid is lost for it. Bring the sealed file back, from "
            "a backup or from its bidder:\n\nmuhr opening bring FILE\n\n%(address)s"
        ),
    ),
}
