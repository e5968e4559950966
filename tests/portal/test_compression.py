"""What goes out compressed: pages of strangers and static files, never a page of a session."""

import gzip
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from foundation.compression import CODINGS, Coding, coding_for, compressed

ROOT = Path(__file__).parents[2]
GZIP = {"Accept-Encoding": "gzip"}
PLAIN: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}


@given(st.binary(max_size=2000), st.sampled_from(CODINGS), st.booleans())
def test_what_is_compressed_is_found_again(body: bytes, coding: Coding, kept: bool) -> None:
    assert PLAIN[coding](compressed(body, coding, kept=kept)) == body


@pytest.mark.parametrize(
    ("wanted", "coding"),
    [
        ({"gzip": 1, "br": 1}, "br"),
        ({"gzip": 1}, "gzip"),
        ({"br": 0, "gzip": 0.5}, "gzip"),
        ({"br": 0, "gzip": 0}, None),
        ({"zstd": 1}, None),
    ],
)
def test_brotli_goes_before_gzip_and_nobody_gets_what_he_does_not_take(
    wanted: dict[str, float], coding: str | None
) -> None:
    assert coding_for(lambda name: wanted.get(name, 0)) == coding


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("path", ["/en/seal", "/en/tenders/"])
def test_a_strangers_page_is_the_same_compressed(
    client: FlaskClient, path: str, coding: str
) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": coding})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert PLAIN[coding](packed.data) == plain.data


@pytest.mark.parametrize("path", ["/en/seal", "/en/tenders/"])
def test_whoever_sends_a_cookie_gets_a_page_uncompressed(client: FlaskClient, path: str) -> None:
    client.set_cookie("muhr_session", "anything")

    assert "Content-Encoding" not in client.get(path, headers=GZIP).headers


def test_static_files_are_compressed_whole_and_carry_few_headers(client: FlaskClient) -> None:
    path = "/static/css/print.css"
    answer = client.get(path, headers=GZIP, buffered=True)

    assert gzip.decompress(answer.data) == (ROOT / path[1:]).read_bytes()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in answer.headers
    part = client.get(path, headers={**GZIP, "Range": "bytes=0-9"}, buffered=True)
    assert (part.status_code, len(part.data)) == (206, 10)
    assert "Content-Encoding" not in part.headers
    tag = {**GZIP, "If-None-Match": answer.headers["ETag"]}
    assert client.get(path, headers=tag, buffered=True).status_code == 304


@pytest.mark.parametrize("path", ["img/seal.svg", "built/sealing.worker.js"])
def test_documents_and_workers_keep_their_policy(client: FlaskClient, path: str) -> None:
    headers = client.get(f"/static/{path}", buffered=True).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
