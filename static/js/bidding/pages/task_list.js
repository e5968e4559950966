// The first page of a bid: what is to be done, what is already in, what else can be done here.

import { inLanguage } from "../bid/pack.js";
import { allProblems, statusOf, topicsOf } from "../bid/topics.js";
import {
  button,
  buttonLink,
  h,
  heading,
  inset,
  link,
  notification,
  shortPrint,
  summaryList,
  taskList,
} from "./elements.js";
import { bidTitle, envelopeHint, envelopesPart } from "./envelopes.js";
import { changedNotice, sealAgainNotice } from "./seal_again.js";
import { lotCaption } from "./topic_page.js";
import { instantText } from "./texts.js";

/** The task list. */
export function taskListPage(app) {
  const { t } = app;
  const problems = allProblems(app.facts, app.draft);
  const items = topicsOf(app.facts).map((topic) => {
    const status = statusOf(topic, app.facts, app.draft);
    return {
      title: t(`topic_${topic}`),
      href: `#/${topic}`,
      status: t(`status_${status}`),
      kind: { done: "done", started: "soon", again: "soon", empty: "" }[status],
    };
  });
  items.push({
    title: t("topic_check"),
    href: "#/check",
    status: problems.length ? t("status_waiting") : t("status_ready"),
    kind: problems.length ? "" : "info",
  });
  return {
    title: bidTitle(app),
    content: [
      heading(bidTitle(app), lotCaption(app)),
      notices(app),
      envelopeHint(app),
      inset(t("draft_stays_here"), true),
      taskList(items),
      envelopesPart(app),
      boundTo(app),
      elsewhere(app),
    ],
  };
}

/** What stands: a bid sent, a sending interrupted, a tender changed, a bid's time over. */
function notices(app) {
  const { t } = app;
  const shown = [];
  if (app.isOver() && !app.isCancelled()) {
    shown.push(notification("problem", t("over_title"), t("over_text")));
  }
  const again = sealAgainNotice(app);
  if (again) shown.push(again);
  else if (app.tenderChanged && !app.isOver()) shown.push(changedNotice(app));
  if (app.pendingUpload && !app.isOver()) {
    shown.push(
      notification(
        "info",
        t("interrupted_title"),
        t("interrupted_text"),
        h("p", {}, buttonLink("#/seal", t("continue_sending"))),
      ),
    );
  }
  if (app.own && app.own.state === "sealed") {
    shown.push(
      notification(
        "done",
        t("own_title"),
        t("own_text", {
          number: app.own.number,
          at: instantText(app.own.completed_at, app.facts.pack.schedule.zone, app.lang, app.config.zoneName),
        }),
        h(
          "p",
          {},
          link("#/receipt", t("see_receipt")),
          " · ",
          link("#/reopen", t("reopen_link")),
          " · ",
          link("#/withdraw", t("withdraw_link")),
        ),
      ),
    );
  }
  return shown;
}

/** What this page seals to, to compare with the paper. */
export function boundTo(app) {
  const { t, facts, lang } = app;
  const { schedule, committee } = facts.pack;
  return [
    h("h2", { text: t("bound_title") }),
    summaryList([
      { key: t("tender_number"), value: h("bdi", { dir: "ltr", text: facts.pack.tender.number }) },
      {
        key: t("notice_print"),
        value: [shortPrint(facts.notice), h("p", { class: "hint", text: t("notice_compare") })],
      },
      {
        key: t("closes"),
        value: instantText(schedule.deadline_at, schedule.zone, lang, app.config.zoneName),
      },
      { key: t("opens"), value: instantText(schedule.opening_at, schedule.zone, lang, app.config.zoneName) },
      {
        key: t("program_print"),
        value: [
          shortPrint(facts.program),
          h("p", {
            class: "hint",
            text: t(facts.program === facts.pack.sealing_sha384 ? "program_same" : "program_other"),
          }),
        ],
      },
      {
        key: t("chain_print"),
        value: [
          shortPrint(facts.pack.chain.hash),
          h("p", { class: "hint", text: t("round", { n: facts.pack.round }) }),
        ],
      },
      ...(committee ? [committeeRow(app, committee)] : []),
    ]),
    app.config.early ? h("p", {}, h("strong", { text: t("early") })) : null,
  ];
}

/** Whose keys the bid is sealed to besides the time lock, as the pack pins them. */
function committeeRow(app, committee) {
  const names = committee.names.map((name) => inLanguage(name, app.lang).text).join(" · ");
  const words = { t: committee.t, n: committee.members.length, names };
  return {
    key: app.t("committee_print"),
    value: [shortPrint(committee.id), h("p", { class: "hint", text: app.t("committee_of", words) })],
  };
}

function elsewhere(app) {
  const { t } = app;
  return [
    h("h2", { text: t("draft_title") }),
    h(
      "ul",
      { class: "links" },
      h("li", {}, link("#/copy", t("copy_link"))),
      h("li", {}, link("#/reopen", t("reopen_link"))),
      h("li", {}, link("#/clear", t("clear_link"))),
      h("li", {}, link(app.config.beforeUrl, t("device_link"))),
    ),
  ];
}

/** Another tab writes this bid: nothing here may overwrite it. */
export function otherTabPage(app) {
  const { t } = app;
  return {
    title: t("other_tab_title"),
    content: [
      heading(t("other_tab_title"), lotCaption(app)),
      h("p", { text: t("other_tab_text") }),
      h(
        "p",
        {},
        button(t("other_tab_take"), () => app.takeOver()),
      ),
    ],
  };
}
