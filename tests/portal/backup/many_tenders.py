"""Writes very many tenders quickly: rows as acts write them, copied from one that acts wrote."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, literal_column, select, text

from foundation.values.canonical import canonical
from foundation.values.identifiers import new_id
from tendering.models import TenderPackRow, TenderRow
from transparency.domain.entry import COMMIT_TAG, SALT_BYTES, Leaf
from transparency.models import Act, SealedAct

CHUNK = 1000
TENDER: Table = TenderRow.__table__  # type: ignore[assignment]
PACK: Table = TenderPackRow.__table__  # type: ignore[assignment]
ACT: Table = Act.__table__  # type: ignore[assignment]
SEALED_ACT: Table = SealedAct.__table__  # type: ignore[assignment]
# What tells one tender from another, beside its id.
OWN = {"id": "d.id", "number": "d.number", "notice": "d.notice"}


@dataclass(frozen=True)
class Names:
    """What a text says of the first tender, and what it says of a copy instead."""

    old: tuple[str, str, str]
    new: tuple[str, str, str]

    def rename(self, value: str) -> str:
        """Return a text about the first tender as one about the copy."""
        for old, new in zip(self.old, self.new, strict=True):
            value = value.replace(old, new)
        return value


def copy_tender(connection: Connection, tender_id: str, number: int) -> None:
    """Write a published tender ``number`` times more: row, pack, both journals, each leaf right."""
    (tender,), (pack,), acts, sealed = (
        _rows(connection, table, tender_id) for table in (TENDER, PACK, ACT, SEALED_ACT)
    )
    connection.execute(
        text("CREATE TEMPORARY TABLE drill (i integer, id text, number text, notice text)")
    )
    old = (tender_id, tender["number"], tender["notice"])
    for start in range(0, number, CHUNK):
        packs, copies = [], []
        for n in range(start, min(number, start + CHUNK)):
            new_tender_id, new_number = new_id(), f"{tender['number']}-{n}"
            data = Names(old, (new_tender_id, new_number, old[2])).rename(pack["pack"].decode())
            notice = hashlib.sha256(data.encode()).hexdigest()
            copies.append(Names(old, (new_tender_id, new_number, notice)))
            packs.append(
                {**pack, "tender_id": new_tender_id, "notice": notice, "pack": data.encode()}
            )
        _write_tenders(connection, copies, tender_id, start)
        connection.execute(insert(PACK), packs)
        connection.execute(insert(ACT), [_act(row, names) for names in copies for row in acts])
        if sealed:
            rows = [_sealed(row, names) for names in copies for row in sealed]
            connection.execute(insert(SEALED_ACT), rows)


def _rows(connection: Connection, table: Table, tender_id: str) -> list[dict[str, Any]]:
    """Return a table's rows about the first tender; a journal's documents as canonical text."""
    key = table.c.id if table is TENDER else table.c.tender_id
    rows = [
        dict(row) for row in connection.execute(select(table).where(key == tender_id)).mappings()
    ]
    for row in rows:
        row.pop("seq", None)
        if "doc" in row:
            row["doc"] = canonical(row["doc"]).decode()
    return rows


def _write_tenders(connection: Connection, copies: list[Names], tender_id: str, start: int) -> None:
    connection.execute(text("DELETE FROM drill"))
    connection.execute(
        text("INSERT INTO drill VALUES (:i, :id, :number, :notice)"),
        [
            {"i": start + n, **dict(zip(("id", "number", "notice"), each.new, strict=True))}
            for n, each in enumerate(copies)
        ],
    )
    own = OWN | {name: "d.i + 10000000" for name in _unique_integers(TENDER)}
    names = [column.name for column in TENDER.columns]
    values = [literal_column(own.get(name, f"t.{name}")) for name in names]
    chosen = select(*values).select_from(text("drill d, tender t")).where(text("t.id = :first"))
    connection.execute(insert(TENDER).from_select(names, chosen), {"first": tender_id})


def _act(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    doc, salt = names.rename(row["doc"]), secrets.token_bytes(SALT_BYTES)
    shown = hashlib.sha256(COMMIT_TAG + salt + doc.encode()).hexdigest()
    leaf = Leaf(row["at"], shown, row["kind"], row["n"], names.new[0]).as_bytes()
    return _sealed(row, names) | {"salt": salt, "leaf": leaf}


def _sealed(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    doc = json.loads(names.rename(row["doc"]))
    return {**row, "act_id": new_id(), "tender_id": names.new[0], "doc": doc}


def _unique_integers(table: Table) -> list[str]:
    unique = {column.name for index in table.indexes if index.unique for column in index.columns}
    unique |= {column.name for column in table.columns if column.unique}
    return [name for name in unique if table.c[name].type.python_type is int]
