"""Every no that the strong room can say, in English; the catalogue has Urdu."""

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    # Upload, in the order of the checks
    "too-large": N_("The file is larger than one sealed bid may be."),
    "armored": N_("The file is in text form. A sealed bid is a binary age file."),
    "bad-age-header": N_("The file does not begin with the header of a sealed bid."),
    "wrong-stanza": N_("The file is not locked by the time lock alone."),
    "wrong-round": N_("The file is sealed to another opening time than the tender's."),
    "wrong-chain": N_("The file is sealed to another beacon than the tender's."),
    "wrong-body": N_("The time lock in the file has the wrong length."),
    "bad-point": N_("The time lock in the file is not valid."),
    "truncated-payload": N_("The file was cut short."),
    "duplicate": N_("The same sealed file was sent before. Seal the bid again."),
    # Opening
    "wrong-signature": N_("The signature is not that of the beacon for this round."),
    "ibe-failed": N_("The time lock does not open with the round's signature."),
    "age-failed": N_("The sealed file was changed or cut short after it was sealed."),
    "bad-package": N_("What was sealed is not a bid."),
    "binding-tender": N_("The bid was sealed for another tender."),
    "binding-lot": N_("The bid was sealed for another lot."),
    "binding-kind": N_("The bid was sealed as another kind of envelope."),
    "binding-vendor": N_("The bid was sealed by another vendor."),
    "binding-chain": N_("The bid was sealed for another beacon."),
    "binding-round": N_("The bid was sealed for another opening time."),
    "binding-notice": N_("The bid was sealed for another version of the tender."),
    "binding-committee": N_("The bid was sealed for another committee."),
    "binding-eid": N_("The inner and the outer part are not of the same envelope."),
    "bad-files": N_("The list of files in the bid does not match what is there."),
    # Committee
    "bad-share": N_("A committee member's share does not match what the vendor committed to."),
    "quorum": N_("Not enough committee members have given their shares."),
    "dealer-cheated": N_("The vendor's shares for the committee do not fit together."),
    "inner-age-failed": N_("The inner file of the bid was damaged when it was sealed."),
    "share-not-for-this-envelope": N_("The share belongs to another envelope. It was not given."),
    "wrong-identity": N_("The key is not the one that this was sealed to."),
    "wrong-file-key": N_("The key is not the one of this sealed file."),
    "bad-reveal": N_("What was revealed is not valid, or it is for another envelope."),
    # Around it
    "bad-context": N_("The facts of the tender to seal for are not valid."),
    "bad-receipt": N_("The private receipt is not valid."),
    "bad-pack": N_("The tender pack is not valid. Download it again."),
    "sheet-incomplete": N_("A yellow cell is empty in the row %(at)s."),
    "sheet-wrong": N_("What stands in the row %(at)s cannot be used."),
    "output-exists": N_("A file stands where the result should go. It was left as it is."),
    "bad-note": N_("The signed note is not well formed."),
    "wrong-note-signature": N_("The note is not signed by the expected key."),
}
