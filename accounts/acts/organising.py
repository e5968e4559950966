"""Founding organisations and changing what they say about themselves."""

from accounts import queries
from accounts.domain import organisations
from accounts.domain.authority import authorise
from accounts.domain.organisations import Organisation, OrganisationForm
from accounts.domain.permissions import PERMISSIONS, AccountAct, SignInAct
from accounts.domain.roles import OrganisationKind
from accounts.models import OrganisationRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def create_organisation(
    uow: UnitOfWork, kind: OrganisationKind, form: OrganisationForm
) -> Organisation:
    """Write a new procuring entity or oversight body.

    Raises:
        Refusal: ``not-permitted`` or what ``organisations.checked`` says.
    """
    authorise(uow.actor, AccountAct.CREATE_ORGANISATION, None, PERMISSIONS)
    created = write_organisation(uow, kind, form)
    journal.append(uow, AccountAct.CREATE_ORGANISATION, as_document(created))
    return created


def write_organisation(
    uow: UnitOfWork, kind: OrganisationKind, form: OrganisationForm
) -> Organisation:
    """Write the row; the caller journals, publicly or sealed as the kind demands."""
    clean = organisations.checked(form, kind)
    row = OrganisationRow(kind=kind, created_at=uow.now)
    _fill(row, clean)
    uow.session.add(row)
    uow.session.flush()
    return queries.organisation_of(row)


def change_organisation(
    uow: UnitOfWork, organisation_id: str, form: OrganisationForm
) -> Organisation:
    """Change an entity's particulars (administrator) or a firm's profile (its vendors).

    Raises:
        Refusal: ``not-found``, ``not-permitted`` or what ``organisations.checked`` says.
    """
    row = uow.session.get(OrganisationRow, organisation_id)
    if row is None:
        raise Refusal("not-found")
    kind = OrganisationKind(row.kind)
    act = (
        SignInAct.CHANGE_FIRM if kind is OrganisationKind.VENDOR else AccountAct.CHANGE_ORGANISATION
    )
    authorise(uow.actor, act, _Owned(organisation_id), PERMISSIONS)
    _fill(row, organisations.checked(form, kind))
    uow.session.flush()
    changed = queries.organisation_of(row)
    journal.append(uow, act, as_document(changed))
    return changed


def as_document(organisation: Organisation) -> dict[str, object]:
    """Return what a journal says of an organisation."""
    return {
        "organisation": organisation.id,
        "kind": str(organisation.kind),
        "name": organisation.name.as_document(),
        "city": organisation.city,
    }


class _Owned:
    """An organisation as the permission table judges it."""

    def __init__(self, organisation_id: str) -> None:
        self.organisation_id = organisation_id
        self.stage = ""


def _fill(row: OrganisationRow, form: OrganisationForm) -> None:
    row.name_en, row.name_ur = form.name.en, form.name.ur
    row.short_name, row.city, row.address = form.short_name, form.city, form.address
    row.phone, row.tax_number = form.phone, form.tax_number
