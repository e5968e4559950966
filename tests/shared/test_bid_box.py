"""The bid box against vectors made elsewhere; collected only when MUHR_SHARED names a folder."""

import json
import os
from pathlib import Path

from bids.domain import box
from bids.domain.box import Revealed
from bids.domain.receipts import commitment

if os.environ.get("MUHR_SHARED"):
    BOX = json.loads(
        (Path(os.environ["MUHR_SHARED"]) / "vectors" / "transparency" / "box.json").read_text()
    )

    def test_the_receipt_leads_to_its_root() -> None:
        receipt = BOX["receipt"]
        box.check_membership(
            json.loads(BOX["leaves"][receipt["leaf"]])["c"],
            slot=receipt["slot"],
            blinding=bytes.fromhex(receipt["blind"]),
            commitment=bytes.fromhex(receipt["commitment"]),
            steps=[bytes.fromhex(step) for step in receipt["path"]],
        )

    def test_the_opening_shows_the_box_that_was_closed() -> None:
        told = BOX["opening"]
        closed = json.loads(BOX["leaves"][-1])
        assert (closed["k"], closed["i"]) == ("box.closed", told["tick"])
        box.check_box(
            closed["c"],
            BOX["seed_commitment"],
            bytes.fromhex(told["seed"]),
            told["tick"],
            told["slots"],
            [
                Revealed(bid["slot"], commitment(bytes.fromhex(bid["salt"]), bid["doc"]))
                for bid in told["bids"]
            ],
        )
