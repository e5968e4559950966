// The vault on the device: IndexedDB whose every draft and file is encrypted under a key that cannot be exported.

const NAME = "muhr-bids";
const STORES = ["keys", "records", "chunks", "uploads"];
const CHUNK = 1_048_576;
const encoder = new TextEncoder();

/** Encrypted records and files, and sealed uploads (already ciphertext) as they are. */
export class Vault {
  constructor(database, key) {
    this.database = database;
    this.key = key;
  }

  /** Opens the vault, makes its key on first use. @throws {Error} `no-vault` where the browser refuses storage. */
  static async open() {
    if (!self.indexedDB || !self.crypto || !crypto.subtle) throw new Error("no-vault");
    try {
      const database = await openDatabase();
      return new Vault(database, await keyOf(database));
    } catch (error) {
      throw new Error("no-vault", { cause: error });
    }
  }

  /** A decrypted record, or null. @throws {Error} `vault-damaged`. */
  async get(name) {
    const row = await this.run("records", "readonly", (store) => store.get(name));
    if (!row) return null;
    const bytes = await this.decrypt(row, name);
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** Writes a record; it stands on the disk when this resolves. */
  async put(name, value) {
    const row = await this.encrypt(encoder.encode(JSON.stringify(value)), name);
    await this.run("records", "readwrite", (store) => store.put(row, name));
  }

  async remove(name) {
    await this.run("records", "readwrite", (store) => store.delete(name));
  }

  /** Stores a file in encrypted pieces of 1 MiB. @returns its id. */
  async putFile(blob) {
    const id = hexId();
    const count = Math.max(1, Math.ceil(blob.size / CHUNK));
    for (let at = 0; at < count; at++) {
      const bytes = new Uint8Array(await blob.slice(at * CHUNK, (at + 1) * CHUNK).arrayBuffer());
      const row = await this.encrypt(bytes, `${id}/${at}/${count}`);
      await this.run("chunks", "readwrite", (store) => store.put(row, [id, at]));
    }
    return id;
  }

  /** Reads a file back. @throws {Error} `file-lost` when a piece is missing or changed. */
  async getFile(id, size, type) {
    const count = Math.max(1, Math.ceil(size / CHUNK));
    const parts = [];
    for (let at = 0; at < count; at++) {
      const row = await this.run("chunks", "readonly", (store) => store.get([id, at]));
      if (!row) throw new Error("file-lost");
      parts.push(new Blob([await this.decrypt(row, `${id}/${at}/${count}`)]));
    }
    const blob = new Blob(parts, { type });
    if (blob.size !== size) throw new Error("file-lost");
    return blob;
  }

  async removeFile(id) {
    await this.run("chunks", "readwrite", (store) => store.delete(IDBKeyRange.bound([id], [id, []])));
  }

  /** A sealed upload under way: {ciphertext: Blob, sha256, size, upload, …}; nothing in it is readable. */
  async getUpload(name) {
    return (await this.run("uploads", "readonly", (store) => store.get(name))) || null;
  }

  async putUpload(name, value) {
    await this.run("uploads", "readwrite", (store) => store.put(value, name));
  }

  async removeUpload(name) {
    await this.run("uploads", "readwrite", (store) => store.delete(name));
  }

  /** Names of all records. */
  async names() {
    return this.run("records", "readonly", (store) => store.getAllKeys());
  }

  /** Removes everything from this device, the key first: what may be left on the disk is unreadable. */
  async wipe() {
    for (const name of STORES) await this.run(name, "readwrite", (store) => store.clear());
    this.database.close();
    await new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = request.onerror = request.onblocked = resolve;
    });
  }

  async encrypt(bytes, context) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(context) };
    return { iv, data: await crypto.subtle.encrypt(algorithm, this.key, bytes) };
  }

  async decrypt(row, context) {
    try {
      const algorithm = { name: "AES-GCM", iv: row.iv, additionalData: encoder.encode(context) };
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, this.key, row.data));
    } catch {
      throw new Error("vault-damaged");
    }
  }

  run(name, mode, work) {
    return transact(this.database, name, mode, work);
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

async function keyOf(database) {
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  // add() fails where another tab was first; then that tab's key is the key.
  await transact(database, "keys", "readwrite", (store) => store.add(made, "draft")).catch(() => null);
  return transact(database, "keys", "readonly", (store) => store.get("draft"));
}

function transact(database, name, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error || new Error("storage"));
  });
}

function hexId() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
