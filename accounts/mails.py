"""The texts of messages about accounts: subject and body, by kind."""

from foundation.values.refusal import N_

MAILS: dict[str, tuple[str, str]] = {
    "account.code-confirm": (
        N_("Your code for Muhr: %(code)s"),
        N_(
            "Type this code to confirm your e-mail address: %(code)s\n\n"
            "It holds for %(minutes)s minutes. If you did not ask for it, do nothing."
        ),
    ),
    "account.code-recover": (
        N_("Your code for a new password"),
        N_(
            "Type this code to choose a new password: %(code)s\n\n"
            "It holds for %(minutes)s minutes. If you did not ask for it, do nothing."
        ),
    ),
    "account.code-email": (
        N_("Your code for Muhr: %(code)s"),
        N_(
            "Type this code to make this the address of your account: %(code)s\n\n"
            "It holds for %(minutes)s minutes. If you did not ask for it, do nothing."
        ),
    ),
    "account.email-changed": (
        N_("The e-mail address of your account was changed"),
        N_(
            "The e-mail address of your account was changed from %(old)s to %(new)s. From now on "
            "you sign in with the new one, and messages go there.\n\n"
            "If it was not you, tell your administrator or the purchasing office at once: "
            "somebody else may be using your account."
        ),
    ),
    "account.already-registered": (
        N_("You already have an account"),
        N_(
            "Somebody tried to register this e-mail address again. If it was you, sign in, or ask "
            "for a new password on the sign-in page. If it was not you, do nothing."
        ),
    ),
    "account.password-changed": (
        N_("Your password was changed"),
        N_(
            "The password of your account was changed. If it was not you, ask for a new password "
            "on the sign-in page at once and tell your administrator."
        ),
    ),
    "account.authenticator-reset": (
        N_("Your second factor was taken off"),
        N_(
            "The second factor of your account was taken off because it was lost. All your "
            "sessions have ended. You set up a new one at the next sign-in. If you did not ask "
            "for this, tell your administrator at once."
        ),
    ),
    "account.passkey-added": (
        N_("A passkey was added to your account"),
        N_(
            "A passkey was added to your account. If it was not you, remove it, change your "
            "password and tell your administrator at once."
        ),
    ),
    "account.passkey-removed": (
        N_("A passkey was removed from your account"),
        N_(
            "A passkey was removed from your account. If it was not you, change your password and "
            "tell your administrator at once."
        ),
    ),
    "account.reset-asked": (
        N_("Your second factor is to be taken off"),
        N_(
            "%(asker)s has asked that the second factor of your account be taken off, because it "
            "was lost. A second person has to confirm it. If you did not ask for this, stop it: "
            "sign in and open\n\n%(address)s"
        ),
    ),
    "account.reset-to-confirm": (
        N_("A second factor is to be taken off: confirm or refuse"),
        N_(
            "%(asker)s asks that the lost second factor of %(person)s be taken off. Make sure "
            "yourself that it is this person who asks, then confirm or refuse:\n\n%(address)s"
        ),
    ),
    "account.reset-refused": (
        N_("The second factor stays"),
        N_("It was refused to take the second factor of %(person)s off. It stays as it is."),
    ),
    "account.invitation": (
        N_("You are invited to work with %(organisation)s"),
        N_(
            "%(organisation)s invites you to Muhr, the system for its tenders. "
            "Open this address and choose a password:\n\n%(address)s\n\n"
            "The invitation holds for %(days)s days."
        ),
    ),
}
