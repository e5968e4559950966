"""JSON read strictly and narrowed to types, for manifests, contexts, committees and chains."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from foundation.values.canonical import Document, parse_canonical
from foundation.values.nesting import check_nesting
from foundation.values.refusal import Refusal

HEX = re.compile(r"(?:[0-9a-f]{2})*")
# A string up to its end or the data's end, so that one pass over any bytes is enough.
DEEPEST = 16


def parse(data: bytes) -> Document:
    """Return a JSON document that has no key twice and no number but integers.

    Raises:
        ValueError: anything else.
    """
    check_nesting(data, deepest=DEEPEST)
    parsed = json.loads(
        data.decode("utf-8"),
        object_pairs_hook=_unique,
        parse_float=_refuse,
        parse_constant=_refuse,
    )
    return cast(Document, parsed)


def parse_exact(data: bytes) -> Document:
    """Return the document whose canonical bytes are exactly ``data``.

    Raises:
        ValueError: anything else.
    """
    check_nesting(data, deepest=DEEPEST)
    try:
        return parse_canonical(data)
    except Refusal as error:
        raise ValueError("not canonical") from error


def fields(document: Document, names: Sequence[str]) -> Mapping[str, Document]:
    """Return an object that has exactly these keys.

    Raises:
        ValueError: no object, a key missing or one too many.
    """
    if not isinstance(document, Mapping) or set(document) != set(names):
        raise ValueError("keys")
    return document


def text(document: Document) -> str:
    """Return a string, or raise ``ValueError``."""
    if not isinstance(document, str):
        raise ValueError("no text")
    return document


def integer(document: Document) -> int:
    """Return an integer (no boolean), or raise ``ValueError``."""
    if isinstance(document, bool) or not isinstance(document, int):
        raise ValueError("no integer")
    return document


def array(document: Document) -> Sequence[Document]:
    """Return a list, or raise ``ValueError``."""
    if isinstance(document, str) or not isinstance(document, Sequence):
        raise ValueError("no list")
    return document


def octets(document: Document, size: int) -> bytes:
    """Return ``size`` bytes from lower-case hex, or raise ``ValueError``."""
    written = text(document)
    if len(written) != 2 * size or not HEX.fullmatch(written):
        raise ValueError("hex")
    return bytes.fromhex(written)


def _unique(pairs: list[tuple[str, Document]]) -> dict[str, Document]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _refuse(written: str) -> Document:
    raise ValueError(f"not an integer: {written[:20]}")
