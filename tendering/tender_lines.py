"""One tender as lists show it, and the columns that such a line is read from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row

from foundation.values.money import Money
from foundation.values.text import Text
from tendering.domain.tender import Category, Stage
from tendering.models import TenderRow


@dataclass(frozen=True)
class TenderLine:
    """One tender as lists show it."""

    id: str
    number: str | None
    title: Text
    organisation_id: str
    organisation_name: Text
    category: Category
    estimate: Money | None
    stage: Stage
    published_at: datetime | None
    deadline_at: datetime
    opening_at: datetime
    zone: str
    changed_at: datetime
    created_by: str
    authors: tuple[str, ...]
    amends: str | None = None


COLUMNS: tuple[ColumnElement[Any], ...] = tuple(
    TenderRow.metadata.tables["tender"].c[name]
    for name in (
        "id",
        "number",
        "title_en",
        "title_ur",
        "organisation_id",
        "organisation_name_en",
        "organisation_name_ur",
        "category",
        "estimate",
        "currency",
        "stage",
        "published_at",
        "deadline_at",
        "opening_at",
        "zone",
        "changed_at",
        "created_by",
        "authors",
        "amends",
    )
)


def line_of(row: Row[Any]) -> TenderLine:
    """Return the line that a row of ``COLUMNS`` holds."""
    return TenderLine(
        id=row.id,
        number=row.number,
        title=Text(row.title_en, row.title_ur),
        organisation_id=row.organisation_id,
        organisation_name=Text(row.organisation_name_en, row.organisation_name_ur),
        category=Category(row.category),
        estimate=None if row.estimate is None else Money(row.estimate, row.currency),
        stage=Stage(row.stage),
        published_at=row.published_at,
        deadline_at=row.deadline_at,
        opening_at=row.opening_at,
        zone=row.zone,
        changed_at=row.changed_at,
        created_by=row.created_by,
        authors=tuple(row.authors),
        amends=row.amends,
    )
