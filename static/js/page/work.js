// What pages of work have besides page.js: focus on errors, no double sending, file names, the check of a file.
import { start as checkFiles } from "./file-check.js";

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

focusErrors();
guardSending();
showFileNames();
checkFiles();
