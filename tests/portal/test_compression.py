"""What goes out compressed: pages of strangers and static files, never a page of a session."""

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", ["/en/seal", "/en/tenders/"])
def test_a_strangers_page_is_the_same_compressed(client: FlaskClient, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=GZIP)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data


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
