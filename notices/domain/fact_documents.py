"""Facts of a notice as a canonical document and back, without loss (RFC 8785)."""

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache

from foundation.values.canonical import Document, canonical, parse_canonical
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.refusal import Refusal
from notices.domain.kinds import FACTS, Facts, Kind, kind_of

VERSION = 1


def to_bytes(facts: Facts) -> bytes:
    """Return the canonical bytes of ``facts``: stored, attached to the PDF and hashed.

    Raises:
        Refusal: ``not-canonical`` for lone surrogates in a text.
    """
    return canonical({"v": VERSION, "kind": kind_of(facts).value, "facts": _encode(facts)})


def from_bytes(data: bytes) -> Facts:
    """Return the facts whose canonical bytes are exactly ``data``.

    Raises:
        Refusal: ``not-canonical`` for other bytes, ``bad-facts`` for other shapes.
    """
    document = parse_canonical(data)
    if not isinstance(document, Mapping) or set(document) != {"v", "kind", "facts"}:
        raise Refusal("bad-facts")
    kind = document["kind"]
    if document["v"] != VERSION or not isinstance(kind, str) or kind not in set(Kind):
        raise Refusal("bad-facts")
    facts = _decode(FACTS[Kind(kind)], document["facts"])
    return typing.cast(Facts, facts)


def _encode(value: object) -> Document:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, tuple):
        return [_encode(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
    raise Refusal("bad-facts")


@cache
def _shape(form: type) -> dict[str, object]:
    return dict(typing.get_type_hints(form))


@cache
def _required(form: type) -> frozenset[str]:
    """Return the fields without a default; one that came later is missing in older notices."""
    return frozenset(field.name for field in fields(form) if field.default is MISSING)


def _decode(form: object, value: Document) -> object:
    origin = typing.get_origin(form)
    if origin is types.UnionType or origin is typing.Union:
        return _decode_optional(form, value)
    if origin is tuple:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise Refusal("bad-facts")
        return tuple(_decode(typing.get_args(form)[0], each) for each in value)
    if isinstance(form, type) and is_dataclass(form):
        if not isinstance(value, Mapping) or not _required(form) <= set(value) <= set(_shape(form)):
            raise Refusal("bad-facts")
        given = {name: hint for name, hint in _shape(form).items() if name in value}
        return form(**{name: _decode(hint, value[name]) for name, hint in given.items()})
    return _decode_scalar(form, value)


def _decode_optional(form: object, value: Document) -> object:
    if value is None:
        return None
    (inner,) = (each for each in typing.get_args(form) if each is not types.NoneType)
    return _decode(inner, value)


def _decode_scalar(form: object, value: Document) -> object:
    if form is bool or form is int:
        if type(value) is not form:
            raise Refusal("bad-facts")
        return value
    if not isinstance(value, str):
        raise Refusal("bad-facts")
    try:
        if form is Decimal:
            return Decimal(value)
        if form is datetime:
            return instant_from_text(value)
        return form(value) if isinstance(form, type) and issubclass(form, StrEnum) else value
    except (ValueError, InvalidOperation) as error:
        raise Refusal("bad-facts") from error
