"""The platform's key: read once as long as its file stays, and anew when another one lies there."""

from __future__ import annotations

import pytest

from bids.platform_key import load_platform_key
from foundation.jobs import JobContext
from foundation.values.refusal import Refusal
from sealing.signatures import verify_note


def test_a_restored_key_signs_from_then_on(job_context: JobContext) -> None:
    before = load_platform_key(job_context.settings)
    assert load_platform_key(job_context.settings) == before
    folder = job_context.settings.folder("keys")
    (folder / "restored").write_bytes(b"k" * 32)
    (folder / "restored").replace(folder / "platform.key")

    note = load_platform_key(job_context.settings).sign("text\n").encode()

    verify_note(note, [load_platform_key(job_context.settings).verifier()])
    with pytest.raises(Refusal, match="wrong-note-signature"):
        verify_note(note, [before.verifier()])
