"""The texts of messages about bids; before the opening none says which tender, or that it is one.

Source: decision 17.
"""

from __future__ import annotations

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "bids.document": (
        N_("You have a new document in your account"),
        N_("There is a new document in your account. Sign in to read it."),
    ),
}
