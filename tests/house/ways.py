"""The owner's way through every door that leads to a thing with an owner.

A row names the door, who owns the thing behind it, which things the address names, and what the
owner sends: the form of a page with some fields filled in, or a body of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bids.acts import holding
from bids.partial_uploads import PartialUploads
from evaluation.acts import awarding, finding, reporting
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.acts import seating
from tendering.acts.progressing import progress_tender
from tendering.domain.committee import fingerprint_of
from tendering.domain.tender import Stage
from tests.bids import committee_made
from tests.house.incident_ways import INCIDENT
from tests.house.owned import KEEPERS, OFFERS, Owned
from tests.house.way import SHUT, Step, Way, file_of, get
from tests.tendering import made

# What an address says besides the thing: no one owns these.
PLACES = {"lang": "en", "lot_id": "1", "kind": "single", "part": "tender",
          "which": "acknowledgement", "filename": "css/muhr.css", "page": "1",
          "version": "0" * 12}  # fmt: skip
# Which kinds of things addresses name. A new name needs a thing in `owned` and its ways here.
ARGUMENTS = frozenset({
    "tender_id", "document_id", "question_id", "handover_id", "envelope_id", "file_id", "upload_id",
    "attempt_id", "number", "sha256", "act_id", "invitation_id", "token", "account_id",
    "request_id", "passkey_id",
})  # fmt: skip
GOOD = frozenset({200, 201, 204, 303})
OCDS = json.dumps({"releases": [{"ocid": "ocds-1", "tag": ["tender"], "tender": {"items": [
    {"id": "1", "description": "Lamp", "quantity": 3, "unit": {"name": "piece"}}]}}]})  # fmt: skip


def _draft(door: str, page: str = "", tender: str = "draft", **fields: Any) -> Way:
    return Way(f"drafts.{door}", "POST", "officer", {"tender_id": tender},
               page=f"drafts.{page}" if page else "", fields=fields)  # fmt: skip


def _found(owned: Owned) -> None:
    """Record that every bid that could be opened meets the requirements."""
    for bidder in OFFERS:
        envelope_id = owned.line.bids[bidder].envelope_id
        found = {each.id: (True, "") for each in owned.line.tender.requirements}
        with owned.acting("chair") as uow:
            finding.record_findings(uow, owned.line.tender_id, envelope_id, found)


def _score(owned: Owned, name: str, points: str) -> None:
    owned.line.score(name, points, skip=set(owned.line.bids) - OFFERS.keys())


def _evaluated(owned: Owned) -> None:
    owned.line.declare("second")
    _found(owned)
    for name in ("chair", "second"):
        _score(owned, name, "80")
        owned.line.hand_in(name)


def _scored(owned: Owned) -> None:
    _found(owned)
    _score(owned, "chair", "80")


def _apart(owned: Owned) -> None:
    owned.line.declare("second")
    _found(owned)
    for name, points in (("chair", "10"), ("second", "95")):
        _score(owned, name, points)
        owned.line.hand_in(name)


def reported(owned: Owned) -> None:
    _evaluated(owned)
    with owned.acting("officer") as uow:
        reporting.publish_report(uow, owned.line.tender_id)


def _proposed(owned: Owned) -> None:
    reported(owned)
    with owned.acting("officer") as uow:
        awarding.propose_award(uow, owned.line.tender_id)
    owned.clock.advance(minutes=1)


def awarded(owned: Owned) -> None:
    _proposed(owned)
    with owned.acting("approver") as uow:
        awarding.approve_award(uow, owned.line.tender_id)


def _release_proposed(owned: Owned) -> None:
    with owned.acting("officer") as uow:
        holding.propose_release(uow, owned.things["held"], "Nobody was kept from bidding.")


def _change_submitted(owned: Owned) -> None:
    made.submitted(owned.context.sessions, owned.council, owned.tenders["change"])


def _arrived(owned: Owned, *, whole: bool) -> None:
    """Let all bytes of the upload be there, or all but the last nine; files are not put back."""
    assert owned.part_sent is not None
    data, upload_id = owned.part_sent.data, owned.things["upload"]
    partials = PartialUploads(owned.context.settings.folder("uploads"))
    partials.discard(upload_id)
    partials.append(upload_id, 0, data if whole else data[:-9], whole=len(data))


def _partly_uploaded(owned: Owned) -> None:
    _arrived(owned, whole=False)


def _wholly_uploaded(owned: Owned) -> None:
    _arrived(owned, whole=True)


def _last_slice(owned: Owned) -> Mapping[str, Any]:
    assert owned.part_sent is not None
    rest, offset = owned.part_sent.data[-9:], len(owned.part_sent.data) - 9
    stated = sha256(rest).hexdigest()
    return {"data": rest, "headers": {"Upload-Offset": str(offset), "X-Slice-SHA256": stated}}


OPENED = {"tender_id": "opened"}
BID = OPENED | {"envelope_id": "envelope"}
PUBLISHED = {"tender_id": "published"}
HELD = {"tender_id": "held"}
QUESTION = PUBLISHED | {"question_id": "question"}
OFFICE_PAGES = ("facts", "lots", "items", "requirements", "criteria", "dates", "documents", "check",
                "task_list")  # fmt: skip
OFF_PANEL = ("third",)

DRAFTING = (
    *(get(f"drafts.{page}", "officer", tender_id="draft") for page in OFFICE_PAGES),
    get("drafts.approval", "approver", tender_id="in approval"),
    get("drafts.change", "officer", tender_id="published"),
    get("drafts.reason", "officer", tender_id="change"),
    get("drafts.questions", "officer", tender_id="published"),
    get("drafts.hand_over", "officer", tender_id="draft"),
    get("notices.notice_preview", "approver", tender_id="in approval"),
    get("tendering.download", "officer", tender_id="draft", document_id="document"),
    Way("drafts.question", "GET", "officer", QUESTION),
    _draft("facts", estimate="90000"),
    _draft("lots"),
    _draft("requirements"),
    _draft("criteria"),
    _draft("dates", mode="rules"),
    _draft("check"),
    _draft("documents", document=file_of("plan.pdf", b"%PDF-1.4 plan"), name="Plan"),
    _draft("remove_document", "documents"),
    _draft("save_item", "items", description_en="Lamp", quantity="3", unit="piece"),
    _draft("remove_item", "items"),
    _draft("save_table", "items", table="description\tquantity\tunit\nLamp\t3\tpiece"),
    _draft("import_items", "items", ocds=file_of("release.json", OCDS.encode())),
    _draft("recall", "approval", tender="in approval"),
    _draft("change", tender="published", kind="addendum"),
    _draft("reason", tender="change", code="other", reason_en="Wrong quantity."),
    _draft("discard", "task_list", tender="change"),
    _draft("hand_over", to=lambda owned: owned.people["clerk"].id, why="absence", note="Away",
           from_day="2026-03-04", until_day=""),
    Way("drafts.hand_back", "POST", "officer", {"tender_id": "draft", "handover_id": "handover"},
        page="drafts.hand_over"),
    Way("drafts.question", "POST", "officer", QUESTION,
        fields={"question_en": "Is it?", "answer_en": "Yes.", "question_ur": "", "answer_ur": ""}),
    Way("drafts.set_aside", "POST", "officer", QUESTION, page="drafts.question",
        fields={"reason": "abuse"}),
    Way("drafts.publish", "POST", "approver", {"tender_id": "in approval"}, page="drafts.approval"),
    Way("drafts.send_back", "POST", "approver", {"tender_id": "in approval"},
        page="drafts.approval", fields={"remarks": "The estimate is missing."}),
    Way("bids.carry_out", "POST", "approver", {"tender_id": "change"}, page="drafts.approval",
        before=_change_submitted),
)  # fmt: skip

EVALUATING = (
    get("evaluation.bids", "chair", OFF_PANEL, tender_id="opened"),
    get("evaluation.declaration", "second", OFF_PANEL, tender_id="opened"),
    get("evaluation.bid", "chair", ("third", "second"), **BID),
    get("evaluation.file", "chair", ("third", "second"), tender_id="opened", file_id="file"),
    *(get(f"evaluation.{door}", "chair", OFF_PANEL, tender_id="opened", file_id="file")
      for door in ("file_page", "page_picture")),
    Way("evaluation.file_all_the_same", "POST", "chair", OPENED | {"file_id": "file"},
        body=lambda _: {"data": {}}, insiders=("third", "second")),
    get("evaluation.award_work", "approver", tender_id="opened"),
    get("evaluation.progress", "officer", tender_id="opened"),
    Way("evaluation.declaration", "POST", "second", OPENED, fields={"interest": "no"},
        insiders=OFF_PANEL),
    Way("evaluation.record_findings", "POST", "chair", BID, page="evaluation.bid",
        fields={"passed_0": "pass"}, insiders=("third", "second")),
    Way("evaluation.record_scores", "POST", "chair", BID, page="evaluation.bid",
        fields={"points_0": "80", "points_1": "90"}, insiders=("third", "second"),
        before=_found),
    Way("evaluation.hand_in", "POST", "chair", OPENED, page="evaluation.bids", before=_scored,
        insiders=OFF_PANEL),
    Way("evaluation.explain_spread", "POST", "chair", OPENED, page="evaluation.bids",
        before=_apart, fields={"reason": "Different experience."}, insiders=OFF_PANEL),
    Way("evaluation.name_panel", "POST", "officer", PUBLISHED, page="evaluation.progress",
        fields={"members": lambda owned: owned.people["chair"].id,
                "chair": lambda owned: owned.people["chair"].id}),
    Way("evaluation.replace", "POST", "officer", OPENED, page="evaluation.progress",
        fields={"account_id": lambda owned: owned.people["second"].id,
                "by": lambda owned: owned.people["third"].id, "reason": "Ill."}),
    Way("evaluation.publish", "POST", "officer", OPENED, page="evaluation.progress",
        before=_evaluated),
    Way("evaluation.end_without_bids", "POST", "officer", {"tender_id": "empty"},
        page="evaluation.progress"),
    Way("evaluation.propose", "POST", "officer", OPENED, page="evaluation.award_work",
        fields={"decision": "award"}, before=reported),
    Way("evaluation.propose_early_end", "POST", "officer", OPENED, page="evaluation.award_work",
        fields={"what": "reject", "why": "The need ended."}),
    Way("evaluation.send_back", "POST", "approver", OPENED, page="evaluation.award_work",
        fields={"remarks": "Look again."}, before=_proposed),
    Way("evaluation.approve", "POST", "approver", OPENED, page="evaluation.award_work",
        before=_proposed),
    get("bids.opening_decision", "officer", tender_id="held"),
    Way("bids.propose_opening", "POST", "officer", HELD, page="bids.opening_decision",
        fields={"reason": "Nobody was kept from bidding."}),
    Way("bids.approve_opening", "POST", "approver", HELD, page="bids.opening_decision",
        before=_release_proposed),
)  # fmt: skip


def _keys_made(owned: Owned) -> None:
    assert owned.sitting is not None
    committee_made.make_keys(owned.context, owned.sitting)


def _key_alone(owned: Owned) -> None:
    with owned.acting("keeper") as uow:
        seating.admit_key(uow, owned.things["seated"], _key(owned))


def _key(owned: Owned) -> str:
    assert owned.sitting is not None
    return owned.sitting.members[0].recipient


def _dummy_share(owned: Owned) -> str:
    assert owned.sitting is not None
    return committee_made.dummy_share(owned.context, owned.sitting, owned.sitting.members[0])


def _over(owned: Owned) -> None:
    """Let the tender of the committee end, and the time pass in which it may be disputed."""
    with owned.acting("approver") as uow:
        progress_tender(uow, owned.things["shared"], Stage.UNSUCCESSFUL)
    owned.clock.advance(seconds=120)


def _fingerprint(owned: Owned) -> str:
    """The fingerprint of the keeper's own key in the shared tender."""
    with reading(owned.context.sessions) as session:
        committee = tenders.tender(session, owned.things["shared"]).committee
    assert committee is not None
    seat = committee.seat_of(owned.people["keeper"].id)
    assert seat is not None
    return seat.fingerprint


SEATED = {"tender_id": "seated"}
SHARED = {"tender_id": "shared"}
UNSEATED = ("third",)


def _seat(door: str, before: Step | None, **fields: Any) -> Way:
    return Way(f"tendering.{door}", "POST", "keeper", SEATED, page="tendering.seat",
               fields=fields, before=before, insiders=UNSEATED)  # fmt: skip


COMMITTEE = (
    get("drafts.committee", "officer", tender_id="seated"),
    _draft("committee", tender="seated", threshold="3",
           members=lambda owned: [owned.people[name].id for name in (*KEEPERS, "deputy")]),
    get("tendering.seat", "keeper", UNSEATED, tender_id="seated"),
    _seat("hand_in_key", None, recipient=_key),
    _seat("compare_key", _key_alone, fingerprint=lambda owned: fingerprint_of(_key(owned))),
    _seat("prove_key", _keys_made, share=_dummy_share),
    _seat("report_lost", _keys_made, sure="yes"),
    Way("tendering_api.dummy_share", "GET", "keeper", SEATED, before=_keys_made,
        insiders=UNSEATED),
    Way("tendering.state_destroyed", "POST", "keeper", SHARED, page="tendering.seat",
        fields={"sure": "yes", "fingerprint": _fingerprint}, before=_over, insiders=UNSEATED),
    get("bids.release", "keeper", UNSEATED, tender_id="shared"),
    get("bids_api.chain_info", "keeper", UNSEATED, tender_id="shared"),
    Way("bids.give_shares", "POST", "keeper", SHARED, page="bids.release", insiders=UNSEATED,
        fields={}),
    Way("bids.ask_to_open", "POST", "keeper", SHARED, page="bids.release", insiders=UNSEATED),
    *(get(f"bids_api.{door}", "keeper", UNSEATED, tender_id="shared", sha256="awaited")
      for door in ("sealed_bid", "bid_context")),
)  # fmt: skip

BIDDING = (
    get("bids.receipt", "vendor", number="receipt"),
    get("bids.receipt_box", "vendor", number="receipt"),
    get("bids.receipt_note", "vendor", number="receipt"),
    get("bids.attempt_note", "vendor", attempt_id="attempt"),
    get("notices_plain.receipt_pdf", "vendor", number="receipt"),
    get("bids_api.get_ciphertext", "vendor", tender_id="published"),
    Way("bids_api.post_withdrawal", "POST", "vendor", PUBLISHED, body=lambda _: {"json": {}},
        shut=SHUT | {422}),  # the address names the reader's own place: nothing lies in it
    Way("bids_api.head_upload", "HEAD", "other vendor", {"upload_id": "upload"},
        before=_partly_uploaded),
    Way("bids_api.patch_upload", "PATCH", "other vendor", {"upload_id": "upload"},
        body=_last_slice, before=_partly_uploaded),
    Way("bids_api.complete_upload", "POST", "other vendor", {"upload_id": "upload"},
        body=lambda _: {"json": {}}, before=_wholly_uploaded),
)  # fmt: skip

ACCOUNTS = (
    get("accounts.invitation_paper", "administrator", invitation_id="invitation"),
    get("accounts.person_roles", "administrator", account_id="account"),
    Way("accounts.reissue_invitation", "POST", "administrator", {"invitation_id": "invitation"},
        page="accounts.invitation_paper"),
    Way("accounts.revoke_invitation", "POST", "administrator", {"invitation_id": "invitation"},
        page="accounts.invitation_paper"),
    Way("accounts.person_roles", "POST", "administrator", {"account_id": "account"},
        fields={"roles": "approver"}),
    Way("accounts.close_person", "POST", "administrator", {"account_id": "account"},
        page="accounts.person_roles"),
    Way("accounts.reset_authenticator", "POST", "administrator", {"account_id": "account"},
        page="accounts.person_roles", fields={"reason": "Lost his telephone."}),
    Way("accounts.confirm_reset", "POST", "approver", {"request_id": "reset"},
        page="accounts.resets"),
    Way("accounts.refuse_reset", "POST", "deputy", {"request_id": "reset"},
        page="accounts.security", insiders=("third", "vendor")),
    Way("accounts.remove_passkey", "POST", "vendor", {"passkey_id": "passkey"},
        page="accounts.security", insiders=("deputy", "other vendor", "administrator")),
)  # fmt: skip

# On the files' own host, where a signed address says all: see test_checked_files.
BY_SIGNED_ADDRESS = frozenset({("files.signed", "GET")})
# Behind a proof of a member's key, which no session gives: see tests/bids/test_key_holder.
BY_KEY = frozenset({
    ("bids_api.key_challenge", "POST"), ("bids_api.key_announcement", "POST"),
    ("bids_api.key_awaited", "GET"), ("bids_api.key_ciphertext", "GET"),
    ("bids_api.key_share", "POST"), ("bids_api.key_evidence", "POST"),
    ("bids_api.key_dummy_proof", "POST"),
})  # fmt: skip
WAYS = (*DRAFTING, *EVALUATING, *COMMITTEE, *INCIDENT, *BIDDING, *ACCOUNTS)
