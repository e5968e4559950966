"""The texts of messages between author and second person, and about questions."""

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "tender.in-approval": (
        N_("A tender waits for your approval"),
        N_("“%(title)s” is complete. Look at it, then publish it or send it back:\n\n%(address)s"),
    ),
    "tender.sent-back": (
        N_("A draft came back with remarks"),
        N_("“%(title)s” came back. Read what should be changed:\n\n%(address)s"),
    ),
    "tender.taken-over": (
        N_("A tender was handed over to you"),
        N_("“%(title)s” was handed over to you. Look at what is to be done:\n\n%(address)s"),
    ),
    "tender.handed-over": (
        N_("A tender of yours was handed over"),
        N_("“%(title)s” was handed over to a colleague while you are away:\n\n%(address)s"),
    ),
    "tender.handed-back": (
        N_("A handing over has ended"),
        N_("The handing over of “%(title)s” has ended:\n\n%(address)s"),
    ),
    "tender.changed": (
        N_("A tender was changed: %(title)s"),
        N_(
            "“%(title)s” was changed. A bid sealed to the earlier notice does not stand any more. "
            "Whoever had sealed one reads here whether to seal it again or only to confirm "
            "it:\n\n%(address)s"
        ),
    ),
    "tender.cancelled": (
        N_("A tender was cancelled: %(title)s"),
        N_(
            "“%(title)s” was cancelled. No bid is opened; what was sealed is destroyed "
            "unopened. Read why:\n\n%(address)s"
        ),
    ),
    "tender.published": (
        N_("Your tender was published"),
        N_("“%(title)s” is public now:\n\n%(address)s"),
    ),
    "committee.named": (
        N_("You were named to an opening committee"),
        N_(
            "You are to hold one of the keys that open the bids for “%(title)s”. "
            "Make your key:\n\n%(address)s"
        ),
    ),
    "committee.prove": (
        N_("Show that your committee key still opens"),
        N_(
            "The opening of the bids for “%(title)s” comes near. Load your key and let it open "
            "a dummy:\n\n%(address)s"
        ),
    ),
    "committee.key-lost": (
        N_("A committee key was reported lost"),
        N_(
            "A member of the opening committee of “%(title)s” reported the key lost. See whether "
            "enough keys are left:\n\n%(address)s"
        ),
    ),
    "committee.destroy": (
        N_("Destroy your committee key: %(title)s"),
        N_(
            "“%(title)s” has ended, and the shares kept here were deleted. Destroy every copy of "
            "your key, then state it:\n\n%(address)s"
        ),
    ),
    "committee.too-few": (
        N_("Too few committee keys were proved"),
        N_(
            "Fewer members of the opening committee of “%(title)s” than needed have shown that "
            "their keys still open. There is time for a new committee and for sealing anew:"
            "\n\n%(address)s"
        ),
    ),
    "question.asked": (
        N_("A question waits for your answer"),
        N_("Somebody asked about “%(title)s”. Answer it in public:\n\n%(address)s"),
    ),
    "question.answered": (
        N_("A question was answered: %(title)s"),
        N_("Read the question and the answer:\n\n%(address)s"),
    ),
    "question.settled": (
        N_("There is news in your account"),
        N_("Sign in and read it here:\n\n%(address)s"),
    ),
}
