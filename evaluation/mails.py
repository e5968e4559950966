"""The texts of messages between officer, panel and approver."""

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "evaluation.named": (
        N_("You are named to a panel"),
        N_(
            "You are to evaluate the bids for “%(title)s”. Once they are open, declare your "
            "interests here:\n\n%(address)s"
        ),
    ),
    "award.proposed": (
        N_("An award waits for your approval"),
        N_("An award is proposed for “%(title)s”. Look at it, then approve it or send it back:"
           "\n\n%(address)s"),
    ),
    "award.returned": (
        N_("A proposed award came back"),
        N_("The proposal for “%(title)s” came back with remarks:\n\n%(address)s"),
    ),
}  # fmt: skip
