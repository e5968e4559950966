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
    "evaluation.below_pass_mark": (
        N_("Your bid did not pass the technical evaluation"),
        N_("“%(title)s”: your bid has %(score)s points, and %(mark)s are needed to pass. Your "
           "price envelope stays closed. The technical report says how the points came about:"
           "\n\n%(address)s"),
    ),
    "evaluation.requirement_failed": (
        N_("Your bid did not pass the technical evaluation"),
        N_("“%(title)s”: your bid does not meet a requirement, so your price envelope stays closed."
           "\n\n%(why)s\n\nThe technical report:\n\n%(address)s"),
    ),
    "evaluation.unreadable": (
        N_("Your bid could not be evaluated"),
        N_("“%(title)s”: the technical envelope of your bid could not be read (%(code)s), so your "
           "price envelope stays closed. The technical report:\n\n%(address)s"),
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
