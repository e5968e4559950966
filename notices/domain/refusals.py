"""What notices say when a rule says no."""

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    "bad-facts": N_("The facts of this notice cannot be read."),
    "no-fonts": N_("The fonts for PDFs are missing. Run script/setup on the server."),
    "no-rendition": N_("The PDF could not be made. Try again in a minute."),
    "busy": N_("Too many are using this just now. Try again in a minute."),
    "nothing-to-state": N_("There is nothing to give notice of yet."),
}
