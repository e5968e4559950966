"""How deep a JSON document may nest, judged before a parser recurses over it."""

import re

DEEPEST = 64
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


def check_nesting(data: bytes, *, deepest: int = DEEPEST) -> None:
    """Refuse nesting that no document of ours has.

    The interpreter's own limit is no help where a library has raised it: the parser then ends
    the whole process.

    Raises:
        ValueError: deeper than ``deepest`` objects and lists.
    """
    depth = 0
    for token in _TOKEN.finditer(data):
        if token[0] in (b"[", b"{"):
            depth += 1
        elif token[0] in (b"]", b"}"):
            depth -= 1
        if depth > deepest:
            raise ValueError("too deep")
