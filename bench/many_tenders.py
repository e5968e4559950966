"""Makes a database with very many published tenders, for the benches of lists and search.

One tender is published through the acts; the others are its row again, with titles, buyers,
categories, stages and dates of their own, written by the database itself. Indexes are made after.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, text

from accounts.acts.organising import create_organisation
from accounts.domain.organisations import OrganisationForm
from accounts.domain.roles import OrganisationKind
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tendering.models import TenderRow
from tendering.word_search import indexed_text
from tests.tendering import made

BUYERS = 500
OPEN = 3_000
WHAT = (
    ("Repair of the road", "سڑک کی مرمت"), ("Supply of street lights", "اسٹریٹ لائٹس کی فراہمی"),
    ("School furniture", "اسکول کا فرنیچر"), ("Cleaning of drains", "نالیوں کی صفائی"),
    ("Construction of a water tank", "پانی کی ٹنکی کی تعمیر"), ("Hospital beds", "ہسپتال کے بستر"),
    ("Printing of textbooks", "درسی کتب کی طباعت"), ("Solar pumps", "شمسی پمپ"),
    ("Maintenance of vehicles", "گاڑیوں کی دیکھ بھال"), ("Office computers", "دفتری کمپیوٹر"),
)  # fmt: skip
WHERE = (
    ("Khairpur", "خیرپور"), ("Sukkur", "سکھر"), ("Larkana", "لاڑکانہ"), ("Hyderabad", "حیدرآباد"),
    ("Multan", "ملتان"), ("Quetta", "کوئٹہ"), ("Peshawar", "پشاور"), ("Gilgit", "گلگت"),
    ("Mirpur", "میرپور"), ("Turbat", "تربت"), ("Thatta", "ٹھٹہ"), ("Swabi", "صوابی"),
    ("Jhang", "جھنگ"),
)  # fmt: skip
RARE, RARE_TENDERS = ("observatory", "رصدگاہ"), 12
SELDOM, SELDOM_EVERY = ("planetarium", "سیارہ گاہ"), 300
# Of a hundred tenders that take bids no more: how many stand at which stage.
STAGES = (("awarded", 84), ("unsuccessful", 8), ("cancelled", 7), ("reported", 1))


def make_many(context: JobContext, number: int) -> None:
    """Fill a new database with ``number`` published tenders of many buyers."""
    engine = context.sessions.kw["bind"]
    who = made.council(context.sessions, "FIRST")
    first = made.published(
        context.sessions, who, made.complete_draft(context.sessions, who, book="practice")
    )
    buyers = _buyers(context)
    with _filling(engine) as connection, connection.begin():
        kept = _without_indexes(connection)
        _write_choices(connection, buyers)
        _copy(connection, first.id, number)
        for statement in kept:
            connection.exec_driver_sql(statement)
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "INSERT INTO tender_search (tender_search) VALUES ('rebuild')"
            )
    _settle(engine)


@contextlib.contextmanager
def _filling(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose writes need not survive a crash, until the database is full."""
    with engine.connect() as connection:
        _set(connection, "journal_mode=OFF", "synchronous=OFF")
        yield connection
        _set(connection, "journal_mode=WAL")


def _set(connection: Connection, *pragmas: str) -> None:
    """Set what SQLite takes outside a transaction only, so by its own driver."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.cursor()
        for pragma in pragmas:
            driver.execute(f"PRAGMA {pragma}")
        driver.close()


def _buyers(context: JobContext) -> list[tuple[str, str, str]]:
    buyers = []
    with unit_of_work(context.sessions, Actor.system("bench")) as uow:
        for n in range(BUYERS):
            en, ur = WHERE[n % len(WHERE)]
            name = Text(en=f"{en} Works Division {n}", ur=f"{ur} ورکس ڈویژن {n}")
            form = OrganisationForm(
                name=name,
                short_name="B" + "".join(chr(65 + n // 26**i % 26) for i in range(3)),
                city=en,
            )
            made_one = create_organisation(uow, OrganisationKind.PROCURING_ENTITY, form)
            buyers.append((made_one.id, name.en, name.ur))
    return buyers


def _without_indexes(connection: Connection) -> list[str]:
    """Drop what would be kept up row by row; return the statements that make it again."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'tender'"
            " AND type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).all()
    else:
        found = connection.exec_driver_sql(
            "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename = 'tender'"
            " AND indexname NOT LIKE 'pk_%%' AND indexname NOT LIKE 'uq_%%'"
        ).all()
    for kind, name, _sql in found:
        connection.exec_driver_sql(f"DROP {kind} {name}")
    return [sql for _kind, _name, sql in found]


def _write_choices(connection: Connection, buyers: Sequence[tuple[str, str, str]]) -> None:
    """Write what the tenders differ in as small tables, the words already folded."""
    for name, rows in (
        ("bench_what", [(en, ur, indexed_text(en, ur)) for en, ur in WHAT]),
        ("bench_where", [(en, ur, indexed_text(en, ur)) for en, ur in WHERE]),
        ("bench_rare", [(en, ur, indexed_text(en, ur)) for en, ur in (RARE, SELDOM)]),
        ("bench_buyer", [(each[1], each[2], indexed_text(*each), each[0]) for each in buyers]),
    ):
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE {name} (i integer, en text, ur text, words text, id text)"
        )
        connection.execute(
            text(f"INSERT INTO {name} VALUES (:i, :en, :ur, :words, :id)"),
            [
                dict(zip(("i", "en", "ur", "words", "id"), (i, *row, ""), strict=False))
                for i, row in enumerate(rows)
            ],
        )
    stages = [stage for stage, share in STAGES for _ in range(share)]
    connection.exec_driver_sql("CREATE TEMPORARY TABLE bench_stage (i integer, stage text)")
    # 37 and 100 have no common factor: neighbours in the list stand at various stages.
    connection.execute(
        text("INSERT INTO bench_stage VALUES (:i, :stage)"),
        [{"i": i * 37 % 100, "stage": stage} for i, stage in enumerate(stages)],
    )


def _copy(connection: Connection, first_id: str, number: int) -> None:
    """Write ``number`` tenders, the newest ``OPEN`` (a tenth of few) of which take bids."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        driver = connection.connection.driver_connection
        driver.create_function("md5", 1, _md5, deterministic=True)  # type: ignore[union-attr]
    now = connection.execute(
        text("SELECT published_at FROM tender WHERE id = :id"), {"id": first_id}
    ).scalar_one()
    moment = (
        "strftime('%Y-%m-%dT%H:%M:%f000Z', :now, {})"
        if sqlite
        else "CAST(:now AS timestamptz) + CAST({} AS interval)"
    )
    minutes = "CAST({} AS text) || ' minutes'"
    published = moment.format(minutes.format("(n.i - :number)"))
    deadline = moment.format(
        minutes.format(
            "(CASE WHEN n.i > :closed THEN 60 + n.i * 7919 % 40000 ELSE n.i - :number END)"
        )
    )
    rare = f"CASE WHEN n.i % :step = 1 THEN 0 WHEN n.i % {SELDOM_EVERY} = 2 THEN 1 ELSE -1 END"
    own = {
        "id": "substr(md5('t' || n.i), 1, 26)",
        "number": "'B-2026-' || n.i",
        "position": "n.i + 1",
        "organisation_id": "b.id",
        "organisation_name_en": "b.en",
        "organisation_name_ur": "b.ur",
        "title_en": "a.en || ' in ' || w.en || COALESCE(' ' || r.en, '')",
        "title_ur": "w.ur || ' ' || a.ur || COALESCE(' ' || r.ur, '')",
        "category": "CASE n.i % 3 WHEN 0 THEN 'goods' WHEN 1 THEN 'works' ELSE 'services' END",
        "stage": "CASE WHEN n.i > :closed THEN 'published' ELSE s.stage END",
        "published_at": published,
        "deadline_at": deadline,
        "opening_at": deadline,
        "notice": "md5('n' || n.i) || md5('m' || n.i)",
        "search": "'b 2026 ' || n.i || ' ' || a.words || ' in ' || w.words || COALESCE(' ' ||"
        " r.words, '') || ' ' || b.words",
    }
    names = [column.name for column in TenderRow.__table__.columns]
    values = ", ".join(own.get(name, f"t.{name}") for name in names)
    # A table of its own: SQLite would first write aside all that a table gives to itself.
    connection.exec_driver_sql("CREATE TEMPORARY TABLE bench_first AS SELECT * FROM tender")
    connection.execute(
        text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number)"
            f" INSERT INTO tender ({', '.join(names)}) SELECT {values} FROM n"
            " JOIN bench_first t ON t.id = :id"
            f" JOIN bench_what a ON a.i = n.i % {len(WHAT)}"
            f" JOIN bench_where w ON w.i = n.i % {len(WHERE)}"
            f" JOIN bench_buyer b ON b.i = n.i % {BUYERS}"
            " JOIN bench_stage s ON s.i = n.i % 100"
            f" LEFT JOIN bench_rare r ON r.i = {rare}"
        ),
        {
            "number": number,
            "closed": number - min(OPEN, number // 10),
            "step": number // RARE_TENDERS,
            "id": first_id,
            "now": now,
        },
    )


def _md5(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


def _settle(engine: Engine) -> None:
    """Let the database know what it holds, as its upkeep does."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "VACUUM ANALYZE" if engine.dialect.name != "sqlite" else "PRAGMA optimize"
        )
