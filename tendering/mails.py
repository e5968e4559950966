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
    "tender.published": (
        N_("Your tender was published"),
        N_("“%(title)s” is public now:\n\n%(address)s"),
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
