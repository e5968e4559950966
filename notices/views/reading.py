"""The public list of notices, the page of one, its PDF and its facts."""

from dataclasses import dataclass

from flask import Response, render_template, request, send_file, url_for

from accounts import access
from foundation.blobs.store import BlobMissing
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from notices import queries
from notices.domain.kinds import PUBLIC_KINDS, Facts, Kind
from notices.queries import Notice, NoticeLine
from notices.renditions.pool import render_for_page
from notices.views import texts
from notices.views.blueprint import blueprint, plain

FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class KindChoice:
    """One filter of the list."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True)
class ListPage:
    """What the list of notices shows."""

    lines: tuple[NoticeLine, ...]
    choices: tuple[KindChoice, ...]
    tender: str
    newer: str
    older: str


@dataclass(frozen=True)
class NoticePage:
    """What the page of one notice shows; ``newer_number`` names the notice that replaces it."""

    number: str
    kind: Kind
    name: str
    facts: Facts
    facts_sha256: str
    pdf: queries.StoredPdf | None
    newer_number: str
    others: tuple[NoticeLine, ...]


@blueprint.get("/notices/")
@access.public
def notice_list() -> str:
    """List the notices, the newest first, with a filter by kind."""
    kind = _asked_kind()
    tender = request.args.get("tender", "")[:60]
    found = queries.published(
        access.session(),
        kind=kind,
        tender=tender,
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )
    page = ListPage(
        lines=found.lines,
        choices=_choices(kind, tender),
        tender=tender,
        newer=_address(kind, tender, before=found.newer) if found.newer else "",
        older=_address(kind, tender, after=found.older) if found.older else "",
    )
    return render_template("notices/list.html", list=page, kind_name=texts.kind_name)


@blueprint.get("/notices/<number>")
@access.public
def notice_page(number: str) -> str:
    """Show one notice as it was published."""
    return render_template("notices/notice.html", notice=notice_shown(number), texts=texts)


@plain.get("/notices/<number>.pdf")
@access.public
def notice_pdf(number: str) -> Response:
    """Give the PDF; before the job has stored it, the same bytes are made here."""
    notice = queries.notice(access.session(), number)
    if notice.pdf is None:
        return _sent(render_for_page(notice.document), notice)
    if request.if_none_match.contains(notice.pdf.sha256):
        return Response(status=304, headers={"ETag": f'"{notice.pdf.sha256}"'})
    try:
        stream = access.context().blobs.open(notice.pdf.blob_key)
    except BlobMissing as error:
        raise Refusal("not-found") from error
    answer = send_file(
        stream, mimetype="application/pdf", download_name=_file_name(notice), etag=notice.pdf.sha256
    )
    answer.headers["Content-Length"] = str(notice.pdf.size)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


@plain.get("/notices/<number>.json")
@access.public
def notice_facts(number: str) -> Response:
    """Give the facts of the notice: canonical JSON, the bytes attached to the PDF."""
    notice = queries.notice(access.session(), number)
    answer = Response(notice.document, mimetype="application/json")
    answer.set_etag(notice.facts_sha256)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def notice_shown(number: str) -> NoticePage:
    """Return what pages show of one notice.

    Raises:
        Refusal: ``not-found``.
    """
    session = access.session()
    notice = queries.notice(session, number)
    newest = queries.newest_number(session, notice.tender_id, notice.kind)
    return NoticePage(
        number=notice.number,
        kind=notice.kind,
        name=texts.kind_name(notice.kind),
        facts=notice.facts,
        facts_sha256=notice.facts_sha256,
        pdf=notice.pdf,
        newer_number=newest if newest and newest != notice.number else "",
        others=tuple(
            line
            for line in queries.notices_of_tender(session, notice.tender_id)
            if line.number != notice.number
        ),
    )


def _sent(pdf: bytes, notice: Notice) -> Response:
    answer = Response(pdf, mimetype="application/pdf")
    answer.set_etag(sha256_hex(pdf))
    answer.headers["Content-Disposition"] = f'inline; filename="{_file_name(notice)}"'
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


def _file_name(notice: Notice) -> str:
    return f"{notice.kind.value.replace('_', '-')}-{notice.number}.pdf"


def _asked_kind() -> Kind | None:
    asked = request.args.get("kind", "")
    return next((kind for kind in PUBLIC_KINDS if kind.value == asked), None)


def _choices(chosen: Kind | None, tender: str) -> tuple[KindChoice, ...]:
    every = KindChoice(texts.every_kind(), _address(None, tender), chosen is None)
    return (
        every,
        *(
            KindChoice(texts.kind_plural(kind), _address(kind, tender), kind is chosen)
            for kind in PUBLIC_KINDS
        ),
    )


def _address(kind: Kind | None, tender: str, *, before: str = "", after: str = "") -> str:
    return url_for(
        ".notice_list",
        kind=kind.value if kind else None,
        tender=tender or None,
        before=before or None,
        after=after or None,
    )
