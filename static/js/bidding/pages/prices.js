// The price schedule: one line an item, amounts and total worked out while typing, echoed in words.

import { priceSchedule } from "../bid/pricing.js";
import { grouped, moneyText } from "../numbers/decimal.js";
import { amountInWords } from "../numbers/words.js";
import { fill, h, inset, ltr } from "./elements.js";
import { textField } from "./fields.js";
import { packText, topicPage } from "./topic_page.js";

/** The currency as the page's language says it. */
export function currencyWord(app) {
  const { currency } = app.facts.pack.tender;
  return currency === "PKR" ? app.t("rupees") : currency;
}

/** The price schedule's page. */
export function pricesPage(app) {
  const total = h("div", { class: "total", role: "status", "aria-live": "polite" });
  const lines = app.facts.items.map((item, at) => priceLine(app, item, at, () => drawTotal(app, total)));
  drawTotal(app, total);
  return topicPage(app, "prices", [
    inset(app.t("prices_intro", { currency: currencyWord(app) })),
    lines,
    total,
  ]);
}

function schedule(app) {
  return priceSchedule(app.facts.items, app.draft.lines, app.facts.pack.tender.currency);
}

function priceLine(app, item, at, onChange) {
  const { t } = app;
  const amount = h("p", { class: "line-amount", id: `amount-${item.id}` });
  const change = () => {
    drawAmount(app, item, amount);
    onChange();
  };
  const price = { label: t("unit_price"), width: "10", prefix: currencyWord(app), maxlength: "40" };
  const tax = { label: t("tax_percent"), optional: true, width: "4", suffix: "%", maxlength: "10" };
  drawAmount(app, item, amount);
  return h(
    "fieldset",
    { class: "group price-line" },
    h("legend", {}, `${at + 1}. `, packText(app, item.description)),
    h(
      "p",
      { class: "hint" },
      t("quantity"),
      " ",
      ltr(grouped(item.quantity)),
      " ",
      h("bdi", { text: item.unit }),
    ),
    h(
      "div",
      { class: "price-fields" },
      lineField(app, item, "unit_price", { id: `price-${item.id}`, ...price }, change),
      lineField(app, item, "tax_percent", { id: `tax-${item.id}`, ...tax }, change),
    ),
    amount,
  );
}

function lineField(app, item, name, options, onChange) {
  const { lines } = app.draft;
  return textField({
    value: (lines[item.id] || {})[name],
    dir: "ltr",
    inputmode: "decimal",
    error: app.errorOf(options.id),
    words: app.words,
    ...options,
    oninput: (event) => {
      lines[item.id] = { ...lines[item.id], [name]: event.target.value };
      app.store.changed();
      onChange();
    },
  });
}

function drawAmount(app, item, place) {
  const row = schedule(app).rows.find((found) => found.item.id === item.id);
  const { currency } = app.facts.pack.tender;
  if (row.state === "priced")
    fill(place, `${app.t("amount")} `, h("strong", { text: moneyText(row.amount, currency, app.lang) }));
  else fill(place, row.state === "wrong" ? app.t("amount_unclear") : app.t("amount_missing"));
}

function drawTotal(app, place) {
  const { total, priced, rows } = schedule(app);
  const { currency } = app.facts.pack.tender;
  fill(
    place,
    h("p", { class: "total-label", text: app.t("total") }),
    h("p", { class: "total-amount", id: "total", text: moneyText(total, currency, app.lang) }),
    h("p", { class: "money-words hint", text: amountInWords(total, currency, app.lang) }),
    h("p", { class: "hint", text: app.t("lines_priced", { n: priced, all: rows.length }) }),
  );
}
