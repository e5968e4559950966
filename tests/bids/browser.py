"""One vendor's browser, as the API of bids sees it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made


class Browser:
    """One vendor's session."""

    def __init__(self, app: Flask, actor: Actor, who: dict[str, Actor]) -> None:
        self.client: FlaskClient = app.test_client()
        self.actor = actor
        self._who = who

    def call(self, method: str, path: str, **options: Any) -> Any:
        self._who["now"] = self.actor
        return self.client.open(path, method=method, **options)

    def announce(self, tender: Tender, sealed: made.Sealed, **changes: object) -> Any:
        body = {
            "sha256": sealed.sha256,
            "size": len(sealed.data),
            "notice": tender.notice,
            "token_sha256": sealed.receipt.token_sha256,
        } | changes
        return self.call("POST", f"{path_of(tender)}/fingerprints", json=body)

    def send(self, upload: str, data: bytes, offset: int, *, slice_size: int = 700) -> Any:
        response = None
        while offset < len(data):
            piece = data[offset : offset + slice_size]
            headers = {"Upload-Offset": str(offset), "X-Slice-SHA256": sha256(piece).hexdigest()}
            response = self.call("PATCH", upload, data=piece, headers=headers)
            if response.status_code != 204:
                return response
            offset = int(response.headers["Upload-Offset"])
        return response

    def submit(self, tender: Tender, sealed: made.Sealed) -> Any:
        upload = self.announce(tender, sealed).get_json()["upload"]
        self.send(upload, sealed.data, 0)
        return self.call("POST", f"{upload}/complete", json={})


def path_of(tender: Tender, lot: str = "1", kind: str = "single") -> str:
    return f"/api/tenders/{tender.id}/lots/{lot}/envelopes/{kind}"
