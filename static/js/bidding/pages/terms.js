// The terms of the bid: how long it stays valid, the bid security, and further files.

import { carriesPrice, INSTRUMENTS } from "../bid/topics.js";
import { priceSchedule, securityAmount } from "../bid/pricing.js";
import { moneyText, parseAmount } from "../numbers/decimal.js";
import { amountInWords } from "../numbers/words.js";
import { attachments, fileList, filesSum } from "./attachments.js";
import { h, inset } from "./elements.js";
import { radios, textField } from "./fields.js";
import { currencyWord } from "./prices.js";
import { topicPage } from "./topic_page.js";

/** How long the bid stays valid. */
export function validityPage(app) {
  const { t, draft } = app;
  const least = app.facts.pack.tender.validity_days;
  if (!draft.validity_days) draft.validity_days = String(least);
  return topicPage(
    app,
    "validity",
    textField({
      id: "validity",
      label: t("validity_label"),
      hint: t("validity_hint", { n: least }),
      value: draft.validity_days,
      width: "4",
      inputmode: "numeric",
      dir: "ltr",
      suffix: t("days"),
      error: app.errorOf("validity"),
      words: app.words,
      maxlength: "8",
      oninput: (event) => {
        draft.validity_days = event.target.value;
        app.store.changed();
      },
    }),
  );
}

/** What security is asked, in one sentence. */
export function securityAsked(app) {
  const { t, facts, draft } = app;
  const { currency } = facts.pack.tender;
  const asked = facts.pack.security;
  if (asked.amount)
    return t("security_fixed", { amount: moneyText(asked.amount, asked.currency || currency, app.lang) });
  if (!carriesPrice(facts.kind)) return t("security_percent", { n: asked.percent });
  const { total } = priceSchedule(facts.items, draft.lines, currency);
  return t("security_percent_of", {
    n: asked.percent,
    amount: moneyText(securityAmount(asked, total, currency), currency, app.lang),
  });
}

/** The bid security: instrument, amount, issuer, number, expiry, the scanned paper. */
export function securityPage(app) {
  const { t } = app;
  const given = app.draft.security;
  const words = h("p", { class: "hint money-words", role: "status" });
  const speak = () => {
    const amount = parseAmount(given.amount);
    words.textContent = amount ? amountInWords(amount, app.facts.pack.tender.currency, app.lang) : "";
  };
  const text = (name, label, more) => securityField(app, name, { label, ...more }, speak);
  speak();
  return topicPage(app, "security", [
    inset(securityAsked(app)),
    instrumentField(app, given),
    text("amount", t("security_amount"), {
      width: "20",
      dir: "ltr",
      inputmode: "decimal",
      prefix: currencyWord(app),
      maxlength: "40",
    }),
    words,
    text("issuer", t("security_issuer"), { maxlength: "300" }),
    text("number", t("security_number"), { width: "20", maxlength: "100", optional: true }),
    text("expires_on", t("security_expires"), { type: "date", dir: "ltr", width: "10" }),
    attachments(app, { id: "security-file", purpose: "security", label: t("security_file"), single: true }),
  ]);
}

function securityField(app, name, options, onChange) {
  const given = app.draft.security;
  const id = `security-${name === "expires_on" ? "expires" : name}`;
  return textField({
    id,
    value: given[name],
    words: app.words,
    error: app.errorOf(id),
    ...options,
    oninput: (event) => {
      given[name] = event.target.value;
      app.store.changed();
      onChange();
    },
  });
}

function instrumentField(app, given) {
  return radios({
    id: "security-instrument",
    label: app.t("security_instrument"),
    value: given.instrument,
    words: app.words,
    error: app.errorOf("security-instrument"),
    choices: INSTRUMENTS.map((value) => ({ value, text: app.t(`instrument_${value}`) })),
    onchange: (value) => {
      given.instrument = value;
      app.store.changed();
    },
  });
}

/** Further files, and all files of the bid with their sending time. */
export function filesPage(app) {
  const { t, draft } = app;
  const others = draft.files.filter((file) => file.purpose !== "other");
  return topicPage(app, "files", [
    attachments(app, { id: "files", purpose: "other", label: t("files_label"), hint: t("files_hint") }),
    others.length ? [h("h2", { text: t("files_elsewhere") }), fileList(app, others)] : null,
    draft.files.length ? inset(filesSum(app, draft)) : null,
  ]);
}
