"""Passkeys in Chromium with a virtual authenticator: made, used twice over, and removed."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from foundation.settings import Settings, from_environment
from tests.accounts.conftest import PASSWORD, World

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose public address is where the site of this test will be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = str(tmp_path / "data")
    return from_environment({"MUHR_DATA": folder, "MUHR_PRACTICE": "1", "PORT": str(port)})


@pytest.fixture
def address(app: Flask, settings: Settings) -> Iterator[str]:
    server = make_server("127.0.0.1", settings.port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield settings.public_url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def device(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def page(device: BrowserContext, faults: list[str]) -> Page:
    page = device.new_page()
    page.bring_to_front()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security" in said.text else None,
    )
    return page


def plug(page: Page) -> tuple[object, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, made["authenticatorId"]


def type_password(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/en/account/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/en/account/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out")


def add_passkey(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/en/account/passkeys/new")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Make the passkey").click()


def test_an_officer_makes_uses_and_removes_a_passkey(
    world: World, address: str, page: Page, faults: list[str]
) -> None:
    omar = world.person("omar@ktc.example", "officer")
    session, authenticator = plug(page)
    type_password(page, address, omar.email)
    page.get_by_label("Code", exact=True).fill(world.code_for(omar))
    page.get_by_role("button", name="Go on").click()
    add_passkey(page, address, "Office computer")
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    expect(page.get_by_role("heading", name="Office computer")).to_be_visible()

    sign_out(page, address)
    type_password(page, address, omar.email)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "sign-in" not in url)

    world.clock.advance(minutes=20)
    page.goto(f"{address}/en/account/email")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_label("Your new e-mail address")).to_be_visible()

    add_passkey(page, address, "Again on this device")
    expect(page.locator("[data-passkey-problem]")).to_be_visible()

    page.goto(f"{address}/en/account/security")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    sign_out(page, address)
    type_password(page, address, omar.email)
    expect(page.get_by_role("heading", name="Type the code from your app")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
    assert faults == []


def test_an_evaluator_with_a_passkey_alone_gets_recovery_codes(
    world: World, address: str, page: Page, faults: list[str]
) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    session, authenticator = plug(page)
    type_password(page, address, eva.email)
    add_passkey(page, address, "")
    expect(page.get_by_role("heading", name="Save your recovery codes")).to_be_visible()
    code = page.locator(".codes code").first.inner_text()

    sign_out(page, address)
    type_password(page, address, eva.email)
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    assert faults == []
