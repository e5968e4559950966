// Answers questions about numbers, so that Python can compare them with its own arithmetic.

import { readFileSync } from "node:fs";
import {
  grouped,
  lineAmount,
  parseAmount,
  taxOn,
  toMillionths,
  toText,
} from "../../static/js/bidding/numbers/decimal.js";
import { amountInWords } from "../../static/js/bidding/numbers/words.js";
import { canonical } from "../../static/js/bidding/sealing/canonical.js";

const ANSWERS = {
  parse: (typed) => parseAmount(typed),
  words: (text, currency, language) => amountInWords(text, currency, language),
  grouped: (text) => grouped(text),
  line: (quantity, price, places) => toText(lineAmount(quantity, price, places), places),
  tax: (amount, percent, places) => toText(taxOn(toMillionths(amount), percent, places), places),
  canonical: (value) => canonical(value),
};

const questions = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(questions.map(([name, ...rest]) => ANSWERS[name](...rest))));
