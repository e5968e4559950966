"""The public journal for everybody, the sealed one for auditors, both as pages and as CSV."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import get_locale, gettext

from accounts import access
from accounts.domain.roles import Role
from evaluation.domain.permissions import EvaluationAct
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from oversight import queries
from oversight.acts import looking
from oversight.domain.kinds import GROUP_NAMES, GROUPS, KIND_NAMES, group_of
from oversight.domain.spreadsheets import csv_lines
from oversight.views.blueprint import blueprint
from transparency.queries import (
    MOST_EXPORTED,
    PublicEntry,
    SealedEntry,
    Wanted,
    public_entries,
    public_entry,
)

PUBLIC_FAMILIES = frozenset(
    {"tender", "question", "box", "opening", "day", "award", "role", "organisation", "notice"}
)
PUBLIC_KINDS = tuple(
    kind
    for kind in KIND_NAMES
    if kind.split(".")[0] in PUBLIC_FAMILIES
    or kind in {"account.closed", *(str(each) for each in EvaluationAct)}
)


@dataclass(frozen=True)
class Line:
    """One entry as the pages show it."""

    act_id: str
    at: datetime
    kind: str
    name: str
    tender_id: str
    tender_number: str
    n: int | None
    who: str
    document: str


@dataclass(frozen=True)
class JournalPage:
    """A page of a journal with what was asked and the ways on."""

    lines: tuple[Line, ...]
    tender: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    newer: str
    older: str
    download: str
    problem: Refusal | None


@blueprint.get("/journal")
@access.public
def journal() -> str:
    """Show the public journal."""
    wanted, problem = _wanted(_public_kinds())
    found = public_entries(access.session(), wanted)
    choices = (("", gettext("Everything")), *((k, gettext(KIND_NAMES[k])) for k in PUBLIC_KINDS))
    lines = () if problem else _lines(found.entries)
    page = _page("oversight.journal", lines, found.newer, found.older, choices, problem)
    return render_template("oversight/journal.html", view=page)


@blueprint.get("/journal.csv")
@access.public
def journal_csv() -> Response:
    """Give the public journal as CSV."""
    wanted, problem = _wanted(_public_kinds(), limit=MOST_EXPORTED)
    if problem:
        raise problem
    return _csv("journal", _lines(public_entries(access.session(), wanted).entries))


@blueprint.get("/journal/<act_id>.json")
@access.public
def entry(act_id: str) -> Response:
    """Give one public act with document, salt and leaf, to work the commitment out again."""
    found = public_entry(access.session(), act_id)
    return jsonify(
        act=found.act_id,
        tender=found.tender_id,
        n=found.n,
        kind=found.kind,
        at=instant_text(found.at),
        doc=found.doc,
        salt=found.salt,
        leaf=found.leaf.decode(),
    )


@blueprint.get("/records")
@access.roles(Role.AUDITOR, Role.ADMINISTRATOR)
def auditor_page() -> str:
    """Show the sealed journal as far as its time has come; this reading is on record."""
    group = group_of(request.args.get("kind", ""))
    wanted, problem = _wanted(GROUPS[group])
    lines: tuple[Line, ...] = ()
    newer = older = False
    if problem is None:
        try:
            with access.unit_of_work() as uow:
                found = looking.read_journal(uow, wanted, group.value)
            lines, newer, older = _lines(found.entries), found.newer, found.older
        except Refusal as refusal:
            if refusal.code != "still-sealed":
                raise
            problem = refusal
    choices = tuple((each.value, gettext(name)) for each, name in GROUP_NAMES.items())
    page = _page("oversight.auditor_page", lines, newer, older, choices, problem)
    return render_template("oversight/records.html", view=page)


@blueprint.get("/records.csv")
@access.roles(Role.AUDITOR, Role.ADMINISTRATOR)
def records_csv() -> Response:
    """Give the sealed journal as CSV; this download is on record."""
    group = group_of(request.args.get("kind", ""))
    wanted, problem = _wanted(GROUPS[group], limit=MOST_EXPORTED)
    if problem:
        raise problem
    with access.unit_of_work() as uow:
        found = looking.export_journal(uow, wanted, group.value)
    return _csv("sealed-journal", _lines(found.entries))


def _public_kinds() -> frozenset[str]:
    kind = request.args.get("kind", "")
    return frozenset({kind}) if kind in KIND_NAMES else frozenset()


def _wanted(kinds: frozenset[str], limit: int = 50) -> tuple[Wanted, Refusal | None]:
    try:
        tender_id = queries.tender_named(access.session(), request.args.get("tender", ""))
    except Refusal as refusal:
        return Wanted(limit=0), refusal
    before, after = request.args.get("before", "")[:40], request.args.get("after", "")[:40]
    return Wanted(tender_id, kinds, before, after, limit), None


def _lines(entries: Iterable[PublicEntry | SealedEntry]) -> tuple[Line, ...]:
    found = tuple(entries)
    ids = frozenset(each.tender_id for each in found if each.tender_id)
    numbers = queries.tender_numbers(access.session(), ids)
    names = _names(found)
    return tuple(
        Line(
            act_id=each.act_id,
            at=each.at,
            kind=each.kind,
            name=gettext(KIND_NAMES[each.kind]) if each.kind in KIND_NAMES else each.kind,
            tender_id=each.tender_id,
            tender_number=numbers.get(each.tender_id, ""),
            n=each.n if isinstance(each, PublicEntry) else None,
            who=names.get(_account(each), ""),
            document=_document(each.doc),
        )
        for each in found
    )


def _account(entry: PublicEntry | SealedEntry) -> str:
    return str(((entry.doc or {}).get("by") or {}).get("account", ""))


def _names(found: tuple[PublicEntry | SealedEntry, ...]) -> dict[str, str]:
    """Return who acted, in the sealed journal only: the public one names nobody."""
    ids = frozenset(_account(each) for each in found if isinstance(each, SealedEntry))
    people = queries.people_named(access.session(), ids)
    language = str(get_locale() or "en")[:2]
    return {account_id: name.in_language(language) for account_id, name in people.items()}


def _document(doc: dict[str, Any] | None) -> str:
    return "" if doc is None else json.dumps(doc, ensure_ascii=False, indent=1, sort_keys=True)


def _page(
    endpoint: str,
    lines: tuple[Line, ...],
    newer: bool,
    older: bool,
    choices: tuple[tuple[str, str], ...],
    problem: Refusal | None,
) -> JournalPage:
    tender, kind = request.args.get("tender", "")[:60], request.args.get("kind", "")[:60]
    asked: dict[str, Any] = {
        name: text for name, text in (("tender", tender), ("kind", kind)) if text
    }
    file = {"oversight.journal": "oversight.journal_csv"}.get(endpoint, "oversight.records_csv")
    return JournalPage(
        lines=lines,
        tender=tender,
        kind=kind,
        choices=choices,
        newer=url_for(endpoint, **asked, after=lines[0].act_id) if newer and lines else "",
        older=url_for(endpoint, **asked, before=lines[-1].act_id) if older and lines else "",
        download=url_for(file, **asked),
        problem=problem,
    )


def _csv(name: str, lines: Iterable[Line]) -> Response:
    head = ("at", "kind", "tender", "number", "n", "who", "act", "document")
    rows = (
        (
            instant_text(line.at),
            line.kind,
            line.tender_id,
            line.tender_number,
            "" if line.n is None else str(line.n),
            line.who,
            line.act_id,
            " ".join(line.document.split()),
        )
        for line in lines
    )
    response = Response(list(csv_lines(head, rows)), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="muhr-{name}.csv"'
    return response
