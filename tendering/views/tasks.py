"""An officer's pages around a draft: dashboard, beginning, task list, check, recall."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from foundation.database import DatabaseKind, database_kind
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name
from tendering import facts, queries
from tendering.acts import approving, beginning
from tendering.domain.committee import COMMITTEE_SEAL
from tendering.domain.difference import differences
from tendering.domain.importing import LARGEST_FILE, LONGEST_TITLE, import_ocds
from tendering.domain.publication import DRAFT_TOPICS, OPTIONAL_TOPICS, Gap, Topic
from tendering.domain.tender import ENDED_STAGES, PUBLIC_STAGES, ChangeKind, Stage, Tender
from tendering.forms import CheckForm, NewTenderForm
from tendering.rulebooks import current_book, current_books
from tendering.tender_lines import TenderLine
from tendering.views import texts
from tendering.views.blueprint import office, public
from tendering.views.changing import TOPIC_OF, change_shown
from tendering.views.links import Link, Place, links_of
from tendering.views.own import OFFICE, book_of, gaps_of, now, own_tender, tender_changed_by
from tendering.views.telling import done, tell
from tendering.views.uploads import read_upload
from tendering.views.whole import whole_draft

UNDER_WAY = PUBLIC_STAGES - ENDED_STAGES


@dataclass(frozen=True)
class Work:
    """A tender on the dashboard: where it stands and what to do next."""

    line: TenderLine
    status: str
    kind: str
    href: str
    todo: str
    links: tuple[Link, ...] = ()

    @property
    def waits_for_reader(self) -> bool:
        """Tell whether the reader has something to do here."""
        return bool(self.todo) or any(link.todo for link in self.links)


@dataclass(frozen=True)
class Task:
    """A line of a draft's task list."""

    title: str
    hint: str
    href: str
    status: str
    kind: str


@public.get("/drafts/", strict_slashes=False)
@access.roles(*OFFICE)
def dashboard() -> str:
    """List the organisation's tenders by what is to be done with them."""
    actor = access.actor()
    lines = queries.tenders_of(access.session(), actor.organisation_id)
    work = [_work(line) for line in lines]
    mine = [each for each in work if each.waits_for_reader]
    rest = [each for each in work if not each.waits_for_reader]
    return render_template(
        "tendering/dashboard.html",
        todo=mine,
        waiting=[each for each in rest if each.line.stage not in PUBLIC_STAGES],
        public=[each for each in rest if each.line.stage in PUBLIC_STAGES],
        may_draft=Role.OFFICER in actor.roles,
    )


def _work(line: TenderLine) -> Work:
    status, kind = texts.STAGES[line.stage] if line.amends is None else texts.CHANGE_STAGE
    href, todo = _next_step(line)
    return Work(
        line,
        texts.translated(status),
        kind,
        href,
        todo,
        _office_links(line) if line.stage in UNDER_WAY else (),
    )


def _office_links(line: TenderLine) -> tuple[Link, ...]:
    return links_of(facts.tender(access.session(), line.id), now(), Place.OFFICE)


def _next_step(line: TenderLine) -> tuple[str, str]:
    """Return where a press leads and what the actor should do there, empty for nothing."""
    actor = access.actor()
    if line.stage is Stage.DRAFT:
        href = url_for("drafts.task_list", tender_id=line.id)
        todo = gettext("Finish the draft") if line.amends is None else gettext("Finish the change")
        return href, todo if Role.OFFICER in actor.roles else ""
    if line.stage is Stage.IN_APPROVAL:
        href = url_for("drafts.approval", tender_id=line.id)
        may = Role.APPROVER in actor.roles and actor.account_id not in line.authors
        todo = gettext("Check and publish") if line.amends is None else gettext("Check the change")
        return href, todo if may else ""
    return url_for("tendering.tender_page", tender_id=line.id), ""


@office.route("/new", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def new() -> Response | str | tuple[str, int]:
    """Begin a draft with a title, or from an OCDS file."""
    form = NewTenderForm()
    books = [book for book in current_books() if _offered(book.practice)]
    form.book.choices = [(book.id, book.title.in_language(texts.language())) for book in books]
    if request.method == "GET":
        form.key.data = new_id()
        form.book.data = books[0].id
        return render_template("tendering/new.html", form=form, books=books)
    try:
        tender = _create(form)
    except Refusal as refusal:
        fields = {"title-missing": "title_en", "unknown-rulebook": "book", "practice-book": "book"}
        tell(form, refusal, books[0].calendar.zone, _or_file(refusal, fields))
        form.key.data = form.key.data or new_id()
        return render_template("tendering/new.html", form=form, books=books), 422
    return redirect(url_for("drafts.task_list", tender_id=tender.id), 303)


def _or_file(refusal: Refusal, fields: dict[str, str]) -> dict[str, str]:
    return {refusal.code: "ocds", **fields}


def _create(form: NewTenderForm) -> Tender:
    title = Text(
        clean_name(form.title_en.data or "", longest=LONGEST_TITLE),
        clean_name(form.title_ur.data or "", longest=LONGEST_TITLE),
    )
    book = current_book(form.book.data or "")
    data = read_upload(form.ocds.data, LARGEST_FILE)
    imported = None if data is None else import_ocds(data[1], book.currency)
    if imported is None and not (title.en or title.ur):
        raise Refusal("title-missing")
    with access.unit_of_work() as uow:
        tender = beginning.create_draft(
            uow, tender_id=form.key.data or "", book_id=book.id, title=title, imported=imported
        )
    for warning in imported.warnings if imported is not None else ():
        done(texts.warning_text(warning))
    return tender


def _offered(practice: bool) -> bool:
    return not practice or database_kind(access.session()) is not DatabaseKind.REAL


@office.get("/<tender_id>", strict_slashes=False)
@access.roles(*OFFICE)
def task_list(tender_id: str) -> Response | str:
    """Show what a draft has and what it lacks; a change carried out is shown where it went."""
    past = facts.change_done(access.session(), tender_id)
    if past is not None:
        return redirect(url_for("tendering.changes", tender_id=past.tender_id))
    tender = own_tender(tender_id)
    if tender.stage is Stage.IN_APPROVAL:
        return redirect(url_for("drafts.approval", tender_id=tender_id))
    if tender.stage is not Stage.DRAFT:
        return redirect(url_for("tendering.tender_page", tender_id=tender_id))
    changed = tender_changed_by(tender)
    if tender.amends is not None and tender.amends.kind is ChangeKind.CANCELLATION:
        return redirect(url_for("drafts.reason", tender_id=tender_id))
    gaps = gaps_of(tender, now())
    may_edit = Role.OFFICER in access.actor().roles
    return render_template(
        "tendering/task_list.html",
        tender=tender,
        book=book_of(tender),
        changed=changed,
        tasks=[
            _task(tender, topic, gaps, may_edit=may_edit)
            for topic in (DRAFT_TOPICS if changed is None else Topic)
            if topic is not Topic.COMMITTEE or tender.seal == COMMITTEE_SEAL
        ],
        complete=not gaps,
        may_edit=may_edit,
    )


def _task(tender: Tender, topic: Topic, gaps: tuple[Gap, ...], *, may_edit: bool) -> Task:
    gap = next((gap for gap in gaps if gap.topic is topic), None)
    hint = texts.translated(texts.TOPIC_HINTS[topic])
    if tender.amends is not None and topic is Topic.DATES:
        hint = gettext("Deadline and opening; only to a later time")
    count = _count(tender, topic)
    same = topic is not Topic.REASON and _as_published(tender, topic)
    if gap is None and same:
        status, kind = gettext("As published"), ""
    elif gap is None and tender.amends is not None and topic is not Topic.REASON:
        status, kind = gettext("Changed"), "info"
    elif gap is not None:
        begun = topic not in {Topic.FACTS, Topic.ITEMS, Topic.REASON} or bool(count)
        status, kind = gettext("To do"), "soon"
        if begun:
            hint = texts.refusal_text(gap.refusal, tender.schedule.zone)
    elif topic in OPTIONAL_TOPICS and not count:
        status, kind = gettext("Optional"), ""
    elif count > 1 or topic in OPTIONAL_TOPICS:
        status, kind = gettext("Done: %(count)s", count=count), "done"
    else:
        status, kind = gettext("Done"), "done"
    href = url_for(f"drafts.{topic.value}", tender_id=tender.id) if may_edit else ""
    return Task(texts.translated(texts.TOPICS[topic]), hint, href, status, kind)


def _as_published(draft: Tender, topic: Topic) -> bool:
    """Tell whether a change leaves this topic as it was published."""
    changed = tender_changed_by(draft)
    if changed is None:
        return False
    return topic not in {TOPIC_OF[each.part] for each in differences(changed, draft)}


def _count(tender: Tender, topic: Topic) -> int:
    return {
        Topic.FACTS: len(tender.title.en or tender.title.ur) and 1,
        Topic.LOTS: len(tender.lots),
        Topic.ITEMS: len(tender.items),
        Topic.DOCUMENTS: len(tender.documents),
        Topic.REQUIREMENTS: len(tender.requirements),
        Topic.CRITERIA: len(tender.criteria),
        Topic.COMMITTEE: tender.committee.ready_count if tender.committee else 0,
        Topic.DATES: 1,
        Topic.REASON: 1 if tender.amends is not None and tender.amends.code else 0,
    }[topic]


@office.route("/<tender_id>/check", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def check(tender_id: str) -> Response | str | tuple[str, int]:
    """Show every answer of a draft before it goes to a second person."""
    tender = own_tender(tender_id)
    form = CheckForm()
    status = 200
    if request.method == "POST":
        try:
            with access.unit_of_work() as uow:
                approving.submit_for_approval(uow, tender_id, form.revision_number())
        except Refusal as refusal:
            tell(form, refusal, tender.schedule.zone, {})
            tender, status = own_tender(tender_id), 422
        else:
            done(gettext("The draft is with the approvers. You will be told when they answer."))
            return redirect(url_for("tendering.dashboard"), 303)
    if tender.stage is not Stage.DRAFT:
        return redirect(url_for("drafts.task_list", tender_id=tender_id))
    form.revision.data = str(tender.revision)
    gaps = gaps_of(tender, now())
    page = render_template(
        "tendering/check.html" if tender.amends is None else "tendering/change_check.html",
        form=form,
        **(whole_draft(tender, now()) if tender.amends is None else change_shown(tender)),
        gaps=[
            (
                texts.refusal_text(gap.refusal, tender.schedule.zone),
                url_for(f"drafts.{gap.topic.value}", tender_id=tender_id),
            )
            for gap in gaps
        ],
        editable=True,
    )
    return page, status


@office.post("/<tender_id>/recall")
@access.roles(Role.OFFICER)
def recall(tender_id: str) -> Response:
    """Take a submitted draft back to change it."""
    own_tender(tender_id)
    with access.unit_of_work() as uow:
        approving.recall_draft(uow, tender_id)
    return redirect(url_for("drafts.task_list", tender_id=tender_id), 303)
