"""The application starts and its ground answers."""

from flask.testing import FlaskClient


def test_health_answers(client: FlaskClient) -> None:
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok"}


def test_server_clock_is_the_databases(client: FlaskClient) -> None:
    assert client.get("/api/clock").get_json() == {"now": "2026-03-02T05:00:00.000000Z"}


def test_security_headers_stand_on_every_answer(client: FlaskClient) -> None:
    headers = client.get("/health").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers
