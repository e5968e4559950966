"""`script/upgrade` across a migration with a tender open: forward, back, and not at all."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bids.facts import kept
from foundation.blobs.chosen import chosen_blobs
from foundation.database import make_engine, make_sessions
from foundation.jobs import JobContext
from foundation.settings import from_environment
from foundation.unit_of_work import reading
from tendering.domain.tender import Tender
from tests.bids import made
from tests.databases import Databases

ROOT = Path(__file__).parents[2]
IGNORED = shutil.ignore_patterns(
    ".*",
    "node_modules",
    "bench",
    "data",
    "data-empty",
    "built",
    "*.egg-info",
    "tests",
    "docs",
)
SETUP = """#!/bin/sh
# Stands in for script/setup: this tree's interpreter and built files, this release's program.
cd "$(dirname "$0")/.."
mkdir -p .venv/bin
printf '#!/bin/sh\\nPYTHONPATH=%s exec %s -c "from portal.commands import main; main()" "$@"\\n' \\
  "$PWD" "{python}" > .venv/bin/muhr
chmod +x .venv/bin/muhr
ln -sfn "{root}/static/built" static/built
"""
SYSTEMCTL = """#!/bin/bash
# Stands in for systemctl: starts and stops the web process of the installation.
echo "$*" >> "{log}"
case "$1 $2" in
  "start muhr-web.service")
    set -a; . "{root}/etc/muhr/muhr.env"; set +a
    "{root}/opt/muhr/current/.venv/bin/muhr" web >"{log}.web" 2>&1 &
    echo $! > "{log}.pid" ;;
  stop*) [ ! -f "{log}.pid" ] || kill "$(cat "{log}.pid")" 2>/dev/null; rm -f "{log}.pid" ;;
  is-active*) exit 3 ;;
esac
exit 0
"""
MIGRATION = '''"""A synthetic change."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    op.add_column("tender", sa.Column("synthetic", sa.String(9), server_default="new"))
    {more}


def downgrade() -> None:
    op.drop_column("tender", "synthetic")
'''


@dataclass(frozen=True)
class Installation:
    """An installed release with its data, and the folder of a newer one."""

    root: Path
    data: Path
    newer: Path
    log: Path
    context: JobContext
    environment: dict[str, str]

    @property
    def current(self) -> str:
        return str((self.root / "opt/muhr/current").readlink())

    def called(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def upgrade(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.newer / "script/upgrade", "--root", self.root],
            capture_output=True, text=True, env=self.environment, timeout=500, check=False,
        )  # fmt: skip

    def reopen(self) -> None:
        """Let go of connections to a file that going back replaces."""
        self.context.sessions.kw["bind"].dispose()

    def revision(self) -> str:
        self.reopen()
        with reading(self.context.sessions) as session:
            return str(
                session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            )


def release(folder: Path) -> Path:
    shutil.copytree(ROOT, folder, ignore=IGNORED)
    setup = folder / "script/setup"
    setup.write_text(SETUP.format(python=sys.executable, root=ROOT))
    return folder


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def installation(tmp_path: Path, databases: Databases) -> Iterator[Installation]:
    root, data, log = tmp_path / "machine", tmp_path / "data", tmp_path / "systemctl.log"
    older, newer = release(tmp_path / "older"), release(tmp_path / "newer")
    subprocess.run(
        [older / "script/install", "--root", root, "tenders.example.gov.pk"],
        check=True, capture_output=True,
    )  # fmt: skip
    subprocess.run([root / "opt/muhr/current/script/setup"], check=True)
    port = free_port()
    database_url = databases.empty(data)
    values = {
        "DATABASE_URL": database_url,
        "MUHR_DATA": str(data), "PORT": str(port), "MUHR_PRACTICE": "1",
        "MUHR_PUBLIC_URL": f"http://localhost:{port}", "MUHR_BEACON_URL": "http://127.0.0.1:9",
    }  # fmt: skip
    (root / "etc/muhr/muhr.env").write_text("".join(f"{k}='{v}'\n" for k, v in values.items()))
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "systemctl").write_text(SYSTEMCTL.format(root=root, log=log))
    (tools / "systemctl").chmod(0o755)
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("MUHR_")},
        "PATH": f"{tools}:{os.environ['PATH']}", "MUHR_ANSWER_SECONDS": "60",
    }  # fmt: skip
    muhr = root / "opt/muhr/current/.venv/bin/muhr"
    subprocess.run([muhr, "migrate"], check=True, env={**environment, **values})
    settings = from_environment(values)
    engine = make_engine(settings.database_url)
    context = JobContext(settings, make_sessions(engine), chosen_blobs(settings))
    yield Installation(root, data, newer, log, context, environment)
    engine.dispose()
    pid = Path(f"{log}.pid")
    if pid.exists():
        os.kill(int(pid.read_text()), signal.SIGTERM)
    databases.drop(database_url)


def migration(installation: Installation, more: str = "") -> None:
    head = installation.revision()
    versions = installation.newer / "portal/migrations/versions"
    (versions / "9999_synthetic.py").write_text(MIGRATION.format(head=head, more=more))


def open_tender(installation: Installation) -> Tender:
    """Publish a tender that takes bids for a week, and hand one in."""
    tender = made.tender_of_days(installation.context)
    made.submit(installation.context, tender, made.vendor(installation.context))
    return tender


def receipts(installation: Installation) -> list[str]:
    installation.reopen()
    with reading(installation.context.sessions) as session:
        return [record.ack_note or "" for record in kept.kept_records(session)]


@pytest.mark.both_databases
def test_forward_with_a_tender_open(installation: Installation) -> None:
    open_tender(installation)
    before, older = receipts(installation), installation.current
    migration(installation)

    done = installation.upgrade()

    assert done.returncode == 0, done.stdout + done.stderr
    assert installation.revision() == "9999"
    assert installation.current != older
    assert receipts(installation) == before
    assert "Holds: 1 receipts" in done.stdout
    assert installation.called()[0] == "stop muhr-work.service muhr-web.service"
    assert installation.called()[-2:] == [
        "start muhr-work.service", "is-active --quiet muhr-beacon.service",
    ]  # fmt: skip
    assert not list(installation.data.glob("before-upgrade*"))
    again = installation.upgrade()
    assert again.returncode == 0
    assert "installed already" in again.stdout


def test_back_when_the_migration_fails(installation: Installation) -> None:
    open_tender(installation)
    before, older, revision = receipts(installation), installation.current, installation.revision()
    migration(installation, 'op.execute("SELECT * FROM nowhere")')

    done = installation.upgrade()

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "went-back", done.stdout + done.stderr
    assert installation.current == older
    assert installation.revision() == revision
    assert receipts(installation) == before
    assert installation.called()[-1] == "start muhr-web.service muhr-work.service"


@pytest.mark.both_databases
def test_back_when_the_new_release_does_not_answer(installation: Installation) -> None:
    open_tender(installation)
    older, revision = installation.current, installation.revision()
    migration(installation)
    running = installation.newer / "portal/running.py"
    running.write_text(
        running.read_text().replace("    app = create_app(settings)\n", "    raise SystemExit(3)\n")
    )
    installation.environment["MUHR_ANSWER_SECONDS"] = "2"

    done = installation.upgrade()

    assert done.stdout.splitlines()[-1] == "went-back", done.stdout + done.stderr
    assert installation.current == older
    assert installation.revision() == revision


def test_back_when_the_checks_fail(installation: Installation) -> None:
    open_tender(installation)
    revision = installation.revision()
    migration(installation, 'op.execute("UPDATE envelope_submission SET size = size + 1")')

    done = installation.upgrade()

    assert done.stdout.splitlines()[-1] == "went-back", done.stdout + done.stderr
    assert "receipt" in done.stderr
    assert installation.revision() == revision


def test_not_within_a_day_of_a_deadline(installation: Installation) -> None:
    made.tender(installation.context)  # it closes within minutes
    older = installation.current
    migration(installation)

    done = installation.upgrade()

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "deadline-near"
    assert installation.current == older
    assert installation.called() == [], "nothing was stopped"


def test_where_nothing_is_installed_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [ROOT / "script/upgrade", "--root", tmp_path], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "not-installed"
