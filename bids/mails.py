"""The texts of messages about bids; before T none says which tender, or that it is about one.

Source: decision 17.
"""

from __future__ import annotations

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "bids.opening-held": (
        N_("An opening waits for a decision: %(title)s"),
        N_(
            'The platform was down near the deadline of "%(title)s", so its bids do not open by '
            "themselves. Two persons decide, with a reason:\n\n%(address)s"
        ),
    ),
    "bids.opening-proposed": (
        N_("Decide about an opening: %(title)s"),
        N_(
            'The platform was down near the deadline of "%(title)s", and somebody proposed what is '
            "to be done. A second person decides:\n\n%(address)s"
        ),
    ),
    "bids.incident-proposed": (
        N_("Decide about an incident: %(title)s"),
        N_(
            "The opening of “%(title)s” cannot go on, and somebody proposed to declare an "
            "incident. A second person decides:\n\n%(address)s"
        ),
    ),
    "bids.incident-declared": (
        N_("The opening was declared an incident: %(title)s"),
        N_(
            "The opening of “%(title)s” cannot go on. Until an announced time bidders may reveal "
            "their private receipts; then the bids revealed are opened together:\n\n%(address)s"
        ),
    ),
    "bids.incident-ended": (
        N_("The incident is over: %(title)s"),
        N_(
            "The incident at the opening of “%(title)s” is over. What was revealed was destroyed "
            "unopened. See how it goes on:\n\n%(address)s"
        ),
    ),
    "bids.reveal-asked": (
        N_("Reveal your private receipt: %(title)s"),
        N_(
            "Without your private receipt your bid for “%(title)s” stays unopened. Reveal it "
            "before the window ends; never send it by mail:\n\n%(address)s"
        ),
    ),
    "bids.document": (
        N_("You have a new document in your account"),
        N_("There is a new document in your account. Sign in to read it."),
    ),
    "bids.shares-awaited": (
        N_("Your committee key is awaited: %(title)s"),
        N_(
            "The opening of the bids for “%(title)s” has begun, and your shares are awaited. "
            "Load your key and give them:\n\n%(address)s"
        ),
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
