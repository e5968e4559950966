"""The tables of a new or older database, brought to the present by Alembic."""

from sqlalchemy import Engine

from foundation.database import Base
from portal import tables  # noqa: F401  every package's rows
from transparency.models import append_only_statements


def upgrade(engine: Engine) -> None:
    """Bring the database of ``engine`` to the newest revision."""
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        for statement in append_only_statements(engine.dialect.name):
            connection.exec_driver_sql(statement)
