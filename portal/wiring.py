"""The one page that joins the packages: blueprints, permission tables, refusals, jobs."""

import importlib
import importlib.util
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tendering import queries as tenders

PACKAGES = ("accounts", "beacon", "tendering", "bids", "evaluation", "notices", "oversight")


def _one(package: str, module: str, name: str) -> Any:  # noqa: ANN401
    try:
        if importlib.util.find_spec(f"{package}.{module}") is None:
            return None
    except ModuleNotFoundError:
        return None
    return getattr(importlib.import_module(f"{package}.{module}"), name, None)


def _collect(module: str, name: str) -> list[Any]:
    found = [_one(package, module, name) for package in PACKAGES]
    return [value for value in found if value is not None]


PORTAL_REFUSALS: dict[str, str] = {
    "sign-in": "Sign in to see this page.",
    "fresh-sign-in": "Confirm that it is you, then do it again.",
    "not-permitted": "Your account may not do this.",
    "not-found": "There is nothing at this address.",
    "wrong-stage": "This cannot be done at the present stage.",
    "bad-identifier": "There is nothing at this address.",
    "bad-amount": "Write an amount in digits, for example 12,34,567.50.",
    "not-canonical": "Something in this text cannot be recorded. Type it again without pasting.",
}
REFUSALS: dict[str, str] = {
    code: text
    for table in [*_collect("domain.refusals", "REFUSALS"), PORTAL_REFUSALS]
    for code, text in table.items()
}
PERMISSION_TABLES: list[Any] = _collect("domain.permissions", "PERMISSIONS")
BLUEPRINTS = [blueprint for group in _collect("views", "BLUEPRINTS") for blueprint in group]
MAILS: dict[str, tuple[str, str]] = {
    kind: text for table in _collect("mails", "MAILS") for kind, text in table.items()
}
JOB_GROUPS: dict[str, list[Any]] = {
    package: list(jobs.values())
    for package in PACKAGES
    for jobs in [_one(package, "jobs", "JOBS")]
    if jobs
}


def due_instants(context: JobContext) -> Iterator[datetime]:
    """Yield the next instants at which the worker has something to do."""
    with reading(context.sessions) as session:
        lines = tenders.public_tenders(session, tenders.Search(order=tenders.Order.CLOSING)).lines
    for line in lines:
        yield line.deadline_at
        yield line.opening_at
