"""How the pages are served: body limits, proxies' words, and nothing cached of a session."""

from flask import Flask
from flask.testing import FlaskClient

from foundation.settings import Settings, from_environment
from portal.factory import LARGEST_REQUEST
from portal.running import serving
from tests.accounts.views.test_joining import FIRM


def test_proxies_are_heard_only_where_the_operator_trusts_them(settings: Settings) -> None:
    trusting = from_environment(
        {"MUHR_PUBLIC_URL": "https://tenders.example", "MUHR_TRUSTED_PROXIES": "1"}
    )

    assert serving(settings)["clear_untrusted_proxy_headers"] is True
    assert serving(trusting)["clear_untrusted_proxy_headers"] is False


def test_no_body_larger_than_a_page_takes_is_kept(settings: Settings, app: Flask) -> None:
    assert serving(settings)["max_request_body_size"] == LARGEST_REQUEST
    assert app.config["MAX_CONTENT_LENGTH"] == LARGEST_REQUEST


def test_a_session_that_awaits_a_code_is_not_cached(client: FlaskClient) -> None:
    answer = client.post("/en/account/register", data=FIRM)
    page = client.get("/en/account/confirm-email")

    assert answer.status_code == 303
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
