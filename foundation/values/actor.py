"""Who acts: a person with roles in an organisation, a part of the system, or nobody known."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What stands behind an act."""

    PERSON = "person"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Actor:
    """One who acts; ``fresh`` means signed in again within the last minutes."""

    kind: ActorKind
    account_id: str = ""
    organisation_id: str = ""
    roles: frozenset[str] = frozenset()
    fresh: bool = False

    @classmethod
    def system(cls, part: str) -> "Actor":
        """Return the actor for a part of the system, such as ``opening``."""
        return cls(kind=ActorKind.SYSTEM, account_id=f"system-{part}")

    @classmethod
    def anonymous(cls) -> "Actor":
        """Return the actor for a reader who has not signed in."""
        return cls(kind=ActorKind.ANONYMOUS)

    @property
    def signed_in(self) -> bool:
        """Tell whether a person with an account acts."""
        return self.kind is ActorKind.PERSON
