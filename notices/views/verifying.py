"""Comparing a paper or a PDF in hand with what was published: the address of the QR codes."""

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from bids import queries as bids
from foundation.values.money import western_digits
from foundation.values.refusal import Refusal
from notices import queries
from notices.views import texts
from notices.views.blueprint import blueprint, plain
from notices.views.reading import notice_shown


@blueprint.get("/verify")
@access.public
def check() -> BaseResponse | str:
    """Ask for the number on a paper, or for its PDF."""
    number = western_digits("".join(request.args.get("number", "")[:40].split())).upper()
    if not number:
        return render_template("notices/check.html", number="", unknown=False)
    try:
        notice = queries.notice(access.session(), number)
    except Refusal:
        if _own_receipt(number):
            return redirect(f"/{texts.language()}/bids/receipts/{number}")
        return render_template("notices/check.html", number=number, unknown=True)
    return redirect(url_for(".verify", number=notice.number))


@blueprint.get("/verify/<number>")
@access.public
def verify(number: str) -> BaseResponse | str:
    """Show what was published under a number, large enough to compare with a paper."""
    try:
        notice = notice_shown(number)
    except Refusal:
        return _unknown(number)
    return render_template("notices/verify.html", notice=notice, texts=texts)


@plain.get("/v/<number>")
@access.public
def short_address(number: str) -> BaseResponse:
    """Lead from the address on the paper to the page in the reader's language."""
    try:
        notice = queries.notice(access.session(), number)
    except Refusal:
        return _unknown(number)
    return redirect(url_for("notices.verify", number=notice.number))


@plain.get("/api/notices/by-fingerprint/<sha256>")
@access.public
def by_fingerprint(sha256: str) -> Response:
    """Tell which notice's PDF has this SHA-256; the file itself never comes here."""
    number = queries.number_by_pdf(access.session(), sha256)
    return jsonify(number=number, page=url_for("notices.verify", number=number))


def _unknown(number: str) -> BaseResponse:
    """Say that nothing was published under the number, beside the form to try another."""
    page = render_template("notices/check.html", number=number[:40], unknown=True)
    return make_response(page, 404)


def _own_receipt(number: str) -> bool:
    """Tell whether it is the reader's own receipt; anybody else's is as good as unknown."""
    actor = access.actor()
    if Role.VENDOR not in actor.roles:
        return False
    try:
        bids.own_receipt(access.session(), number, actor.organisation_id)
    except Refusal:
        return False
    return True
