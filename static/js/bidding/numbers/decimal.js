// Exact decimals as BigInt millionths: parsing typed numbers, arithmetic, and the text documents carry.

/** Digits kept after the point, as in bid.json. */
const SCALE = 6;
const ONE = 1_000_000n;
const AMOUNT = /^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/;
// The same characters as foundation/values/money.py takes for grouping.
const GROUPING = /[,'_ \u00a0\u202f\u2009\u066c\u060c\u200e\u200f\u2066\u2069]/g;
const CURRENCY_PLACES = { JPY: 0, KRW: 0, PYG: 0, VND: 0, CLP: 0, KWD: 3, BHD: 3, OMR: 3 };

/** Digits after the point that a currency uses (ISO 4217). */
export function decimalPlaces(currency) {
  return currency in CURRENCY_PLACES ? CURRENCY_PLACES[currency] : 2;
}

/** The text with Arabic-Indic and Persian digits as 0-9 and the Arabic decimal mark as a point. */
export function westernDigits(text) {
  return text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/\u066b/g, ".");
}

/**
 * The plain decimal text of a typed number, with any digits and any grouping.
 * @returns text as in bid.json, or null when it is no amount.
 */
export function parseAmount(typed) {
  let plain = westernDigits(String(typed)).replace(GROUPING, "");
  if (/^0[0-9]+(\..*)?$/.test(plain)) {
    plain = plain.replace(/^0+/, "");
    if (plain === "" || plain.startsWith(".")) plain = `0${plain}`;
  }
  return AMOUNT.test(plain) ? plain : null;
}

/** Millionths of a plain decimal text. @throws {Error} `bad-amount`. */
export function toMillionths(text) {
  if (!AMOUNT.test(text)) throw new Error("bad-amount");
  const [whole, fraction = ""] = text.split(".");
  return BigInt(whole) * ONE + BigInt(fraction.padEnd(SCALE, "0"));
}

/** Plain decimal text of millionths with exactly `places` digits, rounded half up. */
export function toText(millionths, places) {
  const step = 10n ** BigInt(SCALE - places);
  const units = (millionths + step / 2n) / step;
  if (places === 0) return String(units);
  const digits = String(units).padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** quantity × unit price, in millionths, rounded half up to the currency's places. */
export function lineAmount(quantity, unitPrice, places) {
  return roundTo(toMillionths(quantity) * toMillionths(unitPrice), ONE, places);
}

/** The tax on an amount in millionths, rounded half up to the currency's places. */
export function taxOn(amount, percent, places) {
  return roundTo(amount * toMillionths(percent), ONE * 100n, places);
}

/** Rounds value / divisor (both whole) half up to `places` decimals; the result is in millionths. */
function roundTo(value, divisor, places) {
  const step = 10n ** BigInt(SCALE - places);
  const whole = divisor * step;
  return ((value + whole / 2n) / whole) * step;
}

/** 12,34,567.50 (lakh and crore); the text's own decimals are kept. */
export function grouped(text) {
  const [whole, fraction] = text.split(".");
  const head = whole.slice(0, -3);
  const pairs = head.match(/\d{1,2}(?=(?:\d{2})*$)/g) || [];
  const body = [...pairs, whole.slice(-3)].join(",");
  return fraction === undefined ? body : `${body}.${fraction}`;
}

/** A sum of money between bidi isolates, so that it stands whole in either direction. */
export function moneyText(text, currency, lang) {
  const words =
    lang === "ur" ? [grouped(text), currency === "PKR" ? "روپے" : currency] : [currency, grouped(text)];
  return `\u2068${words.join("\u00a0")}\u2069`;
}
