"""Archives counted while inflating: honest ones pass, bombs of several kinds do not."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain.file_check import MOST_UNPACKED
from bids.unpacking import DEEPEST, MOST_MEMBERS, Budget, TooMuch, count, unpacks_too_much

MOST = 1 << 20


def zipped(*members: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for number, member in enumerate(members):
            archive.writestr(str(number), member)
    return out.getvalue()


def tarred(*members: bytes, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for number, member in enumerate(members):
            entry = tarfile.TarInfo(str(number))
            entry.size = len(member)
            archive.addfile(entry, io.BytesIO(member))
    return out.getvalue()


def sparse(size: int) -> bytes:
    """A tar of one file that is a single hole: 512 bytes that unpack to ``size``."""
    entry = tarfile.TarInfo("hole")
    entry.type, entry.size = tarfile.GNUTYPE_SPARSE, 0
    head = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    head[386:410] = b"%011o\0%011o\0" % (size, 0)
    head[483:495] = b"%011o\0" % size
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + bytes(1024)


def spent(data: bytes) -> int:
    budget = Budget(MOST)
    count(data, budget)
    return MOST - budget.left


@given(st.lists(st.binary(max_size=2000), max_size=5))
def test_all_that_lies_in_an_honest_archive_is_counted(members):
    assert spent(zipped(*members)) == sum(map(len, members))


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_what_lies_in_a_tar_file_is_counted_too(form):
    inner = zipped(b"y" * 7000)
    assert spent(tarred(b"x" * 900, inner, form=form)) == 900 + len(inner) + 7000
    whole = tarred(inner, form=form)
    assert spent(gzip.compress(whole)) == len(whole) + len(inner) + 7000


@pytest.mark.parametrize("squeeze", [gzip.compress, bz2.compress, lzma.compress])
def test_streams_are_counted_and_what_lies_within_them(squeeze):
    assert spent(squeeze(b"x" * 5000)) == 5000
    inner = zipped(b"y" * 7000)
    assert spent(squeeze(inner)) == len(inner) + 7000


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: zipped(bytes(MOST + 1)),
        lambda: zipped(*[bytes(MOST // 4)] * 5),
        lambda: zipped(zipped(bytes(MOST + 1))),
        lambda: zipped(gzip.compress(zipped(bytes(MOST + 1)))),
        lambda: lzma.compress(bytes(MOST + 1)),
        lambda: b"a program before it" + zipped(bytes(MOST + 1)),
        lambda: zipped(bytes(MOST + 1), how=zipfile.ZIP_BZIP2),
        lambda: zipped(*[b""] * (MOST_MEMBERS + 1)),
        lambda: tarred(gzip.compress(bytes(MOST + 1))),
        lambda: lzma.compress(tarred(zipped(bytes(MOST + 1)))),
        lambda: sparse(MOST + 1),
    ],
    ids=[
        "one",
        "many",
        "nested",
        "mixed",
        "stream",
        "hidden",
        "bzip2",
        "members",
        "tar",
        "txz",
        "hole",
    ],
)
def test_a_bomb_is_found(bomb):
    data = bomb()
    with pytest.raises(TooMuch):
        count(data, Budget(MOST))


def test_what_is_nested_too_deep_is_too_much():
    data = b"x"
    for _ in range(DEEPEST + 2):
        data = zipped(data)
    with pytest.raises(TooMuch):
        count(data, Budget(MOST))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 broken", zipped(b"x" * 900)[:-30], b"\x1f\x8b"],
    ids=["empty", "broken", "cut", "gzip"],
)
def test_what_is_damaged_is_no_bomb(data):
    count(data, Budget(MOST))


def test_the_confined_process_tells_a_bomb_from_an_offer():
    layer = gzip.compress(bytes(30 << 20), 1)
    bomb = zipped(*[layer] * (MOST_UNPACKED // (30 << 20) + 1))
    assert len(bomb) < 1 << 20
    assert unpacks_too_much([bomb])
    assert not unpacks_too_much([zipped(b"offer")])
    assert not unpacks_too_much([b"%PDF-1.4"])
