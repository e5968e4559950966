"""When a file of an opened bid may be handed out."""

import pytest

from bids.domain.file_check import FileState, Handing, handing_out, is_due


@pytest.mark.parametrize(
    ("state", "with_scanner", "without"),
    [
        (None, Handing.NOT_YET, Handing.AT_ONCE),
        (FileState.UNSCANNED, Handing.NOT_YET, Handing.AT_ONCE),
        (FileState.CLEAN, Handing.AT_ONCE, Handing.AT_ONCE),
        (FileState.FOUND, Handing.WARNED, Handing.WARNED),
        (FileState.UNSCANNABLE, Handing.WARNED, Handing.WARNED),
        (FileState.UNPACKS_TOO_MUCH, Handing.WARNED, Handing.WARNED),
    ],
)
def test_handing_out(state, with_scanner, without):
    assert handing_out(state, scanner=True) is with_scanner
    assert handing_out(state, scanner=False) is without


def test_a_state_that_nobody_knows_is_not_handed_out_at_once():
    assert handing_out("other", scanner=False) is Handing.WARNED


def test_what_was_looked_at_without_a_scanner_is_looked_at_again_once_there_is_one():
    assert is_due(FileState.UNSCANNED, scanner=True)
    assert not is_due(FileState.UNSCANNED, scanner=False)
    assert not is_due(FileState.CLEAN, scanner=True)
