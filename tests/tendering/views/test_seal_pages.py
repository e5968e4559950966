"""What pages say of the seal: no more than the chain of that tender gives, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from beacon.domain.chain import ChainInfo
from beacon.domain.keepers import LOCAL_ID
from foundation.database import Sessions
from foundation.settings import Settings
from foundation.values.refusal import Refusal
from tendering import beacon_chain
from tests.tendering import made

CHAINS = {
    "local": replace(made.CHAIN, beacon_id=LOCAL_ID),
    "shared": replace(made.CHAIN, beacon_id="muhr-3-of-5"),
    "quicknet": made.CHAIN,
    "other": replace(made.CHAIN, beacon_id="somebody"),
}
EARLY = {
    "local": ("so this is a practice seal", "اس لیے یہ مشقی مہر ہے"),
    "shared": ("3 of the 5 holders of the beacon's key could open early together.",
               "بیکن کی کلید کے 5 امینوں میں سے 3 مل کر"),
    "quicknet": ("run drand's quicknet could make the key early together.",
                 "drand کا quicknet چلانے والے"),
    "other": ("Whoever holds the key of this tender's beacon could open early.",
              "جس کے پاس اس ٹینڈر کے بیکن کی کلید ہے"),
}  # fmt: skip
NOBODY = "Before that, nobody can read a price with what this server holds."


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, beacon_chain_hash=getattr(request, "param", ""))


@pytest.mark.parametrize("kind", list(CHAINS))
def test_the_panel_speaks_by_the_tenders_chain(app: Flask, sessions: Sessions, kind: str) -> None:
    """The settings of this installation name no chain; the tender's own decides all the same."""
    tender = made.published(sessions, made.council(sessions), chain=CHAINS[kind])
    pages = app.test_client()
    for place, language in enumerate(("en", "ur")):
        html = pages.get(f"/{language}/tenders/{tender.id}").get_data(as_text=True)
        said = {name for name, texts in EARLY.items() if texts[place] in html}
        assert said == {kind}, language
        assert CHAINS[kind].hash in html
        if language == "en":
            assert (NOBODY in html) == (kind == "quicknet")
        before = pages.get(f"/{language}/tenders/{tender.id}/before-you-start")
        panel = before.get_data(as_text=True).partition("<main")[2]
        if kind in {"shared", "other"}:
            assert EARLY[kind][place] in panel
        else:
            assert ("Whoever runs this server" in panel) == (kind == "local" and not place)


@pytest.mark.parametrize(
    ("settings", "says"),
    [("", "The beacon of this installation runs on the same machine"),
     (made.CHAIN.hash, "This installation uses a beacon that others run."),
     ("ab" * 32, "The key of this installation's beacon is held outside these pages.")],
    indirect=["settings"],
)  # fmt: skip
def test_the_page_about_the_seal_speaks_by_the_settings(client: FlaskClient, says: str) -> None:
    html = client.get("/en/seal").get_data(as_text=True)
    assert says in html
    for choice in ("The server's own key", "A key in shares", "drand's quicknet"):
        assert choice in html


@pytest.mark.parametrize("chain_hash", ["", "its own"])
def test_a_local_beacon_set_as_an_outside_one_seals_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, chain_hash: str
) -> None:
    own = CHAINS["local"]

    def fetch(_addresses: str, wanted: str = "") -> ChainInfo:
        assert wanted in ("", own.hash)
        return own

    monkeypatch.setattr(beacon_chain, "fetch_chain", fetch)
    if not chain_hash:
        assert beacon_chain.present_chain(settings) == own
        return
    with pytest.raises(Refusal, match="bad-setting"):
        beacon_chain.present_chain(replace(settings, beacon_chain_hash=own.hash))
