"""The front as documented: nginx keeps the bodies, gunicorn's workers are told their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tests.bids import made
from tests.front.stack import Node, Stack, stack
from tests.front.vendors import Vendor, arrived


@dataclass(frozen=True)
class Front:
    """A stack with two workers of gunicorn behind nginx, a tender and two vendors."""

    stack: Stack
    web: Node
    nginx: Node
    tender: Tender
    indus: Vendor
    mehran: Vendor


@pytest.fixture
def front(tmp_path: Path, new_database: str) -> Iterator[Front]:
    with stack(tmp_path, new_database) as made_stack:
        web = made_stack.start_web("--workers", "2")
        nginx = made_stack.start_nginx([web])
        tender = made.tender_of_days(made_stack.context)
        with arrived(made_stack.context, nginx.address, 2) as vendors:
            yield Front(made_stack, web, nginx, tender, *vendors)


def test_a_bid_goes_through_the_front_to_its_receipt(front: Front) -> None:
    sealed = made.seal(front.tender, front.indus.actor, files=[("plan.pdf", bytes(1_500_000))])
    done = front.indus.submit(front.tender, sealed)

    assert done.status == 200, done.body
    verify_note(done.json["ack"].encode(), [made.key(front.stack.context).verifier()])
    stored = list(front.stack.context.blobs.list("sealed/"))
    assert [front.stack.context.blobs.stat(key).sha256 for key in stored] == [sealed.sha256]
    assert [path for path in front.stack.bodies.iterdir() if path.is_file()] == []
    assert list(front.stack.context.settings.folder("uploads").iterdir()) == []
    _refusals_hold(front)


def _refusals_hold(front: Front) -> None:
    """A client's word about files is never heard, with nginx or without."""
    vendor = front.mehran
    sealed = made.seal(front.tender, vendor.actor)
    upload = vendor.announce(front.tender, sealed).json["upload"]
    secret = b"the bytes of somebody else"
    planted = front.stack.bodies / "0000000001"
    planted.write_bytes(secret)
    for name in ("X-Body-File", "x-body-file", "X_Body_File"):
        piece = sealed.data[:100]
        named = {name: str(planted), "X-Slice-SHA256": sha256(secret).hexdigest()}
        answer = vendor.send_slice(upload, piece, 0, **named)
        assert (answer.status, answer.json["code"]) == (422, "bad-slice"), name
        empty = vendor.send_slice(upload, b"", 0, **named)
        assert (empty.status, empty.json["code"]) == (422, "bad-slice"), name
    head = vendor.call("HEAD", upload, X_Body_File=str(planted))
    assert head.headers["Upload-Offset"] == "0"
    assert vendor.send(upload, sealed.data).status == 204
    too_large = vendor.send_slice(upload, bytes((1 << 20) + 1), len(sealed.data))
    assert too_large.status == 413
    assert vendor.complete(upload).status == 200
    planted.unlink()
