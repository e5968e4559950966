"""``muhr evaluate``: exit codes, one code on the last line, never a traceback."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.cli import evaluate
from evaluation.domain.case import TECHNICAL
from evaluation.domain.case_document import case_document, parse_case
from evaluation.domain.methods import rank
from evaluation.domain.result_document import read_result, result_document
from foundation.values.refusal import Refusal
from tests.evaluation.cases import scenario_7, scenario_8


def run(tmp_path, content):
    path = tmp_path / "case.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return CliRunner().invoke(evaluate, [str(path)])


def test_a_case_is_ranked_and_printed(tmp_path):
    done = run(tmp_path, case_document(scenario_8()))
    assert done.exit_code == 0, done.output
    lot = json.loads(done.stdout)["lots"][0]
    assert [(b["bid"], b["evaluated_price"]) for b in lot["ranking"]] == [
        ("C", "1075000.00"),
        ("B", "1086000.00"),
        ("A", "1095000.00"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"v":1,"v":1}',
        b"[" * 100_000,
        b'{"v": 1e999}',
        b'{"v": NaN}',
        b"{}",
    ],
)
def test_bad_input_gives_a_code_and_no_traceback(tmp_path, content):
    done = run(tmp_path, content)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "bad-case"
    assert "Traceback" not in done.output


def changed(path, value):
    document = json.loads(json.dumps(case_document(scenario_8())))
    place = document
    for name in path[:-1]:
        place = place[name]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["v"], 2, "case.v"),
        (["v"], True, "case.v"),
        (["extra"], 1, "case.extra"),
        (["lots", 0, "bids", 0, "price", "total"], 12.5, "case.lots[0].bids[0].price.total"),
        (["lots", 0, "bids", 0, "price", "total"], "-1", "case.lots[0].bids[0].price.total"),
        (["lots", 0, "bids", 0, "price", "total"], "1\n", "case.lots[0].bids[0].price.total"),
        (["lots", 0, "bids", 0, "price", "lines", 0, "item"], "9", None),
        (["lots", 0, "bids", 0, "sha256"], "AB", "case.lots[0].bids[0].sha256"),
        (["lots", 0, "bids", 0, "completed_at"], "2026-02-30T00:00:00Z", None),
        (["lots", 0, "bids", 1, "id"], "A", "case.lots"),
        (["lots", 0, "bids", 0, "findings", 0, "passed"], "yes", None),
        (["criteria"], [{"id": "x", "weight": "99"}], "case.criteria"),
        (["rules", "tie_breaks"], ["coin"], "case.rules.tie_breaks"),
        (["rules", "omission"], "guess", "case.rules.omission"),
        (["lots"], "abc", "case.lots"),
        (["lots"], ..., "case.lots"),
    ],
)
def test_a_wrong_value_is_pointed_at(path, value, where):
    with pytest.raises(Refusal, match="bad-case") as refused:
        parse_case(changed(path, value))
    if where:
        assert refused.value.params["where"] == where


def test_an_unknown_method_ends_with_its_code(tmp_path):
    done = run(tmp_path, changed(["method"], "guess"))
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "unknown-ranking-method")


def test_a_missing_file_is_wrong_use():
    assert CliRunner().invoke(evaluate, ["/nowhere/case.json"]).exit_code == 2


def test_case_and_result_survive_their_documents():
    case = scenario_8()
    assert parse_case(case_document(case)) == case
    lots = rank(case)
    assert read_result(result_document(case, case_document(case), lots)) == lots


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["v", "lots", "bids", "price", "lines", "criteria", "id", "items"]),
            inner,
        )
    ),
)


@settings(max_examples=60)
@given(junk)
def test_any_json_is_refused_not_broken(document):
    with pytest.raises(Refusal):
        parse_case(document)


@pytest.mark.parametrize("how", [{}, {"scale": "relative", "formula": "linear"}])
def test_quality_and_cost_survives_its_documents_and_the_command(tmp_path, how):
    case = scenario_7(**how)
    document = case_document(case)
    assert parse_case(document) == case
    assert read_result(result_document(case, document, rank(case))) == rank(case)
    done = run(tmp_path, document)
    assert done.exit_code == 0, done.output
    first = json.loads(done.stdout)["lots"][0]["ranking"][0]
    assert first["combined"]["combined_score"] == ("86.6667" if how else "85.3333")


def test_the_technical_part_survives_its_documents_and_holds_no_price(tmp_path):
    whole = scenario_7()
    bids = tuple(replace(each, price=None) for each in whole.lots[0].bids)
    case = replace(whole, envelopes=TECHNICAL, lots=(replace(whole.lots[0], bids=bids),))
    document = case_document(case)
    assert parse_case(document) == case
    assert read_result(result_document(case, document, rank(case))) == rank(case)
    document["lots"][0]["bids"][0]["price"] = {"lines": [], "total": "1"}
    done = run(tmp_path, document)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "bad-case")


def test_the_command_refuses_the_price_of_a_bid_that_failed(tmp_path):
    document = json.loads(json.dumps(case_document(scenario_7())))
    document["lots"][0]["bids"][3]["price"] = {"lines": [], "total": "6000000"}
    done = run(tmp_path, document)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "price-must-stay-sealed")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["envelopes"], ["financial"]),
        (["quality_and_cost", "technical_weight"], "100"),
        (["quality_and_cost", "technical_weight"], "0"),
        (["quality_and_cost", "price_formula"], "guess"),
        (["quality_and_cost", "technical_scale"], "guess"),
    ],
)
def test_a_wrong_weighting_is_pointed_at(path, value):
    document = json.loads(json.dumps(case_document(scenario_7())))
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(Refusal, match="bad-case") as refused:
        parse_case(document)
    assert refused.value.params["where"] == ".".join(["case", *path])
