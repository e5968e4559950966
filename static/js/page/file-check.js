// Compares a file in hand with the published one: its SHA-256 is made here, the file itself is never sent.
async function fingerprint(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function prepare(box) {
  const input = box.querySelector("input[type=file]");
  const result = box.querySelector(".file-check-result");
  const say = (kind, text) => {
    result.className = `file-check-result tag tag-${kind}`;
    result.textContent = text;
  };
  const check = async (file) => {
    if (!file) return;
    const sha256 = await fingerprint(file);
    if (box.dataset.expected) {
      if (sha256 === box.dataset.expected) say("open", result.dataset.same);
      else say("problem", result.dataset.other);
      return;
    }
    const answer = await fetch(box.dataset.url + sha256, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      say("problem", result.dataset.unknown);
      return;
    }
    const found = await answer.json();
    say("open", result.dataset.same);
    if (found.page) location.assign(found.page);
  };
  box.hidden = false;
  input.addEventListener("change", () => check(input.files[0]));
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    check(event.dataTransfer.files[0]);
  });
}

export function start() {
  if (!globalThis.crypto?.subtle) return;
  document.querySelectorAll("[data-file-check]").forEach(prepare);
}
