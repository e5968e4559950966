// The draft on this device: carried to another in one locked file, brought in, or cleared away.

import { freeName } from "../draft/draft.js";
import { button, h, heading, link, notification, saveAs, warning } from "./elements.js";
import { checkbox, filePicker, textField } from "./fields.js";
import { lotCaption } from "./topic_page.js";

const SHORTEST_PASSPHRASE = 12;

/** Export and import. */
export function copyPage(app) {
  const { t } = app;
  const typed = { passphrase: "" };
  return {
    title: t("copy_title"),
    content: [
      link("#/", t("back_to_bid"), { class: "back" }),
      heading(t("copy_title"), lotCaption(app)),
      h("p", { text: t("copy_text") }),
      passphraseField(app, typed),
      h("h2", { text: t("export_title") }),
      h(
        "p",
        {},
        button(t("export_button"), () => exportNow(app, typed.passphrase)),
      ),
      h("h2", { text: t("import_title") }),
      h("p", { text: t("import_text") }),
      filePicker({
        id: "import-file",
        label: t("draft_file"),
        button: t("choose_file"),
        error: app.errorOf("import-file"),
        words: app.words,
        onfiles: ([file]) => importNow(app, typed.passphrase, file),
      }),
      h("div", { id: "copy-said", role: "status" }),
    ],
  };
}

function passphraseField(app, typed) {
  return textField({
    id: "passphrase",
    label: app.t("passphrase"),
    hint: app.t("passphrase_hint", { n: SHORTEST_PASSPHRASE }),
    type: "password",
    width: "20",
    dir: "ltr",
    error: app.errorOf("passphrase"),
    words: app.words,
    oninput: (event) => {
      typed.passphrase = event.target.value;
    },
  });
}

function say(...content) {
  document.getElementById("copy-said").replaceChildren(...content);
}

async function exportNow(app, passphrase) {
  if (passphrase.length < SHORTEST_PASSPHRASE) {
    app.fail([{ id: "passphrase", key: "error_passphrase", values: { n: SHORTEST_PASSPHRASE } }]);
    return;
  }
  say(app.t("working"));
  try {
    const files = [];
    for (const { id, size, type } of app.draft.files)
      files.push({ id, blob: await app.vault.getFile(id, size, type) });
    const blob = await app.worker.call("export_draft", {
      passphrase,
      place: app.place(),
      draft: app.draft,
      files,
    });
    saveAs(blob, `muhr-draft-${app.facts.pack.tender.number}.age`);
    say(notification("done", app.t("exported_title"), app.t("exported_text")));
  } catch (error) {
    say(notification("problem", app.t("problem_title"), app.t("error_unknown", { code: error.message })));
  }
}

async function importNow(app, passphrase, file) {
  say(app.t("working"));
  try {
    const found = await app.worker.call("import_draft", { blob: file, passphrase });
    const place = app.place();
    if (["tender", "lot", "kind"].some((name) => found.place[name] !== place[name]))
      throw new Error("other-draft");
    await bringIn(app, found);
    app.go("");
  } catch (error) {
    const known = ["wrong-passphrase", "not-a-draft", "other-draft"].includes(error.message);
    const text = known
      ? app.t(`error_${error.message.replace(/-/g, "_")}`)
      : app.t("error_unknown", { code: error.message });
    app.fail([{ id: "import-file", text }]);
  }
}

async function bringIn(app, { draft, files }) {
  const blobs = new Map(files.map(({ id, blob }) => [id, blob]));
  const stored = [];
  for (const file of draft.files) {
    const blob = blobs.get(file.id);
    if (!blob || blob.size !== file.size) throw new Error("not-a-draft");
    stored.push({ ...file, id: await app.vault.putFile(blob), name: freeName(file.name, stored) });
  }
  await app.store.replace({ ...app.draft, ...draft, notice: app.facts.notice, files: stored });
}

/** Removing all bids, keys and receipts from this device. */
export function clearPage(app) {
  const { t } = app;
  let sure = false;
  return {
    title: t("clear_title"),
    content: [
      link("#/", t("back_to_bid"), { class: "back" }),
      heading(t("clear_title"), lotCaption(app)),
      h("p", { text: t("clear_text") }),
      app.kept && !app.kept.saved ? warning(t("warning_prefix"), t("clear_unsaved")) : null,
      checkbox({
        id: "sure",
        label: t("clear_confirm"),
        error: app.errorOf("sure"),
        words: app.words,
        value: false,
        onchange: (value) => {
          sure = value;
        },
      }),
      h(
        "div",
        { class: "actions" },
        button(
          t("clear_button"),
          () => {
            if (sure) clear(app);
            else app.fail([{ id: "sure", key: "error_clear" }]);
          },
          "warning",
        ),
        link("#/", t("keep_draft")),
      ),
    ],
  };
}

async function clear(app) {
  app.store.readOnly = true;
  await app.vault.wipe();
  app.root.replaceChildren(
    heading(app.t("cleared_title")),
    h("p", { text: app.t("cleared_text") }),
    h("p", {}, link(app.config.tenderUrl, app.t("back_to_tender"))),
  );
  app.focusHeading();
}
