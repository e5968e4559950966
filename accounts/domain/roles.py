"""The roles a person may hold in an organisation."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is to a procurement."""

    PROCURING_ENTITY = "procuring_entity"
    VENDOR = "vendor"
    OVERSIGHT_BODY = "oversight_body"


class Role(StrEnum):
    """What a person may be; permission tables name these."""

    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    APPROVER = "approver"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"
    VENDOR = "vendor"


ROLES_OF = {
    OrganisationKind.PROCURING_ENTITY: frozenset(
        {Role.ADMINISTRATOR, Role.OFFICER, Role.APPROVER, Role.EVALUATOR, Role.AUDITOR}
    ),
    OrganisationKind.VENDOR: frozenset({Role.VENDOR}),
    OrganisationKind.OVERSIGHT_BODY: frozenset({Role.AUDITOR}),
}
NEEDS_SECOND_FACTOR = frozenset({Role.ADMINISTRATOR, Role.OFFICER, Role.APPROVER})
