"""A member without the page's program: public key pasted, shares made by the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from accounts import access
from bids import facts, jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from portal.commands_envelope import envelope
from tests.bids import committee_made, made
from tests.bids.committee_made import Member
from tests.bids.conftest import TestBeacon

ORIGIN = {"Origin": "http://localhost"}


def test_shares_made_by_the_command_line_open_a_bid(
    job_context: JobContext,
    client: FlaskClient,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    sitting = committee_made.published(job_context)
    tender = sitting.tender
    sealed = made.submit(job_context, tender, made.vendor(job_context))
    clock.move_to(tender.schedule.deadline_at)
    jobs.sweep(job_context, opening_pool.in_this_process)
    clock.move_to(made.unsealing_at(tender))
    clock.advance(seconds=3)
    jobs.sweep(job_context, opening_pool.in_this_process)

    def fetch(name: str) -> Path:
        answer = client.get(f"/api/tenders/{tender.id}/committee/{name}")
        assert answer.status_code == 200, answer.text
        path = tmp_path / Path(name).name
        path.write_bytes(answer.data)
        return path

    for number, member in enumerate(sitting.members[:2], 1):
        monkeypatch.setattr(access, "actor", _actor(member))
        share = _share(member, number, tender.round or 0, fetch, sealed.sha256, tmp_path)
        answer = client.post(
            f"/en/committee/{tender.id}/opening",
            data={f"share-{sealed.sha256}": share},
            headers=ORIGIN,
        )
        assert answer.status_code == 303, answer.text
    jobs.sweep(job_context, opening_pool.in_this_process)

    with reading(job_context.sessions) as session:
        (bid,) = facts.opened_bids(session, tender.id)
    assert (bid.state, bid.code) == ("opened", None)


def _actor(member: Member) -> Callable[[], object]:
    return lambda: member.actor


def _share(
    member: Member,
    number: int,
    round_number: int,
    fetch: Callable[[str], Path],
    sha256: str,
    folder: Path,
) -> str:
    identity = folder / f"key-{number}"
    identity.write_text(f"# a test key\n{member.identity}\n")
    done = CliRunner().invoke(
        envelope,
        [
            "share", str(fetch(f"bids/{sha256}/ciphertext.age")),
            "--chain", str(fetch("chain.json")),
            "--signature", made.sign_round(round_number).hex(),
            "--context", str(fetch(f"bids/{sha256}/context.json")),
            "--member", str(number),
            "--identity", str(identity),
        ],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return done.output.strip().splitlines()[-1]
