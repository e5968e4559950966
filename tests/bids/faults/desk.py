"""A process at which vendors hand in bids through the API; it writes down every answer.

Run as `python -m tests.bids.faults.desk DATA BEACON DATABASE TENDER VENDORS RECORD THREADS`. Every
vendor of the file hands in one bid, patiently as the browser does; then the process waits to be
killed. Who asks is set here, all else is the real application with its database and disk.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from flask import Flask
from flask.testing import FlaskClient

from accounts import access
from bids.domain.reception import SLICE_MAX
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from portal.factory import create_app
from tendering import facts as tenders
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.faults.processes import context_of
from tests.bids.faults.shim import FIELDS

TRIES = 15
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 2.0
_asking = threading.local()


@dataclass
class Desk:
    """The application, and the file into which each answer goes as one line of JSON."""

    app: Flask
    tender: Tender
    record: TextIO
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, vendor: Actor) -> bool:
        """Seal and hand in one bid; return whether it got its receipt."""
        _asking.actor = vendor
        visit = Visit(self, vendor, self.app.test_client(), made.seal(self.tender, vendor))
        pause = FIRST_PAUSE_SECONDS
        for _ in range(TRIES):
            if visit.hand_in():
                return True
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        return False

    def write(self, line: dict[str, object]) -> None:
        """Write an answer down at once."""
        with self.lock:
            self.record.write(json.dumps(line) + "\n")
            self.record.flush()


@dataclass
class Visit:
    """One vendor's way from the fingerprint to the receipt; it may be begun again at any step."""

    desk: Desk
    vendor: Actor
    client: FlaskClient
    sealed: made.Sealed

    def hand_in(self) -> bool:
        """Go through every step; return whether the bid is in, False when it is to be retried."""
        status, body = self._ask("announce", "POST", self._path, json=self._fingerprint())
        if status == 200:
            return True
        if status != 201:
            return False
        upload, offset = str(body["upload"]), int(body["offset"])
        while offset < len(self.sealed.data):
            piece = self.sealed.data[offset : offset + SLICE_MAX]
            headers = {"Upload-Offset": str(offset), "X-Slice-SHA256": sha256(piece).hexdigest()}
            status, _ = self._ask("slice", "PATCH", upload, data=piece, headers=headers)
            if status != 204:
                return False
            offset += len(piece)
        status, _ = self._ask("complete", "POST", f"{upload}/complete", json={})
        return status == 200

    @property
    def _path(self) -> str:
        return f"/api/tenders/{self.desk.tender.id}/lots/1/envelopes/single/fingerprints"

    def _fingerprint(self) -> dict[str, object]:
        return {
            "sha256": self.sealed.sha256,
            "size": len(self.sealed.data),
            "notice": self.desk.tender.notice,
            "token_sha256": self.sealed.receipt.token_sha256,
        }

    def _ask(self, step: str, method: str, path: str, **options: Any) -> tuple[int, dict[str, Any]]:
        answer = self.client.open(path, method=method, **options)
        body = answer.get_json(silent=True) or {}
        syncs, failed = _syncs()
        self.desk.write(
            {
                "step": step,
                "vendor": self.vendor.organisation_id,
                "sha256": self.sealed.sha256,
                "status": answer.status_code,
                "code": body.get("code", ""),
                "number": body.get("number", "") if "ack" in body else "",
                "syncs": syncs - failed,
            }
        )
        return answer.status_code, body


def _syncs() -> tuple[int, int]:
    """Return how many syncs the shim has seen so far, and how many of them it let fail."""
    if "MUHR_SHIM" not in os.environ:
        return 0, 0
    data = Path(os.environ["MUHR_SHIM"]).read_bytes()
    found = dict(zip(FIELDS, struct.unpack_from(f"{len(FIELDS)}q", data), strict=True))
    return found["syncs"], found["failed"]


def main(arguments: list[str]) -> None:
    """Serve every vendor of the file, then wait."""
    data_dir, beacon_url, database_url, tender_id, vendors_file, record_file, threads = arguments
    context = context_of(data_dir, beacon_url, database_url)
    app = create_app(context.settings)
    app.config["WTF_CSRF_ENABLED"] = False
    access.actor = lambda: _asking.actor
    with reading(context.sessions) as session:
        tender = tenders.tender(session, tender_id)
    vendors = [
        made.vendor_actor(document) for document in json.loads(Path(vendors_file).read_text())
    ]
    with Path(record_file).open("a") as record, ThreadPoolExecutor(int(threads)) as pool:
        desk = Desk(app, tender, record)
        desk.write({"step": "done", "served": sum(pool.map(desk.serve, vendors))})
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
