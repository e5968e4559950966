"""The forms of accounts; they carry text, the rules of the domain judge it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from accounts.domain.organisations import Organisation, OrganisationForm, Person, PersonForm
from accounts.domain.passwords import LONGEST
from foundation.values.text import Text

LANGUAGES = [
    SelectChoice(value="en", label=_l("English")),
    SelectChoice(value="ur", label=_l("Urdu")),
]
_LATIN = {"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}
EMAIL = {**_LATIN, "autocomplete": "username", "maxlength": 254}
CODE = {
    **_LATIN, "inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 20,
}  # fmt: skip
NEW_PASSWORD = {"autocomplete": "new-password", "dir": "ltr", "maxlength": LONGEST}
OLD_PASSWORD = {"autocomplete": "current-password", "dir": "ltr", "maxlength": LONGEST}


class ManyChoices(SelectMultipleField):
    """Check boxes; the type's name lets the error summary find the first box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: object) -> None:
        """Leave the judging to the domain, which knows the organisation."""


class SignInForm(FlaskForm):
    """E-mail address and password."""

    email = EmailField(_l("E-mail address"), render_kw=EMAIL)
    password = PasswordField(_l("Password"), render_kw=OLD_PASSWORD)
    carried = HiddenField()


class CodeForm(FlaskForm):
    """A code, from the app, a mail or the list of recovery codes."""

    code = StringField(_l("Code"), render_kw=CODE)
    carried = HiddenField()


class AddressForm(FlaskForm):
    """The right address in place of a wrong one."""

    email = EmailField(
        _l("The right e-mail address"), render_kw={**_LATIN, "autocomplete": "email"}
    )


class EmailChangeForm(FlaskForm):
    """The address that an account shall have from now on."""

    email = EmailField(_l("Your new e-mail address"), render_kw={**_LATIN, "autocomplete": "email"})


class SetupCodeField:
    """The code from the console. Fields are listed in the order of these classes."""

    setup_code = StringField(_l("Set-up code"), render_kw={**_LATIN, "autocomplete": "off"})


class OrganisationNames:
    """An organisation's name in both languages."""

    organisation_en = StringField(_l("Name in English"), render_kw={"autocomplete": "organization"})
    organisation_ur = StringField(_l("Name in Urdu"))


class ShortNameField:
    """What tender numbers begin with."""

    short_name = StringField(
        _l("Short name for tender numbers"), render_kw={**_LATIN, "maxlength": 8}
    )


class TaxNumberField:
    """A firm's number in the tax register."""

    tax_number = StringField(_l("Tax number (NTN)"), render_kw=_LATIN)


class PlaceFields:
    """Where an organisation is."""

    city = StringField(_l("City or town"), render_kw={"autocomplete": "address-level2"})
    address = StringField(_l("Postal address"), render_kw={"autocomplete": "street-address"})
    organisation_phone = TelField(_l("Telephone of the office"), render_kw={"dir": "ltr"})


class PersonNames:
    """A person's name in both languages."""

    name_en = StringField(_l("Your name in English"), render_kw={"autocomplete": "name"})
    name_ur = StringField(_l("Your name in Urdu"))


class EmailAddressField:
    """The address by which a person signs in."""

    email = EmailField(_l("E-mail address"), render_kw=EMAIL)


class ContactFields:
    """Telephone and language of a person."""

    phone = TelField(_l("Telephone"), render_kw={"autocomplete": "tel", "dir": "ltr"})
    language = RadioField(_l("Language of messages to you"), choices=LANGUAGES, default="en")


class PresentPasswordField:
    """The password that still holds."""

    current = PasswordField(_l("Your present password"), render_kw=OLD_PASSWORD)


class RecoveryFields:
    """Address and code of a recovery."""

    email = EmailField(_l("E-mail address"), render_kw=EMAIL)
    code = StringField(_l("Code from the message"), render_kw=CODE)


class NewPasswordFields:
    """A new password, typed twice."""

    password = PasswordField(_l("Choose a password"), render_kw=NEW_PASSWORD)
    again = PasswordField(_l("The same password again"), render_kw=NEW_PASSWORD)


class RegisterForm(
    FlaskForm, OrganisationNames, TaxNumberField, PlaceFields, PersonNames, EmailAddressField,
    ContactFields, NewPasswordFields,
):  # fmt: skip
    """A vendor's firm and its first person."""


class FirstRunForm(
    FlaskForm, SetupCodeField, OrganisationNames, ShortNameField, PlaceFields, PersonNames,
    EmailAddressField, ContactFields, NewPasswordFields,
):  # fmt: skip
    """The first procuring entity and its administrator."""


class OrganisationEditForm(
    FlaskForm, OrganisationNames, ShortNameField, TaxNumberField, PlaceFields
):
    """An organisation's particulars."""


class AcceptForm(FlaskForm, PersonNames, ContactFields, NewPasswordFields):
    """What one who was invited says about himself."""


class ProfileForm(FlaskForm, PersonNames, ContactFields):
    """One's own name, telephone and language."""


class PasswordForm(FlaskForm, PresentPasswordField, NewPasswordFields):
    """The old password and a new one."""


class AskRecoveryForm(FlaskForm):
    """The address to which a recovery code goes."""

    email = EmailField(_l("E-mail address"), render_kw=EMAIL)


class RecoverForm(FlaskForm, RecoveryFields, NewPasswordFields):
    """The code from the mail and a new password."""


class ConfirmForm(FlaskForm):
    """The password again, or a code."""

    password = PasswordField(_l("Password"), render_kw=OLD_PASSWORD)
    code = StringField(_l("Code from your authenticator app"), render_kw=CODE)
    carried = HiddenField()


class InviteForm(FlaskForm):
    """Whom to invite, with which roles."""

    email = EmailField(_l("E-mail address"), render_kw={**_LATIN, "autocomplete": "off"})
    name = StringField(_l("Name of the person"), render_kw={"autocomplete": "off"})
    roles = ManyChoices(_l("Roles"))
    language = RadioField(
        _l("Language of the message"),
        choices=LANGUAGES,
        default="en",
    )


class PasskeyForm(FlaskForm):
    """A passkey just made, and what its owner calls it."""

    name = StringField(_l("Name of the passkey"), render_kw={"maxlength": 60})
    passkey = HiddenField()


class ResetForm(FlaskForm):
    """Why a lost second factor shall be taken off."""

    reason = TextAreaField(_l("Why, and how you made sure"), render_kw={"maxlength": 500})


class BidderResetForm(FlaskForm):
    """A bidder's address, and why his lost second factor shall be taken off."""

    email = EmailField(
        _l("E-mail address of the bidder"), render_kw={**_LATIN, "autocomplete": "off"}
    )
    reason = TextAreaField(_l("Why, and how you made sure"), render_kw={"maxlength": 500})


class RolesForm(FlaskForm):
    """The roles that a person shall hold."""

    roles = ManyChoices(_l("Roles"))


def person_form(form: Field, email: str = "") -> PersonForm:
    """Return what the form says about a person."""
    return PersonForm(
        name=Text(en=form.name_en.data or "", ur=form.name_ur.data or ""),
        email=email or form.email.data or "",
        phone=form.phone.data or "",
        language=form.language.data or "en",
    )


def organisation_form(form: Field) -> OrganisationForm:
    """Return what the form says about an organisation."""
    return OrganisationForm(
        name=Text(en=form.organisation_en.data or "", ur=form.organisation_ur.data or ""),
        short_name=form.short_name.data or "" if "short_name" in form else "",
        city=form.city.data or "",
        address=form.address.data or "",
        phone=form.organisation_phone.data or "",
        tax_number=form.tax_number.data or "" if "tax_number" in form else "",
    )


def profile_values(person: Person) -> dict[str, str]:
    """Return a person's particulars as the form's first values."""
    return {
        "name_en": person.name.en,
        "name_ur": person.name.ur,
        "phone": person.phone,
        "language": person.language,
    }


def organisation_values(organisation: Organisation) -> dict[str, str]:
    """Return an organisation's particulars as the form's first values."""
    return {
        "organisation_en": organisation.name.en,
        "organisation_ur": organisation.name.ur,
        "short_name": organisation.short_name,
        "city": organisation.city,
        "address": organisation.address,
        "organisation_phone": organisation.phone,
        "tax_number": organisation.tax_number,
    }
