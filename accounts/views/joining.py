"""Coming in: vendors' registration, invitations, the first run."""

from flask import redirect, render_template, request, session, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from accounts import access, first_run, identity, queries
from accounts.acts import founding, inviting, limiting, registering, visiting
from accounts.credentials import NewPassword, digest_of, new_password
from accounts.domain import passwords
from accounts.domain.invitations import InvitationState
from accounts.domain.limits import Tried
from accounts.domain.organisations import (
    OrganisationForm,
    Person,
    PersonForm,
    checked_email,
    checked_person,
    person_problems,
    problems,
)
from accounts.domain.registration import Registration
from accounts.domain.roles import OrganisationKind
from accounts.domain.visits import Awaiting
from accounts.forms import (
    AcceptForm,
    AddressForm,
    CodeForm,
    FirstRunForm,
    NewPasswordFields,
    RegisterForm,
    organisation_form,
    person_form,
)
from accounts.queries import invited
from accounts.views.blueprint import blueprint, outside
from accounts.views.entering import go_on
from accounts.views.telling import done, role_name, tell, text_of
from foundation.database import database_instant
from foundation.values.refusal import Refusal


def chosen_password(form: NewPasswordFields, *known_words: str) -> NewPassword:
    """Return the hashed new password.

    Raises:
        Refusal: ``passwords-differ`` or what ``passwords.choose`` says.
    """
    if (form.password.data or "") != (form.again.data or ""):
        raise Refusal("passwords-differ")
    return new_password(form.password.data or "", known_words=known_words)


def _password_problems(form: NewPasswordFields, email: str) -> tuple[Refusal, ...]:
    """Return what is wrong with the new password, so that a form shows all at once."""
    try:
        if (form.password.data or "") != (form.again.data or ""):
            raise Refusal("passwords-differ")
        passwords.choose(form.password.data or "", known_words=(email,))
    except Refusal as refusal:
        return (refusal,)
    return ()


@blueprint.route("/register", methods=["GET", "POST"])
@access.public
def register() -> Response | str:
    """Register a vendor's firm and its first person."""
    form = RegisterForm(language=str(get_locale()))
    if request.method == "POST":
        answer = _register(form)
        if answer is not None:
            return answer
    return render_template("accounts/register.html", form=form)


def _register(form: RegisterForm) -> Response | str | None:
    firm, who = organisation_form(form), person_form(form)
    found = (
        *problems(firm, OrganisationKind.VENDOR),
        *person_problems(who),
        *_password_problems(form, who.email),
    )
    for refusal in found:
        tell(form, refusal)
    if found:
        return None
    password, caller = chosen_password(form, who.email), identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.REGISTER, checked_email(who.email), caller.address)
    if stopped is not None:
        tell(form, stopped)
        return None
    return go_on(_write_vendor(firm, who, password), "email")


def _write_vendor(
    firm: OrganisationForm, who: PersonForm, password: NewPassword
) -> visiting.NewVisit:
    with access.unit_of_work() as uow:
        registered: Person | None = registering.register_vendor(
            uow, identity.own_keyring(), firm, who, password
        )
        typed = Registration(firm, checked_person(who), password.hash)
        return registering.begin_confirmation(
            uow, identity.own_keyring(), registered, typed, identity.caller()
        )


@blueprint.route("/confirm-email", methods=["GET", "POST"])
@access.public
def confirm_email() -> Response | str:
    """Take the code from the message."""
    visit_id, person = identity.waiting(Awaiting.EMAIL_CODE)
    form = CodeForm()
    if request.method == "POST":
        outcome = _confirm(visit_id, person, form.code.data or "")
        if isinstance(outcome, visiting.NewVisit):
            return go_on(outcome, "email")
        tell(form, outcome)
    return _confirmation_page(form, AddressForm(formdata=None))


def _confirmation_page(form: CodeForm, address: AddressForm) -> str:
    typed = _typed_registration()
    return render_template(
        "accounts/confirm_email.html",
        form=form,
        address=address,
        sent_to=typed.person.email if typed else "",
        practice=access.context().settings.practice,
        sent=request.args.get("sent", ""),
    )


def _typed_registration() -> Registration | None:
    _, person = identity.waiting(Awaiting.EMAIL_CODE)
    account_id = person.id if person else None
    return registering.typed_registration(
        access.session(), identity.own_keyring(), session, account_id
    )


@blueprint.post("/confirm-email/address")
@access.public
def correct_email() -> Response | str:
    """Put a wrong address right: the code goes to the right one, the wrong one is forgotten."""
    identity.waiting(Awaiting.EMAIL_CODE)
    form = AddressForm()
    try:
        email = checked_email(form.email.data or "")
        with access.unit_of_work() as uow:
            stopped = limiting.count_try(uow, Tried.REGISTER, email, identity.caller().address)
        if stopped is not None:
            raise stopped
        new = _correct(email)
    except Refusal as refusal:
        tell(form, refusal)
        return _confirmation_page(CodeForm(formdata=None), form)
    identity.enter(new, "email")
    return redirect(url_for("accounts.confirm_email", sent="corrected"), 303)


def _correct(email: str) -> visiting.NewVisit:
    visit_id, person = identity.waiting(Awaiting.EMAIL_CODE)
    typed = _typed_registration()
    if typed is None:
        raise Refusal("code-expired")
    with access.unit_of_work() as uow:
        return registering.correct_email(
            uow, identity.own_keyring(), visit_id, typed, person.id if person else None, email,
            identity.caller(),
        )  # fmt: skip


def _confirm(visit_id: str, person: Person | None, typed: str) -> visiting.NewVisit | Refusal:
    caller = identity.caller()
    account_id = person.id if person else None
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.CODE, account_id or visit_id, caller.address)
    if stopped is not None:
        return stopped
    with access.unit_of_work() as uow:
        return registering.confirm_email(
            uow, identity.own_keyring(), visit_id, account_id, typed, caller
        )


@blueprint.post("/confirm-email/again")
@access.public
def send_code_again() -> Response | str:
    """Send another code."""
    visit_id, person = identity.waiting(Awaiting.EMAIL_CODE)
    account_id = person.id if person else visit_id
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.SEND_CODE, account_id, identity.caller().address)
        if stopped is None and person is not None:
            registering.send_confirmation_again(uow, identity.own_keyring(), person.id)
    if stopped is not None:
        raise stopped
    return redirect(url_for("accounts.confirm_email", sent="again"), 303)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@access.public
def accept_invitation(token: str) -> Response | str:
    """Let one who was invited make the account."""
    digest = digest_of(token[:200])
    reading = access.session()
    invitation = invited.by_token(reading, digest, database_instant(reading))
    form = AcceptForm(language=invitation.language, name_en=invitation.name)
    if request.method == "POST":
        new = _accept(form, digest, invitation.email)
        if new is not None:
            return go_on(new, "password")
    return render_template(
        "accounts/accept.html",
        form=form,
        invitation=invitation,
        why_not=(
            ""
            if invitation.state is InvitationState.OPEN
            else text_of(Refusal(f"invitation-{invitation.state}"))
        ),
        roles=[role_name(role) for role in sorted(invitation.roles)],
    )


def _accept(form: AcceptForm, digest: str, email: str) -> visiting.NewVisit | None:
    who = person_form(form, email)
    found = (*person_problems(who), *_password_problems(form, who.email))
    for refusal in found:
        tell(form, refusal)
    if found:
        return None
    password, caller = chosen_password(form, who.email), identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.INVITATION, digest, caller.address)
    if stopped is not None:
        tell(form, stopped)
        return None
    try:
        with access.unit_of_work() as uow:
            person = inviting.accept_invitation(uow, digest, who, password)
            awaiting = visiting.next_need(person, factor_passed=False)
            return visiting.begin(uow, person, awaiting, caller)
    except Refusal as refusal:
        tell(form, refusal)
        return None


@blueprint.route("/first-run", methods=["GET", "POST"], endpoint="first_run")
@outside.route("/<lang>/first-run", methods=["GET", "POST"])
@access.public
def first_run_page() -> Response | str:
    """Make the first procuring entity and its administrator, with the set-up code."""
    if queries.has_accounts(access.session()):
        return redirect(url_for("accounts.sign_in"))
    form = FirstRunForm(language=str(get_locale()))
    if request.method == "POST":
        new = _found(form)
        if new is not None:
            first_run.forget(access.context().settings)
            done(gettext("The first administrator is set up."))
            return go_on(new, "password")
    return render_template(
        "accounts/first_run.html", form=form, local_beacon=access.context().settings.local_beacon
    )


def _found(form: FirstRunForm) -> visiting.NewVisit | None:
    entity, who, caller = organisation_form(form), person_form(form), identity.caller()
    with access.unit_of_work() as uow:
        stopped = limiting.count_try(uow, Tried.CODE, "first-run", caller.address)
    found = [stopped] if stopped else []
    settings = access.context().settings
    if not stopped and not first_run.is_setup_code(settings, form.setup_code.data or ""):
        found.append(Refusal("wrong-setup-code"))
    found += problems(entity, OrganisationKind.PROCURING_ENTITY)
    found += person_problems(who)
    found += _password_problems(form, who.email)
    for refusal in found:
        tell(form, refusal)
    if found:
        return None
    password = chosen_password(form, who.email)
    with access.unit_of_work() as uow:
        person = founding.found(uow, entity, who, password)
        return visiting.begin(uow, person, Awaiting.ENROLMENT, caller)
