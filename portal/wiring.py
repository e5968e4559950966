"""The one page that joins the packages: blueprints, permission tables, refusals, jobs."""

import importlib
import importlib.util
from typing import Any

PACKAGES = ("accounts", "beacon", "tendering", "bids", "evaluation", "notices", "oversight")


def _collect(module: str, name: str) -> list[Any]:
    found = []
    for package in PACKAGES:
        full = f"{package}.{module}"
        try:
            there = importlib.util.find_spec(full)
        except ModuleNotFoundError:
            there = None
        if there:
            value = getattr(importlib.import_module(full), name, None)
            if value is not None:
                found.append(value)
    return found


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
