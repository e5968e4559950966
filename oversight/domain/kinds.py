"""What the kinds of both journals are called, and the groups an auditor asks for."""

from collections.abc import Mapping
from enum import StrEnum

from foundation.values.refusal import N_


class Group(StrEnum):
    """A question an auditor asks of the sealed journal."""

    ALL = ""
    REFUSED = "refused"
    READS = "reads"
    SIGN_INS = "sign-ins"
    BIDS = "bids"
    PANEL = "panel"
    DRAFTS = "drafts"
    QUESTIONS = "questions"


GROUP_NAMES: Mapping[Group, str] = {
    Group.ALL: N_("Everything"),
    Group.REFUSED: N_("Refused attempts"),
    Group.READS: N_("Privileged reads"),
    Group.SIGN_INS: N_("Accounts and sign-ins"),
    Group.BIDS: N_("Bids"),
    Group.PANEL: N_("Findings and points"),
    Group.DRAFTS: N_("Drafts"),
    Group.QUESTIONS: N_("Questions and who asked"),
}
GROUPS: Mapping[Group, frozenset[str]] = {
    Group.ALL: frozenset(),
    Group.REFUSED: frozenset({"bid.refuse", "sign-in.failed", "sign-in.locked"}),
    Group.READS: frozenset(
        {
            "evaluation.read-file",
            "oversight.read-journal",
            "oversight.export-journal",
        }
    ),
    Group.SIGN_INS: frozenset(
        {
            "sign-in.done",
            "sign-in.failed",
            "sign-in.locked",
            "sign-in.second-factor",
            "sign-in.practice",
            "sign-in.ended",
            "sign-in.confirmed",
            "account.registered",
            "account.email-confirmed",
            "account.expired",
            "account.email-changed",
            "account.practice-created",
            "account.code-asked",
            "account.recovered",
            "account.password-changed",
            "account.second-factor-reset-asked",
            "account.second-factor-reset",
            "account.second-factor-reset-refused",
            "account.passkey-added",
            "account.passkey-removed",
            "account.rescued",
            "account.second-factor-set",
            "account.second-factor-dropped",
            "account.profile-changed",
            "account.firm-changed",
            "invitation.issued",
            "invitation.reissued",
            "invitation.revoked",
            "invitation.accepted",
        }
    ),
    Group.BIDS: frozenset(
        {
            "bid.commit",
            "bid.record",
            "bid.refuse",
            "bid.withdraw",
            "bid.void",
            "bid.destroy",
            "bid.check-file",
        }
    ),
    Group.PANEL: frozenset(
        {
            "evaluation.find",
            "evaluation.score",
            "evaluation.explain-spread",
            "evaluation.disqualify",
            "evaluation.reinstate",
        }
    ),
    Group.DRAFTS: frozenset(
        {
            "draft.create",
            "draft.edit",
            "draft.submit",
            "draft.recall",
            "draft.send-back",
            "draft.hand-over",
            "draft.hand-back",
            "change.begin",
            "change.explain",
            "change.discard",
            "committee.name",
            "committee.key",
            "committee.compare",
            "committee.rehearse",
            "committee.lose",
        }
    ),
    Group.QUESTIONS: frozenset({"asking.question", "asking.settled"}),
}

KIND_NAMES: Mapping[str, str] = {
    "tender.publish": N_("Tender published"),
    "tender.progress": N_("Tender moved on"),
    "tender.hand-over": N_("Tender or approval handed over"),
    "tender.hand-back": N_("Handing over ended"),
    "draft.hand-over": N_("Draft or approval handed over"),
    "draft.hand-back": N_("Handing over of a draft ended"),
    "tender.amend": N_("Tender changed"),
    "tender.cancel": N_("Tender cancelled"),
    "committee.name": N_("Opening committee named"),
    "committee.key": N_("Member's public key handed in"),
    "committee.compare": N_("Member compared the key with the board"),
    "committee.rehearse": N_("Member's key opened a dummy"),
    "committee.lose": N_("Member reported the key lost before the publication"),
    "committee.exercise": N_("Members asked to prove their keys"),
    "committee.prove": N_("Member proved the key on a dummy"),
    "committee.key-lost": N_("Member reported the key lost"),
    "committee.unattended": N_("Member's key is kept by an unattended holder"),
    "committee.key-destroyed": N_("Member stated that the key is destroyed"),
    "committee.too-few-proofs": N_("Too few members proved their keys; the officer was told"),
    "opening.outer": N_("Outer file opened; shares awaited"),
    "opening.share": N_("Member gave a share"),
    "opening.bad-share": N_("Member's share does not hold, with the evidence"),
    "opening.dealer-cheated": N_("Bidder's shares do not hold, with the evidence"),
    "opening.refused-attempt": N_("Member's attempt refused"),
    "question.answer": N_("Question answered"),
    "question.set-aside": N_("Question not published"),
    "asking.question": N_("Question asked"),
    "asking.settled": N_("Questions settled"),
    "box.tick": N_("Bid box sealed for this moment"),
    "box.closed": N_("Bid box closed"),
    "opening.begin": N_("Opening began"),
    "opening.unlock": N_("Key of the seal made public"),
    "opening.envelope": N_("Bid opened"),
    "opening.pause": N_("Opening paused"),
    "clock.confirm": N_("Clock confirmed after a jump"),
    "opening.too-few": N_("Opening held: too few bids"),
    "opening.go-on": N_("Held opening goes on"),
    "opening.leave-unopened": N_("Bids left unopened"),
    "award.open-prices": N_("Decided to open the prices of those that passed"),
    "award.open-all-the-same": N_("Decided to open fewer bids than asked for"),
    "opening.conclude": N_("Opening concluded"),
    "opening.prices": N_("Opening of the prices began"),
    "opening.shares-destroyed": N_("Shares held here deleted"),
    "opening.prices-read": N_("Opening of the prices concluded"),
    "opening.hold": N_("Opening held after an outage"),
    "opening.propose-release": N_("Opening proposed after an outage"),
    "opening.release": N_("Opening decided after an outage"),
    "platform.restored": N_("Platform came back from a backup"),
    "day.digest": N_("Digest of a day's sealed rows"),
    "evaluation.convene": N_("Panel named"),
    "evaluation.declare": N_("Interests declared"),
    "evaluation.replace": N_("Member of the panel replaced"),
    "evaluation.hand-in": N_("Evaluator handed in"),
    "evaluation.report-technical": N_("Technical report published"),
    "evaluation.report": N_("Evaluation report published"),
    "award.propose": N_("Award proposed"),
    "award.return": N_("Proposal sent back"),
    "award.approve": N_("Award approved"),
    "award.no-bids": N_("Tender ended without bids"),
    "organisation.created": N_("Organisation registered"),
    "organisation.changed": N_("Organisation changed"),
    "role.granted": N_("Role given"),
    "role.revoked": N_("Role taken back"),
    "account.closed": N_("Account closed"),
    "tender.follow": N_("Tender followed"),
    "tender.unfollow": N_("Tender no longer followed"),
    "account.second-factor-reset-asked": N_("Second factor to be taken off, asked for"),
    "account.second-factor-reset": N_("Second factor taken off by two people or the console"),
    "account.second-factor-reset-refused": N_("Second factor not taken off, refused"),
    "account.passkey-added": N_("Passkey added"),
    "account.passkey-removed": N_("Passkey removed"),
    "account.rescued": N_("Administrator rescued on the console"),
    "notice.issue": N_("Notice issued"),
    "notice.pdf": N_("PDF of a notice made"),
    "bid.commit": N_("Fingerprint announced"),
    "bid.record": N_("Bid received"),
    "bid.refuse": N_("Attempt refused"),
    "bid.withdraw": N_("Bid withdrawn"),
    "bid.void": N_("Bids of the old notice voided"),
    "bid.destroy": N_("Bid destroyed"),
    "bid.check-file": N_("File of an opened bid checked"),
    "evaluation.read-file": N_("File of a bid read by an evaluator"),
    "evaluation.find": N_("Findings recorded"),
    "evaluation.score": N_("Points recorded"),
    "evaluation.explain-spread": N_("Reason for distant points recorded"),
    "evaluation.disqualify": N_("Bid disqualified after its price was opened"),
    "evaluation.reinstate": N_("Disqualification taken back"),
    "oversight.read-journal": N_("Sealed journal read"),
    "oversight.export-journal": N_("Sealed journal downloaded"),
    "sign-in.done": N_("Signed in"),
    "sign-in.failed": N_("Sign-in refused"),
    "sign-in.locked": N_("Sign-in locked after many tries"),
    "sign-in.second-factor": N_("Second factor given"),
    "sign-in.practice": N_("Signed in to a practice account"),
    "sign-in.ended": N_("Signed out"),
    "sign-in.confirmed": N_("Signed in afresh"),
    "account.registered": N_("Account registered"),
    "account.email-confirmed": N_("E-mail address confirmed"),
    "account.email-changed": N_("E-mail address changed"),
    "account.expired": N_("Unconfirmed account removed"),
    "account.practice-created": N_("Practice account made"),
    "account.code-asked": N_("Code asked for"),
    "account.recovered": N_("Account recovered"),
    "account.password-changed": N_("Password changed"),
    "account.second-factor-set": N_("Second factor set up"),
    "account.second-factor-dropped": N_("Second factor removed"),
    "account.profile-changed": N_("Profile changed"),
    "account.firm-changed": N_("Firm's particulars changed"),
    "invitation.issued": N_("Invitation issued"),
    "invitation.reissued": N_("Invitation reissued"),
    "invitation.revoked": N_("Invitation revoked"),
    "invitation.accepted": N_("Invitation accepted"),
    "draft.create": N_("Draft begun"),
    "draft.edit": N_("Draft changed"),
    "draft.submit": N_("Draft submitted for approval"),
    "draft.recall": N_("Draft taken back"),
    "draft.send-back": N_("Draft sent back"),
    "change.begin": N_("Change to a tender begun"),
    "change.explain": N_("Reason of a change written"),
    "change.discard": N_("Change given up"),
}


def group_of(text: str) -> Group:
    """Return the group asked for, or everything for a word nobody knows."""
    return Group(text) if text in set(Group) else Group.ALL
