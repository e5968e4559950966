// The package inside an age file: "TSEAL1\n", a canonical manifest, and the files' bytes one after another.

import { canonicalBytes, parseCanonical } from "./canonical.js";
import { be32, concat, same, utf8 } from "./bytes.js";

const MAGIC = utf8("TSEAL1\n");
const MANIFEST_LIMIT = 65_536;
/** Packages are padded with zero bytes to a multiple of this, so that a size tells little. */
const PADDING_STEP = 4096;
/** The fields that bind a package to one envelope, in any package, inner or outer. */
export const BINDING = ["tender", "lot", "kind", "vendor", "chain", "round", "notice", "eid"];
/** Limits of a bid (decision 22). */
export const MOST_FILES = 200;
export const MOST_BYTES = 200 * 1024 * 1024;
const NAME_BYTES = 200;

/**
 * The bytes before a package's body.
 * @throws {Error} `bad-package` when the manifest is over 65,536 bytes.
 */
export function packageHead(manifest) {
  const bytes = canonicalBytes(manifest);
  if (bytes.length > MANIFEST_LIMIT) throw new Error("bad-package");
  return concat(MAGIC, be32(bytes.length), bytes);
}

/** How many zero bytes follow a package of this size. */
export function paddingAfter(size) {
  return (PADDING_STEP - (size % PADDING_STEP)) % PADDING_STEP;
}

/** The binding fields of a manifest and nothing else. */
export function bindingOf(manifest) {
  return Object.fromEntries(BINDING.map((field) => [field, manifest[field]]));
}

/**
 * Checks each binding field in the order of the format.
 * @throws {Error} `binding-<field>` for the first that differs.
 */
export function checkBinding(manifest, expected) {
  for (const field of BINDING) {
    if (field in expected && manifest[field] !== expected[field]) throw new Error(`binding-${field}`);
  }
}

/**
 * Whether a file name may stand in a package: one plain name, no path, no control character.
 */
export function isSafeName(name) {
  return (
    typeof name === "string" &&
    name !== "" &&
    name !== "." &&
    name !== ".." &&
    utf8(name).length <= NAME_BYTES &&
    name.normalize("NFC") === name &&
    !/[/\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(name)
  );
}

/** Reads a package from a stream of byte arrays, releasing the manifest first and the body in order. */
export class PackageReader {
  constructor(stream) {
    this.reader = stream.getReader();
    this.held = new Uint8Array(0);
  }

  /** Exactly `size` bytes. @throws {Error} `bad-package` when the stream ends before. */
  async exactly(size) {
    const parts = [];
    let missing = size;
    while (missing > 0) {
      const bytes = await this.some(missing);
      if (bytes === null) throw new Error("bad-package");
      parts.push(bytes);
      missing -= bytes.length;
    }
    return concat(...parts);
  }

  /** At most `limit` bytes, or null at the end. */
  async some(limit) {
    while (this.held.length === 0) {
      const { done, value } = await this.reader.read();
      if (done) return null;
      this.held = value;
    }
    const bytes = this.held.subarray(0, limit);
    this.held = this.held.subarray(bytes.length);
    return bytes;
  }

  /** The manifest. @throws {Error} `bad-package`. */
  async manifest() {
    if (!same(await this.exactly(MAGIC.length), MAGIC)) throw new Error("bad-package");
    const prefix = await this.exactly(4);
    const size = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0, false);
    if (size > MANIFEST_LIMIT) throw new Error("bad-package");
    try {
      const manifest = parseCanonical(await this.exactly(size));
      if (manifest.v !== 1) throw new Error("version");
      return manifest;
    } catch {
      throw new Error("bad-package");
    }
  }

  /** What is left, as a stream. */
  rest() {
    return new ReadableStream({
      pull: async (controller) => {
        const bytes = await this.some(65_536);
        if (bytes === null) controller.close();
        else controller.enqueue(Uint8Array.from(bytes));
      },
    });
  }

  /**
   * The files of the manifest as Blobs; they are returned only after the whole body was read.
   * @throws {Error} `bad-files` for an unsafe name, a size beyond the body or padding that is not zero.
   */
  async files(manifest) {
    checkFileList(manifest.files);
    const files = [];
    for (const { name, size, type } of manifest.files) {
      const collector = new BlobCollector(type);
      for (let missing = size; missing > 0;) {
        const bytes = await this.some(missing);
        if (bytes === null) throw new Error("bad-files");
        collector.add(Uint8Array.from(bytes));
        missing -= bytes.length;
      }
      files.push({ name, type, size, blob: collector.blob() });
    }
    for (let bytes = await this.some(65_536); bytes !== null; bytes = await this.some(65_536)) {
      if (bytes.some((byte) => byte !== 0)) throw new Error("bad-files");
    }
    return files;
  }
}

/** Gathers byte arrays into a Blob in steps, so that the browser may move them out of memory. */
export class BlobCollector {
  constructor(type = "application/octet-stream", step = 4 * 1024 * 1024) {
    this.type = type;
    this.step = step;
    this.loose = [];
    this.looseSize = 0;
    this.blobs = [];
    this.size = 0;
  }

  add(bytes) {
    this.loose.push(bytes);
    this.looseSize += bytes.length;
    this.size += bytes.length;
    if (this.looseSize >= this.step) this.settle();
  }

  settle() {
    this.blobs.push(new Blob(this.loose));
    this.loose = [];
    this.looseSize = 0;
  }

  blob() {
    if (this.looseSize) this.settle();
    return new Blob(this.blobs, { type: this.type });
  }
}

function checkFileList(files) {
  const names = new Set();
  const right =
    Array.isArray(files) &&
    files.length <= MOST_FILES &&
    files.every((file) => {
      const once = !names.has(file.name);
      names.add(file.name);
      return (
        once &&
        isSafeName(file.name) &&
        typeof file.type === "string" &&
        Number.isSafeInteger(file.size) &&
        file.size >= 0
      );
    });
  if (!right) throw new Error("bad-files");
}
