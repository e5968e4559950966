"""The texts of messages about bids; before the opening they say nothing about who bids."""

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "bids.document": (
        N_("You have a new document in your account"),
        N_("Sign in to Muhr and open your list of bids to read it."),
    ),
}
