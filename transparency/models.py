"""The two journals: public acts and sealed acts, both append-only by trigger."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Act(Base):
    """One public act; ``doc`` and ``salt`` may be erased, the leaf never."""

    __tablename__ = "act"
    __table_args__ = (UniqueConstraint("tender_id", "n"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    act_id: Mapped[str] = mapped_column(String(40), unique=True)
    tender_id: Mapped[str] = mapped_column(String(40))
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60), index=True)
    at: Mapped[datetime]
    doc: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class SealedAct(Base):
    """One act about a bid, a sign-in or a privileged read; it has neither number nor leaf."""

    __tablename__ = "sealed_act"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    act_id: Mapped[str] = mapped_column(String(40), unique=True)
    tender_id: Mapped[str] = mapped_column(String(40), index=True)
    organisation_id: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    at: Mapped[datetime]
    doc: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)


class ReaderCursor(Base):
    """How far an upper storey has read the public journal."""

    __tablename__ = "reader_cursor"

    reader: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)


APPEND_ONLY = {
    "act": ("seq", "act_id", "tender_id", "n", "kind", "at", "leaf"),
    "sealed_act": ("seq", "act_id", "tender_id", "organisation_id", "kind", "at"),
}


def append_only_statements(dialect: str) -> list[str]:
    """Return the DDL that forbids deleting a journal row or changing what it commits to."""
    statements = []
    for table, columns in APPEND_ONLY.items():
        names = ", ".join(columns)
        if dialect == "sqlite":
            for verb in ("DELETE ON", f"UPDATE OF {names} ON"):
                word = verb.split()[0].lower()
                statements.append(
                    f"CREATE TRIGGER {table}_no_{word} BEFORE {verb} {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        else:
            statements += [
                f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger AS $$ "
                f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql",
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {names} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
            ]
    return statements
