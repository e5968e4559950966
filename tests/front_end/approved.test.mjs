// A share is given for what signed papers name, and for nothing that differs from them anywhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, toHex, utf8 } from "../../static/js/bidding/sealing/bytes.js";
import { canonical, canonicalBytes } from "../../static/js/bidding/sealing/canonical.js";
import { placeOf } from "../../static/js/committee/approved.js";
import { fingerprintOf, lockedFile, makeKey, openLockedFile, pinnedPlatform } from "../../static/js/committee/keys.js";
import { parseVerifier, verifyNote } from "../../static/js/committee/notes.js";
import { TEST_CHAIN, testSignature } from "./chain_fixture.mjs";

const MEMBERS = ["age1first", "age1second", "age1third"];
const SHA256 = "5e".repeat(32);
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** A platform: its public key as text, and notes signed by it. */
function platform(name, seed) {
  const key = concat(new Uint8Array([1]), ed25519.getPublicKey(seed));
  const id = sha256(concat(utf8(`${name}\n`), key)).subarray(0, 4);
  const sign = (text) => utf8(`${text}\n\u2014 ${name} ${base64(concat(id, ed25519.sign(utf8(text), seed)))}\n`);
  return { verifier: `${name}+${toHex(id)}+${base64(key)}`, sign };
}

const OURS = platform("platform.example/muhr", new Uint8Array(32).fill(7));
const OTHER = platform("platform.example/muhr", new Uint8Array(32).fill(8));

function packOf(version = 1, more = {}) {
  return canonicalBytes({
    v: 1,
    tender: { id: "T-1" },
    version,
    schedule: { deadline_at: `2026-03-${16 + version}`, opening_at: "x", zone: "UTC" },
    chain: TEST_CHAIN,
    round: 1000 * version,
    envelopes: ["technical", "financial"],
    committee: { id: "c", t: 2, members: MEMBERS, names: [] },
    ...more,
  });
}

const hashOf = (bytes) => toHex(sha256(bytes));

function bidOn(pack, more = {}) {
  return {
    sha256: SHA256,
    tender: "T-1",
    lot: "1",
    kind: "technical",
    vendor: "V-1",
    chain: TEST_CHAIN.hash,
    round: 1000,
    notice: hashOf(pack),
    ...more,
  };
}

function listOf(documents, more = {}, by = OURS) {
  const listed = { v: 1, tender: "T-1", envelopes: documents.map((document) => ({ document })), ...more };
  return by.sign(`${canonical(listed)}\n`);
}

function pricesOf(opened, more = {}) {
  const said = { v: 1, type: "prices-approved", tender: "T-1", act: "a", opened, unopened: [], ...more };
  return OURS.sign(`${canonical(said)}\n`);
}

/** The papers as they should be for a bid; some may be others. */
function papersFor(bid, packs, more = {}) {
  const byHash = new Map(packs.map((pack) => [hashOf(pack), pack]));
  return {
    pinned: OURS.verifier,
    list: listOf([{ ...bid, type: "bid", size: 9 }]),
    prices: null,
    newest: "",
    pack: async (notice) => byHash.get(notice) || packs[0],
    ...more,
  };
}

const refused = (work, message) => assert.rejects(work, { message });

test("a listed bid gives the member's place by its own pack", async () => {
  const pack = packOf();
  const bid = bidOn(pack);
  const place = await placeOf(bid, MEMBERS[1], papersFor(bid, [pack]));
  assert.deepEqual(place, { number: 2, committee: { t: 2, members: MEMBERS } });
});

for (const [field, value] of Object.entries({
  sha256: "00".repeat(32),
  tender: "T-2",
  lot: "2",
  kind: "single",
  vendor: "V-2",
  chain: "00".repeat(32),
  round: 1001,
  notice: "00".repeat(32),
})) {
  test(`a bid whose ${field} is not the listed one is not approved`, async () => {
    const pack = packOf();
    const bid = bidOn(pack);
    await refused(placeOf({ ...bid, [field]: value }, MEMBERS[1], papersFor(bid, [pack])), "not-approved");
  });
}

test("a list counts only by the pinned key, whole, and of this tender", async () => {
  const pack = packOf();
  const bid = bidOn(pack);
  const listed = { ...bid, type: "bid" };
  const good = listOf([listed]);
  const bent = Uint8Array.from(good);
  bent[10] ^= 1;
  for (const [list, code] of [
    [listOf([listed], {}, OTHER), "wrong-note-signature"],
    [bent, "wrong-note-signature"],
    [good.subarray(0, good.length - 1), "bad-note"],
    [utf8("nothing"), "bad-note"],
    [listOf([listed], { tender: "T-2" }), "not-approved"],
    [listOf([{ ...listed, type: "withdrawal" }]), "not-approved"],
    [listOf([null]), "not-approved"],
    [OURS.sign("3\n"), "not-approved"],
    [OURS.sign("{ }\n"), "not-approved"],
  ]) {
    await refused(placeOf(bid, MEMBERS[1], papersFor(bid, [pack], { list })), code);
  }
});

test("no byte of a signed list can be changed", () => {
  const list = listOf([{ type: "bid", sha256: SHA256 }]);
  for (let at = 0; at < list.length; at++) {
    const bent = Uint8Array.from(list);
    bent[at] ^= 1 << at % 8;
    assert.throws(() => verifyNote(bent, OURS.verifier), /^Error: (bad-note|wrong-note-signature)$/);
  }
});

test("a pack that is not this bid's, or does not name the member, is refused", async () => {
  for (const more of [
    { tender: { id: "T-2" } },
    { round: 1001 },
    { envelopes: ["single"] },
    { committee: { t: 2, members: [MEMBERS[0], MEMBERS[2]] } },
    { committee: null },
    { tender: null },
  ]) {
    const pack = packOf(1, more);
    const bid = bidOn(pack);
    await refused(placeOf(bid, MEMBERS[1], papersFor(bid, [pack])), "not-approved");
  }
  const bid = bidOn(packOf());
  await refused(placeOf(bid, MEMBERS[1], papersFor(bid, [packOf(2)])), "not-approved");
});

test("a confirmed bid needs the newest notice, dates alone, and that notice's own round", async () => {
  const [old, newer] = [packOf(), packOf(2)];
  const bid = bidOn(old);
  const confirmed = (pack) => listOf([{ ...bid, type: "confirmation", confirms: hashOf(pack) }]);
  const newest = toHex(testSignature(2000));
  const good = papersFor(bid, [old, newer], { list: confirmed(newer), newest });
  assert.equal((await placeOf(bid, MEMBERS[0], good)).number, 1);
  for (const late of [toHex(testSignature(1000)), "", "zz", "c0" + "00".repeat(47)]) {
    await refused(placeOf(bid, MEMBERS[0], { ...good, newest: late }), "wrong-signature");
  }
  for (const other of [packOf(2, { items: [] }), packOf(2, { schedule: null })]) {
    const papers = papersFor(bid, [old, other], { list: confirmed(other), newest });
    await refused(placeOf(bid, MEMBERS[0], papers), "not-approved");
  }
  const gone = papersFor(bid, [old], { list: confirmed(newer), newest });
  await refused(placeOf(bid, MEMBERS[0], gone), "not-approved");
});

test("a price needs the signed approval of that very price", async () => {
  const pack = packOf();
  const bid = bidOn(pack, { kind: "financial" });
  const line = { lot: "1", vendor: "V-1", sha256: SHA256 };
  const of = (prices) => placeOf(bid, MEMBERS[2], papersFor(bid, [pack], { prices }));
  assert.equal((await of(pricesOf([line]))).number, 3);
  for (const prices of [
    null,
    pricesOf([]),
    pricesOf([{ ...line, lot: "2" }]),
    pricesOf([{ ...line, vendor: "V-2" }]),
    pricesOf([{ ...line, sha256: "00".repeat(32) }]),
    pricesOf([line], { tender: "T-2" }),
    pricesOf([line], { type: "other" }),
    listOf([{ ...bid, type: "bid" }]),
  ]) {
    await refused(of(prices), "not-approved");
  }
  await refused(of(utf8("Not found")), "bad-note");
});

test("a verifier key is read strictly", () => {
  assert.equal(parseVerifier(OURS.verifier).name, "platform.example/muhr");
  const [name, id, key] = OURS.verifier.split("+", 3);
  for (const wrong of ["", "a+b", `other+${id}+${key}`, `${name}+00000000+${key}`, `${name}+${id}+AAAA`]) {
    assert.throws(() => parseVerifier(wrong), { message: "bad-platform-key" });
  }
});

test("the platform's key goes into the key file and comes back; a title cannot pass for it", async () => {
  const { identity } = await makeKey();
  const title = `Pumps\n# platform-key: ${OTHER.verifier}`;
  const file = await lockedFile(identity, "four random words here", title, OURS.verifier);
  assert.deepEqual(await openLockedFile(file, "four random words here"), { identity, platform: OURS.verifier });
});

test("without a kept key the digits on paper stand for it", () => {
  const digits = fingerprintOf(OURS.verifier);
  assert.equal(pinnedPlatform(OURS.verifier, "", OURS.verifier), OURS.verifier);
  assert.equal(pinnedPlatform("", ` ${digits.slice(0, 4).toUpperCase()} ${digits.slice(4)}`, OURS.verifier), OURS.verifier);
  assert.throws(() => pinnedPlatform("", " ", OURS.verifier), { message: "no-platform-key" });
  assert.throws(() => pinnedPlatform("", digits, OTHER.verifier), { message: "other-platform-key" });
  assert.throws(() => pinnedPlatform(OURS.verifier, digits, OTHER.verifier), { message: "other-platform-key" });
});
