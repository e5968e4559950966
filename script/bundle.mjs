// Bundles the pages and the sealing Worker with esbuild and writes their SHA-384 beside them; makes
// one short sheet of the two that every page has.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const SOURCE = "static/js/bidding";
const OUT = "static/built";
const FRESH = `${OUT}/.fresh-${process.pid}`;
const NAMES = {
  "sealing.worker": "sealing.worker.js",
  bid: "bid.js",
  device: "device.js",
  committee: "../committee/committee.js",
};

mkdirSync(FRESH, { recursive: true });
await build({
  entryPoints: Object.fromEntries(Object.entries(NAMES).map(([name, file]) => [name, `${SOURCE}/${file}`])),
  outdir: FRESH,
  bundle: true,
  format: "iife",
  target: "chrome95",
  minify: true,
  legalComments: "eof",
  charset: "utf8",
  logLevel: "warning",
});
await build({
  entryPoints: { frame: "static/css/frame.css" },
  outdir: FRESH,
  bundle: true,
  external: ["../img/*"],
  target: "chrome95",
  minify: true,
  logLevel: "warning",
});
const digests = {};
for (const name of Object.keys(NAMES)) {
  digests[`${name}.js`] = createHash("sha384")
    .update(readFileSync(`${FRESH}/${name}.js`))
    .digest("hex");
}
writeFileSync(`${FRESH}/sha384.json`, `${JSON.stringify(digests, null, 1)}\n`);
// File by file, so that a server that runs meanwhile never misses one, and two builds at once do no harm.
for (const file of [...Object.keys(NAMES).map((name) => `${name}.js`), "frame.css", "sha384.json"]) {
  renameSync(`${FRESH}/${file}`, `${OUT}/${file}`);
}
rmSync(FRESH, { recursive: true, force: true });
