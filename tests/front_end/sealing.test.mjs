// Sealing in JavaScript: round trips, the private receipt, the committee, refusals, and tlock-js as an oracle.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { generateX25519Identity, identityToRecipient, Decrypter } from "age-encryption";
import { combine } from "shamir-secret-sharing";
import { concat, fromBase64, fromHex, toHex } from "../../static/js/bidding/sealing/bytes.js";
import { canonical, parseCanonical } from "../../static/js/bidding/sealing/canonical.js";
import { checkChain, roundAt } from "../../static/js/bidding/sealing/chain.js";
import { identityOf, shareCommitment } from "../../static/js/bidding/sealing/committee.js";
import {
  digestOf,
  openWithSignature,
  reopen,
  seal,
  sealDummy,
} from "../../static/js/bidding/sealing/envelope.js";
import { isSafeName, PackageReader } from "../../static/js/bidding/sealing/package.js";
import {
  checkKnownAnswer,
  decryptKey,
  encryptKey,
  TimeLockIdentity,
} from "../../static/js/bidding/sealing/time_lock.js";
import { TEST_CHAIN, testContext, testFile, testSignature } from "./chain_fixture.mjs";

const plan = (files, more = {}) => ({
  chain: TEST_CHAIN,
  context: testContext(),
  committee: null,
  files,
  ...more,
});
const textOf = async (file) => new TextDecoder().decode(await file.blob.arrayBuffer());

test("the pairing gives the published answer", () => checkKnownAnswer());

test("a sealed bid opens with the round's signature and with the private receipt, not otherwise", async () => {
  const sealed = await seal(plan([testFile("bid.json", "{}"), testFile("نقشہ.pdf", "drawing")]));
  assert.equal((await digestOf(sealed.ciphertext)).digest, sealed.sha256);
  const opened = await openWithSignature(sealed.ciphertext, testSignature(1000), testContext());
  assert.deepEqual(
    opened.files.map((file) => file.name),
    ["bid.json", "نقشہ.pdf"],
  );
  assert.equal(await textOf(opened.files[1]), "drawing");
  const again = await reopen(sealed.ciphertext, sealed.receipt);
  assert.equal(await textOf(again.files[0]), "{}");
  await assert.rejects(openWithSignature(sealed.ciphertext, testSignature(1001), {}), /^Error: ibe-failed/);
  await assert.rejects(
    reopen(sealed.ciphertext, { ...sealed.receipt, file_key: "00".repeat(16) }),
    /age-failed/,
  );
});

test("the receipt holds what the format lists", async () => {
  const { receipt } = await seal(plan([testFile("bid.json", "{}")]));
  assert.deepEqual(Object.keys(receipt).sort(), [
    "chain",
    "eid",
    "file_key",
    "inner_secret",
    "kind",
    "lot",
    "notice",
    "round",
    "sha256",
    "size",
    "tender",
    "token",
    "type",
    "v",
    "vendor",
  ]);
  assert.match(receipt.token, /^[0-9a-f]{64}$/);
  assert.match(receipt.eid, /^[0-9a-f]{32}$/);
});

test("sizes around the chunk border come back whole, and small prices give no size away", async () => {
  for (const size of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const bytes = crypto.getRandomValues(new Uint8Array(Math.min(size, 65_536)));
    const sealed = await seal(
      plan([
        testFile("bid.json", "{}"),
        testFile("a.bin", concat(bytes, new Uint8Array(size - bytes.length))),
      ]),
    );
    const opened = await reopen(sealed.ciphertext, sealed.receipt);
    assert.equal(opened.files[1].blob.size, size);
    assert.deepEqual(new Uint8Array(await opened.files[1].blob.arrayBuffer()).slice(0, bytes.length), bytes);
  }
  const sizes = await Promise.all(
    ['{"total":"1"}', '{"total":"999999999999"}'].map(
      async (text) => (await seal(plan([testFile("bid.json", text)]))).size,
    ),
  );
  assert.equal(sizes[0], sizes[1]);
});

test("one flipped bit anywhere fails", async () => {
  const sealed = await seal(plan([testFile("bid.json", '{"total":"1095000.00"}')]));
  const bytes = new Uint8Array(await sealed.ciphertext.arrayBuffer());
  for (const at of [
    0,
    25,
    100,
    150,
    250,
    300,
    330,
    bytes.length - 5000 > 0 ? bytes.length - 4000 : 400,
    bytes.length - 1,
  ]) {
    const flipped = Uint8Array.from(bytes);
    flipped[at] ^= 1;
    await assert.rejects(
      openWithSignature(new Blob([flipped]), testSignature(1000), {}),
      Error,
      `byte ${at}`,
    );
    await assert.rejects(reopen(new Blob([flipped]), sealed.receipt), /not-this-envelope/);
  }
});

test("a copied ciphertext ends at its binding", async () => {
  const sealed = await seal(plan([testFile("bid.json", "{}")]));
  for (const field of ["tender", "lot", "kind", "vendor", "notice"]) {
    const other = { ...testContext(), [field]: "other" };
    await assert.rejects(
      openWithSignature(sealed.ciphertext, testSignature(1000), other),
      new RegExp(`binding-${field}`),
    );
  }
});

test("a committee's envelope needs t shares besides the round", async () => {
  const identities = await Promise.all([1, 2, 3].map(() => generateX25519Identity()));
  const members = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  const sealed = await seal(plan([testFile("bid.json", "{}")], { committee: { t: 2, members } }));
  const decrypter = new Decrypter();
  decrypter.addIdentity(new TimeLockIdentity(testSignature(1000)));
  const manifest = await new PackageReader(await decrypter.decrypt(sealed.ciphertext.stream())).manifest();
  const { commitments, shares, x } = manifest.committee;
  const opened = await Promise.all(
    [0, 2].map(async (at) => {
      const member = new Decrypter();
      member.addIdentity(identities[at]);
      const share = parseCanonical(await member.decrypt(fromBase64(shares[at])));
      assert.equal(share.i, at + 1);
      assert.equal(share.eid, manifest.eid);
      const bytes = fromHex(share.share);
      assert.equal(bytes[32], x[at]);
      assert.equal(shareCommitment(fromHex(manifest.eid), at + 1, bytes), commitments[at]);
      return bytes;
    }),
  );
  const secret = await combine(opened);
  assert.equal(toHex(secret), sealed.receipt.inner_secret);
  assert.equal(
    (await openWithSignature(sealed.ciphertext, testSignature(1000), testContext(), identityOf(secret))).files
      .length,
    1,
  );
  await assert.rejects(openWithSignature(sealed.ciphertext, testSignature(1000), testContext()), /quorum/);
  assert.equal((await reopen(sealed.ciphertext, sealed.receipt)).files.length, 1);
});

test("what must not be sealed is refused", async () => {
  await assert.rejects(seal(plan([])), /bad-files/);
  await assert.rejects(seal(plan([testFile("../bid.json", "{}")])), /bad-files/);
  await assert.rejects(seal(plan([testFile("a", "1"), testFile("a", "2")])), /bad-files/);
  await assert.rejects(seal(plan([{ ...testFile("a", "1"), size: 2 }])), /file-changed/);
  await assert.rejects(seal(plan([{ ...testFile("a", "1"), size: 201 * 1024 * 1024 }])), /too-large/);
  await assert.rejects(
    seal({ ...plan([testFile("a", "1")]), chain: { ...TEST_CHAIN, period: 30 } }),
    /bad-chain-info/,
  );
  await assert.rejects(
    seal({ ...plan([testFile("a", "1")]), context: { ...testContext(), round: 0 } }),
    /wrong-round/,
  );
});

test("file names: one plain name only", () => {
  for (const name of ["cv.pdf", "نرخ نامہ.pdf", 'τιμή-prix "1".json']) assert.ok(isSafeName(name), name);
  for (const name of [
    "",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a\u0000",
    "x\u202egnp.exe",
    "e\u0301",
    "a".repeat(201),
  ]) {
    assert.ok(!isSafeName(name), name);
  }
});

test("the round is the first at or after the instant and the guard", () => {
  checkChain(TEST_CHAIN);
  assert.equal(roundAt(TEST_CHAIN, 1_760_000_000, 0), 1);
  assert.equal(roundAt(TEST_CHAIN, 1_760_000_001, 0), 2);
  assert.equal(roundAt(TEST_CHAIN, 1_760_000_000.001, 60), 22);
  assert.equal(roundAt(TEST_CHAIN, 1_760_000_000, 60), 21);
});

test("canonical JSON refuses what has no canonical form", () => {
  assert.equal(canonical({ b: 1, a: ["x", true, null] }), '{"a":["x",true,null],"b":1}');
  for (const wrong of [0.5, -0, NaN, 2 ** 53, "\ud800", undefined, new Date(0)]) {
    assert.throws(() => canonical(wrong), TypeError);
  }
  for (const text of ['{"a":1,"a":1}', "{ }", '{"b":1,"a":1}', "[1.0]", "\ufeff{}"]) {
    assert.throws(() => parseCanonical(new TextEncoder().encode(text)));
  }
});

test("the self-test seals and opens a dummy", async () => {
  assert.ok((await sealDummy(TEST_CHAIN)) > 0);
});

test("tlock-js and we read each other's keys", async () => {
  const require = createRequire(import.meta.url);
  const ibe = require("tlock-js/crypto/ibe.js");
  const { roundMessage } = await import("../../static/js/bidding/sealing/chain.js");
  for (const round of [1, 1000, 11_111_111]) {
    const fileKey = crypto.getRandomValues(new Uint8Array(16));
    const theirs = await ibe.encryptOnG2RFC9380(fromHex(TEST_CHAIN.public_key), roundMessage(round), fileKey);
    assert.deepEqual(decryptKey(testSignature(round), concat(theirs.U, theirs.V, theirs.W)), fileKey);
    const ours = encryptKey(
      TEST_CHAIN.public_key,
      round,
      fileKey,
      crypto.getRandomValues(new Uint8Array(16)),
    );
    const parts = { U: ours.slice(0, 96), V: ours.slice(96, 112), W: ours.slice(112) };
    assert.deepEqual(Uint8Array.from(await ibe.decryptOnG2(testSignature(round), parts)), fileKey);
  }
});
