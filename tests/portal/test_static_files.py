"""Static files have a version in their address: browsers keep them until a release renews them."""

from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.static_files import VERSION_DIGITS, version_of

SHEET = "css/nastaliq.css"


@pytest.fixture
def address(app: Flask) -> str:
    """Where a page says that the sheet lies."""
    with app.test_request_context():
        return url_for("static", filename=SHEET)


def test_a_file_at_its_present_version_is_kept_for_a_year(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address, buffered=True)

    assert answer.status_code == 200
    assert answer.cache_control.max_age == 365 * 86_400
    assert answer.cache_control.immutable
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("before", [f"/static/{SHEET}", f"/static/{'0' * VERSION_DIGITS}/{SHEET}"])
def test_at_any_other_address_today_s_file_is_given_and_asked_for_again(
    client: FlaskClient, address: str, before: str
) -> None:
    answer = client.get(before, buffered=True)

    assert answer.data == client.get(address, buffered=True).data
    assert answer.cache_control.max_age == 3600
    assert not answer.cache_control.immutable
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(before, headers=tag, buffered=True).status_code == 304


@pytest.mark.parametrize("path", ["css/none.css", "../pyproject.toml", "%2e%2e/pyproject.toml"])
def test_a_version_opens_no_other_files(client: FlaskClient, address: str, path: str) -> None:
    start = address.removesuffix(SHEET)

    assert client.get(start + path).status_code == 404


def test_printed_guides_have_no_version(app: Flask) -> None:
    """They are made after the server has started."""
    with app.test_request_context():
        assert url_for("static", filename="guides/a.pdf") == "/static/guides/a.pdf"


@given(st.binary(max_size=50), st.binary(max_size=50), st.sampled_from(["css/a.css", "js/b/c.js"]))
def test_the_version_tells_of_every_byte(
    tmp_path_factory: pytest.TempPathFactory, one: bytes, other: bytes, name: str
) -> None:
    versions = [
        version_of(_folder(tmp_path_factory.mktemp("static"), name, body)) for body in (one, other)
    ]

    assert all(len(version) == VERSION_DIGITS for version in versions)
    assert (versions[0] == versions[1]) == (one == other)


def _folder(folder: Path, name: str, body: bytes) -> Path:
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(body)
    return folder


def test_a_picture_opened_alone_may_do_nothing(client: FlaskClient) -> None:
    policy = client.get("/static/img/seal.svg", buffered=True).headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; sandbox"


def test_data_carries_a_policy_of_its_own_and_pages_the_whole(client: FlaskClient) -> None:
    data, page = client.get("/api/clock").headers, client.get("/en/seal").headers

    assert data["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert data["X-Content-Type-Options"] == page["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "Referrer-Policy" in page
