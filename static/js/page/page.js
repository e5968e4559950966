// What every page needs of JavaScript: wide tables, paper, copying, the Urdu typeface; loads the rest by need.
import { start as offerCopies } from "./copy.js";

// From the first byte of a page until this script runs, on a line that can bear a typeface.
const MOST_MILLISECONDS = 1000;
const parts = {
  "[data-countdown]": () => import("./countdown.js"),
  "table[data-sortable]": () => import("./sort.js"),
  "[data-live]:not([data-live-done])": () => import("./live.js"),
};

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
  // What a browser believes of a line that it has hardly used says little; this page has just come over it.
  const fast = () => {
    const line = navigator.connection;
    const began = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
    return line?.effectiveType === "4g" && !line.saveData && performance.now() - began < MOST_MILLISECONDS;
  };
  const chosen = () => {
    try {
      return localStorage.getItem("urdu-font") === "yes";
    } catch {
      return false;
    }
  };
  if (chosen() || fast()) {
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
reachWideTables();
printOpened();
offerCopies();
loadUrduFont();
for (const [selector, part] of Object.entries(parts)) {
  if (document.querySelector(selector)) part().then(({ start }) => start());
}
