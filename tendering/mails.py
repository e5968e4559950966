"""The texts of messages about drafts and their approval, by kind."""

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "tender.in-approval": (
        N_("A tender waits for your approval: %(title)s"),
        N_("Somebody else wrote it; please check it. It is in your list of work."),
    ),
    "tender.sent-back": (
        N_("A tender was sent back with remarks: %(title)s"),
        N_("Read the remarks on the draft's page, change what is needed, and submit it again."),
    ),
}
