// Form fields with label, hint, error and input together, and the summary of what is wrong.

import { h, unseen } from "./elements.js";

/**
 * Marks around an input.
 * @param options {id, label, hint, error, optional, words: {error, optional}}
 */
function around(options, ...input) {
  return h(
    "div",
    { class: options.error ? "field field-wrong" : "field" },
    h(
      "label",
      { for: options.id },
      options.label,
      options.optional ? h("span", { class: "optional", text: ` ${options.words.optional}` }) : null,
    ),
    options.hint ? h("div", { class: "hint", id: `${options.id}-hint` }, options.hint) : null,
    errorLine(options),
    input,
  );
}

function errorLine({ id, error, words }) {
  return error
    ? h("p", { class: "error", id: `${id}-error` }, h("span", {}, unseen(`${words.error} `), error))
    : null;
}

function described({ id, hint, error }) {
  return [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || null;
}

/** One line of text. options: as `around`, and {value, type, width, prefix, dir, inputmode, oninput, maxlength}. */
export function textField(options) {
  const input = h("input", {
    type: options.type || "text",
    id: options.id,
    class: `input${options.width ? ` width-${options.width}` : ""}`,
    value: options.value || "",
    dir: options.dir,
    inputmode: options.inputmode,
    autocomplete: "off",
    maxlength: options.maxlength,
    min: options.min,
    spellcheck: "false",
    "aria-describedby": described(options),
    "aria-invalid": options.error ? "true" : null,
    oninput: options.oninput,
    onchange: options.oninput,
    "aria-label": options.accessibleName,
  });
  if (!options.prefix && !options.suffix) return around(options, input);
  return around(
    options,
    h(
      "div",
      { class: "affixed" },
      options.prefix ? h("span", { class: "affix", "aria-hidden": "true", text: options.prefix }) : null,
      input,
      options.suffix ? h("span", { class: "affix", "aria-hidden": "true", text: options.suffix }) : null,
    ),
  );
}

/** Several lines of text. */
export function textArea(options) {
  return around(
    options,
    h("textarea", {
      id: options.id,
      class: "input",
      rows: options.rows || "4",
      maxlength: options.maxlength || "4000",
      value: options.value || "",
      "aria-describedby": described(options),
      oninput: options.oninput,
      "aria-invalid": options.error ? "true" : null,
      dir: "auto",
    }),
  );
}

/** Radio buttons; choices: [{value, text, hint}]; the first one's id is the field's id. */
export function radios(options) {
  return h(
    "div",
    { class: options.error ? "field field-wrong" : "field" },
    h(
      "fieldset",
      { "aria-describedby": described(options) },
      h("legend", {}, options.label),
      options.hint ? h("div", { class: "hint", id: `${options.id}-hint` }, options.hint) : null,
      errorLine(options),
      h(
        "div",
        { class: options.inline ? "choices choices-inline" : "choices" },
        options.choices.map((choice, at) => {
          const id = at ? `${options.id}-${at}` : options.id;
          return h(
            "div",
            { class: "choice" },
            h("input", {
              type: "radio",
              name: options.id,
              id,
              value: choice.value,
              checked: options.value === choice.value,
              onchange: () => options.onchange(choice.value),
            }),
            h("label", { for: id }, choice.text),
          );
        }),
      ),
    ),
  );
}

/** One box with its label behind it. */
export function checkbox(options) {
  return h(
    "div",
    { class: options.error ? "field field-wrong" : "field" },
    errorLine(options),
    h(
      "div",
      { class: "choices" },
      h(
        "div",
        { class: "choice" },
        h("input", {
          type: "checkbox",
          id: options.id,
          checked: Boolean(options.value),
          "aria-describedby": described(options),
          "aria-invalid": options.error ? "true" : null,
          onchange: (event) => options.onchange(event.target.checked),
        }),
        h("label", { for: options.id }, options.label),
      ),
    ),
  );
}

/** A choice from a list. */
export function select(options) {
  return around(
    options,
    h(
      "select",
      {
        id: options.id,
        class: "input select",
        "aria-describedby": described(options),
        "aria-invalid": options.error ? "true" : null,
        onchange: (event) => options.onchange(event.target.value),
      },
      options.choices.map((choice) => {
        const option = h("option", { value: choice.value, text: choice.text });
        option.selected = choice.value === options.value;
        return option;
      }),
    ),
  );
}

/** A button that picks files, in the page's own language. options: as `around`, and {button, multiple, onfiles}. */
export function filePicker(options) {
  const input = h("input", {
    type: "file",
    id: options.id,
    required: true,
    "aria-required": "false",
    multiple: Boolean(options.multiple),
    accept: options.accept,
    "aria-describedby": described(options),
    onchange: (event) => {
      const files = [...event.target.files];
      event.target.value = "";
      if (files.length) options.onfiles(files);
    },
  });
  return h(
    "div",
    { class: options.error ? "field field-wrong" : "field" },
    h("label", { for: options.id, text: options.label, class: options.hideLabel ? "unseen" : null }),
    options.hint ? h("div", { class: "hint", id: `${options.id}-hint`, text: options.hint }) : null,
    errorLine(options),
    h(
      "div",
      { class: "file" },
      h(
        "label",
        { class: "button button-secondary", for: options.id },
        unseen(`${options.label}: `),
        options.button,
      ),
      input,
    ),
  );
}

/** The list of what is wrong, with links to the fields. errors: [{id, text}]. */
export function errorSummary(title, errors) {
  const box = h(
    "div",
    { class: "error-summary", role: "alert", tabindex: "-1" },
    h("h2", { text: title }),
    h(
      "ul",
      {},
      errors.map(({ id, text }) =>
        h(
          "li",
          {},
          id
            ? h("a", {
                href: `#${id}`,
                text,
                onclick: (event) => {
                  event.preventDefault();
                  const field = document.getElementById(id);
                  if (field) {
                    field.focus();
                    field.scrollIntoView({ block: "center" });
                  }
                },
              })
            : text,
        ),
      ),
    ),
  );
  return box;
}
