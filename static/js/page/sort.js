// Sorts tables by a press on a column's head; numbers by value, words by the page's language.
function value(row, column) {
  const cell = row.children[column];
  const given = cell.dataset.sort ?? cell.textContent.trim();
  const number = Number(given.replace(/[^0-9.-]/g, ""));
  const numeric = cell.classList.contains("numeric") || cell.dataset.sort !== undefined;
  return numeric && /[0-9]/.test(given) && !Number.isNaN(number) ? number : given;
}

function compare(one, two, words) {
  if (typeof one === "number" && typeof two === "number") return one - two;
  // What has no figure (a dash) stands behind all figures.
  if (typeof one === "number") return -1;
  if (typeof two === "number") return 1;
  return words.compare(one, two);
}

function sort(table, head, column, words) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [value(row, column), row]);
  rows.sort(([one], [two]) => (down ? compare(two, one, words) : compare(one, two, words)));
  body.append(...rows.map(([, row]) => row));
}

export function start() {
  const words = new Intl.Collator(document.documentElement.lang);
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, head, column, words));
    });
  }
}
