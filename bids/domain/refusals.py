"""Every no that the receiving and opening of bids can say, in English; the catalogue has Urdu."""

from __future__ import annotations

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    # After an outage
    "nothing-held": N_("This opening is not held. It happens by itself."),
    "opening-decided": N_("Two persons have decided this already."),
    "not-proposed": N_("Nobody has proposed to open the bids yet."),
    "no-committee-holds": N_(
        "The time lock of these bids cannot be set anew, so this deadline cannot be moved any more."
    ),
    "own-decision": N_("You proposed this. Another person decides."),
    "no-reason": N_("Write the reason. It is public."),
    "reason-too-long": N_("The reason is too long. Use at most %(most)s characters."),
    "opening-held": N_("Too few bids were received; the opening waits for the buyer's decision."),
    "opening-not-held": N_("This opening does not wait for a decision."),
    "must-stay-unopened": N_("The rules do not allow opening fewer bids than they ask for."),
    # An incident
    "no-incident": N_("This opening lacks nothing of the kind. It is no incident."),
    "incident-too-early": N_("It is too early. The beacon or the members may still come back."),
    "incident-declared": N_("The incident is declared already. Its window is not changed."),
    "incident-not-proposed": N_("Nobody has proposed to declare an incident yet."),
    "window-too-short": N_("The window ends too early. Give bidders the time the rules ask for."),
    "no-window": N_("No incident asks for private receipts in this tender now."),
    "window-over": N_("The window has ended. Nothing can be revealed any more."),
    "no-receipt": N_("Choose the file of your private receipt."),
    "bad-receipt": N_("The private receipt is not valid."),
    "bad-reveal": N_("What was revealed is not valid, or it is for another envelope."),
    "receipt-of-another-bid": N_(
        "This private receipt belongs to no envelope that can be revealed here."
    ),
    "not-revealed": N_("Its bidder did not reveal the private receipt in the incident's window."),
    "wrong-receipt": N_("What its bidder revealed does not open this sealed file."),
    # An unattended key holder
    "key-not-proved": N_("The request does not show that it comes from a committee member's key."),
    "bad-challenge": N_(
        "What the platform asked the key to open is no challenge. It was not answered."
    ),
    "on-platform-host": N_(
        "This is the platform's own machine. Whoever runs it would have the key; name with "
        "--same-host who accepts that."
    ),
    "not-approved": N_("This bid was not approved for opening. No share was given."),
    # Reception
    "bad-fingerprint": N_("The fingerprint or the size that was sent is not well formed."),
    "no-file": N_("Choose the sealed file."),
    "bad-slip": N_("The hand-in slip is not valid. Choose the file that was made with the bid."),
    "slip-of-another-bid": N_(
        "The slip belongs to another firm, tender, lot or envelope. Choose the one of this bid."
    ),
    "slip-of-another-file": N_(
        "The slip belongs to another file, or the file was damaged on its way. Copy both again."
    ),
    "too-large-at-once": N_("Without JavaScript a file of at most 1 MB can be sent."),
    "not-taking-bids": N_("This tender does not take bids."),
    "late": N_("The deadline has passed. The bid was not received, and the attempt is on record."),
    "wrong-notice": N_("The tender has changed. Read the newest version and seal your bid again."),
    "too-small": N_("This file is too small to be a sealed bid."),
    "too-large": N_("This file is larger than 200 MiB, the limit for one bid."),
    "too-many-attempts": N_("Too many seals within one hour. Wait some minutes and send again."),
    "allowance-exceeded": N_("Too much is being sent at once. Let the earlier files finish first."),
    "upload-ended": N_("A newer seal took the place of this one. Nothing more can be sent here."),
    "wrong-offset": N_(
        "The bytes do not follow those received so far. Sending goes on from there."
    ),
    "bad-slice": N_("A part of the file arrived damaged. It is sent again."),
    "slice-too-large": N_("This part of the file is larger than the server takes at once."),
    "incomplete": N_("Some bytes are still missing. Sending goes on from there."),
    "hash-mismatch": N_(
        "The bytes received are not those of the fingerprint. Send the file again."
    ),
    "duplicate": N_("These sealed bytes were received before. Seal the bid again."),
    "box-full": N_("The bid box of this tender is full. Ask the buyer at once."),
    "no-room": N_("The server has no room for this file just now. It is tried again shortly."),
    "store-away": N_(
        "The place where sealed bids are kept does not answer just now. Nothing is lost; it is "
        "tried again shortly."
    ),
    "bad-request-body": N_("The request is not in the form that this address expects."),
    # The checks of a sealed file, made without opening it
    "armored": N_("The file is in text form. Send the binary file."),
    "bad-age-header": N_("The file does not begin like a sealed envelope."),
    "wrong-stanza": N_("The envelope is locked in another way than this tender asks."),
    "wrong-round": N_("The envelope is locked for another opening time."),
    "wrong-chain": N_("The envelope is locked by another beacon."),
    "wrong-body": N_("The lock of the envelope is damaged."),
    "bad-point": N_("The lock of the envelope is not valid."),
    "truncated-payload": N_("The end of the sealed file is missing."),
    # Withdrawal and receipts
    "nothing-to-withdraw": N_("There is no sealed bid to withdraw."),
    "late-withdrawal": N_("The deadline has passed. A bid can no longer be withdrawn."),
    "nothing-to-confirm": N_("There is no bid here that can be confirmed. Seal it again."),
    "late-confirmation": N_("The deadline has passed. A bid can no longer be confirmed."),
    "wrong-token": N_("This private receipt belongs to another bid."),
    "bad-salt": N_("The receipt is damaged."),
    "bad-box": N_("The bid box is damaged."),
    "not-in-box": N_("This receipt does not lead to the published bid box."),
    "box-seed-changed": N_("The seed of the bid box is not the one promised in the notice."),
    "box-root-changed": N_("The bid box is not the one that was closed at the deadline."),
    # The committee's shares
    "bad-share": N_("This is not the share that the bidder committed to for your key."),
    "stays-sealed": N_("This price envelope is not approved for opening. It stays sealed."),
    "not-a-bidder": N_("Somebody is named whose technical envelope was not opened in this lot."),
    "quorum": N_("Not enough members of the committee have given their shares."),
    "dealer-cheated": N_("The bidder's shares for the committee do not hold together."),
    "inner-age-failed": N_("The inner file of the bid was damaged when it was sealed."),
    "share-not-for-this-envelope": N_("The share belongs to another envelope. It was not given."),
    # Opening
    "already-opened": N_("This envelope has been opened already."),
    "too-early": N_("It is not yet time to open the bids."),
    "lease-lost": N_("Another worker has taken this envelope."),
    "doomed": N_("This envelope was withdrawn or replaced and is never opened."),
    "stored-bytes-changed": N_(
        "The stored bytes are not those received. This is the platform's fault; opening is paused."
    ),
    "bad-bid-content": N_("The bid file inside the envelope is not well formed."),
    "ibe-failed": N_("The lock could not be opened with the beacon's key."),
    "age-failed": N_("The sealed bytes do not hold together."),
    "bad-package": N_("What is inside the envelope is not a bid package."),
    "binding-tender": N_("The envelope was sealed for another tender."),
    "binding-lot": N_("The envelope was sealed for another lot."),
    "binding-kind": N_("The envelope was sealed as another kind."),
    "binding-vendor": N_("The envelope was sealed for another vendor."),
    "binding-chain": N_("The envelope was sealed for another beacon."),
    "binding-round": N_("The envelope was sealed for another opening time."),
    "binding-notice": N_("The envelope was sealed for another version of the notice."),
    "binding-committee": N_("The envelope was sealed for another committee."),
    "binding-eid": N_("The same envelope was opened before."),
    "bad-files": N_("The files inside the envelope are not as declared."),
    "not-awaited": N_("No paused opening waits for a file with this fingerprint."),
    "no-jump": N_("The clock has not jumped: there is nothing to confirm."),
    "wrong-signature": N_("The beacon's signature does not hold."),
    "opening-crashed": N_(
        "The envelope ended the opening program again and again, while another one opened."
    ),
}

FINDINGS: dict[str, str] = {
    "no-readable-price": N_("The envelope was opened, but it holds no readable price."),
    "price-in-technical": N_("The technical envelope carries a price, which is kept apart."),
}
