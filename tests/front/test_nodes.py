"""Two web nodes, two workers, one PostgreSQL: one of each killed at the deadline. Long in soak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.front import nodes
from tests.front.stack import stack
from tests.portal.mail_server import MailServer


@pytest.mark.postgresql
def test_a_node_and_a_worker_killed_at_the_deadline_lose_nothing(
    tmp_path: Path, new_database: str
) -> None:
    mail = MailServer()
    url = f"smtp://127.0.0.1:{mail.port}"
    with (
        stack(tmp_path, new_database, MUHR_SMTP_URL=url) as site,
        nodes.prepared(site, mail, vendors=6) as run,
    ):
        nodes.kill_at_the_deadline(run, seconds=12)
        nodes.open_and_deliver(run)
        assert nodes.broken(run) == []
        assert run.mail.taken
    mail.stop()
