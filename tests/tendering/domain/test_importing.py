"""OCDS files become drafts with warnings, or are refused with a reason."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain.importing import LARGEST_FILE, ImportedTender, import_ocds
from tendering.domain.lots import check_lots
from tendering.domain.tender import Category

TENDER = {
    "title": "Road repair",
    "title_ur": "سڑک کی مرمت",
    "description": "<p>Two roads.</p><p>With drains &amp; kerbs.</p>",
    "mainProcurementCategory": "works",
    "value": {"amount": 1500000.5, "currency": "PKR"},
    "lots": [{"id": "A", "title": "North"}, {"id": "B", "title": "South"}],
    "items": [
        {
            "id": "x",
            "description": "Asphalt",
            "quantity": 20.0,
            "unit": {"name": "t"},
            "relatedLot": "B",
        },
        {"id": "y", "classification": {"description": "Kerbs"}},
        {"id": "z"},
    ],
    "tenderPeriod": {"endDate": "2020-01-01T00:00:00Z"},
    "documents": [{"id": "d"}],
    "awardCriteria": "priceOnly",
    "procurementMethod": "selective",
}
RELEASE = {
    "ocid": "ocds-x-1",
    "id": "1",
    "date": "2020-01-01T00:00:00Z",
    "tag": ["tender"],
    "language": "en",
    "tender": TENDER,
}


def taken(document: object, currency: str = "PKR") -> ImportedTender:
    return import_ocds(json.dumps(document).encode(), currency)


@pytest.mark.parametrize(
    "document",
    [
        RELEASE,
        {"releases": [RELEASE]},
        {"records": [{"ocid": "ocds-x-1", "compiledRelease": RELEASE}]},
        {"records": [{"ocid": "ocds-x-1", "releases": [RELEASE]}]},
        {"ocid": "ocds-x-1", "compiledRelease": {"tender": TENDER, "language": "en"}},
    ],
)
def test_every_kind_of_document_gives_the_same_draft(document: object) -> None:
    draft = taken(document)

    assert draft.title == Text("Road repair", "سڑک کی مرمت")
    assert draft.summary.en == "Two roads.\nWith drains & kerbs."
    assert draft.category is Category.WORKS
    assert draft.estimate == Money(Decimal("1500000.50"), "PKR")
    assert [(lot.id, lot.title.en) for lot in draft.lots] == [("1", "North"), ("2", "South")]
    assert [(i.id, i.lot_id, i.description.en, str(i.quantity), i.unit) for i in draft.items] == [
        ("1", "2", "Asphalt", "20", "t"),
        ("2", "1", "Kerbs", "1", "unit"),
    ]
    check_lots(draft.lots, draft.items)
    assert {warning.code for warning in draft.warnings} == {
        "import-items-undescribed",
        "import-items-unmeasured",
        "import-documents",
        "import-dates",
        "import-criteria",
        "import-method",
    }


def test_the_newest_release_with_a_tender_counts() -> None:
    older = {**RELEASE, "date": "2019-01-01T00:00:00Z", "tender": {**TENDER, "title": "Old"}}
    award = {**RELEASE, "date": "2021-01-01T00:00:00Z", "tag": ["award"], "tender": None}

    assert taken({"releases": [award, RELEASE, older]}).title.en == "Road repair"


def test_other_currencies_languages_and_processes_are_warned_of() -> None:
    other = {**RELEASE, "ocid": "ocds-x-2"}
    draft = taken({"releases": [{**RELEASE, "language": "es"}, other]}, currency="USD")

    assert draft.estimate is None
    codes = {warning.code: warning.params for warning in draft.warnings}
    assert codes["import-other-currency"] == {"currency": "PKR"}
    assert codes["import-other-language"] == {"language": "es"}
    assert codes["import-other-processes"] == {"count": "1"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b" \n", "file-empty"),
        (b"\xff\x00\x01", "bad-encoding"),
        (b'{"ocid": ', "bad-json"),
        (b'{"a": NaN}', "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b"[]", "not-ocds"),
        (b"3", "not-ocds"),
        (b'{"hello": "world"}', "not-ocds"),
        (b'{"releases": []}', "not-ocds"),
        (b'{"records": [{"releases": [{"url": "https://example.org/1"}]}]}', "linked-releases"),
        (b'{"ocid": "x", "tag": ["award"]}', "no-tender-section"),
        (b'{"ocid": "x", "tender": "soon"}', "no-tender-section"),
        (b'{"ocid": "x", "tender": {}}', "nothing-to-take"),
        (b" " * (LARGEST_FILE + 1), "file-too-large"),
    ],
)
def test_anything_else_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        import_ocds(data, "PKR")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["tender", "title", "items", "lots", "value", "amount", "quantity", "unit",
                         "description", "id", "classification", "relatedLot", "tag", "language"]),
        inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_whatever_stands_in_the_tender_is_taken_or_refused(tender: object) -> None:
    data = json.dumps({"ocid": "x", "tag": ["tender"], "tender": tender}).encode()
    try:
        draft = import_ocds(data, "PKR")
    except Refusal:
        return
    if draft.items:
        for item in draft.items:
            assert item.lot_id in {lot.id for lot in draft.lots}
