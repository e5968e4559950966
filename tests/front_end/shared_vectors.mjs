// The sealing vectors of MUHR_SHARED, opened and refused as their index says. Run by tests/shared.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Decrypter } from "age-encryption";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "../../static/js/bidding/sealing/bytes.js";
import { checkChain, roundAt } from "../../static/js/bidding/sealing/chain.js";
import { openWithSignature } from "../../static/js/bidding/sealing/envelope.js";
import { decryptKey, encryptKey, TimeLockIdentity } from "../../static/js/bidding/sealing/time_lock.js";

const FOLDER = join(process.env.MUHR_SHARED, "vectors", "sealing");
const bytesOf = (name) => readFileSync(join(FOLDER, name));
const jsonOf = (name) => JSON.parse(bytesOf(name));
const beacons = jsonOf("beacons.json");
const signature = (round) => fromHex(beacons[round].signature);

test("chain hashes and rounds", () => {
  const chains = { quicknet: jsonOf("quicknet_info.json"), local: jsonOf("chain_info.json") };
  Object.values(chains).forEach(checkChain);
  for (const { chain, deadline, round } of jsonOf("rounds.json")) {
    assert.equal(roundAt(chains[chain], deadline, 0), round);
  }
});

test("the time lock's known answers", () => {
  const { public_key: key, vectors } = jsonOf("ibe_kat.json");
  for (const known of vectors) {
    const body = encryptKey(key, known.round, fromHex(known.file_key), fromHex(known.sigma));
    assert.equal(toHex(body), known.stanza_body);
    assert.equal(toHex(decryptKey(fromHex(known.signature), body)), known.file_key);
  }
});

test("files of other implementations open", async () => {
  for (const name of ["empty", "small", "65536"]) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(new TimeLockIdentity(signature(1000)));
    const plain = await decrypter.decrypt(Uint8Array.from(bytesOf(`typage_r1000_${name}.age`)));
    assert.deepEqual(Buffer.from(plain), bytesOf(`plain_${name}.bin`));
  }
  const known = jsonOf("public_quicknet_12040883.json");
  const decrypter = new Decrypter();
  decrypter.addIdentity(new TimeLockIdentity(fromHex(known.signature)));
  assert.equal(
    await decrypter.decrypt(Uint8Array.from(bytesOf("public_quicknet_12040883.age")), "text"),
    known.plaintext,
  );
});

test("a whole envelope opens to the expected files", async () => {
  const { eid, files } = jsonOf("envelopes/expected.json");
  const { ctx } = jsonOf("envelopes/committee_TEST_identities.json");
  const opened = await openWithSignature(
    new Blob([bytesOf("envelopes/timelock_only.age")]),
    signature(1000),
    ctx,
  );
  const found = await Promise.all(
    opened.files.map(async ({ name, blob }) => ({
      name,
      sha256: toHex(sha256(new Uint8Array(await blob.arrayBuffer()))),
    })),
  );
  assert.deepEqual(found, files);
  assert.match(eid, /^[0-9a-f]{32}$/);
});

test("what cannot be opened fails with its code", async () => {
  const context = jsonOf("negative/context.json");
  for (const { file, stage, code } of jsonOf("negative/index.json").filter((row) => row.stage === "open")) {
    const opening = openWithSignature(new Blob([bytesOf(`negative/${file}`)]), signature(1000), context);
    await assert.rejects(opening, { message: code }, `${stage} ${file}`);
  }
  await openWithSignature(new Blob([bytesOf("negative/00_good.age")]), signature(1000), context);
});
