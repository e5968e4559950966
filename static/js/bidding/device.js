// "Before you start": tests what this device can do before a bid is begun on it.

import { Vault } from "./draft/vault.js";
import { fill, h, tag } from "./pages/elements.js";
import { readTexts, sizeText, spanText } from "./pages/texts.js";
import { SealingWorker } from "./sealing/worker_client.js";
import { measureLine, rememberSpeed } from "./upload/speed.js";

/** The sending time of a bid of this size is told. */
const EXAMPLE_MEGABYTES = 20;

const t = readTexts("device-texts");
const root = document.getElementById("device");

const TESTS = [
  ["browser", testBrowser],
  ["seal", testSeal],
  ["line", testLine],
  ["storage", testStorage],
];

/** What a browser must have to seal a bid; the names are shown when something is missing. */
function missingFeatures() {
  const needed = {
    BigInt: typeof BigInt === "function",
    "Web Crypto": Boolean(self.crypto && crypto.subtle),
    IndexedDB: Boolean(self.indexedDB),
    Worker: typeof Worker === "function",
    Streams: typeof TransformStream === "function" && Boolean(Blob.prototype.stream),
    AbortController: typeof AbortController === "function",
  };
  return Object.keys(needed).filter((name) => !needed[name]);
}

async function testBrowser() {
  const missing = missingFeatures();
  if (missing.length) return { good: false, text: t("browser_bad", { names: missing.join(", ") }) };
  return { good: true, text: t("browser_good") };
}

async function testSeal() {
  const chain = JSON.parse(root.dataset.chain);
  const worker = new SealingWorker(root.dataset.workerUrl);
  try {
    const { milliseconds } = await worker.call("self_test", { chain });
    return { good: true, text: t("seal_good", { n: (milliseconds / 1000).toFixed(1) }) };
  } catch (error) {
    return { good: false, text: t("seal_bad", { code: error.message }) };
  } finally {
    worker.fail("done");
  }
}

async function testLine() {
  try {
    const { bytesPerSecond } = await measureLine(root.dataset.clockUrl, root.dataset.workerUrl);
    rememberSpeed(bytesPerSecond);
    const time = spanText(t, (EXAMPLE_MEGABYTES * 1_000_000) / bytesPerSecond);
    return {
      good: true,
      text: t("line_good", { speed: sizeText(t, bytesPerSecond), n: EXAMPLE_MEGABYTES, time }),
    };
  } catch {
    return { good: false, text: t("line_bad") };
  }
}

async function testStorage() {
  try {
    const vault = await Vault.open();
    await vault.put("self-test", { works: true });
    const back = await vault.get("self-test");
    await vault.remove("self-test");
    if (!back || !back.works) throw new Error("storage");
  } catch {
    return { good: false, text: t("storage_bad") };
  }
  const estimate = navigator.storage && navigator.storage.estimate ? await navigator.storage.estimate() : {};
  const room = (estimate.quota || 0) - (estimate.usage || 0);
  if (!estimate.quota) return { good: true, text: t("storage_unknown") };
  return room < 50_000_000
    ? { good: false, text: t("storage_little", { size: sizeText(t, room) }) }
    : { good: true, text: t("storage_good", { size: sizeText(t, room) }) };
}

async function main() {
  const rows = new Map(TESTS.map(([name]) => [name, h("li", { "data-test": name })]));
  const result = h("div", { role: "status", id: "device-result" });
  fill(root, h("ul", { class: "tasks" }, [...rows.values()]), result);
  for (const [name] of TESTS) show(rows.get(name), name, null);
  let good = true;
  for (const [name, run] of TESTS) {
    const outcome = await run().catch((error) => ({
      good: false,
      text: t("test_failed", { code: error.message }),
    }));
    good = good && outcome.good;
    show(rows.get(name), name, outcome);
  }
  root.dataset.outcome = good ? "good" : "bad";
  fill(
    result,
    h(
      "div",
      { class: `notification notification-${good ? "done" : "problem"}` },
      h("p", { class: "notification-title", text: t(good ? "all_good" : "not_good") }),
      good ? null : h("p", { text: t("not_good_text") }),
    ),
  );
}

function show(row, name, outcome) {
  const [word, kind] =
    outcome === null ? ["testing", "soon"] : outcome.good ? ["works", "done"] : ["works_not", "problem"];
  fill(
    row,
    h(
      "div",
      { class: "task-title" },
      h("span", { text: t(`test_${name}`) }),
      h("p", { class: "hint", text: outcome ? outcome.text : t(`test_${name}_hint`) }),
    ),
    tag(t(word), kind),
  );
}

main();
