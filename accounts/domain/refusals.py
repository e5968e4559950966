"""What people read when accounts refuse: one English text a code."""

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    "wrong-sign-in": N_("The e-mail address or the password is wrong."),
    "wrong-password": N_("The password is wrong."),
    "wrong-present-password": N_("Your present password is wrong."),
    "wrong-code": N_("The code is wrong. Look at it again and type its digits."),
    "code-used": N_("This code was already used. Wait for the next one, at most 30 seconds."),
    "code-expired": N_("This code no longer holds. Ask for a new one."),
    "too-many-tries": N_("Too many tries. Wait up to %(minutes)s minutes, then try again."),
    "password-too-short": N_("Use at least %(shortest)s characters for the password."),
    "password-too-long": N_("Use at most %(longest)s characters for the password."),
    "password-guessable": N_("This password is easy to guess. Choose another one."),
    "passwords-differ": N_("The two passwords are not the same."),
    "name-missing": N_("Write the organisation's name, in English or Urdu."),
    "person-name-missing": N_("Write your name, in English or Urdu."),
    "city-missing": N_("Write the city or town."),
    "bad-phone": N_("Write a telephone number in digits, for example 021 9920 1234."),
    "bad-office-phone": N_("Write the office's telephone number in digits."),
    "bad-tax-number": N_("Write the firm's tax number, for example 1234567-8."),
    "bad-short-name": N_("Write a short name of two to eight Latin letters, for example KTC."),
    "bad-email": N_("Write an e-mail address, for example name@example.com."),
    "same-email": N_("This is your address already."),
    "no-role": N_("Choose at least one role."),
    "role-not-here": N_("People of this organisation cannot hold this role."),
    "auditor-alone": N_("An auditor holds no other role: who audits takes part in nothing."),
    "last-administrator": N_("This is the only administrator. Make another one first."),
    "factor-needed": N_("Your role needs an authenticator app."),
    "passkey-failed": N_("The passkey did not work. Try again, or use another way."),
    "passkey-known": N_("This passkey belongs to an account already."),
    "too-many-passkeys": N_("An account has at most %(most)s passkeys. Remove one first."),
    "passkeys-not-here": N_("Passkeys work only where this site has https."),
    "reset-by-another": N_("Other people have to do this for you."),
    "reset-second-person": N_("A second person has to confirm what you asked for."),
    "reset-reason-missing": N_("Write why, and how you made sure that it is this person who asks."),
    "reset-asked": N_("This was asked for already. A second person has to confirm it."),
    "reset-over": N_("This request is decided or out of date."),
    "no-second-factor": N_("This account has no second factor to take off."),
    "no-such-bidder": N_("No bidder with a second factor has this address."),
    "already-member": N_("This address already has an account."),
    "already-invited": N_("This address is already invited. Send that invitation again instead."),
    "invitation-accepted": N_("This invitation was already accepted. Sign in instead."),
    "invitation-revoked": N_("This invitation was taken back. Ask your administrator."),
    "invitation-expired": N_("This invitation is out of date. Ask for a new one."),
    "already-founded": N_("This system already has an administrator. Sign in instead."),
    "wrong-setup-code": N_("The set-up code is wrong. It stands on the server's console."),
    "practice-only": N_("This works in practice mode only."),
    "account-key-changed": N_(
        "The key of this installation is not the one that this account was made with. "
        "Tell the operator."
    ),
    "forged-request": N_(
        "This request did not come from a page of this site. Open the page again."
    ),
}
