"""Whole numbers in words, English and Urdu, counted in thousand, lakh, crore and arab."""

_ENGLISH_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_URDU_SMALL = (
    "صفر ایک دو تین چار پانچ چھ سات آٹھ نو دس گیارہ بارہ تیرہ چودہ پندرہ سولہ سترہ اٹھارہ انیس "
    "بیس اکیس بائیس تئیس چوبیس پچیس چھبیس ستائیس اٹھائیس انتیس تیس اکتیس بتیس تینتیس چونتیس "
    "پینتیس چھتیس سینتیس اڑتیس انتالیس چالیس اکتالیس بیالیس تینتالیس چوالیس پینتالیس چھیالیس "
    "سینتالیس اڑتالیس انچاس پچاس اکیاون باون ترپن چون پچپن چھپن ستاون اٹھاون انسٹھ ساٹھ اکسٹھ "
    "باسٹھ تریسٹھ چونسٹھ پینسٹھ چھیاسٹھ سڑسٹھ اڑسٹھ انہتر ستر اکہتر بہتر تہتر چوہتر پچہتر "
    "چھہتر ستتر اٹھہتر اناسی اسی اکیاسی بیاسی تراسی چوراسی پچاسی چھیاسی ستاسی اٹھاسی نواسی "
    "نوے اکیانوے بانوے ترانوے چورانوے پچانوے چھیانوے ستانوے اٹھانوے ننانوے"
).split()
_SCALES = (
    (10**9, "arab", "ارب"),
    (10**7, "crore", "کروڑ"),
    (10**5, "lakh", "لاکھ"),
    (10**3, "thousand", "ہزار"),
    (10**2, "hundred", "سو"),
)


def _below_hundred(number: int, language: str) -> str:
    if language == "ur":
        return _URDU_SMALL[number]
    if number < 20:
        return _ENGLISH_SMALL[number]
    tens, ones = divmod(number, 10)
    return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH_SMALL[ones]}" if ones else "")


def number_in_words(number: int, language: str) -> str:
    """Return ``number`` (0 or more) in words, in "en" or "ur".

    Raises:
        ValueError: for a negative number.
    """
    if number < 0:
        raise ValueError(number)
    if number < 100:
        return _below_hundred(number, language)
    parts = []
    for size, english, urdu in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts.append(
                f"{number_in_words(count, language)} {urdu if language == 'ur' else english}"
            )
    if number:
        parts.append(_below_hundred(number, language))
    return " ".join(parts)
