"""What must hold before the application starts: no unmarked route, no act without permission."""

from collections.abc import Iterable, Mapping

from flask import Flask

from accounts.access import MARK
from accounts.domain.authority import Permission
from transparency.domain.entry import PublicKind, SealedKind

UNMARKED_ENDPOINTS = frozenset({"static"})


class UnguardedError(Exception):
    """The application would start with a door that nobody guards."""


def check_routes(app: Flask) -> None:
    """Refuse to start with a route that carries no access mark.

    Raises:
        UnguardedError: naming the endpoints.
    """
    unmarked = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in UNMARKED_ENDPOINTS and not hasattr(view, MARK)
    )
    if unmarked:
        raise UnguardedError(f"routes without an access mark: {', '.join(unmarked)}")


def check_acts(tables: Iterable[Mapping[str, Permission]]) -> None:
    """Refuse to start with an act that has no permission row, or two.

    Raises:
        UnguardedError: naming the acts.
    """
    rows = [act for table in tables for act in table]
    kinds = [
        act
        for family in (PublicKind, SealedKind)
        for subclass in family.__subclasses__()
        for act in subclass
    ]
    missing = sorted({str(act) for act in kinds} - {str(act) for act in rows})
    doubled = sorted({str(act) for act in rows if [str(r) for r in rows].count(str(act)) > 1})
    if missing or doubled:
        raise UnguardedError(f"acts without a permission row: {missing}; with two: {doubled}")
