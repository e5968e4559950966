"""Log lines are JSON with allowed fields; nothing that a user sent gets into them."""

import io
import json
import logging
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.log_lines import FIELDS, LEFT_OUT, Event, JsonLines, Log, allowed, fault_fields

KEYS = {"at", "level", "from", "event", "text", LEFT_OUT, *FIELDS}
PRICE = "the price is 1,095,000"


@pytest.fixture
def lines():
    """What a handler of ours writes, parsed."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(row) for row in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_an_event_with_its_fields(lines):
    Log("muhr.bids").warning(Event.BEACON_LATE, round=7, fault="BeaconLate")
    (line,) = lines()
    assert (line["level"], line["from"], line["event"]) == ("warning", "muhr.bids", "beacon-late")
    assert (line["round"], line["fault"]) == ("7", "BeaconLate")
    assert set(line) <= KEYS


def test_a_field_or_value_that_is_not_allowed_is_left_out(lines, caplog):
    Log("muhr").error(Event.FAULT, price=PRICE, page=f"/en/tenders/{PRICE}", job=[PRICE])
    (line,) = lines()
    assert line[LEFT_OUT]
    assert (line["page"], line["job"]) == (LEFT_OUT, LEFT_OUT)
    assert PRICE not in json.dumps(line) + caplog.text


@pytest.mark.parametrize("name", ["muhr.bids", "waitress", "sqlalchemy.engine", PRICE])
def test_of_other_messages_neither_text_nor_argument_is_kept(lines, name):
    log = logging.getLogger(name)
    log.error("%s from 192.0.2.7", PRICE)
    log.error(f"plain text: {PRICE}", extra={"vendor": PRICE, "muhr_fields": {"code": PRICE}})  # noqa: G004
    log.error("forged", extra={"muhr_event": Event.FAULT, "muhr_fields": {"code": PRICE}})
    try:
        raise ValueError(PRICE)
    except ValueError:
        log.exception("while serving /api/uploads/%s", PRICE, stack_info=True)
    written = lines()
    assert len(written) == 4
    assert PRICE not in json.dumps(written)
    assert "192.0.2.7" not in json.dumps(written)
    assert written[3]["fault"] == "ValueError"
    assert all(set(line) <= KEYS for line in written)


@given(st.dictionaries(st.text(max_size=12) | st.sampled_from(sorted(FIELDS)),
                       st.text(max_size=80) | st.binary() | st.booleans() | st.none()))  # fmt: skip
def test_whatever_is_given_only_allowed_shapes_come_out(fields):
    for name, value in allowed(fields).items():
        assert name in FIELDS or name == LEFT_OUT
        assert "\n" not in value
        shaped = name in FIELDS and FIELDS[name].fullmatch(value)
        assert shaped or value in {LEFT_OUT, "a field that is not on the list"}


def test_a_fault_is_told_by_kind_and_place_without_its_text():
    try:
        raise KeyError(PRICE)
    except KeyError as error:
        told = fault_fields(error)
    assert told["fault"] == "KeyError"
    assert told["place"].startswith("foundation/test_log_lines.py:")
    assert allowed(told) == told


def test_a_process_and_its_threads_die_in_one_line_of_json():
    program = (
        "import logging, threading; from foundation import log_lines;"
        "log_lines.install(logging.INFO);"
        f"t = threading.Thread(target=lambda: int({PRICE!r})); t.start(); t.join();"
        f"raise SystemError({PRICE!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False,
        env={"JOURNAL_STREAM": "8:1"},
    )  # fmt: skip
    assert done.returncode == 1
    rows = done.stderr.splitlines()
    assert [json.loads(row.removeprefix("<3>"))["fault"] for row in rows] == [
        "ValueError", "SystemError",
    ]  # fmt: skip
    assert PRICE not in done.stderr
