"""When a vendor may take a sealed bid back, and how strongly the record can say so.

Source: decision 2 (the token), decision 18 (destroying), scenario 4.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from enum import StrEnum

from bids.domain.reception import HELD_STATES, SubmissionState, Window
from foundation.values.refusal import Refusal

_TOKEN = re.compile(r"[0-9a-f]{64}")


class Proof(StrEnum):
    """What a withdrawal or replacement rests on."""

    TOKEN = "token"  # noqa: S105 - the word of the record, no secret
    SIGN_IN_ONLY = "sign-in-only"


def check_withdrawal(window: Window, state: SubmissionState | None, *, now: datetime) -> None:
    """Refuse to withdraw what is neither sealed nor to be confirmed, or after the deadline.

    Raises:
        Refusal: `nothing-to-withdraw`, `late-withdrawal`.
    """
    if now >= window.deadline_at or not window.taking_bids:
        raise Refusal("late-withdrawal", deadline=window.deadline_at)
    if state not in HELD_STATES:
        raise Refusal("nothing-to-withdraw")


def judge_token(token: str | None, token_sha256: str) -> Proof:
    """Return what the withdrawal rests on.

    Args:
        token: The 32 bytes of the private receipt in hex, None when it was not brought.
        token_sha256: The hash in the slot's document, "" when none was given at sealing.

    Raises:
        Refusal: `wrong-token`: a token was brought, but not this bid's.
    """
    if token is None or token == "":
        return Proof.SIGN_IN_ONLY
    if not _TOKEN.fullmatch(token):
        raise Refusal("wrong-token")
    found = hashlib.sha256(bytes.fromhex(token)).hexdigest()
    if not hmac.compare_digest(found, token_sha256):
        raise Refusal("wrong-token")
    return Proof.TOKEN
