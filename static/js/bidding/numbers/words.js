// Amounts in words, English and Urdu, counted in thousand, lakh, crore and arab as in Pakistan.

import { decimalPlaces } from "./decimal.js";

const ENGLISH_SMALL = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen " +
  "fifteen sixteen seventeen eighteen nineteen"
).split(" ");
const ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const URDU_SMALL = (
  "صفر ایک دو تین چار پانچ چھ سات آٹھ نو دس گیارہ بارہ تیرہ چودہ پندرہ سولہ سترہ اٹھارہ انیس " +
  "بیس اکیس بائیس تئیس چوبیس پچیس چھبیس ستائیس اٹھائیس انتیس تیس اکتیس بتیس تینتیس چونتیس " +
  "پینتیس چھتیس سینتیس اڑتیس انتالیس چالیس اکتالیس بیالیس تینتالیس چوالیس پینتالیس چھیالیس " +
  "سینتالیس اڑتالیس انچاس پچاس اکیاون باون ترپن چون پچپن چھپن ستاون اٹھاون انسٹھ ساٹھ اکسٹھ " +
  "باسٹھ تریسٹھ چونسٹھ پینسٹھ چھیاسٹھ سڑسٹھ اڑسٹھ انہتر ستر اکہتر بہتر تہتر چوہتر پچہتر " +
  "چھہتر ستتر اٹھہتر اناسی اسی اکیاسی بیاسی تراسی چوراسی پچاسی چھیاسی ستاسی اٹھاسی نواسی " +
  "نوے اکیانوے بانوے ترانوے چورانوے پچانوے چھیانوے ستانوے اٹھانوے ننانوے"
).split(" ");
const SCALES = [
  [1_000_000_000n, "arab", "ارب"],
  [10_000_000n, "crore", "کروڑ"],
  [100_000n, "lakh", "لاکھ"],
  [1_000n, "thousand", "ہزار"],
  [100n, "hundred", "سو"],
];
const UNITS = {
  PKR: { en: ["rupee", "rupees", "paisa", "paisas"], ur: ["روپیہ", "روپے", "پیسہ", "پیسے"] },
};

/** A whole number (BigInt, 0 or more) in words, in "en" or "ur". */
export function numberInWords(number, language) {
  if (number < 100n) return belowHundred(Number(number), language);
  const parts = [];
  let left = number;
  for (const [size, english, urdu] of SCALES) {
    const count = left / size;
    left %= size;
    if (count) parts.push(`${numberInWords(count, language)} ${language === "ur" ? urdu : english}`);
  }
  if (left) parts.push(belowHundred(Number(left), language));
  return parts.join(" ");
}

/** A plain decimal text of a currency in words; parts below the minor unit are not spoken. */
export function amountInWords(text, currency, language) {
  const places = decimalPlaces(currency);
  const [digits, fraction = ""] = text.split(".");
  const whole = BigInt(digits);
  const minor = BigInt(fraction.padEnd(places, "0").slice(0, places) || "0");
  const names = UNITS[currency] ? UNITS[currency][language] : [currency, currency];
  const spoken = `${numberInWords(whole, language)} ${whole === 1n ? names[0] : names[1]}`;
  if (!minor) return spoken;
  const part = UNITS[currency]
    ? `${numberInWords(minor, language)} ${minor === 1n ? names[2] : names[3]}`
    : `${minor}/${10 ** places}`;
  return `${spoken} ${language === "ur" ? "اور" : "and"} ${part}`;
}

function belowHundred(number, language) {
  if (language === "ur") return URDU_SMALL[number];
  if (number < 20) return ENGLISH_SMALL[number];
  const ones = number % 10;
  return ENGLISH_TENS[Math.floor(number / 10) - 2] + (ones ? `-${ENGLISH_SMALL[ones]}` : "");
}
