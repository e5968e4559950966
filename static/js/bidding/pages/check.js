// Check answers: everything that will be sealed, as it will be read at the opening.

import { allProblems, carriesPrice, carriesProposal, validityDays } from "../bid/topics.js";
import { priceSchedule } from "../bid/pricing.js";
import { filesFor } from "../draft/draft.js";
import { grouped, moneyText, parseAmount } from "../numbers/decimal.js";
import { amountInWords } from "../numbers/words.js";
import { button, h, heading, link, ltr, summaryList, table, warning } from "./elements.js";
import { checkbox } from "./fields.js";
import { boundTo } from "./task_list.js";
import { lotCaption, packText } from "./topic_page.js";
import { sizeText } from "./texts.js";
import { filesSum } from "./attachments.js";

/** The page before sealing. */
export function checkPage(app) {
  const { t } = app;
  return {
    title: t("topic_check"),
    content: [
      link("#/", t("back_to_bid"), { class: "back" }),
      heading(t("topic_check"), lotCaption(app)),
      bidTables(app, app.draft, true),
      boundTo(app),
      warning(t("warning_prefix"), t("seal_warning")),
      h("p", { text: t("seal_receipt_note") }),
      checkbox({
        id: "confirm",
        label: t("confirm"),
        error: app.errorOf("confirm"),
        words: app.words,
        value: app.confirmed,
        onchange: (value) => {
          app.confirmed = value;
        },
      }),
      h(
        "div",
        { class: "actions" },
        button(t("seal_and_send"), () => begin(app), "seal"),
        link("#/", t("save_later")),
      ),
    ],
  };
}

function begin(app) {
  const problems = allProblems(app.facts, app.draft).map((problem) => ({
    id: problem.id,
    text: `${app.t(`topic_${problem.topic}`)}: ${app.t(problem.key, problem.values)}`,
  }));
  if (app.isOver()) problems.unshift({ id: "", key: app.isCancelled() ? "cancelled_text" : "over_text" });
  if (!app.confirmed) problems.push({ id: "confirm", key: "error_confirm" });
  if (problems.length) {
    app.fail(problems.map((problem) => ({ ...problem, id: problem.id || "confirm" })));
    return;
  }
  app.sealNow = true;
  app.sealAnew = true;
  app.confirmed = false;
  app.go("seal");
}

/** The whole bid as tables; `change` adds links to the topics. */
export function bidTables(app, draft, change) {
  const { facts } = app;
  const proposal = carriesProposal(facts.kind);
  return [
    proposal ? proposalRows(app, draft, change) : null,
    carriesPrice(facts.kind) ? priceTable(app, draft, change) : null,
    termRows(app, draft, change),
  ];
}

function row(app, key, value, topic, change) {
  return { key, value, href: change ? `#/${topic}` : null, action: app.t("change") };
}

function proposalRows(app, draft, change) {
  const { t, facts } = app;
  const missing = h("span", { class: "note", text: t("not_answered") });
  const names = (purpose) =>
    filesFor(draft, purpose).map((file) => h("p", { class: "note" }, h("bdi", { text: file.name })));
  const rows = [
    ...(facts.pack.requirements || []).map((item) => {
      const { meets } = draft.requirements[item.id] || {};
      const said = meets ? t(meets === "yes" ? "we_meet" : "we_do_not_meet") : missing;
      return row(
        app,
        packText(app, item.text),
        [said, names(`requirement:${item.id}`)],
        "requirements",
        change,
      );
    }),
    ...(facts.pack.criteria || []).map((item) => {
      const { text } = draft.criteria[item.id] || {};
      return row(
        app,
        packText(app, item.title),
        [text ? h("p", { dir: "auto", text }) : missing, names(`criterion:${item.id}`)],
        "criteria",
        change,
      );
    }),
    ...(facts.pack.declarations || []).map((item) =>
      row(
        app,
        packText(app, item.text),
        draft.declarations[item.id] === item.text_sha256 ? t("accepted") : missing,
        "declarations",
        change,
      ),
    ),
  ];
  return rows.length ? [h("h2", { text: t("proposal_title") }), summaryList(rows)] : null;
}

function priceTable(app, draft, change) {
  const { t, facts } = app;
  const { currency } = facts.pack.tender;
  const schedule = priceSchedule(facts.items, draft.lines, currency);
  const head = [
    t("item"),
    { text: t("quantity"), numeric: true },
    { text: t("unit_price"), numeric: true },
    { text: t("amount"), numeric: true },
  ];
  const rows = schedule.rows.map((line) => [
    packText(app, line.item.description),
    h("span", {}, ltr(grouped(line.item.quantity)), " ", h("bdi", { text: line.item.unit })),
    line.unitPrice ? ltr(grouped(line.unitPrice)) : "–",
    line.amount ? ltr(grouped(line.amount)) : "–",
  ]);
  return [
    h("h2", { text: t("topic_prices") }),
    table(t("topic_prices"), head, rows, { hideCaption: true }),
    summaryList([
      row(
        app,
        t("total"),
        [
          h("strong", { text: moneyText(schedule.total, currency, app.lang) }),
          h("p", { class: "money-words hint", text: amountInWords(schedule.total, currency, app.lang) }),
        ],
        "prices",
        change,
      ),
    ]),
  ];
}

function termRows(app, draft, change) {
  const { t, facts } = app;
  const days = validityDays(draft);
  const said = days === null ? "–" : t("n_days", { n: days });
  const asked = carriesProposal(facts.kind) && facts.pack.security;
  return [
    h("h2", { text: t("terms_title") }),
    summaryList([
      row(app, t("topic_validity"), said, "validity", change),
      ...(asked ? [row(app, t("topic_security"), securityValue(app, draft), "security", change)] : []),
      row(app, t("topic_files"), filesValue(app, draft), "files", change),
    ]),
  ];
}

function securityValue(app, { security: given }) {
  const amount = parseAmount(given.amount || "");
  if (!given.instrument || !amount) return "–";
  const money = moneyText(amount, app.facts.pack.tender.currency, app.lang);
  return [
    h("p", { text: `${app.t(`instrument_${given.instrument}`)}, ${money}` }),
    h("p", { class: "note", text: `${given.issuer} ${given.number}`.trim() }),
    h("p", { class: "note" }, ltr(given.expires_on)),
  ];
}

function filesValue(app, draft) {
  if (!draft.files.length) return app.t("no_files");
  const item = (file) => [
    h("bdi", { text: file.name }),
    " ",
    h("span", { class: "note", text: sizeText(app.t, file.size) }),
  ];
  return [
    h(
      "ul",
      { class: "file-list" },
      draft.files.map((file) => h("li", {}, item(file))),
    ),
    h("p", { class: "note", text: filesSum(app, draft) }),
  ];
}
