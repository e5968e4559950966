// The page's words: translated by the server into a data block, filled in here.

/**
 * Reads the data block of a page.
 * @param id id of a `<script type="application/json">` element.
 * @returns a function (key, values) -> text; `{name}` in a text is replaced by values.name.
 */
export function readTexts(id) {
  const texts = JSON.parse(document.getElementById(id).textContent);
  return (key, values = {}) => {
    const text = key in texts ? texts[key] : key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}

/** A size in words: 12 kB, 1.4 MB; digits stay Latin. */
export function sizeText(t, bytes) {
  if (bytes < 1000) return t("size_bytes", { n: bytes });
  if (bytes < 1_000_000) return t("size_kb", { n: Math.round(bytes / 1000) });
  if (bytes >= 1_000_000_000) return t("size_gb", { n: (bytes / 1_000_000_000).toFixed(1) });
  return t("size_mb", { n: (bytes / 1_000_000).toFixed(1) });
}

/** A span of time in words, from seconds. */
export function spanText(t, seconds) {
  if (!Number.isFinite(seconds)) return t("span_unknown");
  if (seconds < 60) return t("span_seconds", { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 3600) return t("span_minutes", { n: Math.round(seconds / 60) });
  return t("span_hours", { n: Math.round(seconds / 3600) });
}

/** An instant with its zone, in the page's language and Latin digits. */
export function instantText(iso, zone, lang, zoneName = zone) {
  const locale = lang === "ur" ? "ur-PK-u-nu-latn" : "en-GB";
  const options = {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    hourCycle: "h23",
  };
  try {
    return `${new Intl.DateTimeFormat(locale, options).format(new Date(iso))} (${zoneName})`;
  } catch {
    return iso;
  }
}
