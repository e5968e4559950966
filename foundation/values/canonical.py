"""Canonical bytes of a document (RFC 8785), the only form that is hashed, signed or logged."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import rfc8785

from foundation.values.nesting import check_nesting
from foundation.values.refusal import Refusal

# RFC 7493: integers that every reader of JSON keeps exact.
_LARGEST = 2**53 - 1
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

Document: TypeAlias = "str | int | bool | Sequence[Document] | Mapping[str, Document] | None"


def canonical(document: Document) -> bytes:
    """Return the RFC 8785 bytes of ``document``.

    Raises:
        Refusal: ``not-canonical`` for floats, integers beyond 2**53 and lone surrogates.

    Source:
        RFC 8785.
    """
    try:
        if _is_simple(document):  # then the encoder in C gives the same bytes
            return _encode(document).encode()
        _refuse_floats(document)
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise Refusal("not-canonical") from error


def parse_canonical(data: bytes) -> Document:
    """Return the document whose canonical bytes are exactly ``data``.

    Raises:
        Refusal: ``not-canonical`` when the bytes are anything but the canonical form.
    """
    try:
        check_nesting(data)
        document = cast(Document, json.loads(data.decode("utf-8")))
    except (ValueError, RecursionError) as error:
        raise Refusal("not-canonical") from error
    if canonical(document) != data:
        raise Refusal("not-canonical")
    return document


def _is_simple(document: Document) -> bool:
    """Tell whether names are ASCII (so that UTF-16 sorts them alike) and values plain."""
    kind = type(document)
    if kind is str or kind is bool or document is None:
        return True
    if isinstance(document, int):
        return kind is int and -_LARGEST <= document <= _LARGEST
    if isinstance(document, dict):
        names = all(type(name) is str and name.isascii() for name in document)
        return kind is dict and names and all(map(_is_simple, document.values()))
    return isinstance(document, list | tuple) and all(map(_is_simple, document))


def _refuse_floats(document: Document) -> None:
    if isinstance(document, float):
        raise Refusal("not-canonical")
    if isinstance(document, Mapping):
        for value in document.values():
            _refuse_floats(value)
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for value in document:
            _refuse_floats(value)
