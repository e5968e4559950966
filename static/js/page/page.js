// What every page needs of JavaScript: focus on errors, no double sending, file names, Urdu typeface; loads the rest by need.
const parts = {
  "[data-countdown]": "./countdown.js",
  "table[data-sortable]": "./sort.js",
  "[data-live]": "./live.js",
  "[data-copy]": "./copy.js",
  "[data-file-check]": "./file-check.js",
};

function focusErrors() {
  const summary = document.querySelector("[data-focus]");
  if (summary && !("autofocus" in HTMLElement.prototype)) summary.focus();
}

function guardSending() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.querySelector("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("[data-once]")) button.setAttribute("aria-disabled", "true");
  });
  // A page taken back from the browser's store may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[data-once]")) button.removeAttribute("aria-disabled");
    }
  });
}

function showFileNames() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type === "file") input.classList.toggle("chosen", input.files.length > 0);
  });
}

// A table too wide for its place is scrolled with the keyboard too.
function reachWideTables() {
  for (const box of document.querySelectorAll(".table-stack")) {
    if (box.scrollWidth <= box.clientWidth) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.querySelector("caption")?.textContent ?? "");
  }
}

function loadUrduFont() {
  const address = document.body.dataset.urduFont;
  const button = document.querySelector("[data-load-urdu-font]");
  if (!address) return;
  const load = () => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = address;
    document.head.append(sheet);
    if (button) button.hidden = true;
  };
  const line = navigator.connection;
  const chosen = () => {
    try {
      return localStorage.getItem("urdu-font") === "yes";
    } catch {
      return false;
    }
  };
  if (chosen() || (line && line.effectiveType === "4g" && !line.saveData)) {
    load();
  } else if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      try {
        localStorage.setItem("urdu-font", "yes");
      } catch {
        // Without storage the choice holds for this page only.
      }
      load();
    });
  }
}

// Paper cannot be opened: details are open while the page is printed, but not a whole journal's.
function printOpened() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")].filter((box) => !box.closest(".entries"));
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });
}

document.documentElement.classList.add("js");
focusErrors();
guardSending();
showFileNames();
reachWideTables();
printOpened();
loadUrduFont();
for (const [selector, file] of Object.entries(parts)) {
  if (document.querySelector(selector)) import(file).then((part) => part.start());
}
