"""An S3 store that is away, lies, is closed to us, or loses its answers on the way."""

import http.server
import pickle
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.blobs import s3
from foundation.blobs.s3 import S3Blobs
from foundation.blobs.store import BlobMissing, BlobsAway, Why
from foundation.s3_place import S3Place
from tests.foundation.killed_store import broken, write_until_killed
from tests.meddling import Line, Meddling
from tests.seaweed import Seaweed

CALLS: list[Callable[[S3Blobs], object]] = [
    lambda blobs: blobs.put_new("sealed/one", [b"x"]),
    lambda blobs: blobs.open("sealed/one"),
    lambda blobs: blobs.stat("sealed/one"),
    lambda blobs: blobs.delete("sealed/one"),
    lambda blobs: list(blobs.list()),
    lambda blobs: blobs.health(),
]


@pytest.fixture
def near(seaweed: Seaweed, tmp_path: Path) -> S3Blobs:
    """The store, asked directly."""
    return S3Blobs(seaweed.place(), tmp_path)


@pytest.fixture
def far(between: Line, near: S3Blobs, tmp_path: Path) -> S3Blobs:
    """The same place in the store, asked over a line that can be meddled with."""
    return S3Blobs(replace(near.place, endpoint=between.address), tmp_path)


def why_of(call: Callable[[S3Blobs], object], blobs: S3Blobs) -> Why:
    with pytest.raises(BlobsAway) as away:
        call(blobs)
    assert "sealed" not in str(away.value)
    same = pickle.loads(pickle.dumps(away.value))  # noqa: S301  as it comes from a pool process
    assert same.why == away.value.why
    return away.value.why


@pytest.mark.parametrize("call", CALLS)
def test_a_store_that_is_away_is_neither_empty_nor_changed(
    call: Callable[[S3Blobs], object], tmp_path: Path
) -> None:
    place = S3Place("muhr", "x", "http://127.0.0.1:9", "us-east-1", "key", "secret")
    assert why_of(call, S3Blobs(place, tmp_path)) is Why.UNREACHABLE


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_secret_is_told_from_a_missing_blob(
    call: Callable[[S3Blobs], object], seaweed: Seaweed, tmp_path: Path
) -> None:
    assert why_of(call, S3Blobs(seaweed.place(secret="wrong"), tmp_path)) is Why.REFUSED


@pytest.mark.parametrize("call", CALLS)
def test_a_bucket_that_is_gone_is_told_from_a_missing_blob(
    call: Callable[[S3Blobs], object], seaweed: Seaweed, tmp_path: Path
) -> None:
    assert why_of(call, S3Blobs(seaweed.place(bucket="other"), tmp_path)) is Why.NO_BUCKET


def test_a_store_that_never_answers_is_given_up(
    between: Line, far: S3Blobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(s3, "BLOCK_SECONDS", 1)
    between.how = Meddling.HANG
    for call in (CALLS[0], CALLS[1]):
        assert why_of(call, S3Blobs(far.place, tmp_path)) is Why.UNREACHABLE


def test_a_blob_changed_on_the_way_is_refused_by_the_store(
    between: Line, far: S3Blobs, near: S3Blobs
) -> None:
    between.how, between.flip_at = Meddling.FLIP, 100_000
    data = secrets.token_bytes(300_000)
    far.health()

    why_of(lambda blobs: blobs.put_new("sealed/one", [data]), far)

    assert list(near.list()) == []
    between.how = Meddling.NOTHING
    assert far.put_new("sealed/one", [data]) == near.stat("sealed/one")


def test_a_lost_answer_is_no_other_writer(between: Line, far: S3Blobs, near: S3Blobs) -> None:
    far.health()
    between.how = Meddling.LOSE_ANSWER

    stored = far.put_new("sealed/one", [b"our own bid"])

    assert between.lost == 1, "the first answer came back"
    assert near.stat("sealed/one") == stored


def test_a_blob_replaced_while_it_is_read_is_never_mixed(near: S3Blobs) -> None:
    near.put_new("one", [b"a" * (s3.BLOCK + 10)])
    with near.open("one") as stream:
        assert stream.read(10) == b"a" * 10
        near.delete("one")
        near.put_new("one", [b"b" * (s3.BLOCK + 10)])
        why_of(lambda _: stream.read(), near)


def test_a_blob_destroyed_while_it_is_read_is_missing(near: S3Blobs) -> None:
    near.put_new("one", [b"a" * (s3.BLOCK + 10)])
    with near.open("one") as stream:
        stream.read(10)
        near.delete("one")
        with pytest.raises(BlobMissing):
            stream.read()


@contextmanager
def replacing_store() -> Iterator[str]:
    """A store that takes whatever comes, as those do that do not know If-None-Match."""

    class Careless(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("ETag", '"x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Careless) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_store_that_would_replace_a_bid_is_not_used(tmp_path: Path) -> None:
    with replacing_store() as address:
        blobs = S3Blobs(S3Place("muhr", "", address, "us-east-1", "key", "secret"), tmp_path)
        for call in (CALLS[0], CALLS[-1]):
            assert why_of(call, blobs) is Why.REPLACES


def test_no_acknowledged_blob_is_lost_when_the_store_is_killed(
    seaweed: Seaweed, near: S3Blobs
) -> None:
    try:
        written = write_until_killed(seaweed, near, after=20)
    finally:
        seaweed.start()
    assert broken(near, written) == []
    assert len(written.acknowledged) >= 20
