"""Every real OCDS file of other publishers imports, or is refused with a clear reason."""

import os
from collections import Counter
from pathlib import Path

from foundation.values.refusal import Refusal
from tendering.domain.importing import import_ocds
from tendering.domain.lots import check_item
from tendering.domain.refusals import REFUSALS, WARNINGS

SHARED = os.environ.get("MUHR_SHARED", "")

if SHARED:
    FILES = sorted((Path(SHARED) / "data" / "ocds" / "real").rglob("*.json"))

    def test_every_file_is_taken_or_refused_with_a_reason() -> None:
        outcomes: Counter[str] = Counter()
        for path in FILES:
            try:
                draft = import_ocds(path.read_bytes(), "PKR")
            except Refusal as refusal:
                said = REFUSALS[refusal.code] % refusal.params
                outcomes[refusal.code] += bool(said)
                continue
            outcomes["taken"] += 1
            assert draft.title.en or draft.title.ur
            for item in draft.items:
                check_item(item)
            for warning in draft.warnings:
                assert WARNINGS[warning.code] % warning.params

        assert outcomes == {
            "taken": 42,
            "no-tender-section": 52,
            "file-empty": 3,
            "linked-releases": 2,
        }

    def test_every_publisher_has_files_that_are_taken() -> None:
        for publisher in ("new-south-wales", "paraguay"):
            taken = 0
            for path in FILES:
                if publisher in path.parts:
                    try:
                        taken += bool(import_ocds(path.read_bytes(), "AUD").items)
                    except Refusal:
                        continue
            assert taken >= 10
