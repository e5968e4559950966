// Files of a bid: chosen, kept encrypted on the device, listed with their sending time, removed.

import { filesFor } from "../draft/draft.js";
import { MOST_BYTES, MOST_FILES } from "../sealing/package.js";
import { h, linkButton, unseen } from "./elements.js";
import { filePicker } from "./fields.js";
import { sizeText, spanText } from "./texts.js";

/**
 * A list of files of one purpose with a button to add more.
 * @param options {id, purpose, label, hint, hideLabel, single, optional}
 */
export function attachments(app, options) {
  const { t } = app;
  const files = filesFor(app.draft, options.purpose);
  const mayAdd = !options.single || !files.length;
  return h(
    "div",
    { class: "attachments" },
    mayAdd
      ? filePicker({
          id: options.id,
          label: options.label,
          hint: options.hint,
          hideLabel: options.hideLabel,
          multiple: !options.single,
          error: app.errorOf(options.id),
          words: app.words,
          button: options.single ? t("choose_file") : t("choose_files"),
          onfiles: (chosen) => add(app, options, chosen),
        })
      : h("p", { class: "label", id: options.id, text: options.label }),
    files.length ? fileList(app, files) : null,
  );
}

/** Files with size, sending time and a button to remove each. */
export function fileList(app, files) {
  const { t } = app;
  return h(
    "ul",
    { class: "links file-list" },
    files.map((file) =>
      h(
        "li",
        {},
        h("bdi", { text: file.name }),
        " ",
        h("span", { class: "note", text: `${sizeText(t, file.size)}, ${sendingTime(app, file.size)}` }),
        " ",
        linkButton(() => remove(app, file), t("remove"), unseen(` ${file.name}`)),
      ),
    ),
  );
}

/** How long so many bytes take at the measured speed. */
export function sendingTime(app, bytes) {
  const speed = app.speed();
  return speed
    ? app.t("sending_time", { time: spanText(app.t, bytes / speed) })
    : app.t("sending_time_unknown");
}

/** "3 files, 4.1 MB together; about 2 min to send." */
export function filesSum(app, draft) {
  const bytes = draft.files.reduce((sum, file) => sum + file.size, 0);
  return app.t(draft.files.length === 1 ? "files_sum_one" : "files_sum", {
    n: draft.files.length,
    size: sizeText(app.t, bytes),
    time: sendingTime(app, bytes),
  });
}

async function add(app, options, chosen) {
  const problems = [];
  for (const file of options.single ? chosen.slice(0, 1) : chosen) {
    const problem = await addOne(app, options, file);
    if (problem) problems.push(problem);
  }
  if (problems.length)
    app.fail(problems.map((key) => ({ id: options.id, key, values: { n: MOST_FILES - 1 } })));
  else {
    app.errors.delete(options.id);
    app.render();
    const field = document.getElementById(options.id);
    if (field) field.focus();
  }
}

async function addOne(app, options, file) {
  app.store.onState("saving");
  const total = app.draft.files.reduce((sum, kept) => sum + kept.size, 0);
  if (app.draft.files.length >= MOST_FILES - 1) return "error_files_many";
  if (total + file.size > MOST_BYTES - 4 * 1024 * 1024) return "error_files_large";
  if (!file.size) return "error_file_empty";
  try {
    await app.store.addFile(options.purpose, file, file.name);
    return null;
  } catch {
    return "error_file_not_kept";
  }
}

async function remove(app, file) {
  await app.store.removeFile(file.id);
  app.render();
  app.focusHeading();
}
