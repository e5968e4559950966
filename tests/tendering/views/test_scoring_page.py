"""The page on which quality is weighed against price, and what it says to bad input."""

from foundation.database import Sessions
from tests.tendering.views.conftest import Office
from tests.tendering.views.test_drafting_pages import begin, stored


def test_quality_and_cost_is_weighed_on_the_page_of_criteria(
    office: Office, sessions: Sessions
) -> None:
    address = begin(office, "practice")
    officer = office.officer
    officer.get(f"{address}/criteria")
    assert "Quality and price" not in officer.text
    officer.get(f"{address}/facts")
    officer.post(
        f"{address}/facts",
        title_en="Street lights",
        summary_en="100 solar lights.",
        category="goods",
        method="two-envelopes",
        reach="national",
        validity_days="60",
        security="none",
    )
    officer.get(address)
    officer.shows("This method scores quality: add the criteria.", "Opening committee")
    officer.get(f"{address}/criteria")
    officer.shows("Quality and price", "its price stays sealed")
    assert 'value="80"' in officer.text
    rows = {
        "rows-0-title_en": "Experience",
        "rows-0-weight": "100",
        "pass_mark": "70",
        "price_formula": "linear",
        "technical_scale": "relative",
    }
    for weight, text in (("x", "for example 80"), ("95", "from 10 to 90 percent")):
        page = officer.post(
            f"{address}/criteria", status=422, rows=rows | {"technical_weight": weight}
        )
        assert text in page
    officer.get(f"{address}/criteria")
    officer.post(f"{address}/criteria", rows=rows | {"technical_weight": "۶۰"})
    officer.get(f"{address}/check")
    officer.shows("Quality counts 60 percent, the price 40 percent.", "Two: the technical one")
    quality = stored(sessions, address).quality_and_cost
    assert quality is not None
    assert (quality.technical_weight, quality.price_formula, quality.technical_scale) == (
        60, "linear", "relative",
    )  # fmt: skip
