"""Hostile values at every door, as every role: a clear answer, never a fault, nothing half done."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from accounts.domain.roles import Role
from tendering.domain.tender import Stage
from tests.house.test_matrix import NOBODY, ROLES, House, allowed, doors

STAGES = (Stage.DRAFT, Stage.PUBLISHED, Stage.OPENED)
HOSTILE_BYTES = (
    b"\xff\xfe", b"\xed\xa0\x80", "\u202eexe.fdp".encode(), b"../../etc/passwd",
    b"<script>alert(1)</script>", b"=cmd|' /C calc'!A0", b"%s%n{{7*7}}", b"9" * 400,
    b"-1", b"NaN", b"1e999", "\u0661\u0662".encode(), b"x" * 5000, b"'; DROP TABLE act; --",
    b"\r\nSet-Cookie: a=b", b"[" * 3000, "\U0001f4a3".encode(), b"",
)  # fmt: skip
QUERY_NAMES = (
    "q", "tender", "kind", "before", "after", "next", "lang", "hall", "state", "order", "category",
    "cursor", "n", "group", "sent", "page", "organisation", "lot", "version", "sort", "from",
)  # fmt: skip
HEADERS = (
    {"Accept-Language": "\xff;q=9e9,*;q=x," + "a-" * 400},
    {"If-None-Match": 'W/"' + "\xe9" * 300, "If-Modified-Since": "tomorrow"},
    {"Range": "bytes=-99999999999999999999,5-1,x"},
    {"X-Forwarded-For": "\xe9, ::1", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil"},
    {"User-Agent": "\xff" * 3000},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "application/json; charset=utf-7"},
    {"Upload-Offset": "\xb2", "X-Slice-SHA256": "\xe9" * 64},
    {"Upload-Offset": "9" * 5000, "X-Slice-SHA256": "0" * 64},
)
BODIES = (
    b"[" * 9000, b'{"sha256": ' * 900, b'{"size": 1e400}', b'{"size": ' + b"9" * 5000 + b"}",
    b'{"token": "\\ud800"}', b'{"sha256": "\\ud800", "size": 5, "notice": [], "token_sha256": {}}',
    b"\xff\xfe\0", b"null", b'{"sha256": "a", "sha256": "b", "size": true}', b"",
)  # fmt: skip
FORM = re.compile(r'<form[^>]*method="post"[^>]*>.*?</form>', re.DOTALL | re.IGNORECASE)
ACTION = re.compile(r'action="([^"]*)"')
FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*?\sname="([^"]+)"')
LAWFUL = frozenset(
    {200, 201, 204, 206, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 406, 409, 410, 411,
     413, 414, 415, 416, 422, 429}
)  # fmt: skip
STAGE_OF: dict[str, tuple[Stage, ...]] = {
    Role.OFFICER: (Stage.DRAFT, Stage.OPENED),
    Role.APPROVER: (Stage.IN_APPROVAL, Stage.REPORTED),
    Role.EVALUATOR: (Stage.OPENED,),
    Role.VENDOR: (Stage.PUBLISHED,),
}
SKIPPED = ("sign-out", "/practice/tender")


def _paths(house: House, role: str) -> Iterator[tuple[str, str]]:
    values = cycle(HOSTILE_BYTES)
    for method, address, mark in doors(house.app):
        if not allowed(mark, role) or any(part in address for part in SKIPPED):
            continue
        if mark == "public" and role not in {NOBODY, Role.OFFICER}:
            continue
        stages = islice(cycle(STAGES), ROLES.index(role), None)
        for tender in (house.tenders[next(stages)], _quoted(next(values))):
            yield method, address.format(tender=tender, id=_quoted(next(values)))
            if "{tender}" not in address:
                break


def _quoted(value: bytes) -> str:
    return quote(value[:300], safe="") or "%20"


def _ask(client: FlaskClient, method: str, path: str, number: int) -> int:
    query = "&".join(
        f"{name}={quote(HOSTILE_BYTES[(number + i) % len(HOSTILE_BYTES)], safe='')}"
        for i, name in enumerate(QUERY_NAMES)
    )
    body = None if method == "GET" else BODIES[number % len(BODIES)]
    headers = {"Origin": "http://localhost", **HEADERS[number % len(HEADERS)]}
    return client.open(f"{path}?{query}", method=method, data=body, headers=headers).status_code


def test_hostile_addresses_headers_and_bodies_cause_no_fault(house: House) -> None:
    clients = {role: house.client(role) for role in ROLES}
    house.app.testing = False
    wrong = []
    for shift, role in enumerate(ROLES):
        for number, (method, path) in enumerate(_paths(house, role), start=shift * 7):
            status = _ask(clients[role], method, path, number)
            if status not in LAWFUL:
                wrong.append(f"{role} {method} {path[:160]} #{number}: {status}")

    assert wrong == []


def _forms(client: FlaskClient, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    answer = client.get(path)
    if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
        return
    for form in FORM.findall(answer.text):
        action = ACTION.search(form[: form.index(">") + 1])
        names = tuple(dict.fromkeys(unescape(name) for name in FIELD.findall(form)))
        yield (unescape(action.group(1)) if action and action.group(1) else path), names


def _every_form(house: House, role: str, client: FlaskClient) -> set[tuple[str, tuple[str, ...]]]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for method, address, mark in doors(house.app):
        # What strangers are given everybody is given: once is enough.
        seen_before = mark == "public" and role != ROLES[0]
        if method != "GET" or not allowed(mark, role) or "{id}" in address or seen_before:
            continue
        for stage in STAGE_OF.get(role, STAGES) if "{tender}" in address else STAGES[:1]:
            seen.update(_forms(client, address.format(tender=house.tenders[stage])))
    return {form for form in seen if not any(part in form[0] for part in SKIPPED)}


def test_hostile_fields_in_every_form_cause_no_fault(house: House) -> None:
    clients = {role: house.client(role) for role in ROLES}
    house.app.testing = False
    wrong, values = [], cycle(HOSTILE_BYTES)
    for role in ROLES:
        for action, names in sorted(_every_form(house, role, clients[role])):
            for shift, value in enumerate(islice(values, 1)):
                data = "&".join(
                    f"{quote(name)}={quote(value if (i + shift) % 3 else b'1', safe='')}"
                    for i, name in enumerate(names)
                )
                answer = clients[role].post(
                    action, data=data, headers={"Origin": "http://localhost"},
                    content_type="application/x-www-form-urlencoded",
                )  # fmt: skip
                if answer.status_code not in LAWFUL:
                    wrong.append(f"{role} {action} {value[:20]!r}: {answer.status_code}")

    assert wrong == []


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("/en/account/sign-in", {"json": {"email": 5, "password": []}}, 415),
        ("/en/account/recover/code", {"data": b"[" * 9000, "content_type": "text/json"}, 200),
        ("/en/account/recover", {"data": b"[" * 9000, "content_type": "application/x+json"}, 415),
        ("/en/account/sign-in", {"data": {"email": "a\0b", "password": "x"}}, 400),
        ("/en/account/sign-in?next=%00", {"data": {"email": "a@b.example", "password": "x"}}, 400),
        ("/en/account/invitation/%00", {}, 400),
        ("/api/tenders/%00/lots/1/envelopes/single/fingerprints", {"json": {}}, 400),
        ("/en/account/sign-in", {"data": {"email": "x" * (3 << 20)}}, 413),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused_before_any_view(
    client: FlaskClient, path: str, options: dict[str, Any], status: int
) -> None:
    answer = client.post(path, **options)

    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
