// What the vendor offers besides the price: requirements, scored criteria, declarations.

import { attachments } from "./attachments.js";
import { h, inset, ltr } from "./elements.js";
import { checkbox, radios, textArea } from "./fields.js";
import { packText, topicPage } from "./topic_page.js";

/** Each requirement: met or not, with its file where one is asked. */
export function requirementsPage(app) {
  const { t, draft } = app;
  return topicPage(app, "requirements", [
    inset(t("requirements_intro")),
    app.facts.pack.requirements.map((row, at) => {
      const answer = draft.requirements[row.id] || {};
      return h(
        "section",
        { class: "group" },
        radios({
          id: `requirement-${row.id}`,
          label: [ltr(`${at + 1}.`), " ", packText(app, row.text)],
          inline: true,
          error: app.errorOf(`requirement-${row.id}`),
          words: app.words,
          value: answer.meets,
          choices: [
            { value: "yes", text: t("we_meet") },
            { value: "no", text: t("we_do_not_meet") },
          ],
          onchange: (meets) => {
            draft.requirements[row.id] = { ...answer, meets };
            app.store.changed();
          },
        }),
        attachments(app, {
          id: `requirement-file-${row.id}`,
          purpose: `requirement:${row.id}`,
          label: t(row.needs_file ? "proof_file" : "proof_file_optional", { n: at + 1 }),
        }),
      );
    }),
  ]);
}

/** Each scored criterion: a text, files, or both. */
export function criteriaPage(app) {
  const { t, draft, facts } = app;
  return topicPage(app, "criteria", [
    inset(facts.pack.pass_mark ? t("criteria_intro_pass", { n: facts.pack.pass_mark }) : t("criteria_intro")),
    facts.pack.criteria.map((row, at) =>
      h(
        "section",
        { class: "group" },
        textArea({
          id: `criterion-${row.id}`,
          words: app.words,
          rows: "6",
          error: app.errorOf(`criterion-${row.id}`),
          label: [ltr(`${at + 1}.`), " ", packText(app, row.title)],
          value: (draft.criteria[row.id] || {}).text,
          hint: [
            row.description ? packText(app, row.description) : null,
            " ",
            t("weight", { n: row.weight }),
          ],
          oninput: (event) => {
            draft.criteria[row.id] = { text: event.target.value };
            app.store.changed();
          },
        }),
        attachments(app, {
          id: `criterion-file-${row.id}`,
          purpose: `criterion:${row.id}`,
          label: t("criterion_files", { n: at + 1 }),
        }),
      ),
    ),
  ]);
}

/** The declarations, each accepted by its text's hash. */
export function declarationsPage(app) {
  const { draft } = app;
  return topicPage(
    app,
    "declarations",
    app.facts.pack.declarations.map((row) =>
      h(
        "section",
        { class: "group" },
        h("blockquote", { class: "inset" }, packText(app, row.text, "p")),
        checkbox({
          id: `declaration-${row.id}`,
          label: app.t("we_declare"),
          error: app.errorOf(`declaration-${row.id}`),
          words: app.words,
          value: draft.declarations[row.id] === row.text_sha256,
          onchange: (accepted) => {
            if (accepted) draft.declarations[row.id] = row.text_sha256;
            else delete draft.declarations[row.id];
            app.store.changed();
          },
        }),
      ),
    ),
  );
}
