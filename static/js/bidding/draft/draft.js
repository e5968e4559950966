// The draft of one bid: what the vendor has typed, kept as typed, and saved after every change.

/** An empty draft. */
export function emptyDraft(notice) {
  return {
    v: 1,
    notice,
    requirements: {},
    criteria: {},
    declarations: {},
    lines: {},
    validity_days: "",
    security: { instrument: "", amount: "", issuer: "", number: "", expires_on: "" },
    files: [],
    visited: {},
  };
}

/** A draft kept in the vault under one name per vendor, tender, lot and kind. */
export class DraftStore {
  constructor(vault, name) {
    this.vault = vault;
    this.name = name;
    this.isWaiting = false;
    this.writing = Promise.resolve();
    this.readOnly = false;
    this.onState = () => {};
  }

  /** Loads the draft or begins one. @returns {draft, old}: old when it was begun on another notice. */
  async load(notice) {
    const found = await this.vault.get(`draft:${this.name}`);
    this.draft = found ? { ...emptyDraft(notice), ...found } : emptyDraft(notice);
    return { draft: this.draft, old: this.draft.notice !== notice, found: Boolean(found) };
  }

  /** Saves at once; while one save runs, all further changes wait together for the next. */
  changed() {
    if (this.readOnly || this.isWaiting) return;
    this.isWaiting = true;
    this.onState("saving");
    this.save().catch(() => null);
  }

  /** Saves what the draft is when its turn comes; resolves when it stands on the device. */
  save() {
    if (this.readOnly) return Promise.resolve();
    this.writing = this.writing
      .catch(() => null)
      .then(() => {
        this.isWaiting = false;
        return this.vault.put(`draft:${this.name}`, this.draft);
      })
      .then(
        () => this.onState("saved"),
        (error) => {
          this.onState("failed");
          throw error;
        },
      );
    return this.writing;
  }

  /** Adds files for one purpose ("requirement:ID", "criterion:ID", "security", "other"). */
  async addFile(purpose, blob, name) {
    const id = await this.vault.putFile(blob);
    const file = {
      id,
      name: freeName(name, this.draft.files),
      type: mediaType(blob.type),
      size: blob.size,
      purpose,
    };
    this.draft.files.push(file);
    await this.save();
    return file;
  }

  async removeFile(id) {
    this.draft.files = this.draft.files.filter((file) => file.id !== id);
    await this.save();
    await this.vault.removeFile(id);
  }

  /** Puts another draft in the place of this one, as after an import or a reopening. */
  async replace(draft) {
    const kept = new Set(draft.files.map((file) => file.id));
    const dropped = this.draft.files.filter((file) => !kept.has(file.id));
    this.draft = draft;
    await this.save();
    for (const file of dropped) await this.vault.removeFile(file.id);
  }

  /** The private receipt of the bid that was sealed last on this device, or null. */
  receipt() {
    return this.vault.get(`receipt:${this.name}`);
  }

  keepReceipt(kept) {
    return this.vault.put(`receipt:${this.name}`, kept);
  }
}

/** The files of one purpose. */
export function filesFor(draft, purpose) {
  return draft.files.filter((file) => file.purpose === purpose);
}

/** A media type as a manifest may carry it. */
function mediaType(type) {
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "application/octet-stream";
}

/**
 * A plain file name: no path, no control or direction mark, NFC, at most 120 bytes, its ending kept.
 */
export function cleanName(name) {
  const plain =
    name
      .normalize("NFC")
      .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
      .replace(/[/\\:*?"<>|]/g, "_")
      .replace(/^[.\s]+|[.\s]+$/g, "") || "file";
  const dot = plain.lastIndexOf(".");
  const ending = dot > 0 && plain.length - dot <= 10 ? plain.slice(dot) : "";
  let stem = [...plain.slice(0, plain.length - ending.length)];
  while (new TextEncoder().encode(stem.join("") + ending).length > 120) stem = stem.slice(0, -1);
  return stem.join("") + ending;
}

/** The clean name, numbered when a file of the bid has it already; "bid.json" is the bid's own. */
export function freeName(name, files) {
  const clean = cleanName(name);
  const taken = new Set(["bid.json", ...files.map((file) => file.name.toLowerCase())]);
  if (!taken.has(clean.toLowerCase())) return clean;
  const dot = clean.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ""];
  for (let n = 2; ; n++) {
    const tried = `${stem}-${n}${ending}`;
    if (!taken.has(tried.toLowerCase())) return tried;
  }
}
