// The page of the sealing bench: seals a file as the bid page does, and passes the same bytes through a bare cipher.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { SealingWorker } from "../static/js/bidding/sealing/worker_client.js";
import { TEST_CHAIN, testContext } from "../tests/front_end/chain_fixture.mjs";

const CHUNK = 64 * 1024;
const WINDOW = 65_536;

/** A file of so many random bytes. */
function fileOf(bytes) {
  const parts = [];
  for (let left = bytes; left > 0; left -= WINDOW) {
    parts.push(crypto.getRandomValues(new Uint8Array(Math.min(WINDOW, left))));
  }
  return new Blob(parts);
}

/** Seconds that sealing a file took, with and without the start of the Worker. */
async function seal(blob, worker) {
  const started = performance.now();
  const files = [{ name: "offer.pdf", type: "application/pdf", blob }];
  await worker.call("seal", { plan: { chain: TEST_CHAIN, context: testContext(), committee: null, files } });
  return (performance.now() - started) / 1000;
}

/** Seconds that reading the file and a bare ChaCha20-Poly1305 over it took, in slices as age cuts them. */
async function pass(blob) {
  const started = performance.now();
  const key = new Uint8Array(32).fill(7);
  const nonce = new Uint8Array(12);
  for (let at = 0; at < blob.size; at += CHUNK) {
    const slice = new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer());
    new DataView(nonce.buffer).setUint32(8, at / CHUNK);
    chacha20poly1305(key, nonce).encrypt(slice);
  }
  return (performance.now() - started) / 1000;
}

/** Both by turns, so often. @returns {seal: [seconds], pass: [seconds]} */
globalThis.measure = async (bytes, rounds) => {
  const worker = new SealingWorker("/built/sealing.worker.js");
  const blob = fileOf(bytes);
  await worker.call("self_test", { chain: TEST_CHAIN });
  const taken = { seal: [], pass: [] };
  for (let round = 0; round < rounds; round++) {
    taken.seal.push(await seal(blob, worker));
    taken.pass.push(await pass(blob));
  }
  return taken;
};
