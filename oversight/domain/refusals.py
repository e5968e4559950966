"""What oversight says when a rule says no."""

from foundation.values.refusal import N_

REFUSALS: dict[str, str] = {
    "still-sealed": N_("The rows of this tender stay sealed until its opening."),
}
