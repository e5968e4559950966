"""How long a registration waits for its confirmation, and what it says while it waits."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from accounts.domain.organisations import OrganisationForm, PersonForm
from foundation.values.text import Text

LIFETIME = timedelta(hours=48)


def is_expired(created_at: datetime, code_holds_until: datetime | None, now: datetime) -> bool:
    """Tell whether an unconfirmed account has waited long enough.

    Args:
        created_at: when it was registered.
        code_holds_until: the end of the newest unused code; one just sent may still be typed.
        now: the present instant.
    """
    if now < created_at + LIFETIME:
        return False
    return code_holds_until is None or now >= code_holds_until


@dataclass(frozen=True)
class Registration:
    """What was typed at registration, so that a wrong address can be put right.

    ``password_hash`` is what ``credentials.new_password`` made; the password is kept nowhere.
    """

    firm: OrganisationForm
    person: PersonForm
    password_hash: str

    def as_bytes(self) -> bytes:
        """Return the registration for sealing into its own session."""
        return json.dumps(asdict(self)).encode()


def read(data: bytes) -> Registration:
    """Return what ``as_bytes`` wrote."""
    told = json.loads(data)
    firm, person = told["firm"], told["person"]
    return Registration(
        OrganisationForm(**{**firm, "name": Text(**firm["name"])}),
        PersonForm(**{**person, "name": Text(**person["name"])}),
        told["password_hash"],
    )
