"""What evaluation says when a rule says no."""

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    "evaluators-needed": N_("Name at least one evaluator."),
    "named-twice": N_("This person is or was on the panel already. Name somebody else."),
    "not-an-evaluator": N_("This person is not an evaluator of your organisation."),
    "chair-needed": N_("Choose who chairs the panel."),
    "panel-exists": N_("The panel has been named already. Replace a member instead."),
    "no-panel": N_("No panel has been named for this tender yet."),
    "not-on-panel": N_("You are not on the panel of this tender."),
    "declaration-needed": N_("Declare your interests first. Until then you cannot see the bids."),
    "conflict-declared": N_(
        "You declared an interest, so you cannot see the bids. Somebody will take your place."
    ),
    "already-declared": N_("You have declared your interests already."),
    "choice-needed": N_("Choose one of the answers."),
    "chair-only": N_("Only the chair of the panel records this."),
    "scores-handed-in": N_("You have handed in your points. They can no longer be changed."),
    "findings-closed": N_("Points have been handed in, so the findings can no longer be changed."),
    "findings-missing": N_("Findings are missing: %(count)s. The chair records them first."),
    "scores-missing": N_("Give points to every bid that meets the requirements, then hand in."),
    "not-all-handed-in": N_("Not every member of the panel has handed in yet."),
    "spread-reasons-needed": N_(
        "The panel's points lie far apart. The chair gives the reason first: %(count)s places."
    ),
    "no-wide-spread": N_("The panel's points do not lie far apart here."),
    "unknown-requirement": N_("This requirement is not in the tender."),
    "unknown-criterion": N_("This criterion is not in the tender."),
    "unknown-bid": N_("There is no such opened bid."),
    "bid-not-scored": N_("This bid fails a requirement or cannot be read, so it gets no points."),
    "price-not-open": N_("Only a bid whose price is open can be disqualified here."),
    "not-disqualified": N_("This bid is not disqualified."),
    "reason-needed": N_("Give the reason in your own words."),
    "bad-points": N_("Write points from 0 to 100 with at most two decimals."),
    "bids-were-received": N_("Bids were received, so they must be evaluated."),
    "no-proposal": N_("No award has been proposed."),
    "already-proposed": N_("An award has been proposed already. The approver decides first."),
    "handed-over-to-you": N_(
        "This tender was handed over to you or by you. Another person must approve it."
    ),
    "decision-missing": N_("Choose what is to happen."),
    "not-rejectable": N_("These rules do not allow rejecting all bids."),
    "no-bids-to-reject": N_("No bid was received, so there is none to reject."),
    "own-proposal": N_("You proposed this yourself. Another person must approve it."),
    "report-standing": N_(
        "The report must stay public until %(until)s before an award can be approved."
    ),
    "technical-report-standing": N_(
        "The technical report must stay public until %(until)s before a price can be opened."
    ),
    "unbroken-tie": N_("Two bids are equal in everything, so nobody can be proposed first."),
    "file-unchecked": N_(
        "This file is still being checked for viruses. Try again in some minutes. "
        "You can look at its pages already."
    ),
    "file-warning": N_("The check of this file found something. Read that first."),
    "page-unreadable": N_(
        "This file cannot be shown here: it is damaged, is no PDF, PNG or JPEG, or takes too much."
    ),
    "file-locked": N_("This file is locked with a password, so it cannot be shown here."),
    "file-too-large-to-show": N_("This file is too large to be shown here."),
    "page-missing": N_("The file has no such page."),
    "bad-case": N_("The case cannot be read at %(where)s."),
    "bad-figure": N_("A figure cannot be read."),
    "figure-differs": N_("A figure is not what its own steps give."),
    "price-must-stay-sealed": N_("The price of a bid that has not passed must stay sealed."),
    "weights-missing": N_("The weights of quality and cost, or the criteria, are missing."),
    "unknown-ranking-method": N_("The method %(method)s is not known here."),
    "unknown-tie-break": N_("The tie-break %(name)s is not known here."),
}
