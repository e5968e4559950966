// After a change of the tender: what became of the sealed bid, what to look at again, one press to seal anew.

import { allProblems, isToLookAgain, topicsOf } from "../bid/topics.js";
import { isToConfirm, isVoid } from "./earlier.js";
import { button, buttonLink, h, link, linkButton, notification } from "./elements.js";
import { instantText } from "./texts.js";

/** What a vendor with a draft but without a sealed bid is told. */
export function changedNotice(app) {
  const { t } = app;
  return notification("info", t("changed_title"), ...whatChanged(app), changesLink(app));
}

/** What a vendor whose sealed bid is void is told, with the one press; null where nothing is void. */
export function sealAgainNotice(app) {
  const { t } = app;
  if (!isVoid(app) || app.isOver() || app.pendingUpload) return null;
  if (isToConfirm(app)) return confirmNotice(app);
  return notification(
    "problem",
    t("void_title"),
    t("void_text"),
    ...whatChanged(app),
    changesLink(app),
    ...waysOn(app),
  );
}

/** The one press by which the bid stands, as an ordinary form; beside it sealing anew and withdrawing. */
function confirmNotice(app) {
  const { t } = app;
  const { schedule, lots, envelopes } = app.facts.pack;
  const at = instantText(schedule.deadline_at, schedule.zone, app.lang, app.config.zoneName);
  const several = lots.length * envelopes.length > 1;
  const given = { csrf_token: app.line.token, notice: app.facts.notice };
  const fields = Object.entries(given).map(([name, value]) => h("input", { type: "hidden", name, value }));
  const action = `/${app.lang}/bids/receipts/${app.own.number}/confirmation`;
  const submit = h("button", { type: "submit", class: "button", text: t("confirm_bid") });
  return notification(
    "problem",
    t("confirm_bid_title"),
    t("confirm_bid_text", { at }),
    t("confirm_bid_means"),
    ...(several ? [t("confirm_bid_all")] : []),
    changesLink(app),
    h(
      "div",
      { class: "actions" },
      h("form", { method: "post", action, class: "inline-form" }, fields, submit),
      link("#/withdraw", t("withdraw_link")),
    ),
    h("h3", { text: t("confirm_or_seal") }),
    ...waysOn(app),
  );
}

function changesLink(app) {
  return h("p", {}, link(`${app.config.tenderUrl}/changes`, app.t("read_changes")));
}

function whatChanged(app) {
  const { t, draft } = app;
  const topics = topicsOf(app.facts).filter((topic) => isToLookAgain(topic, draft));
  const { deadline_at: closes, zone } = app.facts.pack.schedule;
  const at = instantText(closes, zone, app.lang, app.config.zoneName);
  if (topics.length) {
    const items = topics.map((topic) => h("li", {}, link(`#/${topic}`, t(`topic_${topic}`))));
    return [h("p", { text: t("look_again") }), h("ul", { class: "links" }, items)];
  }
  return [h("p", { text: t(draft.onlyDates ? "only_dates" : "nothing_of_yours", { at }) })];
}

/** The one press where nothing is left to look at; the private receipt where the draft is another bid. */
function waysOn(app) {
  const { t, draft } = app;
  const problems = allProblems(app.facts, draft);
  if (app.keptSealed && problems.some(({ topic }) => !isToLookAgain(topic, draft))) {
    return [h("p", {}, linkButton(() => app.fromReceipt(), t("again_from_receipt")))];
  }
  if (problems.length) return [];
  if (!draft.onlyDates) return [h("p", {}, buttonLink("#/check", t("topic_check")))];
  return [
    h("p", { text: t("again_confirm") }),
    h(
      "p",
      {},
      button(t("seal_again"), () => app.sealAgain(), "seal"),
    ),
  ];
}
