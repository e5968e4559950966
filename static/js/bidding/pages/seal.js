// Sealing, step by step with real progress, and what to do when the line, the session or the time ends.

import { Delivery, STEPS } from "../upload/delivery.js";
import { SignedOut } from "../upload/http.js";
import { button, fill, h, heading, link, notification, progressBar } from "./elements.js";
import { lotCaption } from "./topic_page.js";
import { sizeText, spanText } from "./texts.js";

/** The page that seals and sends; it begins by itself after the confirmation or when a parcel waits. */
export function sealPage(app) {
  const { t } = app;
  if (!app.sealNow && !app.pendingUpload && !app.busy) {
    return {
      title: t("seal_title"),
      content: [
        heading(t("seal_title"), lotCaption(app)),
        h("p", { text: t("nothing_to_send") }),
        h("p", {}, link("#/check", t("topic_check"))),
      ],
    };
  }
  const view = new SealView(app);
  if (!app.busy) Promise.resolve().then(() => view.run());
  return {
    title: t("seal_title"),
    content: [
      heading(t("seal_title"), lotCaption(app)),
      h("p", { text: t("seal_keep_open") }),
      view.list,
      view.said,
      view.trouble,
    ],
  };
}

class SealView {
  constructor(app) {
    this.app = app;
    this.t = app.t;
    this.said = h("p", { role: "status", class: "hint", id: "seal-said" });
    this.trouble = h("div", {});
    this.rows = STEPS.map((step) => this.row(step));
    this.list = h(
      "ol",
      { class: "timeline seal-steps" },
      this.rows.map((row) => row.element),
    );
    this.delivery = new Delivery(app, (step, progress) => this.show(step, progress));
    this.step = "";
  }

  row(step) {
    const bar = progressBar(this.t(`step_${step}`), `progress-${step}`);
    const note = h("p", { class: "step-text" });
    const state = h("span", { class: "unseen" });
    bar.hidden = true;
    const element = h(
      "li",
      { class: "step-next", "data-step": step },
      h("p", { class: "step-title" }, this.t(`step_${step}`), state),
      note,
      bar,
    );
    return { step, element, bar, note, state };
  }

  show(step, { done, total, speed }) {
    const at = STEPS.indexOf(step);
    this.rows.forEach((row, i) => {
      const now = i === at && step !== "recorded";
      const past = i < at || (i === at && step === "recorded");
      row.element.className = now ? "step-now" : past ? "step-done" : "step-next";
      if (now) row.element.setAttribute("aria-current", "step");
      else row.element.removeAttribute("aria-current");
      row.bar.hidden = !now;
      row.state.textContent = past ? ` – ${this.t("done")}` : now ? ` – ${this.t("now")}` : "";
    });
    const row = this.rows[at];
    row.bar.value = total ? done / total : 0;
    row.note.textContent = this.noteOf(step, done, total, speed);
    if (this.step !== step) this.said.textContent = this.t(`said_${step}`);
    this.step = step;
  }

  noteOf(step, done, total, speed) {
    if (step !== "sending" && step !== "locking") return "";
    const sizes = this.t("so_far", { done: sizeText(this.t, done), total: sizeText(this.t, total) });
    if (step === "locking" || !speed || done >= total) return sizes;
    return `${sizes} ${this.t("time_left", { time: spanText(this.t, (total - done) / speed) })}`;
  }

  async run() {
    const { app } = this;
    app.busy = true;
    app.sealNow = false;
    fill(this.trouble);
    app.line.onWaiting = (seconds) => this.waiting(seconds);
    try {
      if (app.sealAnew) await this.delivery.renew();
      app.sealAnew = false;
      const kept = await this.delivery.run();
      app.kept = kept;
      app.own = {
        state: "sealed",
        number: kept.number,
        sha256: kept.receipt.sha256,
        completed_at: kept.completed_at,
      };
      app.pendingUpload = false;
      app.tenderChanged = false;
      Object.assign(app.draft, { again: {}, onlyDates: undefined });
      app.store.changed();
      app.busy = false;
      app.go("receipt");
    } catch (error) {
      app.busy = false;
      app.pendingUpload = Boolean(await this.delivery.pending().catch(() => null));
      this.failed(error);
    }
  }

  waiting(seconds) {
    if (seconds === null) {
      if (this.isWaiting) fill(this.trouble);
      this.isWaiting = false;
      return;
    }
    this.isWaiting = true;
    fill(
      this.trouble,
      notification(
        "info",
        this.t("line_down_title"),
        this.t("line_down_text", { time: spanText(this.t, seconds) }),
      ),
    );
  }

  failed(error) {
    const { t, app } = this;
    const again = button(t("try_again"), () => this.restart());
    const fresh = error.code === "fresh-sign-in";
    const parts =
      error instanceof SignedOut
        ? [
            t(fresh ? "fresh_title" : "signed_out_title"),
            t(fresh ? "fresh_text" : "signed_out_text"),
            h(
              "p",
              {},
              h("a", {
                href: app.signInUrl(error.code),
                target: "_blank",
                rel: "noopener",
                text: t(fresh ? "fresh_link" : "sign_in"),
              }),
            ),
            h(
              "p",
              {},
              button(t(fresh ? "fresh_continue" : "signed_in_continue"), () => this.restart(true)),
            ),
          ]
        : this.refusal(error, again);
    fill(this.trouble, notification("problem", ...parts));
    this.said.textContent = "";
    const first = this.trouble.querySelector("a, button");
    if (first) first.focus();
  }

  refusal(error, again) {
    const { t, app } = this;
    const code = error.code || error.message;
    const text = error.text || t("error_unknown", { code });
    if (code === "late" || code === "not-taking-bids") return [t("late_title"), t("late_text")];
    if (code === "wrong-notice")
      return [
        t("changed_title"),
        text,
        h(
          "p",
          {},
          button(t("reload"), () => {
            location.hash = "#/";
            location.reload();
          }),
        ),
      ];
    if (code === "file-lost" || code === "vault-damaged")
      return [t("not_sent_title"), t("file_lost_text"), h("p", {}, link("#/files", t("topic_files")))];
    const own = {
      "worker-failed": "seal_failed_text",
      "bad-arithmetic": "seal_failed_text",
      "too-large": "error_files_large",
    }[code];
    return [
      t("not_sent_title"),
      own ? t(own) : text,
      h("p", {}, again, " ", link("#/", t("back_to_bid"))),
      h("p", { class: "hint" }, app.config.codeWord, " ", h("code", { dir: "ltr", text: code })),
    ];
  }

  async restart(renew = false) {
    if (renew) await this.app.line.renewToken();
    this.app.sealNow = true;
    await this.run();
  }
}
