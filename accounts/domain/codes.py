"""Short codes sent by e-mail: how long they live and how often they may be tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from foundation.values.refusal import Refusal

DIGITS = 8
TRIES = 5
LIFETIME = timedelta(minutes=30)


class CodePurpose(StrEnum):
    """What a code proves the mailbox for."""

    CONFIRM = "confirm"
    RECOVER = "recover"
    EMAIL = "email"


@dataclass(frozen=True)
class SentCode:
    """A code as stored: only its digest, its end and the tries that are left."""

    digest: str
    expires_at: datetime
    tries_left: int
    used_at: datetime | None = None


class CodeAnswer(StrEnum):
    """What became of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    DEAD = "dead"


def judge(sent: SentCode | None, digest: str, now: datetime) -> CodeAnswer:
    """Return what ``digest`` of a typed code is worth at ``now``.

    A missing, used, expired or exhausted code is ``DEAD`` whatever was typed.
    """
    if sent is None or sent.used_at is not None or now >= sent.expires_at or sent.tries_left < 1:
        return CodeAnswer.DEAD
    return CodeAnswer.RIGHT if sent.digest == digest else CodeAnswer.WRONG


def refuse(answer: CodeAnswer) -> Refusal:
    """Return the refusal that a person sees: the same for an unknown address."""
    return Refusal("wrong-code" if answer is CodeAnswer.WRONG else "code-expired")
