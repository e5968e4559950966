"""How Alembic reaches the database: through the connection that ``portal.schema`` gives it."""

from alembic import context

from foundation.database import Base
from portal import tables  # noqa: F401  every package's rows

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
