"""Codes of an authenticator app (TOTP), each usable once, and who must have them."""

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

from accounts.domain.roles import NEEDS_SECOND_FACTOR
from foundation.values.refusal import Refusal

STEP_SECONDS = 30
DIGITS = 6
STEPS_EITHER_SIDE = 1
SECRET_BYTES = 20
RECOVERY_CODES = 10


def is_needed(roles: Iterable[str]) -> bool:
    """Tell whether one of ``roles`` needs a second factor; vendors choose for themselves."""
    return any(role in NEEDS_SECOND_FACTOR for role in roles)


def counter_at(now: datetime) -> int:
    """Return the number of the 30-second step that holds ``now``.

    Source: RFC 6238 section 4.2 with T0 = 0 and X = 30.
    """
    return int(now.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, counter: int) -> str:
    """Return the six digits of one step.

    Source: RFC 4226 section 5.3, RFC 6238 section 4.
    """
    digest = hmac.digest(secret, counter.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def match(secret: bytes, code: str, now: datetime, last_counter: int) -> int:
    """Return the step that ``code`` belongs to, so that it is never taken again.

    Args:
        secret: the shared secret, 20 bytes.
        code: digits as typed; white space is ignored and Urdu digits are read.
        now: the present instant.
        last_counter: the step last accepted for this account, -1 for none.

    Raises:
        Refusal: ``wrong-code``, or ``code-used`` for a code that was already accepted.

    Source: RFC 6238 section 5.2 (one-time use, one step of delay either side).
    """
    typed = typed_digits(code)
    present = counter_at(now)
    for counter in range(present - STEPS_EITHER_SIDE, present + STEPS_EITHER_SIDE + 1):
        if hmac.compare_digest(code_of(secret, counter).encode(), typed.encode()):
            if counter <= last_counter:
                raise Refusal("code-used")
            return counter
    raise Refusal("wrong-code")


def typed_digits(code: str) -> str:
    """Return the digits of ``code`` in ASCII, whatever script they were typed in."""
    return "".join(str(int(mark)) for mark in code if mark.isdecimal())


def base32_secret(secret: bytes) -> str:
    """Return the secret as an authenticator app takes it by hand."""
    return base64.b32encode(secret).decode().rstrip("=")


def provisioning_uri(secret: bytes, account_name: str, issuer: str) -> str:
    """Return the ``otpauth`` address that the QR code carries.

    Source: Key URI format of Google Authenticator.
    """
    label = quote(f"{issuer}:{account_name}", safe="@")
    query = urlencode({"secret": base32_secret(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"


def normal_recovery_code(typed: str) -> str:
    """Return a recovery code as it is hashed: lower case, letters and digits only."""
    return "".join(mark for mark in typed.casefold() if mark.isalnum())
