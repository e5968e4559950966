"""Files are this account's alone, unless the services share them through their group."""

from pathlib import Path

import pytest

from foundation import modes
from foundation.blobs.chosen import chosen_blobs
from foundation.locking import gate
from foundation.settings import from_environment
from portal.keys import secret_key


@pytest.mark.parametrize(
    ("shared", "file", "folder", "mask"), [("", 0o600, 0o700, 0o077), ("1", 0o660, 0o770, 0o007)]
)
def test_modes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared: str, file: int, folder: int, mask: int
) -> None:
    import os

    monkeypatch.setenv(modes.SHARED, shared)
    before = os.umask(modes.umask())
    try:
        settings = from_environment({"MUHR_DATA": str(tmp_path / "data")})
        blobs = chosen_blobs(settings)
        blobs.put_new("sealed/one", [b"x"])
        secret_key(settings)
        with gate(tmp_path / "data/line.gate"):
            pass
    finally:
        os.umask(before)

    assert modes.umask() == mask
    assert (tmp_path / "data/blobs").stat().st_mode & 0o777 == folder
    assert (tmp_path / "data/blobs/sealed").stat().st_mode & 0o777 == folder
    for name in ("blobs/sealed/one", "keys/web.key", "line.gate"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o777 == file, name
