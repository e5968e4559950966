"""What is public, described as OpenAPI and fuzzed by schemathesis: no fault comes to light."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from schemathesis import Case
from schemathesis.checks import CHECKS

from accounts import access
from foundation.jobs import JobContext
from tests.bids import made

EXAMPLES = 12
ANSWERS = (200, 204, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422,
           429)  # fmt: skip
TYPES = (
    "text/html", "application/json", "text/plain", "text/csv", "application/pdf",
    "application/octet-stream",
)  # fmt: skip
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
QUERY = ("q", "cursor", "after", "order", "state", "category", "kind", "hall", "next", "tender")
FORM = ("email", "password", "code", "name", "next", "account_id", "token")
TELLING = re.compile(rb"Traceback|sqlite3?\.|sqlalchemy|/site-packages/|File \"", re.IGNORECASE)


def described(app: Flask, values: dict[str, list[str]]) -> dict[str, Any]:
    """Describe every public route; a variable is one of the known values or any text."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], access.MARK, None) != "public":
            continue
        path = paths.setdefault(VARIABLE.sub(r"{\1}", rule.rule), {})
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            path[method.lower()] = _operation(method, sorted(rule.arguments), values)
    return {"openapi": "3.1.0", "info": {"title": "Muhr", "version": "1"}, "paths": paths}


def _operation(method: str, names: list[str], values: dict[str, list[str]]) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "maxLength": 60}
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"anyOf": [{"enum": values[name]}, text | {"minLength": 1}]}
            if name in values
            else text | {"minLength": 1},
        }
        for name in names
    ]
    parameters += [{"name": name, "in": "query", "schema": text} for name in QUERY]
    content = {media: {} for media in TYPES}
    operation: dict[str, Any] = {
        "parameters": parameters,
        "responses": {
            str(status): {"description": HTTPStatus(status).phrase, "content": content}
            for status in ANSWERS
        },
    }
    if method == "POST":
        form = {"type": "object", "properties": {name: text for name in FORM}}
        operation["requestBody"] = {
            "content": {"application/x-www-form-urlencoded": {"schema": form}}
        }
    return operation


@pytest.fixture
def operations(app: Flask, job_context: JobContext) -> list[Any]:
    tender = made.tender(job_context)
    values = {"lang": ["en", "ur"], "tender_id": [tender.id], "number": [tender.number or ""]}
    app.config["TESTING"] = False  # faults become answers, as they do when it serves
    schema = schemathesis.openapi.from_dict(described(app, values))
    schema.app = app
    return [found.ok() for found in schema.get_all_operations()]


def test_nothing_public_fails_under_any_input(operations: list[Any]) -> None:
    assert len(operations) > 40
    for operation in operations:
        _fuzz(operation)


def test_the_fuzzer_catches_a_fault(app: Flask, job_context: JobContext) -> None:
    @app.get("/faulty/<number>")
    @access.public
    def faulty(number: str) -> str:
        return str(1 / int(number == ""))

    app.config["TESTING"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    schema = schemathesis.openapi.from_dict(described(app, {}))
    schema.app = app
    with pytest.raises(BaseException, match="division by zero"):
        _fuzz(schema["/faulty/{number}"]["GET"])


def _fuzz(operation: Any) -> None:
    @given(case=operation.as_strategy())
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),  # what failed is told as it is, not made smaller
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Case) -> None:
        response = case.call_and_validate(
            headers={"Sec-Fetch-Site": "same-origin"},
            excluded_checks=[check for check in CHECKS.get_all() if check.__name__ not in KEPT],
        )
        assert not TELLING.search(response.content), f"{operation.label} tells of its inside"

    holds()


KEPT = {"not_a_server_error", "status_code_conformance", "content_type_conformance"}
