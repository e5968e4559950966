// A member's device: keys saved and loaded back, shares taken for the approved envelope alone, evidence where it is safe.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { fromHex, random, toBase64, toHex } from "../../static/js/bidding/sealing/bytes.js";
import { canonicalBytes } from "../../static/js/bidding/sealing/canonical.js";
import { splitForCommittee } from "../../static/js/bidding/sealing/committee.js";
import {
  fingerprintOf,
  grouped,
  keyFromPaper,
  lockedFile,
  makeKey,
  openLockedFile,
  recipientOf,
} from "../../static/js/committee/keys.js";
import { DealerCheated, openShare } from "../../static/js/committee/shares.js";

const BINDING = { tender: "t1", lot: "1", kind: "single", vendor: "v1" };

async function dealt(binding = BINDING) {
  const post = await makeKey();
  const classic = await generateX25519Identity();
  const keys = [post.identity, classic];
  const members = [post.recipient, await identityToRecipient(classic)];
  const eid = random(16);
  const { manifest } = await splitForCommittee({ t: 2, members }, { v: 1, ...binding, eid: toHex(eid) }, eid);
  return { keys, members, part: manifest, approved: { ...binding, eid: toHex(eid) } };
}

async function withFile(recipient, bytes) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return toBase64(await encrypter.encrypt(bytes));
}

test("each member's share opens with the own key, post-quantum or not", async () => {
  const { keys, part, approved } = await dealt();
  for (const number of [1, 2]) {
    const share = await openShare(part, approved, number, keys[number - 1]);
    assert.equal(fromHex(share).length, 33);
    assert.equal(fromHex(share)[32], part.x[number - 1]);
  }
});

test("a key of somebody else opens nothing", async () => {
  const { keys, part, approved } = await dealt();
  await assert.rejects(openShare(part, approved, 1, keys[1]), { message: "wrong-identity" });
});

for (const field of ["tender", "lot", "kind", "vendor", "eid"]) {
  test(`a share of another ${field} is refused and nothing is given`, async () => {
    const { keys, part, approved } = await dealt();
    const other = { ...approved, [field]: field === "eid" ? "00".repeat(16) : "other" };
    await assert.rejects(openShare(part, other, 1, keys[0]), (error) => {
      assert.equal(error.message, "share-not-for-this-envelope");
      return !("fileKey" in error);
    });
  });
}

test("a share in another member's place is refused", async () => {
  const { keys, part, approved } = await dealt();
  const swapped = { ...part, shares: [part.shares[0], part.shares[0]] };
  await assert.rejects(openShare(swapped, approved, 2, keys[0]), { message: "share-not-for-this-envelope" });
});

test("a share that is not the committed one is evidence against the bidder", async () => {
  const { keys, part, approved, members } = await dealt();
  const text = canonicalBytes({ v: 1, ...approved, i: 1, share: "00".repeat(33) });
  const cheated = { ...part, shares: [await withFile(members[0], text), part.shares[1]] };
  await assert.rejects(openShare(cheated, approved, 1, keys[0]), (error) => {
    assert.ok(error instanceof DealerCheated);
    assert.equal(fromHex(error.fileKey).length, 16);
    return true;
  });
});

test("a file that does not hold is evidence where all bids open, and kept back where one may stay shut", async () => {
  for (const [kind, given] of [
    ["single", true],
    ["financial", false],
  ]) {
    const { keys, part, approved, members } = await dealt({ ...BINDING, kind });
    const cheated = { ...part, shares: [await withFile(members[0], "nothing"), part.shares[1]] };
    await assert.rejects(openShare(cheated, approved, 1, keys[0]), (error) => {
      assert.equal(error.message, "dealer-cheated");
      return Boolean(error.fileKey) === given;
    });
  }
});

test("a saved key loads back with its passphrase alone", async () => {
  const { identity, recipient } = await makeKey();
  const file = await lockedFile(identity, "four random words here", "KTC-2026-0001", "p+1+k");
  const back = await openLockedFile(file, "four random words here");
  assert.deepEqual(back, { identity, platform: "p+1+k" });
  assert.equal(await recipientOf(back.identity), recipient);
  await assert.rejects(openLockedFile(file, "other random words here"), { message: "wrong-passphrase" });
  assert.ok(!new TextDecoder("latin1").decode(await file.arrayBuffer()).includes(identity.slice(20)));
});

test("a key typed from paper is the same key; a letter wrong is none", async () => {
  const { identity, recipient } = await makeKey();
  assert.equal(await recipientOf(keyFromPaper(` ${grouped(identity).toLowerCase()}\n`)), recipient);
  const wrong = identity.slice(0, -1) + (identity.endsWith("Q") ? "P" : "Q");
  await assert.rejects(recipientOf(keyFromPaper(wrong)), { message: "no-key-file" });
  assert.throws(() => keyFromPaper("a shopping list"), { message: "no-key-file" });
});

test("a fingerprint has sixteen digits and tells keys apart", async () => {
  const [one, other] = [await makeKey(), await makeKey()];
  assert.match(fingerprintOf(one.recipient), /^[0-9a-f]{16}$/);
  assert.notEqual(fingerprintOf(one.recipient), fingerprintOf(other.recipient));
});
