// Canonical JSON (RFC 8785) for the values that Muhr signs or hashes: no number but a safe integer.

/**
 * The canonical text of a value.
 * @param value strings, safe integers, booleans, null, arrays and plain objects of these.
 * @throws {TypeError} for anything else, lone surrogates included.
 */
export function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return integer(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    // The default order of sort() is by UTF-16 code units, which is what RFC 8785 asks for.
    const members = Object.keys(value)
      .sort()
      .map((key) => `${text(key)}:${canonical(value[key])}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError("not a canonical value");
}

/** The canonical UTF-8 bytes of a value. */
export function canonicalBytes(value) {
  return new TextEncoder().encode(canonical(value));
}

/**
 * Parses UTF-8 JSON and refuses every text that is not the canonical one (so also duplicate keys).
 * @throws {Error} when the bytes are not canonical JSON.
 */
export function parseCanonical(bytes) {
  const source = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const value = JSON.parse(source);
  if (canonical(value) !== source) throw new Error("not canonical JSON");
  return value;
}

function text(value) {
  if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/.test(value)) {
    throw new TypeError("a lone surrogate has no canonical form");
  }
  return JSON.stringify(value);
}

function integer(value) {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new TypeError("only safe integers are canonical here");
  }
  return String(value);
}
