"""What every blob store promises, files and a real S3 store alike."""

import hashlib
import io
import pickle
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.blobs.chosen import chosen_blobs
from foundation.blobs.store import BlobExists, BlobMissing, BlobStore
from foundation.settings import from_environment
from foundation.values.refusal import Refusal
from tests.seaweed import Seaweed, environment_of

MIB = 1 << 20
S3 = {
    "MUHR_BLOBS": "s3://bids/council-1/muhr",
    "MUHR_S3_ENDPOINT": "https://s3.example",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


def blobs_in(folder: Path, env: dict[str, str]) -> BlobStore:
    return chosen_blobs(from_environment({"MUHR_DATA": str(folder), **env}))


@pytest.fixture(params=["files", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "files":
        return blobs_in(tmp_path, {})
    seaweed: Seaweed = request.getfixturevalue("seaweed")
    return blobs_in(tmp_path, dict(environment_of(seaweed.place())))


def content(blobs: BlobStore, key: str) -> bytes:
    with blobs.open(key) as file:
        return file.read()


def test_a_blob_is_written_once_and_read_back(blobs: BlobStore) -> None:
    stat = blobs.put_new("sealed/one", [b"ab", b"c"])

    assert (stat.size, stat.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    assert content(blobs, "sealed/one") == b"abc"
    assert blobs.stat("sealed/one") == stat
    with pytest.raises(BlobExists):
        blobs.put_new("sealed/one", [b"other"])
    with pytest.raises(BlobExists):
        blobs.put_new("sealed/one", [b"abc"])
    assert content(blobs, "sealed/one") == b"abc"


def test_a_file_is_stored_once_and_outlives_its_first_name(
    blobs: BlobStore, tmp_path: Path
) -> None:
    file, other = tmp_path / "opened", tmp_path / "other"
    file.write_bytes(b"abc")
    other.write_bytes(b"xyz")
    stat = blobs.put_file("opened/one", file, sha256=hashlib.sha256(b"abc").hexdigest())
    file.unlink()

    assert blobs.stat("opened/one") == stat
    assert content(blobs, "opened/one") == b"abc"
    with pytest.raises(BlobExists):
        blobs.put_file("opened/one", other, sha256=hashlib.sha256(b"xyz").hexdigest())
    assert content(blobs, "opened/one") == b"abc"


def test_a_file_of_another_disk_is_copied(blobs: BlobStore) -> None:
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        file.write(b"abc")
        file.flush()
        digest = hashlib.sha256(b"abc").hexdigest()
        assert blobs.put_file("opened/one", Path(file.name), sha256=digest).size == 3

    assert blobs.stat("opened/one").sha256 == digest


def test_bytes_hashed_already_are_stored_under_that_hash(blobs: BlobStore) -> None:
    digest = hashlib.sha256(b"abc").hexdigest()
    assert blobs.put_new("sealed/one", [b"ab", b"c"], sha256=digest) == blobs.stat("sealed/one")


def test_an_empty_blob_is_a_blob(blobs: BlobStore) -> None:
    assert blobs.put_new("empty", []).size == 0
    assert content(blobs, "empty") == b""
    assert blobs.stat("empty").sha256 == hashlib.sha256().hexdigest()
    with pytest.raises(BlobExists):
        blobs.put_new("empty", [b"x"])


def test_a_long_blob_is_read_from_anywhere(blobs: BlobStore) -> None:
    data = secrets.token_bytes(9 * MIB + 3)
    stat = blobs.put_new("long", (data[at : at + MIB] for at in range(0, len(data), MIB)))

    assert blobs.stat("long") == stat
    with blobs.open("long") as file:
        assert (file.seekable(), file.readable()) == (True, True)
        assert file.read(5) == data[:5]
        assert file.seek(-4, io.SEEK_END) == len(data) - 4
        assert file.read() == data[-4:]
        assert file.read(1) == b""
        assert file.seek(4 * MIB - 2) == file.tell()
        assert file.read(MIB) == data[4 * MIB - 2 : 5 * MIB - 2]
        file.seek(0)
        assert file.read() == data
    with blobs.open("long") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == stat.sha256


def test_a_failed_write_leaves_nothing(blobs: BlobStore, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("the line was cut")

    with pytest.raises(OSError, match="cut"):
        blobs.put_new("sealed/half", broken())

    assert list(blobs.list()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    blobs.put_new("sealed/half", [b"whole"])


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a//b", "", "A", "a/../b", "a/.x"])
def test_a_key_is_no_path(blobs: BlobStore, key: str) -> None:
    with pytest.raises(ValueError, match="bad blob key"):
        blobs.put_new(key, [b""])
    for call in (blobs.open, blobs.stat, blobs.delete):
        with pytest.raises(ValueError, match="bad blob key"):
            call(key)


def test_a_deleted_blob_is_missing(blobs: BlobStore) -> None:
    blobs.put_new("one", [b"x"])
    blobs.delete("one")
    blobs.delete("one")

    for call in (blobs.open, blobs.stat):
        with pytest.raises(BlobMissing):
            call("one")
    assert list(blobs.list()) == []
    blobs.put_new("one", [b"y"])
    assert content(blobs, "one") == b"y"


def test_keys_are_listed_in_order(blobs: BlobStore) -> None:
    keys = ["a-b/x", "a/b/x", "a/x", "a.b/x"]
    for key in [*keys[:3], "sealed/aa1", "sealed/ab1", "sealed/ab2", "sealedx/aa1"]:
        blobs.put_new(key, [b"x"])
    blobs.health()  # leaves nothing that is listed

    every = list(blobs.list())
    assert every == sorted(every)
    assert every[:3] == ["a-b/x", "a/b/x", "a/x"]
    assert list(blobs.list("sealed/")) == ["sealed/aa1", "sealed/ab1", "sealed/ab2"]
    assert list(blobs.list("sealed/ab")) == ["sealed/ab1", "sealed/ab2"]
    assert list(blobs.list("opened/")) == []


def test_only_one_of_many_writers_wins(blobs: BlobStore) -> None:
    won, start = [], threading.Barrier(8)

    def write(name: bytes) -> None:
        own = pickle.loads(pickle.dumps(blobs))  # noqa: S301  as a process of its own has it
        start.wait()
        try:
            own.put_new("race", [name * 100_000])
            won.append(name)
        except BlobExists:
            return

    threads = [threading.Thread(target=write, args=(bytes([n]),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert content(blobs, "race") == won[0] * 100_000


def test_what_a_killed_process_had_begun_is_swept_and_nothing_else(tmp_path: Path) -> None:
    blobs = blobs_in(tmp_path, {})
    kept = blobs.put_new("sealed/kept", [b"a bid"])
    writes = "import sys, time; {}; {}".format(
        "from pathlib import Path; from foundation.blobs.filesystem import FilesystemBlobs",
        "FilesystemBlobs(Path(sys.argv[1])).put_new('sealed/cut', (time.sleep(n) or bytes(100_000)"
        " for n in (0, 0, 600)))",
    )
    root = tmp_path / "blobs"
    with subprocess.Popen([sys.executable, "-c", writes, str(root)]) as process:
        while not any(path.stat().st_size for path in root.rglob(".partial-*")):
            assert process.poll() is None
            time.sleep(0.01)

        blobs.sweep()
        assert len([*root.rglob(".partial-*")]) == 1, "a file was taken from under its writer"
        process.kill()
    blobs.sweep()

    assert [*root.rglob(".partial-*")] == []
    assert list(blobs.list()) == ["sealed/kept"]
    assert blobs.stat("sealed/kept") == kept


def test_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    blobs_in(tmp_path, {}).put_new("sealed/one", [b"x"])

    assert (tmp_path / "blobs/sealed/one").stat().st_mode & 0o077 == 0
    assert (tmp_path / "blobs").stat().st_mode & 0o077 == 0


def test_a_bucket_is_asked_for_by_the_environment() -> None:
    assert from_environment({}).s3 is None
    assert from_environment({"MUHR_BLOBS": "files"}).s3 is None
    place = from_environment(S3).s3
    assert place is not None
    assert (place.bucket, place.prefix, place.region) == ("bids", "council-1/muhr", "us-east-1")
    assert "secret" not in repr(from_environment(S3))
    assert from_environment({**S3, "MUHR_BLOBS": "s3://bids"}).s3 is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MUHR_BLOBS", "/var/blobs"),
        ("MUHR_BLOBS", "s3://"),
        ("MUHR_BLOBS", "s3://Bids/x"),
        ("MUHR_BLOBS", "s3://bids/../x"),
        ("MUHR_S3_ENDPOINT", "http://s3.example"),
        ("MUHR_S3_ENDPOINT", "ftp://s3.example"),
        ("MUHR_S3_ENDPOINT", "https://"),
        ("AWS_ACCESS_KEY_ID", ""),
        ("AWS_SECRET_ACCESS_KEY", ""),
    ],
)
def test_a_wrong_bucket_setting_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(Refusal, match="bad-setting") as refused:
        from_environment({**S3, name: value})
    assert refused.value.params["name"] == name


def test_plain_http_is_for_this_machine_or_by_the_operators_word() -> None:
    for env in (
        {"MUHR_S3_ENDPOINT": "http://127.0.0.1:8333"},
        {"MUHR_S3_ENDPOINT": "http://10.0.0.7:8333", "MUHR_S3_PLAIN_HTTP": "1"},
    ):
        place = from_environment({**S3, **env}).s3
        assert place is not None
        assert place.endpoint == env["MUHR_S3_ENDPOINT"]
