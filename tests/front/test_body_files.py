"""Only plain files of the front, in the front's own folder, are ever read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bids.body_files import BodyFiles
from bids.domain.reception import SLICE_MAX
from foundation.settings import from_environment
from foundation.values.refusal import Refusal

NAME = "0000000017"
NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bodies"
    folder.mkdir()
    return folder


def refused(folder: Path, path: object) -> str:
    with pytest.raises(Refusal) as caught:
        BodyFiles(folder).read(str(path))
    return caught.value.code


def test_a_file_of_the_front_is_read(folder: Path) -> None:
    (folder / NAME).write_bytes(b"a slice")

    assert BodyFiles(folder).read(str(folder / NAME)) == b"a slice"


@pytest.mark.parametrize(
    "path",
    [
        "{above}/secret",
        "{folder}/../secret",
        "{folder}/../0000000018",
        "{folder}/./" + NAME,
        "{folder}//" + NAME,
        "{folder}/sub/" + NAME,
        "{folder}/other.txt",
        "{folder}/",
        "{folder}",
        NAME,
        "/etc/passwd",
        "{folder}x/" + NAME,
        "{folder}/" + NAME + "\0",
        "{folder}/٠٠٠٠٠٠٠٠١٧",
    ],
)
def test_nothing_else_is_read(folder: Path, path: str) -> None:
    for there in (folder / NAME, folder / "other.txt", folder.parent / "0000000018"):
        there.write_bytes(b"x")
    (folder / "sub").mkdir()
    (folder / "sub" / NAME).write_bytes(b"x")

    assert refused(folder, path.format(folder=folder, above=folder.parent)) == "bad-slice"


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"a key")
    (folder / NAME).symlink_to(tmp_path / "secret")

    assert refused(folder, folder / NAME) == "bad-slice"


def test_a_pipe_keeps_nobody_waiting(folder: Path) -> None:
    os.mkfifo(folder / NAME)

    assert refused(folder, folder / NAME) == "bad-slice"


def test_a_folder_and_a_missing_file_are_refused(folder: Path) -> None:
    (folder / "0000000018").mkdir()

    assert refused(folder, folder / NAME) == "bad-slice"
    assert refused(folder, folder / "0000000018") == "bad-slice"


def test_more_than_a_slice_is_refused(folder: Path) -> None:
    (folder / NAME).write_bytes(bytes(SLICE_MAX + 1))

    assert refused(folder, folder / NAME) == "too-large"


def test_the_folder_is_named_whole() -> None:
    with pytest.raises(Refusal) as caught:
        from_environment({"MUHR_BODY_FOLDER": "bodies"})

    assert caught.value.params["name"] == "MUHR_BODY_FOLDER"


def test_only_bodies_left_behind_are_collected(folder: Path) -> None:
    for name, age in ((NAME, 2), ("0000000018", 0), ("keep.txt", 2)):
        (folder / name).write_bytes(b"x")
        written_at = NOW.timestamp() - age * 3600
        os.utime(folder / name, (written_at, written_at))

    BodyFiles(folder).collect(NOW)
    BodyFiles(folder / "missing").collect(NOW)

    assert sorted(path.name for path in folder.iterdir()) == ["0000000018", "keep.txt"]
