"""What a reader says over the telephone about a page: its reference and the number to call."""

import re
from collections.abc import Mapping

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from accounts import access
from accounts import queries as accounts
from accounts.domain.roles import OrganisationKind
from foundation.settings import Settings
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.domain.tender import Tender

_OPAQUE = re.compile(r"[A-Za-z0-9-]{20,}|[0-9a-f]{16,}")


def install(app: Flask, settings: Settings) -> None:
    """Give every template ``page_reference()`` and ``help_phone()``, called by the footer."""

    @app.context_processor
    def references() -> dict[str, object]:
        return {
            "page_reference": lambda: page_reference(request.path, _number()),
            "help_phone": lambda: _phone(settings.entity_phone),
        }


def page_reference(path: str, number: str) -> str:
    """Return what to read out for a page: the tender's number and the page's own words.

    Args:
        path: of the request; the language and opaque ids are left out.
        number: of the tender that the page is about, or "".

    >>> page_reference("/en/tenders/gl2cj2vtw5dazyyh3vdlijnegq/opening", "NTC-2026-0005")
    'NTC-2026-0005 tenders/opening'
    """
    words = [part for part in path.split("/") if part and part not in {"en", "ur"}]
    shown = [word[:40] for word in words if not _OPAQUE.fullmatch(word)]
    place = "/".join(shown) or "home"
    return f"{number} {place}" if number else place


def _tender() -> Tender | None:
    """Return the tender that the address names; an error page about none names none."""
    arguments: Mapping[str, object] = request.view_args or {}
    tender_id = str(arguments.get("tender_id", ""))
    if not tender_id:
        return None
    try:
        return facts.tender(access.session(), tender_id)
    except (Refusal, SQLAlchemyError):
        return None


def _number() -> str:
    tender = _tender()
    return (tender.number or "") if tender is not None else ""


def _phone(general: str) -> str:
    """Return the telephone of the buyer whose tender the page shows, else the general one.

    Where none is set and one procuring entity uses this installation, its own is shown.
    """
    tender = _tender()
    try:
        if tender is not None and tender.number is not None:
            own = accounts.organisation(access.session(), tender.organisation_id).phone
            if own:
                return own
        return general or _only_phone()
    except (Refusal, SQLAlchemyError):
        return general


def _only_phone() -> str:
    buyers = accounts.organisations(access.session(), OrganisationKind.PROCURING_ENTITY, most=2)
    return buyers[0].phone if len(buyers) == 1 else ""
