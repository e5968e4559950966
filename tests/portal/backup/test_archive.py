"""An archive gives back what went in, to its key alone, and nothing when it was changed."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.refusal import Refusal
from portal.backup import archive as archives
from portal.backup.archive import ArchiveReader, ArchiveWriter, Kind, Manifest
from sealing import age
from tests.portal.backup.conftest import KEEPER, OPERATOR

MANIFEST = Manifest(
    Kind.FULL, datetime(2026, 3, 2, 5, tzinfo=UTC), "sqlite", "practice", "0002", "ab" * 32
)
NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True)


def written(entries: dict[str, bytes], *, ended: bool = True) -> bytes:
    out = io.BytesIO()
    archive = ArchiveWriter(out, [OPERATOR.recipient()], MANIFEST)
    for name, data in entries.items():
        archive.add_stream(name, [data[:5], data[5:]])
    if ended:
        archive.close()
    return out.getvalue()


def read(data: bytes, *identities: age.Identity) -> dict[str, bytes]:
    reader = ArchiveReader(io.BytesIO(data), identities or (OPERATOR,))
    found = {name: b"".join(pieces) for name, pieces in reader.entries()}
    reader.end()
    assert reader.manifest == MANIFEST
    return found


@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=6))
def test_what_went_in_comes_out(entries: dict[str, bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "PIECE", 16 << 10)
        assert read(written(entries)) == entries


def test_long_entries_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "PIECE", 1000)
    entries = {"database": bytes(range(256)) * 40, "keys/platform.key": b"k", "z": b""}

    assert read(written(entries)) == entries


def test_an_entry_that_nobody_takes_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "PIECE", 1000)
    reader = ArchiveReader(io.BytesIO(written({"a": bytes(5000), "b": b"2"})), [OPERATOR])

    assert [name for name, _pieces in reader.entries()] == ["a", "b"]


def test_only_its_key_opens_an_archive() -> None:
    with pytest.raises(Refusal, match="wrong-identity"):
        read(written({"a": b"1"}), KEEPER)


def test_nothing_of_an_entry_is_readable_in_the_archive() -> None:
    assert b"PLAINTEXT" not in written({"name-of-a-firm": b"PLAINTEXT" * 9})
    assert b"name-of-a-firm" not in written({"name-of-a-firm": b"PLAINTEXT"})


@pytest.mark.parametrize("at", [0, 40, 200, 400, 5000, -1])
def test_a_changed_archive_is_refused(at: int) -> None:
    data = bytearray(written({"a": bytes(9000)}))
    data[at] ^= 1

    with pytest.raises(Refusal, match=r"bad-archive|wrong-identity"):
        read(bytes(data))


@pytest.mark.parametrize("left", [0, 10, 150, 300, 9000])
def test_an_archive_cut_short_is_refused(left: int) -> None:
    with pytest.raises(Refusal, match="bad-archive"):
        read(written({"a": bytes(9000)})[:left])


def test_an_archive_without_its_end_is_refused() -> None:
    with pytest.raises(Refusal, match="bad-archive"):
        read(written({"a": bytes(9000)}, ended=False))


@pytest.mark.parametrize("data", [b"", b"hello", bytes(500)])
def test_no_archive_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="bad-archive"):
        ArchiveReader(io.BytesIO(data), [OPERATOR])


def test_an_archive_of_another_format_is_refused() -> None:
    with pytest.raises(Refusal, match="bad-archive"):
        Manifest.parse(MANIFEST.to_bytes().replace(b'"v": 1', b'"v": 2'))
