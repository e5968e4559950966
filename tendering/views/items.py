"""The items of a draft: typed one by one, pasted, loaded from a sheet, taken from OCDS."""

from dataclasses import replace

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from foundation.values.money import parse_amount
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name
from tendering.acts import drafting
from tendering.domain.importing import LARGEST_FILE, import_ocds
from tendering.domain.item_lines import (
    LONGEST_DESCRIPTION,
    ItemRows,
    decode,
    read_rows,
    rows_of_text,
)
from tendering.domain.lots import LONGEST_UNIT
from tendering.domain.pack import plain
from tendering.domain.publication import Topic
from tendering.domain.tender import Item, Stage, Tender
from tendering.forms import ItemForm, OcdsForm, PasteForm, RevisionForm
from tendering.spreadsheets import LARGEST_FILE as LARGEST_SHEET
from tendering.spreadsheets import is_spreadsheet, rows_of_sheet
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.own import own_tender, to_task_list, to_topic
from tendering.views.telling import done, tell
from tendering.views.uploads import read_upload

ITEM_FIELDS = {
    "item-undescribed": "description_en",
    "bad-quantity": "quantity",
    "quantity-out-of-range": "quantity",
    "unit-missing": "unit",
    "unknown-lot": "lot",
}
SHEET_FIELDS = {
    "file-too-large": "sheet",
    "bad-spreadsheet": "sheet",
    "too-many-rows": "sheet",
    "file-name-missing": "sheet",
    "bad-encoding": "sheet",
    "file-missing": "table",
    "text-too-long": "table",
}
Page = Response | str | tuple[str, int]


@office.get("/<tender_id>/items")
@access.roles(Role.OFFICER)
def items(tender_id: str) -> Page:
    """Show the items and the ways to add some; ``?edit=`` opens one to change."""
    tender = own_tender(tender_id)
    if tender.stage is not Stage.DRAFT:
        return to_task_list(tender)
    form = _item_form(tender)
    chosen = next((item for item in tender.items if item.id == request.args.get("edit")), None)
    if chosen is not None:
        form.item.data = chosen.id
        form.description_en.data = chosen.description.en
        form.description_ur.data = chosen.description.ur
        form.quantity.data, form.unit.data = plain(chosen.quantity), chosen.unit
        form.lot.data = chosen.lot_id
    return _page(tender, item=form)


@office.post("/<tender_id>/items")
@access.roles(Role.OFFICER)
def save_item(tender_id: str) -> Page:
    """Add the typed item, or change the one that the form names."""
    tender = own_tender(tender_id)
    form = _item_form(tender)
    try:
        given = _item_given(form)
        _save_item(tender, form, given)
    except Refusal as refusal:
        return _refused(tender, form, refusal, ITEM_FIELDS, "item")
    return to_topic(tender, Topic.ITEMS)


@office.post("/<tender_id>/items/remove")
@access.roles(Role.OFFICER)
def remove_item(tender_id: str) -> Page:
    """Take one item, or all of them, out of the draft."""
    tender = own_tender(tender_id)
    form = RevisionForm()
    gone = request.form.get("item", "")
    kept = [item for item in tender.items if item.id != gone and gone != "all"]
    try:
        with access.unit_of_work() as uow:
            drafting.edit_items(uow, tender_id, form.revision_number(), kept)
    except Refusal as refusal:
        return _refused(tender, _item_form(tender, fresh=True), refusal, {}, "item")
    return to_topic(tender, Topic.ITEMS)


@office.post("/<tender_id>/items/table")
@access.roles(Role.OFFICER)
def save_table(tender_id: str) -> Page:
    """Take a pasted or loaded table; with any faulty row nothing is taken."""
    tender = own_tender(tender_id)
    form = PasteForm()
    rows = ItemRows((), ())
    try:
        rows = _rows_given(form, tender)
        if rows.errors:
            raise Refusal("rows-with-errors")
        kept = list(tender.items) if form.keep.data else []
        with access.unit_of_work() as uow:
            drafting.edit_items(uow, tender_id, form.revision_number(), [*kept, *rows.items])
    except Refusal as refusal:
        return _refused(tender, form, refusal, SHEET_FIELDS, "paste", rows)
    done(gettext("%(count)s items were taken.", count=len(rows.items)))
    return to_topic(tender, Topic.ITEMS)


@office.post("/<tender_id>/items/ocds")
@access.roles(Role.OFFICER)
def import_items(tender_id: str) -> Page:
    """Take lots and items from an OCDS file."""
    tender = own_tender(tender_id)
    form = OcdsForm()
    try:
        upload = read_upload(form.ocds.data, LARGEST_FILE)
        if upload is None:
            raise Refusal("file-missing")
        imported = import_ocds(upload[1], tender.currency)
        with access.unit_of_work() as uow:
            drafting.import_into_draft(uow, tender_id, form.revision_number(), imported)
    except Refusal as refusal:
        fields = {} if refusal.code == "stale-form" else {refusal.code: "ocds"}
        return _refused(tender, form, refusal, fields, "ocds")
    done(gettext("%(count)s items were taken.", count=len(imported.items)))
    for warning in imported.warnings:
        done(texts.warning_text(warning))
    return to_topic(tender, Topic.ITEMS)


def _item_form(tender: Tender, *, fresh: bool = False) -> ItemForm:
    form = ItemForm(formdata=None) if fresh else ItemForm()
    language = texts.language()
    form.lot.choices = [
        (
            lot.id,
            f"{lot.id}. {lot.title.in_language(language)}"
            if lot.title.en or lot.title.ur
            else lot.id,
        )
        for lot in tender.lots
    ]
    return form


def _item_given(form: ItemForm) -> Item:
    try:
        quantity = parse_amount((form.quantity.data or "").strip())
    except Refusal as refusal:
        raise Refusal("bad-quantity") from refusal
    return Item(
        id="",
        lot_id=form.lot.data or form.lot.choices[0][0],
        description=Text(
            clean_name(form.description_en.data or "", longest=LONGEST_DESCRIPTION),
            clean_name(form.description_ur.data or "", longest=LONGEST_DESCRIPTION),
        ),
        quantity=quantity,
        unit=clean_name(form.unit.data or "", longest=LONGEST_UNIT + 1),
    )


def _save_item(tender: Tender, form: ItemForm, given: Item) -> None:
    revision = form.revision_number()
    changed_id = form.item.data or ""
    if changed_id:
        listed = [replace(given, id=changed_id) if i.id == changed_id else i for i in tender.items]
    elif (
        revision == tender.revision - 1
        and tender.items
        and given == replace(tender.items[-1], id="")
    ):
        return  # the button was pressed twice
    else:
        listed = [*tender.items, given]
    with access.unit_of_work() as uow:
        drafting.edit_items(uow, tender.id, revision, listed)


def _rows_given(form: PasteForm, tender: Tender) -> ItemRows:
    upload = read_upload(form.sheet.data, LARGEST_SHEET)
    if upload is not None:
        data = upload[1]
        cells = rows_of_sheet(data) if is_spreadsheet(data) else rows_of_text(decode(data))
    elif (form.table.data or "").strip():
        cells = rows_of_text(form.table.data or "")
    else:
        raise Refusal("file-missing")
    return read_rows(cells, tender.lots)


def _refused(
    tender: Tender,
    form: RevisionForm,
    refusal: Refusal,
    fields: dict[str, str],
    name: str,
    rows: ItemRows | None = None,
) -> Page:
    tell(form, refusal, tender.schedule.zone, fields)
    tender = own_tender(tender.id)
    if tender.stage is not Stage.DRAFT:
        return to_task_list(tender)
    errors = [texts.row_error_text(error) for error in (rows.errors if rows else ())]
    return _page(
        tender, **{name: form}, row_errors=errors
    ), 409 if refusal.code == "stale-form" else 422


def _page(
    tender: Tender,
    *,
    item: ItemForm | None = None,
    paste: PasteForm | None = None,
    ocds: OcdsForm | None = None,
    row_errors: list[str] | None = None,
) -> str:
    refused = item or paste or ocds
    form = item or _item_form(tender, fresh=True)
    paste = paste or PasteForm(formdata=None)
    ocds = ocds or OcdsForm(formdata=None)
    for each in (form, paste, ocds):
        each.revision.data = str(tender.revision)
    return render_template(
        "tendering/items.html",
        tender=tender,
        item=form,
        paste=paste,
        ocds=ocds,
        refused=refused,
        row_errors=row_errors or [],
    )
