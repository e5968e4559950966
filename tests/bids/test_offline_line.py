"""A bid without a browser that can seal: pack, sheet, command line, form, opening."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from accounts import access
from bids import facts, jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from sealing.receipt import PrivateReceipt
from sealing.slip import HandInSlip
from tendering.domain.tender import Tender
from tests.bids import committee_made, made, offline_made
from tests.bids.conftest import TestBeacon

ORIGIN = {"Origin": "http://localhost"}
BID_FILES = ("registration.pdf", "guarantee.pdf")


class Counter:
    """A vendor's session at any computer with the site's pages."""

    def __init__(self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
        client.application.config["WTF_CSRF_ENABLED"] = False
        self.client = client
        self._patch = monkeypatch

    def sign_in(self, actor: Any) -> None:
        self._patch.setattr(access, "actor", lambda: actor)
        page = access.ActorPage(True, "Ayesha", frozenset())
        self._patch.setattr(access, "actor_page", lambda: page)

    def pack(self, tender: Tender) -> bytes:
        answer = self.client.get(
            f"/api/tenders/{tender.id}/lots/1/envelopes/single/offline-pack.zip"
        )
        assert answer.status_code == 200
        return answer.data

    def hand_in(self, tender: Tender, sealed: bytes, slip: bytes | None) -> Any:
        fields: dict[str, Any] = {"sealed": (io.BytesIO(sealed), "bid.age")}
        if slip is not None:
            fields["slip"] = (io.BytesIO(slip), "bid.age.slip")
        answer = self.client.post(page_of(tender), data=fields, headers=ORIGIN)
        answer.request.environ["wsgi.input"].close()  # a large one is a file of the test client's
        return answer


@pytest.fixture
def counter(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(client, monkeypatch)


def page_of(tender: Tender) -> str:
    return f"/en/tenders/{tender.id}/sealed-file/1/single"


def sealed_in(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "bid.age").read_bytes(), (folder / "bid.age.slip").read_bytes()


def prepared(counter: Counter, tender: Tender, folder: Path) -> tuple[bytes, bytes]:
    offline_made.prepare(counter.pack(tender), folder)
    done = offline_made.seal(folder, files=BID_FILES)
    assert done.exit_code == 0, done.output
    return sealed_in(folder)


@pytest.mark.parametrize("committee", [False, True])
def test_a_sheet_is_sealed_handed_in_and_read_at_the_opening(
    committee: bool,
    job_context: JobContext,
    counter: Counter,
    clock: FrozenClock,
    beacon: TestBeacon,
    tmp_path: Path,
) -> None:
    sitting = committee_made.published(job_context) if committee else None
    tender = sitting.tender if sitting else made.tender(job_context)
    counter.sign_in(made.vendor(job_context))
    data, slip = prepared(counter, tender, tmp_path)
    answer = counter.hand_in(tender, data, slip)
    assert answer.status_code == 303, answer.text
    receipt = counter.client.get(answer.headers["Location"])
    assert receipt.status_code == 200
    # The same file again is the same receipt, not a second bid.
    assert counter.hand_in(tender, data, slip).headers["Location"] == answer.headers["Location"]

    clock.move_to(tender.schedule.deadline_at)
    jobs.sweep(job_context, opening_pool.in_this_process)
    clock.move_to(made.unsealing_at(tender))
    clock.advance(seconds=3)
    jobs.sweep(job_context, opening_pool.in_this_process)
    if sitting:
        receipt = PrivateReceipt.parse((tmp_path / "private.json").read_bytes())
        for member in sitting.members[:2]:
            committee_made.release(job_context, sitting, member, made.Sealed(data, receipt))
        jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        (bid,) = facts.opened_bids(session, tender.id)
    assert (bid.state, bid.code) == ("opened", None)
    assert bid.content is not None
    assert bid.content.total == Decimal("245050.00")
    assert bid.content.lines[0].tax_percent == Decimal(18)
    assert [file.name for file in bid.files] == ["registration.pdf", "guarantee.pdf"]


def test_the_pack_holds_what_the_plain_command_needs_too(
    job_context: JobContext, counter: Counter, tender: Tender, tmp_path: Path
) -> None:
    counter.sign_in(made.vendor(job_context))
    with zipfile.ZipFile(io.BytesIO(counter.pack(tender))) as archive:
        assert {"pack.json", "context.json", "chain.json", "bid.xlsx", "READ-ME.txt"} == set(
            archive.namelist()
        )
        assert (tender.notice or "")[:16] in archive.read("READ-ME.txt").decode("utf-8-sig")


def repacked(pack: bytes, changes: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """Return the archive with some members changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("member", "old", "new", "code"),
    [
        ("pack.json", b'"validity_days":', b'"validity_dayz":', "bad-context"),
        ("pack.json", b'"t":2', b'"t":1', "bad-pack"),
        ("pack.json", b'"guard_seconds":30', b'"guard_seconds":0', "bad-pack"),
        ("pack.json", b"{", b"", "bad-pack"),
        ("context.json", b'"kind":"single"', b'"kind":"technical"', "bad-context"),
        ("context.json", b'"lot":"1"', b'"lot":"2"', "bad-context"),
    ],
    ids=["text", "threshold", "guard", "no-json", "kind", "lot"],
)
def test_the_sealer_refuses_a_pack_that_was_changed(
    member: str, old: bytes, new: bytes, code: str,
    job_context: JobContext, counter: Counter, tmp_path: Path,
) -> None:  # fmt: skip
    tender = committee_made.published(job_context).tender
    counter.sign_in(made.vendor(job_context))
    pack = counter.pack(tender)
    offline_made.prepare(pack, tmp_path)
    changed = repacked(pack, {member: lambda data: data.replace(old, new, 1)})
    assert changed != repacked(pack, {})
    (tmp_path / "pack.zip").write_bytes(changed)
    refuses(tmp_path, code)


def test_the_sealer_refuses_damaged_packs_and_files_that_are_not_there(
    job_context: JobContext, counter: Counter, tender: Tender, tmp_path: Path
) -> None:
    counter.sign_in(made.vendor(job_context))
    pack = counter.pack(tender)
    offline_made.prepare(pack, tmp_path)
    refuses(tmp_path, "sheet-wrong", files=("registration.pdf",))
    at = pack.index(b"pack.json") + 60
    for damaged in (pack[: len(pack) // 2], pack[:at] + bytes(40) + pack[at + 40 :], b""):
        (tmp_path / "pack.zip").write_bytes(damaged)
        refuses(tmp_path, "bad-pack")


def refuses(folder: Path, code: str, files: tuple[str, ...] = BID_FILES) -> None:
    """Check that the command ends with this code, and leaves nothing behind."""
    done = offline_made.seal(folder, files=files)
    assert (done.exit_code, done.stdout.splitlines()[-1:]) == (1, [code]), done.output
    assert not list(folder.glob("bid.age*"))
    assert not (folder / "private.json").exists()


def test_a_slip_of_another_bid_or_file_is_refused_and_nothing_is_counted(
    job_context: JobContext, counter: Counter, tender: Tender, tmp_path: Path
) -> None:
    other = made.vendor(job_context, "Mehran Works")
    counter.sign_in(other)
    _, foreign = prepared(counter, tender, tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    counter.sign_in(made.vendor(job_context))
    data, slip = prepared(counter, tender, own)
    for sent, beside, words in (
        (data, foreign, "belongs to another firm"),
        (data[:-1] + bytes([data[-1] ^ 1]), slip, "belongs to another file"),
        (data, b"{}", "The hand-in slip is not valid"),
        (b"", slip, "Choose the sealed file"),
        (bytes(1024 * 1024 + 1), slip, "at most 1 MB"),
        (b"age-encryption.org/v1\n" + bytes(400), None, "not"),
    ):
        answer = counter.hand_in(tender, sent, beside)
        assert answer.status_code == 422, (words, answer.status_code)
        assert words in answer.text
    with reading(job_context.sessions) as session:
        assert facts.sealed_bidders(session, tender.id) == frozenset()
    done = counter.hand_in(tender, data, slip)
    assert done.status_code == 303, done.text


def test_a_file_sealed_for_an_earlier_notice_is_refused(
    job_context: JobContext, counter: Counter, tender: Tender, tmp_path: Path
) -> None:
    counter.sign_in(made.vendor(job_context))
    data, slip = prepared(counter, tender, tmp_path)
    read = HandInSlip.parse(slip)
    earlier = slip.replace(read.context.notice.encode(), b"0" * 64)
    answer = counter.hand_in(tender, data, earlier)
    assert answer.status_code == 422
    assert "The tender has changed" in answer.text


def test_after_the_deadline_the_page_takes_nothing(
    job_context: JobContext, counter: Counter, tender: Tender, clock: FrozenClock, tmp_path: Path
) -> None:
    counter.sign_in(made.vendor(job_context))
    data, slip = prepared(counter, tender, tmp_path)
    clock.move_to(tender.schedule.deadline_at)
    assert "does not take bids now" in counter.client.get(page_of(tender)).text
    answer = counter.hand_in(tender, data, slip)
    assert answer.status_code == 422
    with reading(job_context.sessions) as session:
        assert facts.sealed_bidders(session, tender.id) == frozenset()
