// Bundles the bid pages and the sealing Worker with esbuild and writes their SHA-384 beside them; makes
// one short sheet for what everybody reads, one for pages of work, and short scripts for both.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const SOURCE = "static/js/bidding";
const OUT = "static/built";
const FRESH = `${OUT}/.fresh-${process.pid}`;
const NAMES = {
  "sealing.worker": "sealing.worker.js",
  bid: "bid.js",
  device: "device.js",
  sealed_file: "sealed_file.js",
  reveal: "reveal.js",
  committee: "../committee/committee.js",
};
const SHEETS = ["frame", "work"];

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
  entryPoints: ["page", "work"].map((name) => `static/js/page/${name}.js`),
  outdir: `${FRESH}/page`,
  chunkNames: "[name]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "chrome95",
  minify: true,
  charset: "utf8",
  logLevel: "warning",
});
await build({
  entryPoints: Object.fromEntries(SHEETS.map((name) => [name, `static/css/${name}.css`])),
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
mkdirSync(`${OUT}/page`, { recursive: true });
for (const file of readdirSync(FRESH, { recursive: true, withFileTypes: true })) {
  if (!file.isFile()) continue;
  const path = `${file.parentPath ?? file.path}/${file.name}`;
  renameSync(path, path.replace(FRESH, OUT));
}
rmSync(FRESH, { recursive: true, force: true });
