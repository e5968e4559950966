"""The doors behind which the same lies for everybody, while what is not public is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.domain.roles import Role
from foundation.values.identifiers import new_id
from tests.bids import made as sealed
from tests.house.owned import Owned
from tests.house.way import Body, Step, file_of
from tests.house.ways import OPENED, PUBLISHED, awarded, reported


def another_bid(owned: Owned) -> bytes:
    """Return a sealed file for the tender that takes bids, by nobody in particular."""
    return sealed.seal(owned.tenders["published"], owned.actor("vendor")).data


def late_fingerprint(owned: Owned) -> dict[str, object]:
    """Return the announcement of another bid to the tender that takes bids."""
    tender = owned.tenders["published"]
    bid = sealed.seal(tender, owned.actor("vendor"))
    return {
        "sha256": bid.sha256, "size": len(bid.data), "notice": tender.notice,
        "token_sha256": bid.receipt.token_sha256,
    }  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A door behind which the same lies for everybody, while what is not public is not there.

    Args:
        things: what everybody finds.
        hidden: what nobody but its owners may find, each a whole set of arguments.
        reader: the role of the stranger who asks; nobody in particular when empty.
        body: what the request carries.
        before: what happened before, undone afterwards.
    """

    door: str
    method: str
    things: Mapping[str, str]
    hidden: Sequence[Mapping[str, str]]
    reader: str = ""
    body: Body | None = None
    before: Step | None = None


NOT_PUBLIC = ({"tender_id": "draft"}, {"tender_id": "in approval"}, {"tender_id": "change"})


ON_RECORD: tuple[Mapping[str, str], ...] = ()


def _for_all(door: str, tender: str = "published", before: Step | None = None) -> Shown:
    return Shown(door, "GET", {"tender_id": tender}, NOT_PUBLIC, before=before)


SHOWN = (
    *(_for_all(door) for door in ("tendering.tender_page", "tendering.changes", "bids.opening",
      "bids.before_you_start", "tendering_api.pack", "bids_public.opening_json")),
    *(_for_all(f"bids_public.{door}", "opened") for door in ("box_json", "opening_list")),
    *(_for_all(f"evaluation.{door}", "opened", reported) for door in ("report", "report_case",
      "report_data")),
    _for_all("evaluation.award", "opened", awarded),
    Shown("bids_public.unreadable", "GET", OPENED | {"sha256": "unreadable"},
          [OPENED | {"sha256": "readable"}]),
    Shown("tendering.by_number", "GET", {"number": "number"}, ON_RECORD),
    *(Shown(door, "GET", {"number": "notice"}, ON_RECORD) for door in ("notices.notice_page",
      "notices.verify", "notices_plain.notice_facts", "notices_plain.notice_pdf",
      "notices_plain.short_address")),
    Shown("notices_plain.by_fingerprint", "GET", {"sha256": "paper"}, ON_RECORD),
    Shown("oversight.entry", "GET", {"act_id": "public act"}, [{"act_id": "sealed act"}]),
    *(Shown("accounts.accept_invitation", method, {"token": "token"}, [{"token": "invitation"}],
            body=lambda _: {"data": {}}) for method in ("GET", "POST")),
    Shown("accounts_outside.practice_sign_in_to", "POST", {"account_id": "account"},
          [{"account_id": "real account"}]),
    *(Shown(door, "POST", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR)
      for door in ("tendering.follow", "tendering_api.follow_by_starting")),
    Shown("bids.bid_shell", "GET", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR),
    Shown("bids.sealed_file", "GET", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR),
    Shown("bids.hand_in_sealed_file", "POST", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR,
          body=lambda owned: {"data": {"sealed": file_of("bid.age", another_bid(owned))(owned)}}),
    Shown("bids_api.offline_pack", "GET", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR),
    Shown("tendering.ask", "GET", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR),
    Shown("tendering.ask", "POST", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR,
          body=lambda _: {"data": {"key": new_id(), "text": "May it be steel?"}}),
    # The reader's own place, empty wherever it is asked for.
    Shown("bids_api.get_envelope", "GET", PUBLISHED, ON_RECORD, reader=Role.VENDOR),
    Shown("bids_api.post_fingerprint", "POST", PUBLISHED, NOT_PUBLIC, reader=Role.VENDOR,
          body=lambda owned: {"json": late_fingerprint(owned)}),
)  # fmt: skip
