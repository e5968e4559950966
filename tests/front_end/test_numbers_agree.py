"""The page's arithmetic, digits, words and canonical JSON agree with the server's."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.values.canonical import Document, canonical
from foundation.values.money import Money, amount_in_words, grouped, parse_amount
from foundation.values.refusal import Refusal
from tests.front_end.node_runtime import ask_node

ONE_RUN = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
DIGITS = st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
AMOUNTS = st.decimals(0, 10**12, places=2).map(lambda amount: format(amount, "f"))
FINE = st.decimals(0, 10**7, places=6).map(lambda amount: format(amount, "f"))
PERCENTS = st.decimals(0, 100, places=2).map(lambda amount: format(amount, "f"))
VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def typed_numbers(draw: st.DrawFn) -> str:
    digits = draw(DIGITS)
    plain = draw(AMOUNTS) if draw(st.booleans()) else draw(st.text("0123456789.,-+e٫", max_size=18))
    text = "".join(digits[int(letter)] if letter in "0123456789" else letter for letter in plain)
    if draw(st.booleans()):
        text = draw(st.sampled_from([" ", "\u200f", "\u2068"])) + text.replace(
            ".", draw(st.sampled_from([".", "٫"]))
        )
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(["", ",", "،", "٬", "\u00a0", "'", "x"])) + text[at:]


def parsed(typed: str) -> str | None:
    try:
        return format(parse_amount(typed), "f")
    except Refusal:
        return None


@ONE_RUN
@given(st.lists(typed_numbers(), min_size=50, max_size=120))
def test_typed_numbers_are_read_alike(typed: list[str]) -> None:
    assert ask_node("answer_numbers.mjs", [["parse", text] for text in typed]) == [
        parsed(text) for text in typed
    ]


@ONE_RUN
@given(
    st.lists(
        st.tuples(AMOUNTS, st.sampled_from(["PKR", "USD", "JPY"]), st.sampled_from(["en", "ur"])),
        min_size=40,
    )
)
def test_words_and_groups_are_spoken_alike(asked: list[tuple[str, str, str]]) -> None:
    answers = ask_node(
        "answer_numbers.mjs",
        [["words", *row] for row in asked] + [["grouped", row[0]] for row in asked],
    )
    words = [
        amount_in_words(Money(Decimal(text), currency), language)
        for text, currency, language in asked
    ]
    assert answers == words + [grouped(Decimal(text)) for text, _, _ in asked]


@ONE_RUN
@given(st.lists(st.tuples(FINE, FINE, PERCENTS, st.sampled_from([0, 2, 3])), min_size=40))
def test_products_are_rounded_half_up(rows: list[tuple[str, str, str, int]]) -> None:
    answers = ask_node(
        "answer_numbers.mjs",
        [["line", a, b, places] for a, b, _, places in rows]
        + [["tax", a, p, places] for a, _, p, places in rows],
    )
    with localcontext() as context:
        context.prec = 60
        products = [Decimal(a) * Decimal(b) for a, b, _, _ in rows]
        taxes = [Decimal(a) * Decimal(p) / 100 for a, _, p, _ in rows]
        steps = [Decimal(1).scaleb(-places) for *_, places in rows] * 2
        rounded = [
            v.quantize(step, ROUND_HALF_UP) for v, step in zip(products + taxes, steps, strict=True)
        ]
    assert answers == [format(value, "f") for value in rounded]


@ONE_RUN
@given(st.lists(VALUES, min_size=30, max_size=60))
def test_canonical_json_is_the_same_bytes(values: list[Document]) -> None:
    answers = ask_node("answer_numbers.mjs", [["canonical", value] for value in values])
    assert answers == [canonical(value).decode() for value in values]
