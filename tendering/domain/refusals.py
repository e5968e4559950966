"""Every no and every warning of tendering, in English; the catalogue has the Urdu."""

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    # Drafting
    "stale-form": N_(
        "Somebody changed this draft after you opened the page. Your text is kept below: "
        "compare it with the draft, then save again."
    ),
    "title-missing": N_("Give the tender a title in English or Urdu."),
    "summary-missing": N_("Say in one or two sentences what is bought."),
    "unknown-method": N_("Choose a method that the rule book has."),
    "method-above-limit": N_(
        "This method serves only up to %(limit)s. Choose another one or give a lower estimate."
    ),
    "estimate-out-of-range": N_("The estimate must be more than zero."),
    "validity-out-of-range": N_("Bids stay valid for 1 to %(most)s days."),
    "security-unclear": N_("Give the bid security as a percentage or as an amount, not both."),
    "security-above-limit": N_(
        "The bid security may be at most %(most)s %% of the estimate by this rule book."
    ),
    "security-needs-estimate": N_(
        "A fixed bid security is measured against the estimate. Give the estimate too."
    ),
    "security-tells-price": N_(
        "With two envelopes give the bid security as a fixed amount: a percentage, stated in the "
        "technical envelope, would tell the price."
    ),
    "bad-security": N_("Write the bid security in digits, for example 2 or 50,000."),
    "unknown-rulebook": N_("This installation does not have that rule book."),
    "bad-rulebook": N_("The rule book cannot be read at %(where)s."),
    "practice-book": N_("Practice rules cannot be used in a real installation."),
    # Handing over
    "handover-over": N_("This tender or its handing over has ended."),
    "handover-nobody": N_("Choose a colleague who holds the role."),
    "handover-to-oneself": N_("Nobody hands over to himself. Choose somebody else."),
    "handover-dates": N_("The last day must lie after the first one, and not in the past."),
    "handover-standing": N_("This colleague has taken it over already."),
    "handover-bad-date": N_("Write the day like this: 2026-11-30."),
    "handover-no-reason": N_("Choose a reason."),
    # Lots and items
    "no-lots": N_("A tender has at least one lot."),
    "too-many-lots": N_("A tender has at most %(most)s lots."),
    "lot-untitled": N_("Give lot %(lot)s a title."),
    "lot-without-items": N_("Lot %(lot)s has no items to price. Add one."),
    "lot-has-items": N_("Lot %(lot)s still has items. Move or remove them first."),
    "unknown-lot": N_("There is no lot %(lot)s in this tender."),
    "too-many-items": N_("A tender has at most %(most)s items."),
    "item-undescribed": N_("Describe the item."),
    "unit-missing": N_("Say the unit, for example piece, metre or day, in at most 40 letters."),
    "quantity-out-of-range": N_("The quantity must be more than zero, with at most 6 decimals."),
    "bad-quantity": N_("Write the quantity in digits, for example 120 or 2.5."),
    "rows-with-errors": N_("Nothing was taken. Correct the rows named below and send them again."),
    # Files
    "file-empty": N_("This file or text is empty."),
    "file-too-large": N_("This file is larger than %(most_mb)s MB, the limit here."),
    "file-missing": N_("Choose a file first."),
    "bad-file-type": N_("Files of this type are not taken. Use one of: %(types)s."),
    "file-name-missing": N_("This file's name has no letters. Rename it and send it again."),
    "file-content-differs": N_("The content of this file is not what its name says."),
    "too-many-documents": N_("A tender has at most %(most)s documents."),
    "same-document": N_("This tender already has this document."),
    "bad-encoding": N_("This text is not UTF-8. Save the file as UTF-8 and send it again."),
    "bad-csv": N_("This text cannot be split into columns. Use commas, semicolons or tabs."),
    "text-too-long": N_("This text is longer than %(most)s letters."),
    "bad-spreadsheet": N_("This spreadsheet cannot be read. Save it as XLSX or CSV again."),
    "too-many-rows": N_("The sheet has more than %(most)s rows."),
    "bad-json": N_("This file is not valid JSON: the fault is near line %(line)s."),
    "not-ocds": N_("This file is not an OCDS release, record or package."),
    "linked-releases": N_(
        "This record only links to its releases. Download the release itself and load that."
    ),
    "no-tender-section": N_("This OCDS file has no tender section (it is tagged: %(tags)s)."),
    "nothing-to-take": N_("This OCDS file has neither a title nor items to take."),
    # Requirements and criteria
    "requirement-empty": N_("Write the requirement in English or Urdu."),
    "too-many-requirements": N_("A tender has at most %(most)s requirements."),
    "criterion-untitled": N_("Give the criterion a title in English or Urdu."),
    "weight-out-of-range": N_("A weight is more than 0 and at most 100, with two decimals."),
    "pass-mark-out-of-range": N_("A pass mark is more than 0 and at most 100."),
    "quality-not-allowed": N_("Under this method the price decides among the bids that pass."),
    "quality-missing": N_("Say how quality and price count together."),
    "technical-weight-out-of-range": N_(
        "Quality may count from %(least)s to %(most)s percent under this method."
    ),
    "formula-not-allowed": N_("Choose one of the formulas that the rule book has."),
    "criteria-missing": N_("This method scores quality: add the criteria."),
    "pass-mark-missing": N_("This method needs a pass mark: below it a price stays sealed."),
    "pass-mark-below-rule": N_("The pass mark must be at least %(least)s under this method."),
    "bad-weight": N_("Write what quality counts in percent, for example 80."),
    "pass-mark-without-criteria": N_("A pass mark needs criteria. Add them or remove the mark."),
    "weights-not-100": N_("The weights must total 100. They total %(total)s."),
    "too-many-criteria": N_("A tender has at most %(most)s criteria."),
    # Dates
    "bad-date": N_("Write the date and time like 2026-03-17 11:00."),
    "deadline-too-early": N_("The deadline is too early. The earliest lawful one is %(earliest)s."),
    "deadline-too-far": N_("This date is too far away. The latest is %(latest)s."),
    "opening-too-early": N_("The opening is too early. The earliest lawful one is %(earliest)s."),
    "opening-other-day": N_("The opening must be on the same day as the deadline."),
    "questions-close-late": N_("Questions close after the publication and before the deadline."),
    # Questions
    "questions-closed": N_("Questions were taken until %(at)s. None can be asked any more."),
    "answers-closed": N_("Bids closed at %(at)s. An answer would reach nobody in time."),
    "question-empty": N_("Write your question."),
    "question-too-long": N_("Keep a question under %(most)s letters."),
    "too-many-questions": N_(
        "%(most)s questions of your firm wait for an answer. Ask again when one is answered."
    ),
    "answer-missing": N_("Write the question and the answer in the same language, in one or both."),
    "languages-differ": N_(
        "One language has only the question or only the answer. Write both there, or neither."
    ),
    "answer-too-long": N_("Keep an answer under %(most)s letters."),
    "question-settled": N_("Somebody has answered this question or set it aside meanwhile."),
    "set-aside-reason-missing": N_("Choose why this question is not published."),
    # Approval and publication
    "remarks-missing": N_("Write what should be changed."),
    "remarks-too-long": N_("Keep the remarks under %(most)s letters."),
    "second-person": N_(
        "You changed this draft yourself. Another person must approve and publish it."
    ),
    "dates-moved": N_("The dates moved while this page was open. Look at them and publish again."),
    "no-beacon": N_("The beacon does not answer, so nothing can be sealed. Try again in a minute."),
    "no-sealing-bundle": N_("The sealing program is missing. Run script/setup again."),
    "pack-incomplete": N_("This tender cannot be frozen yet."),
    # The opening committee
    "no-committee": N_("Name the opening committee."),
    "committee-size": N_(
        "At least %(least)s members open a bid, and there is at least one member more, so that "
        "one lost key loses no bid. At most %(most)s members."
    ),
    "member-twice": N_("One person sits on the committee once."),
    "not-eligible": N_("Somebody on this list cannot sit on the committee."),
    "committee-not-ready": N_(
        "Ready: %(ready)s of %(members)s members. Publishing waits until every member has made, "
        "compared and rehearsed the key."
    ),
    "keys-still-needed": N_("Keep your key until %(until)s: the tender may still be disputed."),
    "not-a-member": N_("You do not sit on the opening committee of this tender."),
    "bad-recipient": N_("This is no public age key."),
    "key-twice": N_("Another member has this key. Each member makes a key of the own."),
    "key-stands": N_("You have a key for this tender. Report it lost before you make another."),
    "no-key": N_("There is no key yet."),
    "other-fingerprint": N_(
        "This is not the fingerprint on the board. Type the one on your paper copy. If they "
        "differ, tell the officer at once: the key here would not be yours."
    ),
    "bad-number": N_("Write a number in digits."),
    "not-sure": N_("Tick the box to say that you are sure."),
    "exercise-over": N_("A newer dummy stands. Load the page again."),
    # Changes to a published tender
    "change-too-late": N_("The deadline has passed. This tender can no longer be changed."),
    "change-open": N_("Another change to this tender is being prepared. Finish it or give it up."),
    "choose-change": N_("Choose what should happen."),
    "reason-code-missing": N_("Choose the reason."),
    "reason-missing": N_("Write the reason in English and in Urdu: everybody reads it."),
    "reason-too-long": N_("Keep the reason under %(most)s letters."),
    "nothing-changed": N_("Nothing differs from the published tender yet. Change something first."),
    "date-earlier": N_("A date can only move to a later time, not before %(earliest)s."),
    "extension-too-late": N_(
        "The dates could be moved until %(latest)s. "
        "Bids sealed so far open at the old time, so it is too late now."
    ),
    "time-to-seal": N_("Bidders need time to seal anew. Set a deadline of %(earliest)s or later."),
    "too-soon": N_("This cannot happen before %(earliest)s."),
}

WARNINGS: dict[str, str] = {
    "import-other-processes": N_("The file has %(count)s other processes. They were left out."),
    "import-other-language": N_(
        "The texts are in another language (%(language)s). Translate them before you publish."
    ),
    "import-no-title": N_("The file has no title. Write one."),
    "import-no-category": N_("The file does not say goods, works or services. Goods was set."),
    "import-other-currency": N_("The estimate is in %(currency)s and was left out."),
    "import-items-undescribed": N_("%(count)s items without a description were left out."),
    "import-items-unmeasured": N_(
        "%(count)s items had no quantity or no unit. They were set to 1 and to “unit”: check them."
    ),
    "import-items-too-many": N_("%(count)s items more than the limit were left out."),
    "import-lots-too-many": N_("Only the first %(most)s lots were taken."),
    "import-documents": N_("%(count)s documents were not taken. Load their files here."),
    "import-dates": N_("The dates were not taken: they must be lawful for a new publication."),
    "import-criteria": N_("The criteria were not taken. Write them here."),
    "import-method": N_("The file says the method “%(method)s”. It was left out."),
}
