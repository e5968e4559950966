// Sealing a bid into one age file and reopening one's own with the private receipt, both as streams.

import { Decrypter, Encrypter } from "age-encryption";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, random, toHex } from "./bytes.js";
import { checkChain } from "./chain.js";
import { identityOf, splitForCommittee } from "./committee.js";
import {
  BlobCollector,
  bindingOf,
  checkBinding,
  isSafeName,
  MOST_BYTES,
  MOST_FILES,
  packageHead,
  PackageReader,
  paddingAfter,
} from "./package.js";
import { RECEIPT_TYPE } from "./receipt_format.js";
import { FileKeyIdentity, TimeLockIdentity, TimeLockRecipient } from "./time_lock.js";

/**
 * Seals files to a round.
 * @param plan {chain: chain info, context: {tender, lot, kind, vendor, round, notice}, committee: null | {t, members},
 *   files: [{name, type, size, open(): ReadableStream}]}
 * @param onProgress called with (bytes done, bytes in all).
 * @returns {ciphertext: Blob, sha256, size, receipt}
 * @throws {Error} with a code as message.
 */
export async function seal(plan, onProgress = () => {}) {
  checkChain(plan.chain);
  checkFiles(plan.files);
  const eid = random(16);
  const manifest = { v: 1, ...plan.context, chain: plan.chain.hash, eid: toHex(eid) };
  const lock = new TimeLockRecipient(plan.chain, plan.context.round);
  const inner = filesPackage(manifest, plan.files, onProgress);
  const split = plan.committee ? await splitForCommittee(plan.committee, manifest, eid) : null;
  const plaintext = split ? await committeePackage(manifest, split, inner) : inner;
  const encrypter = new Encrypter();
  encrypter.addRecipient(lock);
  const { blob, digest } = await collect(await encrypter.encrypt(plaintext));
  const receipt = {
    v: 1,
    type: RECEIPT_TYPE,
    ...bindingOf(manifest),
    sha256: digest,
    size: blob.size,
    file_key: toHex(lock.fileKey),
    inner_secret: split ? toHex(split.secret) : null,
    token: toHex(random(32)),
  };
  return { ciphertext: blob, sha256: digest, size: blob.size, receipt };
}

/**
 * Opens one's own envelope with its private receipt.
 * @returns {manifest, files: [{name, type, size, blob}]}
 * @throws {Error} with a code as message; no file is returned unless everything held.
 */
export async function reopen(ciphertext, receipt) {
  const { digest } = await digestOf(ciphertext);
  if (receipt.sha256 && digest !== receipt.sha256) throw new Error("not-this-envelope");
  const identity = new FileKeyIdentity(fromHex(receipt.file_key));
  const secret = receipt.inner_secret ? identityOf(fromHex(receipt.inner_secret)) : null;
  return openWith(ciphertext, identity, secret, bindingOf(receipt));
}

/** Opens an envelope with the round's signature, as anyone can after the opening. */
export async function openWithSignature(ciphertext, signature, expected, secret = null) {
  return openWith(ciphertext, new TimeLockIdentity(signature), secret, expected);
}

/**
 * Opens the outer file alone with the round's signature: the manifest, as a committee member needs it.
 * @throws {Error} with a code as message; `binding-committee` for a bid under the time lock alone.
 */
export async function openOuter(ciphertext, signature, expected) {
  const lock = new TimeLockIdentity(signature);
  const reader = new PackageReader(await decrypted(ciphertext.stream(), lock, "age-failed"));
  const outer = await guarded(() => reader.manifest(), "age-failed");
  checkBinding(outer, expected);
  if (!outer.committee) throw new Error("binding-committee");
  return outer;
}

/** Seals and reopens a dummy; resolves to the milliseconds taken. @throws {Error} when the device cannot. */
export async function sealDummy(chain, size = 262_144) {
  const started = performance.now();
  const bytes = new Uint8Array(size).fill(77);
  const files = [
    { name: "bid.json", type: "application/octet-stream", size, open: () => new Blob([bytes]).stream() },
  ];
  const context = {
    tender: "self-test",
    lot: "1",
    kind: "single",
    vendor: "self-test",
    round: 1_000_000,
    notice: "0".repeat(64),
  };
  const sealed = await seal({ chain, context, committee: null, files });
  const opened = await reopen(sealed.ciphertext, sealed.receipt);
  const back = new Uint8Array(await opened.files[0].blob.arrayBuffer());
  if (back.length !== size || back.some((byte) => byte !== 77)) throw new Error("self-test-failed");
  return performance.now() - started;
}

async function openWith(ciphertext, identity, secret, expected) {
  let reader = new PackageReader(await decrypted(ciphertext.stream(), identity, "age-failed"));
  const outer = await guarded(() => reader.manifest(), "age-failed");
  checkBinding(outer, expected);
  if (!outer.committee) {
    return { manifest: outer, files: await guarded(() => reader.files(outer), "age-failed") };
  }
  if (!secret) throw new Error("quorum");
  reader = new PackageReader(await decrypted(reader.rest(), secret, "inner-age-failed"));
  const manifest = await guarded(() => reader.manifest(), "inner-age-failed");
  checkBinding(manifest, bindingOf(outer));
  return { manifest, files: await guarded(() => reader.files(manifest), "inner-age-failed") };
}

async function decrypted(stream, identity, code) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return guarded(() => decrypter.decrypt(stream), code);
}

/** Runs a step; what is no code of ours becomes the step's code. */
async function guarded(step, code) {
  try {
    return await step();
  } catch (error) {
    const known = /^(bad-|binding-|ibe-|wrong-|quorum)/.test(error.message);
    throw known ? error : new Error(code, { cause: error });
  }
}

function filesPackage(manifest, files, onProgress) {
  const list = files.map(({ name, size, type }) => ({ name, size, type }));
  const head = packageHead({ ...manifest, files: list });
  const body = files.reduce((sum, file) => sum + file.size, 0);
  return toStream(
    packageChunks(head, files, paddingAfter(head.length + body), (done) => onProgress(done, body)),
  );
}

async function* packageChunks(head, files, padding, onDone) {
  yield head;
  let done = 0;
  for (const file of files) {
    let read = 0;
    for await (const chunk of chunksOf(file.open())) {
      read += chunk.length;
      done += chunk.length;
      if (read > file.size) throw new Error("file-changed");
      yield chunk;
      onDone(done);
    }
    if (read !== file.size) throw new Error("file-changed");
  }
  if (padding) yield new Uint8Array(padding);
}

async function committeePackage(manifest, split, innerPackage) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(split.recipient);
  const body = await encrypter.encrypt(innerPackage);
  return toStream(
    (async function* () {
      yield packageHead({ ...manifest, committee: split.manifest });
      yield* chunksOf(body);
    })(),
  );
}

async function collect(stream) {
  const hash = sha256.create();
  const collector = new BlobCollector();
  for await (const chunk of chunksOf(stream)) {
    hash.update(chunk);
    collector.add(chunk);
  }
  return { blob: collector.blob(), digest: toHex(hash.digest()) };
}

/** SHA-256 and size of a Blob, read as a stream. */
export async function digestOf(blob) {
  const hash = sha256.create();
  for await (const chunk of chunksOf(blob.stream())) hash.update(chunk);
  return { digest: toHex(hash.digest()), size: blob.size };
}

/** The chunks of a stream; older Chromes have no async iteration on streams. */
async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function toStream(iterator) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function checkFiles(files) {
  const names = new Set(files.map((file) => file.name));
  if (!files.length || files.length > MOST_FILES || names.size !== files.length) throw new Error("bad-files");
  if (!files.every((file) => isSafeName(file.name))) throw new Error("bad-files");
  if (files.reduce((sum, file) => sum + file.size, 0) > MOST_BYTES) throw new Error("too-large");
}
