// Follows a page that changes: asks with the last ETag, and replaces the live part when something is new.
function follow(region) {
  const controls = region.previousElementSibling;
  const button = controls?.querySelector("[data-live-pause]");
  const said = controls?.querySelector("[data-live-said]");
  const without = controls?.querySelector("[data-live-without]");
  const seconds = Number(region.dataset.liveSeconds) || 5;
  let tag = null;
  let paused = false;
  let wait = seconds;

  const replace = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.getElementById(region.id) ?? page.body;
    const news = fresh.querySelector("[data-live-say]");
    region.replaceChildren(...fresh.childNodes);
    if (news && said && said.textContent !== news.textContent) said.textContent = news.textContent;
    if (fresh.hasAttribute("data-live-done") || region.querySelector("[data-live-done]")) {
      region.dataset.liveDone = "";
      if (button) button.hidden = true;
    }
  };

  const ask = async () => {
    if (!paused && !document.hidden) {
      try {
        const answer = await fetch(region.dataset.live, {
          headers: { Accept: "text/html", ...(tag ? { "If-None-Match": tag } : {}) },
          cache: "no-store",
        });
        if (answer.status === 200) {
          tag = answer.headers.get("ETag");
          replace(await answer.text());
        }
        const busy = answer.status === 503 || answer.status === 429;
        wait = busy ? Math.min(wait * 2, 60) : seconds;
      } catch {
        wait = Math.min(wait * 2, 60);
      }
    }
    if (!("liveDone" in region.dataset)) setTimeout(ask, wait * 1000);
  };

  if ("liveDone" in region.dataset) return;
  if (without) without.hidden = true;
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      paused = !paused;
      button.textContent = paused ? button.dataset.resume : button.dataset.pause;
    });
  }
  setTimeout(ask, wait * 1000);
}

export function start() {
  document.querySelectorAll("[data-live]").forEach(follow);
}
