// The bid's own small application: what every page may use, and the way from page to page by hash.

import { isToLookAgain, problemsOf, topicsOf } from "../bid/topics.js";
import { errorSummary } from "./fields.js";
import { fill, h } from "./elements.js";

/** What the pages of one bid share. */
export class App {
  /**
   * @param parts {root, t, lang, config, facts, store, vault, line, worker}
   * @param pages route name -> function (app) -> {title, content}.
   */
  constructor(parts, pages) {
    Object.assign(this, parts);
    this.pages = pages;
    this.errors = new Map();
    this.busy = false;
    this.own = null;
    this.asking = true;
    this.saveState = h("p", { class: "hint save-state", role: "status" });
    this.store.onState = (state) => {
      this.saveState.textContent = this.t(`save_${state}`);
    };
  }

  get draft() {
    return this.store.draft;
  }

  /** Begins: shows the page of the address and follows its changes. */
  start() {
    this.baseTitle = document.title;
    window.addEventListener("hashchange", () => this.show(true));
    this.show(false);
  }

  /** The route of the address: a page's name, "" for the task list. */
  route() {
    const [, name] = /^#\/([a-z-]*)$/.exec(location.hash) || [];
    return name && name in this.pages ? name : "";
  }

  go(route) {
    const hash = `#/${route}`;
    if (location.hash === hash) this.show(true);
    else location.hash = hash;
  }

  /** Shows the page of the address. @param focus whether its heading takes the focus. */
  show(focus) {
    if (location.hash && !location.hash.startsWith("#/")) return;
    if (this.shown !== this.route()) this.errors = new Map();
    this.shown = this.route();
    this.render();
    if (focus) this.focusHeading();
  }

  /** Draws the present page anew, errors included. */
  render() {
    const { title, content } = this.pages[this.shown || ""](this);
    const problems = [...this.errors.values()];
    const summary = problems.length ? errorSummary(this.t("problem_title"), problems) : null;
    const focused = this.focusedPlace();
    fill(this.root, summary, content, this.shown in this.topicNames() ? this.saveState : null);
    if (focused) this.root.querySelector(focused)?.focus({ preventScroll: true });
    const own = this.baseTitle.startsWith(`${title} –`) ? "" : `${title} – `;
    document.title = `${problems.length ? `${this.t("error_prefix")} ` : ""}${own}${this.baseTitle}`;
    if (summary) summary.focus();
  }

  /** Where the focus stands, so that a page drawn anew while somebody reads it keeps it; or "". */
  focusedPlace() {
    const element = document.activeElement;
    if (!element || !this.root.contains(element)) return "";
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (element.tagName === "H1") return "h1";
    const href = element.getAttribute("href");
    return href ? `a[href="${CSS.escape(href)}"]` : "";
  }

  topicNames() {
    return Object.fromEntries(topicsOf(this.facts).map((topic) => [topic, true]));
  }

  focusHeading() {
    window.scrollTo(0, 0);
    const heading = this.root.querySelector("h1");
    if (heading && !this.errors.size) heading.focus({ preventScroll: true });
  }

  /** The error text of a field, or an empty text. */
  errorOf(id) {
    return this.errors.has(id) ? this.errors.get(id).text : "";
  }

  /** The words that fields add by themselves. */
  get words() {
    return { error: this.t("error_prefix"), optional: this.t("optional") };
  }

  /** Shows problems [{id, key, values}] on the present page. */
  fail(problems) {
    this.errors = new Map(
      problems.map(({ id, key, values, text }) => [id, { id, text: text || this.t(key, values) }]),
    );
    this.render();
  }

  /** Leaves a topic: the next one when all is right, else its errors. */
  async finish(topic) {
    this.draft.visited[topic] = true;
    try {
      await this.store.save();
    } catch {
      this.fail([{ id: "", key: "error_not_saved" }]);
      return;
    }
    const problems = problemsOf(topic, this.facts, this.draft);
    if (problems.length) {
      this.fail(problems);
      return;
    }
    this.errors = new Map();
    if (isToLookAgain(topic, this.draft)) {
      this.draft.again[topic] = false;
      this.store.changed();
    }
    const topics = topicsOf(this.facts);
    this.go(topics[topics.indexOf(topic) + 1] || "check");
  }
}
