"""The texts of news about a tender, the same for every follower."""

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "notice.tender_notice": (
        N_("Tender published: %(title)s"),
        N_("Read the notice: %(address)s"),
    ),
    "notice.opening_minutes": (
        N_("Bids opened: %(title)s"),
        N_("Read the minutes of the opening: %(address)s"),
    ),
    "notice.technical_report": (
        N_("Technical report published: %(title)s"),
        N_("Read who passed before any price is opened: %(address)s"),
    ),
    "notice.price_minutes": (
        N_("Prices opened: %(title)s"),
        N_("Read whose prices were opened: %(address)s"),
    ),
    "notice.evaluation_report": (
        N_("Evaluation report published: %(title)s"),
        N_("Read the scores and the reasons: %(address)s"),
    ),
    "notice.award_notice": (
        N_("Decision on the award: %(title)s"),
        N_("Read who won and why: %(address)s"),
    ),
    "notice.no_award": (
        N_("No award: %(title)s"),
        N_("The tender ended without an award. Read why: %(address)s"),
    ),
}
