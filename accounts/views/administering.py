"""The administrator's pages: people of his organisation, their roles, invitations."""

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access, identity, queries
from accounts.acts import granting, inviting, resetting
from accounts.acts.inviting import Issued
from accounts.credentials import digest_of
from accounts.domain.organisations import Person
from accounts.domain.roles import ROLES_OF, Role
from accounts.forms import InviteForm, ResetForm, RolesForm
from accounts.queries import invited
from accounts.queries.invited import InvitationView
from accounts.views.blueprint import blueprint
from accounts.views.factors import qr_svg
from accounts.views.telling import done, role_choices, role_hints, role_name, tell
from foundation.database import database_instant
from foundation.values.refusal import Refusal

TOKENS = "invitation-tokens"
KEPT_TOKENS = 20


def _own_person(account_id: str) -> Person:
    """Return a person of the administrator's own organisation.

    Raises:
        Refusal: ``not-found``: other organisations' people do not exist here.
    """
    found = queries.person(access.session(), account_id)
    if found.organisation_id != access.actor().organisation_id:
        raise Refusal("not-found")
    return found


def _own_invitation(invitation_id: str) -> InvitationView:
    reading = access.session()
    found = invited.by_id(reading, invitation_id, database_instant(reading))
    if found.organisation_id != access.actor().organisation_id:
        raise Refusal("not-found")
    return found


@blueprint.get("/people")
@access.roles(Role.ADMINISTRATOR)
def people() -> str:
    """List the people of the organisation and the invitations."""
    reading, organisation_id = access.session(), access.actor().organisation_id
    return render_template(
        "accounts/people.html",
        organisation=identity.person().organisation,
        people=queries.people_of(reading, organisation_id),
        invitations=invited.of_organisation(reading, organisation_id, database_instant(reading)),
        role_name=role_name,
    )


@blueprint.route("/people/<account_id>", methods=["GET", "POST"])
@access.roles(Role.ADMINISTRATOR)
def person_roles(account_id: str) -> Response | str:
    """Change which roles a person holds; the person's sessions end."""
    person = _own_person(account_id)
    form = _roles_form(person)
    if request.method == "POST":
        try:
            with access.unit_of_work() as uow:
                granting.set_roles(uow, account_id, form.roles.data or [])
        except Refusal as refusal:
            if refusal.code == "fresh-sign-in":
                raise
            tell(form, refusal)
        else:
            done(gettext("The roles are changed. The person has to sign in again."))
            return redirect(url_for("accounts.people"), 303)
    return _person_page(person, form, ResetForm(formdata=None))


def _roles_form(person: Person) -> RolesForm:
    form = RolesForm(data={"roles": [str(role) for role in person.roles]})
    form.roles.choices = role_choices(ROLES_OF[person.organisation.kind])
    return form


def _person_page(person: Person, form: RolesForm, reset: ResetForm) -> str:
    return render_template(
        "accounts/person.html",
        form=form,
        reset=reset,
        person=person,
        oneself=person.id == access.actor().account_id,
        hints=role_hints(),
        role_name=role_name,
    )


@blueprint.post("/people/<account_id>/close")
@access.roles(Role.ADMINISTRATOR)
def close_person(account_id: str) -> Response:
    """Close a person's account."""
    _own_person(account_id)
    with access.unit_of_work() as uow:
        granting.close_account(uow, account_id)
    done(gettext("The account is closed."))
    return redirect(url_for("accounts.people"), 303)


@blueprint.post("/people/<account_id>/reset-authenticator")
@access.roles(Role.ADMINISTRATOR)
def reset_authenticator(account_id: str) -> Response | str:
    """Ask that a lost second factor be taken off; a second person confirms it."""
    person = _own_person(account_id)
    form = ResetForm()
    try:
        with access.unit_of_work() as uow:
            resetting.ask_reset(uow, account_id, form.reason.data or "")
    except Refusal as refusal:
        if refusal.code == "fresh-sign-in":
            raise
        tell(form, refusal)
        return _person_page(person, _roles_form(person), form)
    done(gettext("It is asked for. A second person has to confirm it; the owner is told."))
    return redirect(url_for("accounts.resets"), 303)


@blueprint.route("/invitations/new", methods=["GET", "POST"])
@access.roles(Role.ADMINISTRATOR)
def invite() -> Response | str:
    """Invite a person by e-mail address and roles."""
    form = InviteForm()
    form.roles.choices = role_choices(ROLES_OF[identity.person().organisation.kind])
    if request.method == "POST":
        try:
            with access.unit_of_work() as uow:
                issued = inviting.invite(
                    uow,
                    uow.actor.organisation_id,
                    form.email.data or "",
                    form.roles.data or [],
                    name=form.name.data or "",
                    language=form.language.data or "en",
                    public_url=access.context().settings.public_url,
                )
        except Refusal as refusal:
            if refusal.code == "fresh-sign-in":
                raise
            tell(form, refusal)
        else:
            return _show_paper(issued)
    return render_template("accounts/invite.html", form=form, hints=role_hints())


def _show_paper(issued: Issued) -> Response:
    """Keep the token in the administrator's own session, sealed, so that he can print it."""
    invitation_id = issued.invitation.id
    sealed = identity.own_keyring().seal(issued.token.encode(), invitation_id)
    kept = {**session.get(TOKENS, {}), invitation_id: sealed}
    session[TOKENS] = dict(list(kept.items())[-KEPT_TOKENS:])
    return redirect(url_for("accounts.invitation_paper", invitation_id=invitation_id), 303)


@blueprint.get("/invitations/<invitation_id>")
@access.roles(Role.ADMINISTRATOR)
def invitation_paper(invitation_id: str) -> str:
    """Show an invitation to print: address and QR code, while this session knows them."""
    invitation = _own_invitation(invitation_id)
    address = _paper_address(invitation)
    return render_template(
        "accounts/invitation_paper.html",
        invitation=invitation,
        address=address,
        qr=qr_svg(address) if address else "",
        roles=[role_name(role) for role in Role if role in invitation.roles],
    )


def _paper_address(invitation: InvitationView) -> str:
    sealed = session.get(TOKENS, {}).get(invitation.id)
    if sealed is None or invitation.state != "open":
        return ""
    token = identity.own_keyring().open(sealed, invitation.id).decode()
    reading = access.session()
    try:
        invited.by_token(reading, digest_of(token), database_instant(reading))
    except Refusal:
        return ""  # reissued elsewhere: this paper would lead to nothing
    public_url = access.context().settings.public_url
    return inviting.invitation_address(public_url, invitation.language, token)


@blueprint.post("/invitations/<invitation_id>/reissue")
@access.roles(Role.ADMINISTRATOR)
def reissue_invitation(invitation_id: str) -> Response:
    """Send an invitation again with a new address."""
    _own_invitation(invitation_id)
    with access.unit_of_work() as uow:
        public_url = access.context().settings.public_url
        issued = inviting.reissue_invitation(uow, invitation_id, public_url=public_url)
    done(gettext("A new invitation is on its way. The earlier one no longer works."))
    return _show_paper(issued)


@blueprint.post("/invitations/<invitation_id>/revoke")
@access.roles(Role.ADMINISTRATOR)
def revoke_invitation(invitation_id: str) -> Response:
    """Take an invitation back."""
    _own_invitation(invitation_id)
    with access.unit_of_work() as uow:
        inviting.revoke_invitation(uow, invitation_id)
    done(gettext("The invitation is taken back."))
    return redirect(url_for("accounts.people"), 303)
