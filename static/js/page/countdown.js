// Counts down by the server's clock: the page brings the server's instant, the device only measures what has passed since.
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function show(element, seconds) {
  let rest = seconds;
  for (const [unit, size] of UNITS) {
    const place = element.querySelector(`[data-unit="${unit}"]`);
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (place) place.textContent = unit === "day" ? String(count) : String(count).padStart(2, "0");
  }
}

function run(element, loadedAt, serverOffset) {
  const to = Date.parse(element.dataset.countdown);
  const given = Date.parse(element.dataset.now);
  const step = () => {
    const left = Math.max(0, Math.ceil((to - (given + serverOffset + performance.now() - loadedAt)) / 1000));
    show(element, left);
    if (left > 0) return;
    clearInterval(timer);
    element.hidden = true;
    const over = element.parentElement.querySelector(".countdown-over");
    if (over) over.hidden = false;
    element.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true }));
  };
  const timer = setInterval(step, 1000);
  step();
}

// A page kept by the browser carries an old instant, so the clock is asked once.
async function askOffset(given, askedAt) {
  try {
    const answer = await fetch("/api/clock", { cache: "no-store" });
    if (!answer.ok) return 0;
    const now = Date.parse((await answer.json()).now);
    return Number.isFinite(now) ? now - given - (performance.now() - askedAt) : 0;
  } catch {
    return 0;
  }
}

export async function start() {
  const elements = document.querySelectorAll("[data-countdown]");
  const loadedAt = performance.now();
  const offset = await askOffset(Date.parse(elements[0].dataset.now), loadedAt);
  for (const element of elements) run(element, loadedAt, offset);
}
