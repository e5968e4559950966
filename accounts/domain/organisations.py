"""Organisations and people as facts, and the checks of what they say about themselves."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.domain.roles import ROLES_OF, OrganisationKind, Role
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,30}")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]_]{1,190}")
_TAX_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z /-]{4,30}")
_SHORT_NAME = re.compile(r"[A-Z]{2,8}")


@dataclass(frozen=True)
class Organisation:
    """An organisation; a vendor's is the firm profile that each of its bids reuses."""

    id: str
    kind: OrganisationKind
    name: Text
    short_name: str = ""
    city: str = ""
    address: str = ""
    phone: str = ""
    tax_number: str = ""


@dataclass(frozen=True)
class OrganisationForm:
    """What is asked about an organisation, checked and cleaned by ``checked``."""

    name: Text
    short_name: str = ""
    city: str = ""
    address: str = ""
    phone: str = ""
    tax_number: str = ""


@dataclass(frozen=True)
class Person:
    """An account's holder with the roles that stand now."""

    id: str
    email: str
    name: Text
    phone: str
    language: str
    organisation: Organisation
    roles: frozenset[Role]
    practice: bool
    active: bool
    confirmed: bool
    has_second_factor: bool
    has_authenticator: bool = False
    passkeys: int = 0

    @property
    def organisation_id(self) -> str:
        """Return the id of the person's organisation."""
        return self.organisation.id

    @property
    def stage(self) -> str:
        """Return nothing: a person stands at no stage of a tender."""
        return ""


@dataclass(frozen=True)
class PersonForm:
    """What is asked about a person, checked and cleaned by ``checked_person``."""

    name: Text
    email: str
    phone: str = ""
    language: str = "en"


def checked(form: OrganisationForm, kind: OrganisationKind) -> OrganisationForm:
    """Return the form cleaned.

    Raises:
        Refusal: the first that ``problems`` finds.
    """
    for refusal in problems(form, kind):
        raise refusal
    return OrganisationForm(
        name=_clean(form.name),
        short_name=form.short_name.strip().upper(),
        city=clean_name(form.city, longest=100),
        address=clean_name(form.address, longest=300),
        phone=checked_phone(form.phone),
        tax_number=clean_name(form.tax_number, longest=40),
    )


def problems(form: OrganisationForm, kind: OrganisationKind) -> tuple[Refusal, ...]:
    """Return everything that is wrong with the form, in the order of its fields.

    The codes are ``name-missing``, ``bad-short-name``, ``bad-tax-number``, ``city-missing`` and
    ``bad-office-phone``.
    """
    name, found = _clean(form.name), []
    if not (name.en or name.ur):
        found.append(Refusal("name-missing"))
    short_name = form.short_name.strip().upper()
    if kind is OrganisationKind.PROCURING_ENTITY and not _SHORT_NAME.fullmatch(short_name):
        found.append(Refusal("bad-short-name"))
    tax_number = clean_name(form.tax_number, longest=40)
    if kind is OrganisationKind.VENDOR and not _TAX_NUMBER.fullmatch(tax_number):
        found.append(Refusal("bad-tax-number"))
    if not clean_name(form.city, longest=100):
        found.append(Refusal("city-missing"))
    found += _refusals(lambda: checked_phone(form.phone, "bad-office-phone"))
    return tuple(found)


def checked_person(form: PersonForm) -> PersonForm:
    """Return the form cleaned.

    Raises:
        Refusal: the first that ``person_problems`` finds.
    """
    for refusal in person_problems(form):
        raise refusal
    return PersonForm(
        name=_clean(form.name),
        email=checked_email(form.email),
        phone=checked_phone(form.phone),
        language="ur" if form.language == "ur" else "en",
    )


def person_problems(form: PersonForm) -> tuple[Refusal, ...]:
    """Return everything that is wrong: ``person-name-missing``, ``bad-email``, ``bad-phone``."""
    name = _clean(form.name)
    found = [] if name.en or name.ur else [Refusal("person-name-missing")]
    found += _refusals(lambda: checked_email(form.email), lambda: checked_phone(form.phone))
    return tuple(found)


def _clean(name: Text) -> Text:
    return Text(en=clean_name(name.en), ur=clean_name(name.ur))


def _refusals(*checks: Callable[[], object]) -> list[Refusal]:
    found = []
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            found.append(refusal)
    return found


def checked_email(email: str) -> str:
    """Return the address in the one form by which accounts are found.

    Raises:
        Refusal: ``bad-email``.
    """
    normal = clean_name(email, longest=300).casefold()
    if not _EMAIL.fullmatch(normal) or ".." in normal or len(normal) > 254:
        raise Refusal("bad-email")
    return normal


def checked_phone(phone: str, code: str = "bad-phone") -> str:
    """Return the telephone number with Latin digits, or nothing when none was given.

    Raises:
        Refusal: ``code``.
    """
    text = "".join(
        str(int(mark)) if mark.isdecimal() else mark for mark in clean_name(phone, longest=40)
    )
    if text and not _PHONE.fullmatch(text):
        raise Refusal(code)
    return text


def checked_roles(roles: Iterable[str], kind: OrganisationKind) -> frozenset[Role]:
    """Return the roles when one person of such an organisation may hold them together.

    Raises:
        Refusal: ``no-role``, ``role-not-here``, or ``auditor-alone`` because one who audits
            takes part in nothing that is audited.
    """
    allowed = ROLES_OF[kind]
    chosen = frozenset(roles)
    if not chosen:
        raise Refusal("no-role")
    if not chosen <= allowed:
        raise Refusal("role-not-here")
    held = frozenset(Role(role) for role in chosen)
    if Role.AUDITOR in held and len(held) > 1:
        raise Refusal("auditor-alone")
    return held
