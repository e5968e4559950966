"""The acts of oversight: reading the sealed journal is itself on record there."""

from accounts.domain.authority import Permission
from accounts.domain.roles import Role
from transparency.domain.entry import SealedKind


class OversightAct(SealedKind):
    """Privileged reads."""

    READ_JOURNAL = "oversight.read-journal"
    EXPORT_JOURNAL = "oversight.export-journal"


_READERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})

PERMISSIONS: dict[str, Permission] = {
    OversightAct.READ_JOURNAL: Permission(roles=_READERS),
    OversightAct.EXPORT_JOURNAL: Permission(roles=_READERS),
}
