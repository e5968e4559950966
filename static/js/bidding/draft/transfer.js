// A draft carried to another device: one age file under a passphrase, holding the draft and its files.

import { Decrypter, Encrypter } from "age-encryption";
import { canonicalBytes, parseCanonical } from "../sealing/canonical.js";
import { BlobCollector, packageHead, PackageReader } from "../sealing/package.js";

export const DRAFT_TYPE = "muhr-draft";
/** scrypt's work factor: 32 MiB of memory, what a cheap phone can give. */
const WORK_FACTOR = 15;

/**
 * Packs a draft.
 * @param request {passphrase, place: {tender, lot, kind}, draft, files: [{id, blob}]}
 * @returns a Blob.
 */
export async function exportDraft({ passphrase, place, draft, files }) {
  const text = new Blob([canonicalBytes({ draft: JSON.stringify(draft) })]);
  const all = [{ name: "draft.json", blob: text }, ...files.map(({ id, blob }) => ({ name: id, blob }))];
  const list = all.map(({ name, blob }) => ({ name, size: blob.size, type: "application/octet-stream" }));
  const head = packageHead({ v: 1, type: DRAFT_TYPE, ...place, files: list });
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(WORK_FACTOR);
  const stream = await encrypter.encrypt(new Blob([head, ...all.map((file) => file.blob)]).stream());
  const collector = new BlobCollector();
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) collector.add(next.value);
  return collector.blob();
}

/**
 * Unpacks a draft.
 * @returns {place, draft, files: [{id, blob}]}
 * @throws {Error} `wrong-passphrase` (or a changed file), `not-a-draft`.
 */
export async function importDraft({ blob, passphrase }) {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let manifest;
  let files;
  try {
    const reader = new PackageReader(await decrypter.decrypt(blob.stream()));
    manifest = await reader.manifest();
    files = await reader.files(manifest);
  } catch (error) {
    throw new Error("wrong-passphrase", { cause: error });
  }
  if (manifest.type !== DRAFT_TYPE || !files.length || files[0].name !== "draft.json")
    throw new Error("not-a-draft");
  const { draft } = parseCanonical(new Uint8Array(await files[0].blob.arrayBuffer()));
  const { tender, lot, kind } = manifest;
  return {
    place: { tender, lot, kind },
    draft: JSON.parse(draft),
    files: files.slice(1).map((file) => ({ id: file.name, blob: file.blob })),
  };
}
