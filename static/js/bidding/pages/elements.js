// Elements of the pages, made with the interface's own classes and never from HTML text.

/**
 * Makes an element.
 * @param name tag name.
 * @param attributes values; `class`, `text`, `on…` handlers, booleans (true sets, false leaves out).
 * @param children elements, strings, arrays of these, null.
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "text") element.textContent = value;
    else if (key === "value") element.value = value;
    else if (key === "checked") element.checked = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** A text in Latin digits that stands left to right in either language. */
export function ltr(text) {
  return h("bdi", { dir: "ltr", text });
}

/** A text for screen readers only. */
export function unseen(text) {
  return h("span", { class: "unseen", text });
}

/** Sixty-four hexadecimal digits in groups of eight. */
export function fingerprint(hex) {
  const code = h("code", { dir: "ltr", translate: "no" });
  for (let at = 0; at < hex.length; at += 8)
    code.append(h("span", { text: hex.slice(at, at + 8) }), h("wbr"));
  return h("span", { class: "fingerprint" }, code);
}

/** The first 16 hexadecimal digits in groups of four, to compare with a paper. */
export function shortPrint(hex) {
  return h("code", {
    class: "short",
    dir: "ltr",
    translate: "no",
    title: hex,
    text: hex.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 "),
  });
}

export function tag(text, kind = "") {
  return h("strong", { class: kind ? `tag tag-${kind}` : "tag", text });
}

export function link(href, text, attributes = {}) {
  return h("a", { href, text, ...attributes });
}

export function buttonLink(href, text, kind = "") {
  return h("a", { href, text, class: kind ? `button button-${kind}` : "button", draggable: "false" });
}

export function button(text, onclick, kind = "", attributes = {}) {
  return h(
    "button",
    { type: "button", class: kind ? `button button-${kind}` : "button", onclick, ...attributes },
    kind === "seal" ? h("span", { class: "wax", "aria-hidden": "true" }) : null,
    text,
  );
}

export function linkButton(onclick, ...content) {
  return h("button", { type: "button", class: "link-button", onclick }, content);
}

/** An h1 that takes the focus when its page is shown. */
export function heading(text, caption = "") {
  return h(
    "div",
    { class: "heading" },
    h("h1", { tabindex: "-1" }, caption ? h("span", { class: "caption", text: `${caption} ` }) : null, text),
  );
}

export function inset(content, lock = false) {
  return h("div", { class: lock ? "inset inset-lock" : "inset" }, h("p", {}, content));
}

export function warning(label, content) {
  return h(
    "div",
    { class: "warning" },
    h("span", { class: "warning-mark", "aria-hidden": "true", text: "!" }),
    h("div", {}, h("strong", {}, unseen(`${label} `), content)),
  );
}

/** kind: info | done | problem. */
export function notification(kind, title, ...content) {
  return h(
    "div",
    { class: `notification notification-${kind}`, role: kind === "problem" ? "alert" : "status" },
    title ? h("p", { class: "notification-title", text: title }) : null,
    content.map((part) => (typeof part === "string" ? h("p", { text: part }) : part)),
  );
}

/** Rows of {key, value, href, action}; a value is text or an element. */
export function summaryList(rows) {
  return h(
    "dl",
    { class: "summary" },
    rows.map(({ key, value, href, action }) =>
      h(
        "div",
        {},
        h("dt", {}, key),
        h("dd", {}, value),
        href
          ? h(
              "dd",
              { class: "summary-action" },
              h("a", { href }, action, unseen(` ${typeof key === "string" ? key : key.textContent}`)),
            )
          : null,
      ),
    ),
  );
}

/** Items of {title, href, status, kind, hint}. */
export function taskList(items) {
  return h(
    "ul",
    { class: "tasks" },
    items.map((item) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "task-title" },
          item.href ? link(item.href, item.title) : h("span", { text: item.title }),
          item.hint ? h("p", { class: "hint", text: item.hint }) : null,
        ),
        tag(item.status, item.kind),
      ),
    ),
  );
}

/** A table with a caption; head: texts or {text, numeric}; rows: arrays of texts or elements. */
export function table(caption, head, rows, { hideCaption = false } = {}) {
  const columns = head.map((column) => (typeof column === "string" ? { text: column } : column));
  const titles = columns.map(({ numeric, text }) =>
    h("th", { role: "columnheader", scope: "col", class: numeric ? "numeric" : null, text }),
  );
  const lines = rows.map((row) =>
    h(
      "tr",
      { role: "row" },
      row.map((cell, at) => tableCell(cell, at, columns[at])),
    ),
  );
  const whole = h(
    "table",
    { role: "table" },
    h("caption", { class: hideCaption ? "unseen" : null, text: caption }),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, titles)),
    h("tbody", { role: "rowgroup" }, lines),
  );
  return h("div", { class: "table-box table-stack" }, whole);
}

function tableCell(cell, at, column) {
  const place = at ? { role: "cell", "data-label": column.text } : { role: "rowheader", scope: "row" };
  return h(at ? "td" : "th", { ...place, class: column.numeric ? "numeric" : null }, cell);
}

/** A bar of real progress with its words. */
export function progressBar(label, id) {
  return h("progress", { id, max: "1", value: 0, "aria-label": label });
}

/** Saves a Blob as a file on the device. */
export function saveAs(blob, name) {
  const address = URL.createObjectURL(blob);
  const anchor = h("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
