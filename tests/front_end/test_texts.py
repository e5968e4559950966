"""Every word the scripts ask for stands in the template's data block, and no word stands unused."""

import re

from tests.front_end.node_runtime import ROOT

SCRIPTS = ROOT / "static" / "js" / "bidding"
ENVELOPES = ("technical", "financial")
STEPS = ("preparing", "locking", "sending", "recorded")
TOPICS = "requirements criteria declarations prices validity security files check".split()
INSTRUMENTS = ("call-deposit", "bank-guarantee", "pay-order", "bid-securing-declaration")
# Keys that a script puts together from parts.
COMPOSED = (
    {f"{name}_{step}" for name in ("step", "said") for step in STEPS}
    | {f"topic_{topic}" for topic in TOPICS}
    | {f"instrument_{name}" for name in INSTRUMENTS}
    | {f"status_{name}" for name in ("done", "started", "empty", "optional", "again")}
    | {f"envelope_{kind}" for kind in ENVELOPES}
    | {f"envelope_{name}_{kind}" for name in ("hint", "go") for kind in ENVELOPES}
    | {f"envelopes_lack_{kind}" for kind in ENVELOPES}
    | {f"save_{name}" for name in ("saving", "saved", "failed")}
    | {f"test_{name}" for name in ("browser", "seal", "line", "storage")}
    | {f"test_{name}_hint" for name in ("browser", "seal", "line", "storage")}
    | {"error_wrong_passphrase", "error_not_a_draft", "error_other_draft", "error_bad_receipt"}
)


def keys_of(template: str) -> set[str]:
    text = (ROOT / "templates" / "bids" / template).read_text("utf-8")
    return set(re.findall(r'^  "([a-z_-]+)": (?:_|parts\.[a-z]+)\(', text, re.MULTILINE))


def literals_of(*paths: str) -> set[str]:
    texts = [path.read_text("utf-8") for pattern in paths for path in SCRIPTS.glob(pattern)]
    return {word for text in texts for word in re.findall(r'"([a-z][a-z_-]*)"', text)}


def asked_by(*paths: str) -> set[str]:
    texts = [path.read_text("utf-8") for pattern in paths for path in SCRIPTS.glob(pattern)]
    found = {key for text in texts for key in re.findall(r'\bt\("([a-z_]+)"', text)}
    return found | {key for text in texts for key in re.findall(r'key: "([a-z_]+)"', text)}


def test_the_bid_pages_have_all_their_words() -> None:
    words = keys_of("_bid_texts.html")
    assert asked_by("pages/*.js", "bid/*.js", "bid.js") - words == set()
    assert words - literals_of("pages/*.js", "bid/*.js", "bid.js") - COMPOSED == set()


def test_the_device_page_has_all_its_words() -> None:
    words = keys_of("before_you_start.html")
    assert asked_by("device.js") - words == set()
    assert words - literals_of("device.js", "pages/texts.js") - COMPOSED == set()


def test_no_placeholder_is_lost_between_script_and_word() -> None:
    for template in ("_bid_texts.html", "before_you_start.html"):
        text = (ROOT / "templates" / "bids" / template).read_text("utf-8")
        assert "%(" not in text
        assert not re.search(r"style=|onclick=|<script>", text)
