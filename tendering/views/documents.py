"""The documents of a tender: added to a draft, downloaded by anybody once published."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access, handing_out
from accounts.domain.roles import Role
from accounts.handing_out import StoredFile
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts import drafting
from tendering.domain.publication import Topic
from tendering.domain.tender import PUBLIC_STAGES, Document, Stage, Tender
from tendering.forms import DocumentForm
from tendering.views.blueprint import office, public
from tendering.views.own import own_tender, to_task_list, to_topic
from tendering.views.telling import tell
from tendering.views.uploads import (
    LARGEST_DOCUMENT,
    MEDIA_TYPES,
    check_beginning,
    extension_of,
    plain_name,
    shown_name,
)

CHUNK = 256 * 1024


@office.route("/<tender_id>/documents", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def documents(tender_id: str) -> BaseResponse | str | tuple[str, int]:
    """List a draft's documents and add one: the bytes are stored first, then the short act."""
    tender = own_tender(tender_id)
    if tender.stage is not Stage.DRAFT:
        return to_task_list(tender)
    form = DocumentForm()
    status = 200
    if request.method == "POST":
        try:
            document = _store(tender, form)
            with access.unit_of_work() as uow:
                drafting.add_document(uow, tender_id, document)
            return to_topic(tender, Topic.DOCUMENTS)
        except Refusal as refusal:
            tell(form, refusal, tender.schedule.zone, {refusal.code: "document"})
            tender, status = own_tender(tender_id), 422
    page = render_template(
        "tendering/documents.html",
        tender=tender,
        form=form,
        types=", ".join(MEDIA_TYPES),
        accept=",".join(f".{extension}" for extension in MEDIA_TYPES),
        most_mb=LARGEST_DOCUMENT // 1024**2,
    )
    return page, status


@office.post("/<tender_id>/documents/remove")
@access.roles(Role.OFFICER)
def remove_document(tender_id: str) -> BaseResponse:
    """Take a document out of the draft."""
    tender = own_tender(tender_id)
    with access.unit_of_work() as uow:
        drafting.remove_document(uow, tender_id, request.form.get("document", ""))
    return to_topic(tender, Topic.DOCUMENTS)


@public.get("/tenders/<tender_id>/documents/<document_id>")
@access.public
def download(tender_id: str, document_id: str) -> BaseResponse:
    """Give a document as an attachment under a plain name of our own making.

    A draft's are given to the people of its organisation only.
    """
    tender = facts.tender(access.session(), tender_id)
    if tender.stage not in PUBLIC_STAGES:
        tender = own_tender(tender_id)
    document = next((each for each in tender.documents if each.id == document_id), None)
    if document is None:
        raise Refusal("not-found")
    return handing_out.hand_out(
        StoredFile(
            blob_key=document.blob_key,
            size=document.size,
            sha256=document.sha256,
            name=plain_name(document.name, tender.number or "draft"),
            media_type=document.media_type,
            public=tender.stage in PUBLIC_STAGES,
        )
    )


@public.get("/tenders/number/<number>")
@access.public
def by_number(number: str) -> BaseResponse:
    """Lead from a tender's number, as papers carry it, to its page."""
    tender = facts.tender_by_number(access.session(), number)
    return redirect(url_for("tendering.tender_page", tender_id=tender.id))


def _store(tender: Tender, form: DocumentForm) -> Document:
    storage = form.document.data
    if storage is None or not getattr(storage, "filename", ""):
        raise Refusal("file-missing")
    name = shown_name(storage.filename or "")
    extension = extension_of(name)
    given = (form.name.data or "").strip()
    if given:
        name = shown_name(f"{given}.{extension}")
    check_beginning(extension, storage.stream)
    _refuse_same(tender, storage.stream)
    document_id = new_id()
    key = f"tenders/{tender.id}/{document_id}"
    stat = access.context().blobs.put_new(key, _chunks(storage.stream))
    return Document(document_id, name, stat.size, MEDIA_TYPES[extension], stat.sha256, key)


def _refuse_same(tender: Tender, stream: BinaryIO) -> None:
    """Refuse a document that is too large or there already, before any byte is stored."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(stream, close=False):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    if size > LARGEST_DOCUMENT:
        raise Refusal("file-too-large", most_mb=LARGEST_DOCUMENT // 1024**2)
    if digest.hexdigest() in {each.sha256 for each in tender.documents}:
        raise Refusal("same-document")


def _chunks(stream: BinaryIO, *, close: bool = True) -> Iterator[bytes]:
    try:
        while chunk := stream.read(CHUNK):
            yield chunk
    finally:
        if close:
            stream.close()
