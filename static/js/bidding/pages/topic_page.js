// The frame of one topic: back link, step, heading, its form, and the two ways on.

import { topicsOf } from "../bid/topics.js";
import { inLanguage } from "../bid/pack.js";
import { h, heading, link } from "./elements.js";

/** A topic's page. @param content the form's fields. */
export function topicPage(app, topic, content) {
  const { t } = app;
  const title = t(`topic_${topic}`);
  const topics = topicsOf(app.facts);
  const step = t("step_of", { n: topics.indexOf(topic) + 1, all: topics.length });
  const form = h(
    "form",
    {
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        app.finish(topic);
      },
    },
    content,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit", class: "button", text: t("save_continue") }),
      link("#/", t("save_later")),
    ),
  );
  return {
    title,
    content: [
      link("#/", t("back_to_bid"), { class: "back" }),
      h("p", { class: "hint", text: step }),
      heading(title, lotCaption(app)),
      form,
    ],
  };
}

/** "Tender – lot" above a heading. */
export function lotCaption({ facts, lang, config }) {
  const title = inLanguage(facts.pack.tender.title, lang).text;
  if (facts.pack.lots.length < 2) return title;
  return `${title} – ${config.lotWord} ${facts.lot.id}: ${inLanguage(facts.lot.title, lang).text}`;
}

/** A bilingual text of the pack as an element that names its language. */
export function packText(app, text, name = "span") {
  const found = inLanguage(text, app.lang);
  const foreign = found.lang && found.lang !== app.lang;
  return h(name, {
    lang: foreign ? found.lang : null,
    dir: foreign ? (found.lang === "ur" ? "rtl" : "ltr") : null,
    text: found.text,
  });
}
