"""No secret is committed: every string that looks like one is known and harmless."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[2]
KNOWN = Path(__file__).with_name("known_strings.json")
# The detectors of what could be ours; those of other companies' tokens cost most of the time.
DETECTORS = {
    "plugins_used": [
        {"name": "AWSKeyDetector"},
        {"name": "Base64HighEntropyString", "limit": 4.5},
        {"name": "BasicAuthDetector"},
        {"name": "HexHighEntropyString", "limit": 3.0},
        {"name": "JwtTokenDetector"},
        {"name": "KeywordDetector", "keyword_exclude": ""},
        {"name": "PrivateKeyDetector"},
    ]
}


def lookalikes(paths: list[Path]) -> set[tuple[str, str]]:
    """Return each file with the SHA-1 of each string in it that looks like a secret."""
    found = SecretsCollection()
    with transient_settings(DETECTORS):
        for path in paths:
            found.scan_file(str(path))
    return {
        (str(Path(name).relative_to(ROOT) if Path(name).is_relative_to(ROOT) else name),
         secret.secret_hash)
        for name, secret in found
    }  # fmt: skip


def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    # Test vectors are keys of nothing; locks are full of hashes.
    left_out = ("tests/vectors/", "requirements/", "package-lock.json", "tests/house/known_")
    return [ROOT / name for name in listed if name and not name.startswith(left_out)]


def test_nothing_that_looks_like_a_secret_is_unknown() -> None:
    known = {tuple(row) for row in json.loads(KNOWN.read_text("utf-8"))}
    new = sorted(name for name, _ in lookalikes(committed()) - known)
    assert new == [], f"looks like a secret; if it is none, add it to {KNOWN.name}"


def test_a_planted_secret_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "settings.py"
    planted.write_text('AWS_KEY = "AKIA' + "Q" * 16 + '"\npassword = "' + "hunter2-hunter2" + '"\n')
    assert len(lookalikes([planted])) == 2
