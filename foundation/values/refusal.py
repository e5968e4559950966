"""The one way a rule says no: a code, the rule it rests on and what its text needs."""


class Refusal(Exception):
    """A lawful no, never a fault: its text stands in the catalogues under ``code``.

    Args:
        code: kebab-case word, stable for machines (``deadline-too-early``).
        rule: where the rule stands (``R13`` of the pinned rule book), if anywhere.
        params: values that the text names, already safe to show.
    """

    def __init__(self, code: str, *, rule: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.rule = rule
        self.params = params


def N_(msgid: str) -> str:
    """Mark an English text for the catalogues without translating it here."""
    return msgid
