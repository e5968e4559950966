// The measured speed of this device's line, kept so that sending times can be told beforehand.

const NAME = "muhr-line-speed";

/** Bytes a second, or 0 when never measured. */
export function knownSpeed() {
  try {
    const speed = Number(localStorage.getItem(NAME));
    return Number.isFinite(speed) && speed > 0 ? speed : 0;
  } catch {
    return 0;
  }
}

/** Keeps a measured speed. */
export function rememberSpeed(speed) {
  try {
    localStorage.setItem(NAME, String(Math.round(speed)));
  } catch {
    // A browser that keeps nothing: sending times stay unknown.
  }
}

/**
 * Measures the line by fetching one of our own files anew.
 * @returns {bytesPerSecond, roundTripSeconds}
 * @throws {Error} `line-down`.
 */
export async function measureLine(clockUrl, fileUrl) {
  const trip = await timed(clockUrl);
  const load = await timed(`${fileUrl}${fileUrl.includes("?") ? "&" : "?"}measure=${Date.now()}`);
  const seconds = Math.max(0.001, load.seconds - trip.seconds / 2);
  return { bytesPerSecond: load.bytes / seconds, roundTripSeconds: trip.seconds };
}

async function timed(url) {
  const started = performance.now();
  try {
    const response = await fetch(url, { cache: "no-store", credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    const { byteLength } = await response.arrayBuffer();
    const seconds = (performance.now() - started) / 1000;
    return { bytes: bytesOnLine(response, byteLength), seconds };
  } catch {
    throw new Error("line-down");
  }
}

/**
 * The bytes that an answer took on the line: compressed, and none when it came from the browser's own store.
 * Browsers that do not tell are believed to have fetched all `length` bytes of it.
 */
export function bytesOnLine(response, length) {
  const last = performance.getEntriesByName(response.url).pop();
  if (last?.transferSize === undefined) return length;
  return last.transferSize === 0 ? 0 : last.encodedBodySize;
}
