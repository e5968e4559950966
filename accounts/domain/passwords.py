"""Which passwords are long enough and not the account's own words."""

import unicodedata

from foundation.values.refusal import Refusal

SHORTEST = 12
LONGEST = 128


def normalise(password: str) -> str:
    """Return ``password`` in NFKC, as it is hashed.

    Source: NIST SP 800-63B 3.1.1.2 (normalise before hashing, do not truncate).
    """
    return unicodedata.normalize("NFKC", password)


def choose(password: str, *, known_words: tuple[str, ...] = ()) -> str:
    """Return the normalised password when it may be used.

    Args:
        password: what the person typed.
        known_words: e-mail address and names, which make a password easy to guess.

    Raises:
        Refusal: ``password-too-short``, ``password-too-long`` or ``password-guessable``.
    """
    normal = normalise(password)
    if len(normal) < SHORTEST:
        raise Refusal("password-too-short", shortest=SHORTEST)
    if len(normal) > LONGEST:
        raise Refusal("password-too-long", longest=LONGEST)
    folded = normal.casefold()
    words = {word.casefold() for word in known_words if len(word) >= SHORTEST}
    if len(set(folded)) < 4 or folded in words:
        raise Refusal("password-guessable")
    return normal
