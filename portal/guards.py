"""What must hold before the application starts, and before any view sees a request."""

from collections.abc import Iterable, Iterator, Mapping

from flask import Flask, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from accounts.access import MARK
from accounts.domain.authority import Permission
from portal.languages import API
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


def install(app: Flask) -> None:
    """Refuse, before any view, what no page of ours ever sends.

    Forms take form fields only: the form library would read a JSON body as fields of any type.
    Fields that are no parts have no limit of their own in the parser and would fill the memory.
    No column of the database and no name of ours holds a NUL. Install it before whatever reads
    a form.
    """
    most = app.config["MAX_FORM_MEMORY_SIZE"]

    @app.before_request
    def refuse_strange_input() -> None:
        if request.is_json and not request.path.startswith(API):
            raise UnsupportedMediaType
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = most
        if any("\0" in text for text in _texts()):
            raise BadRequest


def _texts() -> Iterator[str]:
    for value in (request.view_args or {}).values():
        yield str(value)
    for given in (request.args, request.form):
        for name, value in given.items(multi=True):
            yield name
            yield value
