// Bundles the pages and the sealing Worker with esbuild and writes their SHA-384 beside them.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const SOURCE = "static/js/bidding";
const OUT = "static/built";
const NAMES = { "sealing.worker": "sealing.worker.js", bid: "bid.js", device: "device.js" };

rmSync(`${OUT}.new`, { recursive: true, force: true });
mkdirSync(`${OUT}.new`, { recursive: true });
await build({
  entryPoints: Object.fromEntries(Object.entries(NAMES).map(([name, file]) => [name, `${SOURCE}/${file}`])),
  outdir: `${OUT}.new`, bundle: true, format: "iife", target: "chrome95", minify: true, legalComments: "eof",
  charset: "utf8", logLevel: "warning",
});
const digests = {};
for (const name of Object.keys(NAMES)) {
  digests[`${name}.js`] = createHash("sha384").update(readFileSync(`${OUT}.new/${name}.js`)).digest("hex");
}
writeFileSync(`${OUT}.new/sha384.json`, `${JSON.stringify(digests, null, 1)}\n`);
rmSync(OUT, { recursive: true, force: true });
renameSync(`${OUT}.new`, OUT);
